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

/// <summary>An association over a channel, with awaiting: what a head-end uses to talk to one meter. One task owns it.</summary>
/// <remarks>
/// A refusal is a result where the service has one, else <see cref="DlmsRefusalException"/>. <see cref="TimeoutException"/> and
/// <see cref="IOException"/> are of the link; <see cref="ProtocolException"/> means that the server cannot be talked to, and
/// <see cref="InvalidOperationException"/> that a service was not agreed. After a time-out or a cancellation the association can be used
/// on: a late answer is dropped.
/// </remarks>
/// <example><code>
/// await using var client = DlmsClient.OverWrapper(
///     pipe, 16, 1, new ClientOptions(), new SecurityKeys(), ClientTimings.Usual, TimeProvider.System);
/// if (await client.ConnectAsync(stop) is not Associated) return;
/// var energy = await client.GetAsync(new CosemAttributeDescriptor(3, LogicalName.Parse("1-0:1.8.0.255"), 2), stop);
/// await client.ReleaseAsync(stop);
/// </code></example>
public sealed class DlmsClient : ICosemAccess, IAsyncDisposable
{
    private readonly IApduChannel _channel;
    private readonly ClientOptions _options;
    private readonly ClientTimings _timings;
    private readonly Patience _patience;
    private bool _opened;

    /// <summary>A client over a channel, which stays the caller's.</summary>
    /// <param name="channel">Carries APDUs.</param>
    /// <param name="options">What to propose.</param>
    /// <param name="keys">The secrets; stay the caller's.</param>
    /// <param name="timings">How long to wait.</param>
    /// <param name="time">Whose time.</param>
    /// <exception cref="ArgumentException">The options lack what they need of each other.</exception>
    public DlmsClient(IApduChannel channel, ClientOptions options, SecurityKeys keys, ClientTimings timings, TimeProvider time)
    {
        (_channel, _options, _timings, _patience) = (channel, options, timings, new Patience(time));
        Association = new ClientAssociation(options, keys);
    }

    /// <summary>The association itself: its state, what was negotiated, counters, and tolerances used.</summary>
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

    /// <summary>Opens the channel and takes up a pre-established association: no message of association is sent.</summary>
    /// <param name="serverMaxPduSize">Longest APDU the server takes, in bytes; 0 for no limit.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask EstablishAsync(int serverMaxPduSize, CancellationToken cancellationToken)
    {
        await _channel.OpenAsync(cancellationToken);
        _opened = true;
        Association.Establish(serverMaxPduSize);
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
    /// <param name="attribute">The attribute; 0 for all of the object, where that was agreed.</param>
    /// <param name="selection">A part of it, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The value, or the reason why there is none.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GetDataResult> GetAsync(CosemAttributeDescriptor attribute, SelectiveAccess? selection,
        CancellationToken cancellationToken) => Association.Reaches(attribute)
        ? Expect<GetCompleted>(await AskAsync(Association.Get(attribute, selection), _timings.Response, cancellationToken)).Result
        : GetDataResult.FromError(DataAccessResult.ObjectUndefined);

    /// <summary>Reads one attribute.</summary>
    public ValueTask<GetDataResult> GetAsync(CosemAttributeDescriptor attribute, CancellationToken cancellationToken) =>
        GetAsync(attribute, null, cancellationToken);

    /// <summary>Reads several attributes: in one request where the server can, in several where it takes only so many at once, else one by
    /// one.</summary>
    /// <returns>One result for each, in their order.</returns>
    public async ValueTask<IReadOnlyList<GetDataResult>> GetListAsync(IReadOnlyList<AttributeSelection> attributes,
        CancellationToken cancellationToken)
    {
        var results = new List<GetDataResult>(attributes.Count);
        foreach (var piece in Pieces(attributes.Count, attributes.All(a => Association.Reaches(a.Attribute))))
        {
            if (piece.Count == 1)
                results.Add(await GetAsync(attributes[piece.Start].Attribute, attributes[piece.Start].Selection, cancellationToken));
            else
                results.AddRange(Expect<GetListCompleted>(await AskAsync(
                    Association.Get(piece.Of(attributes)), _timings.Response, cancellationToken)).Results);
        }
        return results;
    }

