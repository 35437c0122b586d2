using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>A server refused a request as a whole, or a profile: there is no value to return it in.</summary>
/// <param name="message">What was refused, in words.</param>
/// <param name="refusal">The exception-response or confirmed-service-error; null where <paramref name="result"/> tells.</param>
/// <param name="result">The reason of a GET that was to stream.</param>
public sealed class DlmsRefusalException(string message, XdlmsApdu? refusal, DataAccessResult result = DataAccessResult.OtherReason)
    : Exception(message)
{
    /// <summary>The exception-response or confirmed-service-error; null where <see cref="Result"/> tells.</summary>
    public XdlmsApdu? Refusal { get; } = refusal;

    /// <summary>The reason of a GET that was to stream.</summary>
    public DataAccessResult Result { get; } = result;

    /// <summary>The counter the server would take, where it refused a lower one.</summary>
    public uint? ExpectedInvocationCounter => (Refusal as ExceptionResponse)?.ExpectedInvocationCounter;
}

/// <summary>How long a client waits.</summary>
/// <param name="Response">For each APDU of the server. Power-line and radio networks want two minutes.</param>
/// <param name="Release">For RLRE, which many meters never send.</param>
public sealed record ClientTimings(TimeSpan Response, TimeSpan Release)
{
    /// <summary>Thirty seconds, and two for a release.</summary>
    public static ClientTimings Usual => new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
}

/// <summary>An association over a channel, with awaiting: what a head-end uses to talk to one meter. One task owns it.</summary>
/// <remarks>
/// A refusal is a result where the service has one, else <see cref="DlmsRefusalException"/>. <see cref="TimeoutException"/> and
/// <see cref="IOException"/> are of the link; <see cref="ProtocolException"/> means that the server cannot be talked to.
/// </remarks>
public sealed class DlmsClient : ICosemAccess, IAsyncDisposable
{
    private readonly IApduChannel _channel;
    private readonly ClientOptions _options;
    private readonly ClientTimings _timings;
    private readonly TimeProvider _time;
    private bool _opened;

    /// <summary>A client over a channel, which stays the caller's.</summary>
    public DlmsClient(IApduChannel channel, ClientOptions options, SecurityKeys keys, ClientTimings timings, TimeProvider time)
    {
        (_channel, _options, _timings, _time) = (channel, options, timings, time);
        Association = new ClientAssociation(options, keys);
    }

    /// <summary>The association itself: its state, what was negotiated, counters.</summary>
    public ClientAssociation Association { get; }

    /// <summary>Told of what the server sends unasked; called between the awaits of the owner.</summary>
    public Action<NotificationReceived>? Notified { get; set; }

    /// <summary>A client behind the wrapper.</summary>
    public static DlmsClient OverWrapper(
        IDuplexPipe pipe, ushort clientSap, ushort serverSap, ClientOptions options, SecurityKeys keys, ClientTimings timings,
            TimeProvider time) =>
        new(new WrapperChannel(pipe, clientSap, serverSap), options, keys, timings, time);

    /// <summary>A client behind HDLC.</summary>
    public static DlmsClient OverHdlc(
        IDuplexPipe pipe, HdlcClientLink link, HdlcTimings linkTimings, ClientOptions options, SecurityKeys keys, ClientTimings timings,
            TimeProvider time) =>
        new(new HdlcChannel(pipe, link, linkTimings, time), options, keys, timings, time);

    /// <summary>Opens channel and association, with all passes of authentication.</summary>
    /// <returns><see cref="Associated"/> or <see cref="AssociationRejected"/>.</returns>
    public async ValueTask<SessionEvent> ConnectAsync(CancellationToken cancellationToken)
    {
        await _channel.OpenAsync(cancellationToken);
        _opened = true;
        var told = await AskAsync(Association.Open(), _timings.Response, cancellationToken);
        if (told is Associated && _options.ShortNames is { ReadsObjectList: true }) await ReadObjectListAsync(cancellationToken);
        return told;
    }

