using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Checks;

/// <summary>One connection of a check: a good association where it is wanted, and APDUs of any kind besides.</summary>
internal sealed class CheckLine : IAsyncDisposable
{
    private readonly MeterUnderTest _meter;
    private readonly MeterLine _line;
    private readonly ClientProtection _protection;
    private int _invokeId;

    private CheckLine(MeterUnderTest meter, MeterLine line, ClientOptions options, SecurityKeys keys)
    {
        (_meter, _line) = (meter, line);
        // A dedicated key is made inside the association; what is sent past it goes under the global one.
        var plainOptions = options.Ciphering == ClientCiphering.Dedicated ? options with { Ciphering = ClientCiphering.Global } : options;
        Client = new DlmsClient(line.Channel, plainOptions, keys, meter.Timings, meter.Time);
        _protection = new ClientProtection(plainOptions, keys, Client.Association.Tolerances);
        Options = plainOptions;
    }

    /// <summary>The client of this connection.</summary>
    public DlmsClient Client { get; }

    /// <summary>What it proposes.</summary>
    public ClientOptions Options { get; }

    /// <summary>Objects are referred to by short names.</summary>
    public bool ByShortNames => Options.ShortNames is not null;

    /// <summary>object_list of the current association.</summary>
    public CosemAttributeDescriptor ObjectList => ObjectListReading.AttributeOf(Client);

    /// <summary>Rows of profiles are selected: with short names by the parameterized access.</summary>
    public bool SelectsRows =>
        Client.Association.Conformance.HasFlag(ByShortNames ? Conformance.ParameterizedAccess : Conformance.SelectiveAccess);

    /// <summary>How the answer that was opened last was protected.</summary>
    public MessageProtection LastProtection { get; private set; }

    /// <summary>Services are protected.</summary>
    public bool IsCiphered => _protection.ProtectsServices;

    /// <summary>Connects, and opens what lies below the association.</summary>
    public static async ValueTask<CheckLine> ConnectAsync(
        MeterUnderTest meter, CancellationToken cancellationToken, ClientOptions? options = null, SecurityKeys? keys = null)
    {
        var line = await meter.ConnectAsync(cancellationToken);
        return new CheckLine(meter, line, options ?? meter.Options, keys ?? meter.Keys);
    }