    /// <summary>Writes one attribute, in blocks where it is long.</summary>
    public async ValueTask<DataAccessResult> SetAsync(CosemAttributeDescriptor attribute, CosemData value,
        CancellationToken cancellationToken) => Association.Reaches(attribute)
        ? Expect<SetCompleted>(await AskAsync(Association.Set(attribute, value), _timings.Response, cancellationToken)).Results[0]
        : DataAccessResult.ObjectUndefined;

    /// <summary>Writes several attributes: in one request where the server can, else in several.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="values">One for each.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One result for each, in their order.</returns>
    public async ValueTask<IReadOnlyList<DataAccessResult>> SetListAsync(
        IReadOnlyList<AttributeSelection> attributes, IReadOnlyList<CosemData> values, CancellationToken cancellationToken)
    {
        if (values.Count != attributes.Count) throw new ArgumentException("One value for each attribute.", nameof(values));
        var results = new List<DataAccessResult>(attributes.Count);
        foreach (var piece in Pieces(attributes.Count, attributes.All(a => Association.Reaches(a.Attribute))))
        {
            if (piece.Count == 1 && !Association.Reaches(attributes[piece.Start].Attribute))
            {
                results.Add(DataAccessResult.ObjectUndefined);
                continue;
            }
            var request = piece.Count == 1
                ? Association.Set(attributes[piece.Start].Attribute, values[piece.Start], attributes[piece.Start].Selection)
                : Association.Set(piece.Of(attributes), piece.Of(values));
            results.AddRange(Expect<SetCompleted>(await AskAsync(request, _timings.Response, cancellationToken)).Results);
        }
        return results;
    }

    /// <summary>Writes an attribute without being answered.</summary>
    public ValueTask SetUnconfirmedAsync(CosemAttributeDescriptor attribute, CosemData value, CancellationToken cancellationToken) =>
        _channel.SendAsync(Association.SetUnconfirmed([new AttributeSelection(attribute)], [value]), cancellationToken);

    /// <summary>Invokes a method, with parameter and return value in blocks where they are long.</summary>
    public async ValueTask<ActionOutcome> ActionAsync(CosemMethodDescriptor method, CosemData? parameter,
        CancellationToken cancellationToken) => Association.Reaches(method)
        ? Expect<ActionCompleted>(await AskAsync(Association.Action(method, parameter), _timings.Response, cancellationToken)).Outcomes[0]
        : new ActionOutcome(ActionResult.ObjectUndefined);

    /// <summary>Invokes several methods: in one request where the server can, else in several.</summary>
    /// <param name="methods">The methods.</param>
    /// <param name="parameters">One for each; null-data where there is none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One outcome for each, in their order.</returns>
    public async ValueTask<IReadOnlyList<ActionOutcome>> ActionListAsync(
        IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters, CancellationToken cancellationToken)
    {
        if (parameters.Count != methods.Count) throw new ArgumentException("One parameter for each method.", nameof(parameters));
        var outcomes = new List<ActionOutcome>(methods.Count);
        foreach (var piece in Pieces(methods.Count, Association.ShortNames is null))
        {
            if (piece.Count == 1)
                outcomes.Add(await ActionAsync(methods[piece.Start], parameters[piece.Start], cancellationToken));
            else
                outcomes.AddRange(Expect<ActionCompleted>(await AskAsync(
                    Association.Action(piece.Of(methods), piece.Of(parameters)), _timings.Response, cancellationToken)).Outcomes);
        }
        return outcomes;
    }

    /// <summary>Invokes a method without being answered.</summary>
    public ValueTask ActionUnconfirmedAsync(CosemMethodDescriptor method, CosemData? parameter, CancellationToken cancellationToken) =>
        _channel.SendAsync(Association.ActionUnconfirmed(method, parameter), cancellationToken);