    /// <summary>Reads variables by their short names, parts of them, or methods that return something; only by short names.</summary>
    /// <exception cref="InvalidOperationException">The association refers by logical names, or the service was not agreed.</exception>
    public async ValueTask<IReadOnlyList<GetDataResult>> ReadAsync(IReadOnlyList<VariableAccess> variables,
        CancellationToken cancellationToken) =>
        Expect<GetListCompleted>(await AskAsync(ByShortNames.Read(variables), _timings.Response, cancellationToken)).Results;

    /// <summary>Writes variables by their short names, or invokes methods; only by short names.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async ValueTask<IReadOnlyList<DataAccessResult>> WriteAsync(IReadOnlyList<VariableAccess> variables,
        IReadOnlyList<CosemData> values, CancellationToken cancellationToken) =>
        Expect<SetCompleted>(await AskAsync(ByShortNames.Write(variables, values), _timings.Response, cancellationToken)).Results;

    /// <summary>Writes variables by their short names without an answer; only by short names.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask WriteUnconfirmedAsync(IReadOnlyList<VariableAccess> variables, IReadOnlyList<CosemData> values,
        CancellationToken cancellationToken) =>
        _channel.SendAsync(ByShortNames.UnconfirmedWrite(variables, values), cancellationToken);

    /// <summary>Reads one attribute.</summary>
    public async ValueTask<GetDataResult> GetAsync(CosemAttributeDescriptor attribute, SelectiveAccess? selection,
        CancellationToken cancellationToken) => Association.Reaches(attribute)
        ? Expect<GetCompleted>(await AskAsync(Association.Get(attribute, selection), _timings.Response, cancellationToken)).Result
        : GetDataResult.FromError(DataAccessResult.ObjectUndefined);

    /// <summary>Reads one attribute.</summary>
    public ValueTask<GetDataResult> GetAsync(CosemAttributeDescriptor attribute, CancellationToken cancellationToken) =>
        GetAsync(attribute, null, cancellationToken);

    /// <summary>Reads several attributes: in one request where the server can, else one by one.</summary>
    public async ValueTask<IReadOnlyList<GetDataResult>> GetListAsync(IReadOnlyList<AttributeSelection> attributes,
        CancellationToken cancellationToken)
    {
        if (Association.Conformance.HasFlag(Conformance.MultipleReferences) && attributes.Count > 1
            && attributes.All(a => Association.Reaches(a.Attribute)))
            return Expect<GetListCompleted>(await AskAsync(Association.Get(attributes), _timings.Response, cancellationToken)).Results;
        var results = new List<GetDataResult>(attributes.Count);
        foreach (var (attribute, selection) in attributes) results.Add(await GetAsync(attribute, selection, cancellationToken));
        return results;
    }

    /// <summary>Writes one attribute.</summary>
    public async ValueTask<DataAccessResult> SetAsync(CosemAttributeDescriptor attribute, CosemData value,
        CancellationToken cancellationToken) => Association.Reaches(attribute)
        ? Expect<SetCompleted>(await AskAsync(Association.Set(attribute, value), _timings.Response, cancellationToken)).Results[0]
        : DataAccessResult.ObjectUndefined;

    /// <summary>Invokes a method.</summary>
    public async ValueTask<ActionOutcome> ActionAsync(CosemMethodDescriptor method, CosemData? parameter,
        CancellationToken cancellationToken) => Association.Reaches(method)
        ? Expect<ActionCompleted>(await AskAsync(Association.Action(method, parameter), _timings.Response, cancellationToken)).Outcomes[0]
        : new ActionOutcome(ActionResult.ObjectUndefined);

    /// <summary>Reads the buffer of a profile, or any array, and yields its rows as their blocks arrive: what came before a lost link is
    /// had.</summary>
    /// <exception cref="DlmsRefusalException">The server gives a reason in place of rows.</exception>
    public async IAsyncEnumerable<CosemData> ReadProfileAsync(
        CosemAttributeDescriptor attribute, SelectiveAccess? selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Association.Reaches(attribute))
            throw new DlmsRefusalException("No short name is known for the profile.", null, DataAccessResult.ObjectUndefined);
        var request = Association.Get(attribute, selection, streaming: true);
        var rows = new ProfileRows(_options.MaxValueSize);
        try
        {
            await _channel.SendAsync(request, cancellationToken);
            while (true)
            {
                var told = await NextAsync(_timings.Response, cancellationToken);
                if (told is not BlockReceived block)
                {
                    foreach (var row in Rows(Expect<GetCompleted>(told))) yield return row;
                    yield break;
                }
                rows.Append(block.RawData.Span);
                while (rows.TryRead(out var row)) yield return row;
                if (!block.IsLast) continue;
                rows.ExpectEnd();
                yield break;
            }
        }
        finally
        {
            GiveUp();
        }
    }

    /// <summary>Releases the association and closes the channel. A server that does not answer is not waited for long.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Association.State == AssociationState.Associated) await AskAsync(Association.Release(), _timings.Release,
                cancellationToken);
            if (_opened) await _channel.CloseAsync(cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            // Many meters are silent here, or just close the connection: that is a release too.
        }
        finally
        {
            _opened = false;
            Association.Abort();
        }
    }

    /// <summary>Forgets the association; sends nothing.</summary>
    public ValueTask DisposeAsync()
    {
        Association.Abort();
        Association.Dispose();
        return default;
    }

    private ShortNameRequests ByShortNames =>
        Association.ShortNames ?? throw new InvalidOperationException("The association refers by logical names.");

    /// <summary>Learns the short names. A server that refuses is asked by reserved and by raw names only.</summary>
    private async ValueTask ReadObjectListAsync(CancellationToken cancellationToken)
    {
        var list = await new AssociationShortNameProxy(this).ObjectList.ReadAsync(cancellationToken);
        if (list.IsSuccess) ByShortNames.Map = list.Value;
    }

    private static IEnumerable<CosemData> Rows(GetCompleted completed) => completed.Result.Data is { } data
        ? data.AsArray()
        : throw new DlmsRefusalException($"The server refused: {completed.Result.Error.Name()}.", null, completed.Result.Error);

    private static T Expect<T>(SessionEvent told) where T : SessionEvent => told switch
    {
        T expected => expected,
        ServiceRefused refused => throw new DlmsRefusalException($"The server refused: {refused.Refusal.Tag}.", refused.Refusal),
        _ => throw new ProtocolException($"{told.GetType().Name} where {typeof(T).Name} was expected"),
    };

    private async ValueTask<SessionEvent> AskAsync(ReadOnlyMemory<byte> request, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await _channel.SendAsync(request, cancellationToken);
            return await NextAsync(patience, cancellationToken);
        }
        finally
        {
            GiveUp();
        }
    }

    /// <summary>A request that was left unanswered: its late answer is dropped.</summary>
    private void GiveUp()
    {
        if (Association.State == AssociationState.Asking) Association.GiveUp();
        else if (Association.State is AssociationState.Opening or AssociationState.Authenticating) Association.Abort();
    }

    /// <summary>Receives until there is something to tell the caller, and sends what the association wants sent.</summary>
    /// <remarks>Patience begins anew with each block asked for, but not with what was not asked for.</remarks>
    private async ValueTask<SessionEvent> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var silence = new CancellationTokenSource(patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                var step = await ReceiveAsync(either.Token);
                if (!step.Send.IsEmpty) await _channel.SendAsync(step.Send, cancellationToken);
                if (step.Event is { } told) return told;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The server does not answer.", e);
            }
        }
    }

    /// <summary>Receives until something follows from it; passes notifications on, drops strays.</summary>
    private async ValueTask<SessionStep> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = Association.Receive(await _channel.ReceiveAsync(cancellationToken));
            if (step.Event is NotificationReceived notification) Notified?.Invoke(notification);
            else if (step.Event is not null || !step.Send.IsEmpty) return step;
        }
    }
}