    /// <summary>Connects and opens a good association.</summary>
    /// <exception cref="CheckException">It is not accepted.</exception>
    public static async ValueTask<CheckLine> AssociateAsync(
        MeterUnderTest meter, CancellationToken cancellationToken, ClientOptions? options = null)
    {
        var line = await ConnectAsync(meter, cancellationToken, options);
        try
        {
            var opened = await line.Client.ConnectAsync(cancellationToken);
            if (opened is not Associated) throw new CheckException($"the association was not accepted: {Words(opened)}");
            line._protection.LearnTitle(line.Client.Association.ServerSystemTitle);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the link without an association.</summary>
    public ValueTask OpenLinkAsync(CancellationToken cancellationToken) => _line.Channel.OpenAsync(cancellationToken);

    /// <summary>Closes the link.</summary>
    public ValueTask CloseLinkAsync(CancellationToken cancellationToken) => _line.Channel.CloseAsync(cancellationToken);

    /// <summary>An InitiateRequest in the protection of the association.</summary>
    public ReadOnlyMemory<byte> Initiate(InitiateRequest request) => _protection.IsCiphered
        ? _protection.Ciphering!.Protect(request.Encode(), CipheringForm.Global, Options.InitiateProtection ?? Options.Protection)
        : request.Encode();

    /// <summary>The InitiateResponse, or what came in its place; null where the keys do not open it.</summary>
    public XdlmsApdu? OpenInitiate(ReadOnlyMemory<byte> information)
    {
        try
        {
            return Open(information);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    /// <summary>What the AARQ says to prove the client: password, challenge or nothing.</summary>
    public ReadOnlyMemory<byte> AuthenticationValue() => Options.Authentication switch
    {
        AuthenticationMechanism.Lowest => default,
        AuthenticationMechanism.LowLevel => _meter.Keys.CopySecret(),
        _ => HighLevelProof.NewChallenge(Options.Authentication),
    };

    /// <summary>Takes the server's title down, where it is one.</summary>
    public void LearnTitle(ReadOnlyMemory<byte>? title)
    {
        if (title is { Length: ApduCipher.SystemTitleSize } given) _protection.LearnTitle(given);
    }

    /// <summary>A service in the protection of the association, or in another.</summary>
    public ReadOnlyMemory<byte> Protect(XdlmsApdu apdu, SecurityControl? control = null) => control is { } other
        ? _protection.Ciphering!.Protect(apdu.Encode(), CipheringForm.Global, other)
        : _protection.Protect(apdu);

    /// <summary>The next invoke id, confirmed and of high priority.</summary>
    public InvokeIdAndPriority NextInvokeId() => InvokeIdAndPriority.Of(_invokeId = _invokeId % 15 + 1);

    /// <summary>A GET of one attribute.</summary>
    public GetRequestNormal Get(ushort classId, LogicalName name, sbyte attribute, SelectiveAccess? selection = null) =>
        new(NextInvokeId(), new CosemAttributeDescriptor(classId, name, attribute), selection);

    /// <summary>A GET of the logical name of the current association, which every client may.</summary>
    public XdlmsApdu GetAssociationName() =>
        ByShortNames ? new ReadRequest([new VariableName(ReservedBaseNames.Association)]) : Get(15, AssociationObject.Current, 1);

    /// <summary>A GET of the object list.</summary>
    public XdlmsApdu GetObjectList() => ByShortNames
        ? new ReadRequest([new VariableName(ReservedBaseNames.Association + ShortNameMap.Spacing)])
        : new GetRequestNormal(NextInvokeId(), ObjectList);

    /// <summary>Sends a service in the protection of the association and opens the answer.</summary>
    public ValueTask<XdlmsApdu?> AskAsync(XdlmsApdu request, CancellationToken cancellationToken) =>
        AskAsync(Protect(request), cancellationToken);

    /// <summary>Sends bytes as they are.</summary>
    /// <returns>The answer, opened; null where there is none, or the connection was closed.</returns>
    /// <exception cref="ProtocolException">An answer that is no xDLMS APDU, or not opened by the keys.</exception>
    public async ValueTask<XdlmsApdu?> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        while (await AskBytesAsync(request, cancellationToken) is { } answer)
        {
            if (answer.Span[0] is >= AssociationRequest.Tag and <= ReleaseResponse.Tag)
                throw new ProtocolException($"ACSE APDU 0x{answer.Span[0]:X2} in answer to a service");
            var apdu = Open(answer);
            if (apdu is not (DataNotification or EventNotification)) return apdu;
            request = default; // a push came in between: the answer follows
        }
        return null;
    }

    /// <summary>Sends bytes as they are; empty ones only wait.</summary>
    /// <returns>The answer's bytes; null where there is none, or the connection was closed.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> AskBytesAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(_meter.Silence, _meter.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            if (!request.IsEmpty) await _line.Channel.SendAsync(request, cancellationToken);
            var answer = await _line.Channel.ReceiveAsync(either.Token);
            return answer.IsEmpty ? throw new ProtocolException("an APDU of no bytes") : answer;
        }
        catch (Exception e) when (e is IOException or TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>What an answer is, in words.</summary>
    public static string Words(XdlmsApdu? answer) => answer switch
    {
        null => "silence, or a closed connection",
        GetResponseNormal { Result.Data: { } data } => $"data: {data}",
        GetResponseNormal { Result: var result } => result.Error.Name(),
        GetResponseWithDatablock { RawData: not null } block => $"block {block.BlockNumber}",
        GetResponseWithDatablock block => block.Error.Name(),
        ReadResponse read => string.Join(", ", read.Results.Select(Words)),
        SetResponseNormal set => set.Result.Name(),
        ExceptionResponse exception => $"exception-response {exception.StateError}, {exception.ServiceError}",
        ConfirmedServiceError error => $"confirmed-service-error {error.ErrorClass} {error.Value}",
        _ => answer.Tag.ToString(),
    };

    /// <summary>What one result of a read is, in words.</summary>
    public static string Words(ReadResult result) => result switch
    {
        ReadData data => $"data: {data.Value}",
        ReadError error => error.Error.Name(),
        ReadDataBlock block => $"block {block.BlockNumber}",
        _ => result.GetType().Name,
    };

    /// <summary>What came of opening, in words.</summary>
    public static string Words(SessionEvent opened) => opened switch
    {
        Associated => "accepted",
        AssociationRejected { Reason: RejectionReason.Rejected } r => $"rejected with result {r.Result}, diagnostic {r.Diagnostic}",
        AssociationRejected { Reason: var reason, Refusal: { } refusal } => $"{reason}: {Words(refusal)}",
        AssociationRejected { Reason: var reason } => reason.ToString(),
        _ => opened.GetType().Name,
    };

    /// <summary>True for an answer that gives nothing away: an error of the service or of the whole APDU, or none.</summary>
    public static bool IsRefusal(XdlmsApdu? answer) => answer switch
    {
        null or ExceptionResponse or ConfirmedServiceError => true,
        GetResponseNormal get => !get.Result.IsData,
        GetResponseWithDatablock block => block.RawData is null,
        GetResponseWithList list => list.Results.All(result => !result.IsData),
        ReadResponse read => read.Results.All(result => result is ReadError),
        SetResponseNormal set => set.Result != DataAccessResult.Success,
        _ => false,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Client.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is ProtocolException or IOException or TimeoutException or InvalidOperationException)
        {
            // The check has its verdict, and the connection is closed in any case.
        }
        await Client.DisposeAsync();
        _protection.Dispose();
        await _line.Line.DisposeAsync();
    }

    private XdlmsApdu Open(ReadOnlyMemory<byte> answer)
    {
        LastProtection = MessageProtection.None;
        if (!AssociationCiphering.IsProtected((ApduTag)answer.Span[0])) return XdlmsApdu.Decode(answer, Options.Tolerance);
        var opened = _protection.Open(answer);
        LastProtection = opened.Strength;
        return XdlmsApdu.Decode(opened.Apdu, Options.Tolerance);
    }
}

/// <summary>A check cannot be made, for a reason that is the meter's.</summary>
internal sealed class CheckException(string message) : Exception(message);