    /// <summary>Reads, writes and invokes in one request of the access service.</summary>
    /// <param name="specifications">What to do, in this order.</param>
    /// <param name="data">One value for each; null-data where none is needed.</param>
    /// <param name="breakOnError">Nothing is done after the first error: results may be fewer.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<IReadOnlyList<AccessResult>> AccessAsync(IReadOnlyList<AccessSpecification> specifications,
        IReadOnlyList<CosemData> data, bool breakOnError, CancellationToken cancellationToken) =>
        Expect<AccessCompleted>(await AskAsync(
            Association.Access(specifications, data, breakOnError), _timings.Response, cancellationToken)).Results;

    /// <summary>Reads the buffer of a profile, or any array, and yields its rows as their blocks arrive: what came before a lost link is
    /// had.</summary>
    /// <param name="attribute">The buffer.</param>
    /// <param name="selection">A part of it, or null.</param>
    /// <param name="cancellationToken">Gives up waiting. Leaving the loop does too: the rest is not fetched.</param>
    /// <exception cref="DlmsRefusalException">The server gives a reason in place of rows.</exception>
    public async IAsyncEnumerable<CosemData> ReadProfileAsync(
        CosemAttributeDescriptor attribute, SelectiveAccess? selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Association.Reaches(attribute))
            throw new DlmsRefusalException("No short name is known for the profile.", null, DataAccessResult.ObjectUndefined);
        var rows = new ProfileRows(_options.MaxValueSize);
        var request = Association.Get(attribute, selection, streaming: true);
        try
        {
            await SendAsync(request, cancellationToken);
            while (true)
            {
                var told = await NextAsync(_timings.Response, cancellationToken);
                if (told is GetCompleted refused && MayReadAll(refused.Result, selection))
                {
                    selection = null;
                    await SendAsync(Association.Get(attribute, null, streaming: true), cancellationToken);
                    continue;
                }
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
            if (Association is { State: AssociationState.Associated, IsPreEstablished: false })
                await AskAsync(Association.Release(), _timings.Release, cancellationToken);
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
        _patience.Dispose();
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
        TransferAborted => throw new DlmsRefusalException("The server gave up the transfer.", null, DataAccessResult.LongGetAborted),
        _ => throw new ProtocolException($"{told.GetType().Name} where {typeof(T).Name} was expected"),
    };

    /// <summary>Selection that was refused although it was agreed, by a server that is known for it.</summary>
    private bool MayReadAll(GetDataResult result, SelectiveAccess? selection)
    {
        if (selection is null || !_options.ReadAllWhenSelectionIsRefused
            || result.IsData || result.Error is not (DataAccessResult.ReadWriteDenied or DataAccessResult.ObjectUnavailable)) return false;
        Association.Tolerances.Note(nameof(ClientOptions.ReadAllWhenSelectionIsRefused));
        return true;
    }

    /// <summary>The pieces in which a list goes.</summary>
    private IEnumerable<ListPiece> Pieces(int count, bool asList)
    {
        var length = asList && Association.Conformance.HasFlag(Conformance.MultipleReferences) ? _options.MaxListLength ?? int.MaxValue : 1;
        if (length < count && length > 1) Association.Tolerances.Note(nameof(ClientOptions.MaxListLength));
        for (var start = 0; start < count; start += Math.Min(length, count - start))
            yield return new ListPiece(start, Math.Min(length, count - start));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SessionEvent> AskAsync(ReadOnlyMemory<byte> request, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(request, cancellationToken);
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

    /// <summary>Sends an APDU and what follows it at once.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
    {
        do await _channel.SendAsync(apdu, cancellationToken);
        while (Association.TrySendNext(out apdu));
    }

    /// <summary>Receives until there is something to tell the caller, and sends what the association wants sent.</summary>
    /// <remarks>Patience begins anew with each block asked for, but not with what was not asked for.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SessionEvent> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var repeats = 0;
        while (true)
        {
            var waiting = _patience.Begin(patience, cancellationToken);
            try
            {
                var step = await ReceiveAsync(waiting);
                if (!step.Send.IsEmpty) await SendAsync(step.Send, waiting);
                if (step.Event is { } told) return told;
                repeats = 0;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (repeats++ >= _timings.BlockRepeats || !Association.TryRepeat(out var again))
                    throw new TimeoutException("The server does not answer.", e);
                await SendAsync(again, cancellationToken);
            }
            finally
            {
                _patience.End();
            }
        }
    }

    /// <summary>Receives until something follows from it; passes notifications on, drops strays.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SessionStep> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = Association.Receive(await _channel.ReceiveAsync(cancellationToken));
            if (step.Event is not NotificationReceived notification)
            {
                if (step.Event is not null || !step.Send.IsEmpty) return step;
                continue;
            }
            if (!step.Send.IsEmpty) await _channel.SendAsync(step.Send, cancellationToken);
            Notified?.Invoke(notification);
        }
    }

    /// <summary>A piece of a list that goes in one request.</summary>
    private readonly record struct ListPiece(int Start, int Count)
    {
        public IReadOnlyList<T> Of<T>(IReadOnlyList<T> list) =>
            Start == 0 && Count == list.Count ? list : [.. list.Skip(Start).Take(Count)];
    }
}
