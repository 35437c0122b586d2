using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.ShortNames;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>One association seen from the client: APDUs in, APDUs out. Framing is outside, time-outs are the caller's.</summary>
/// <remarks>
/// One request at a time. What <see cref="Receive"/> returns to be sent is sent at once. After a <see cref="ProtocolException"/> the
/// association is over and the link is to be closed. Not for use by two threads at once.
/// </remarks>
public sealed class ClientAssociation : IDisposable
{
    private readonly ClientOptions _options;
    private readonly ClientProtection _protection;
    private readonly ClientHandshake _handshake;
    private readonly GeneralBlockLink _generalBlocks;
    private ClientExchange? _exchange;
    private Conformance _conformance;
    private int _serverMaxPdu;
    private int _invokeId;

    /// <summary>An association that is not open yet.</summary>
    /// <param name="options">What to propose.</param>
    /// <param name="keys">The secrets; the caller disposes of them after the association.</param>
    /// <exception cref="ArgumentException">The options lack what they need of each other.</exception>
    public ClientAssociation(ClientOptions options, SecurityKeys keys)
    {
        if (!HighLevelProof.Supports(options.Authentication))
            throw new ArgumentException($"Mechanism {options.Authentication} is not supported.", nameof(options));
        _options = options;
        _protection = new ClientProtection(options, keys);
        _handshake = new ClientHandshake(options, keys, _protection);
        _generalBlocks = new GeneralBlockLink(options.MaxValueSize);
        if (options.ShortNames is { } shortNames) ShortNames = new ShortNameRequests(shortNames, this);
    }

    /// <summary>Requests by short names; null where the association refers by logical names.</summary>
    public ShortNameRequests? ShortNames { get; }

    /// <summary>Where the association stands.</summary>
    public AssociationState State { get; private set; }

    /// <summary>The services both sides have; none before the association is open.</summary>
    public Conformance Conformance => _conformance;

    /// <summary>Longest APDU the server takes, in bytes; 0 for no limit.</summary>
    public int ServerMaxPduSize => _serverMaxPdu;

    /// <summary>The server's system title; empty before it is known.</summary>
    public ReadOnlyMemory<byte> ServerSystemTitle => _protection.ServerTitle;

    /// <summary>The last counter accepted from the server under the global key, to be kept for the next association.</summary>
    public uint? LastReceivedCounter => _protection.Ciphering?.LastReceived;

    /// <summary>Answers that came too late, twice, or to nothing, and were dropped.</summary>
    public long StrayApdus { get; private set; }

    /// <summary>Opens: the AARQ to send.</summary>
    public ReadOnlyMemory<byte> Open()
    {
        Move(AssociationStep.Open);
        return _handshake.Request();
    }

    /// <summary>False where the server refers by short names and none is known for the attribute: it cannot be asked for.</summary>
    public bool Reaches(CosemAttributeDescriptor attribute) => ShortNames is null || ShortNames.Map.Find(attribute) is not null;

    /// <summary>False where the server refers by short names and none is known for the method: it cannot be invoked.</summary>
    public bool Reaches(CosemMethodDescriptor method) => ShortNames is null || ShortNames.Map.Find(method) is not null;

    /// <summary>Reads one attribute.</summary>
    /// <param name="attribute">The attribute; 0 for all of the object, where that was agreed.</param>
    /// <param name="selection">A part of it, or null.</param>
    /// <param name="streaming">Tell every block by <see cref="BlockReceived"/> as it comes, and do not keep it.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Get(CosemAttributeDescriptor attribute, SelectiveAccess? selection = null, bool streaming = false)
    {
        if (ShortNames is not null) return ShortNames.Get(new AttributeSelection(attribute, selection), streaming);
        Require(Conformance.Get);
        if (selection is not null) Require(Conformance.SelectiveAccess);
        if (attribute.AttributeId == 0) Require(Conformance.Attribute0SupportedWithGet);
        return Ask(new GetExchange(NextInvokeId(), [new AttributeSelection(attribute, selection)], false, streaming,
            _options.MaxValueSize));
    }

    /// <summary>Reads several attributes.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Get(IReadOnlyList<AttributeSelection> attributes)
    {
        if (ShortNames is not null) return ShortNames.Get(attributes);
        Require(Conformance.Get | Conformance.MultipleReferences);
        if (attributes.Any(a => a.Selection is not null)) Require(Conformance.SelectiveAccess);
        return Ask(new GetExchange(NextInvokeId(), attributes, true, false, _options.MaxValueSize));
    }

    /// <summary>Writes one attribute, in blocks where it is long.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(CosemAttributeDescriptor attribute, CosemData value, SelectiveAccess? selection = null)
    {
        if (ShortNames is not null) return ShortNames.Set([new AttributeSelection(attribute, selection)], [value]);
        Require(Conformance.Set);
        return Ask(new SetExchange(NextInvokeId(), [new AttributeSelection(attribute, selection)], [value], false, Limits));
    }

    /// <summary>Writes several attributes, in blocks where they are long.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(IReadOnlyList<AttributeSelection> attributes, IReadOnlyList<CosemData> values)
    {
        if (ShortNames is not null) return ShortNames.Set(attributes, values);
        Require(Conformance.Set | Conformance.MultipleReferences);
        return Ask(new SetExchange(NextInvokeId(), attributes, values, true, Limits));
    }

    /// <summary>Invokes a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Action(CosemMethodDescriptor method, CosemData? parameter = null)
    {
        if (ShortNames is not null) return ShortNames.Action(method, parameter);
        Require(Conformance.Action);
        return Ask(new ActionExchange(NextInvokeId(), method, parameter, Limits, _options.MaxValueSize));
    }

    /// <summary>Invokes several methods.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Action(IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters)
    {
        Require(Conformance.Action | Conformance.MultipleReferences);
        return Ask(new ActionListExchange(NextInvokeId(), methods, parameters));
    }

    /// <summary>Gives a request up, whose answer did not come. A late answer is dropped.</summary>
    /// <remarks>Short-name services have no invoke id by which a late answer could be told from the next: there, the association is
    /// over.</remarks>
    public void GiveUp()
    {
        if (ShortNames is not null)
        {
            Abort();
            return;
        }
        Move(AssociationStep.GiveUp);
        _exchange = null;
        _generalBlocks.Reset();
    }

    /// <summary>Releases: the RLRQ to send. <see cref="AssociationReleased"/> follows, or silence with many meters.</summary>
    public ReadOnlyMemory<byte> Release()
    {
        Move(AssociationStep.Release);
        return _handshake.Release();
    }

    /// <summary>Ends without a word: the link is gone.</summary>
    public void Abort()
    {
        Move(AssociationStep.Abort);
        _exchange = null;
    }

    /// <summary>Takes a received APDU in.</summary>
    /// <exception cref="ProtocolException">It breaks the protocol or its protection: the association is over.</exception>
    public SessionStep Receive(ReadOnlyMemory<byte> apdu)
    {
        try
        {
            return ReceiveAny(apdu, nested: false);
        }
        catch (InvocationCounterException e)
        {
            Abort();
            throw new ProtectionException(ProtectionFailure.Replayed, "received " + e.Message, e);
        }
        catch (ProtocolException)
        {
            Abort();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _protection.Dispose();

    private SessionStep ReceiveAny(ReadOnlyMemory<byte> apdu, bool nested)
    {
        if (apdu.IsEmpty) throw new ProtocolException("an empty APDU");
        var tag = (ApduTag)apdu.Span[0];
        switch (tag)
        {
            case ApduTag.AssociationResponse when State == AssociationState.Opening:
                return Follow(_handshake.Answered(AssociationResponse.Parse(apdu, _options.AcseTolerance)));
            case ApduTag.ReleaseResponse when State == AssociationState.Releasing:
                Move(AssociationStep.Released);
                return Tell(new AssociationReleased());
            case ApduTag.AssociationResponse or ApduTag.ReleaseResponse:
                return Stray();
            case ApduTag.GeneralBlockTransfer when !nested:
                return GeneralBlock(apdu);
            case ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering or ApduTag.GeneralCiphering or ApduTag.GeneralSigning:
                return General(apdu);
        }
        if (!tag.IsServiceSpecificCiphered()) return Plain(XdlmsApdu.Decode(apdu, _options.Tolerance), apdu, isProtected: false);
        return Opened(apdu);
    }

    /// <summary>General protection may hold an answer or, from anybody on the same socket, a push.</summary>
    private SessionStep General(ReadOnlyMemory<byte> apdu)
    {
        try
        {
            return _protection.IsCiphered ? Opened(apdu) : Tell(new NotificationReceived(apdu, null));
        }
        catch (Exception e)
            when (e is ProtocolException or InvocationCounterException && _options is { GeneralProtection: false, Party: null })
        {
            return Tell(new NotificationReceived(apdu, null));
        }
    }

    private SessionStep Opened(ReadOnlyMemory<byte> apdu)
    {
        var opened = _protection.Open(apdu);
        var plain = XdlmsApdu.Decode(opened.Apdu, _options.Tolerance);
        if (plain is not DataNotification and not EventNotification && !_protection.IsOfLastRequest(opened)) return Stray();
        return Plain(plain, apdu, _protection.IsEnough(opened));
    }

    private SessionStep GeneralBlock(ReadOnlyMemory<byte> apdu)
    {
        var block = (GeneralBlockTransfer)XdlmsApdu.Decode(apdu, _options.Tolerance);
        if (_generalBlocks.Receive(block, out var whole) == GeneralBlockEvent.Complete) return ReceiveAny(whole, nested: true);
        return _generalBlocks.TrySend(out var next) ? new SessionStep(next!.Encode(), null) : default;
    }

    private SessionStep Plain(XdlmsApdu apdu, ReadOnlyMemory<byte> raw, bool isProtected)
    {
        switch (apdu)
        {
            case DataNotification or EventNotification or InformationReport:
                return Tell(new NotificationReceived(raw, apdu));
            case ExceptionResponse or ConfirmedServiceError:
                return Refused(apdu);
            case GetResponse or SetResponse or ActionResponse or AccessResponse or ReadResponse or WriteResponse:
                if (_protection.ProtectsServices && !isProtected && !_options.AcceptUnprotectedResponses)
                    throw new ProtectionException(ProtectionFailure.TooLittle, "a response with less protection than the association has");
                return Response(apdu);
            default:
                throw new ProtocolException($"{apdu.Tag} from a server");
        }
    }

    private SessionStep Response(XdlmsApdu response)
    {
        if (State == AssociationState.Authenticating) return _handshake.Proved(response) is { } proved ? Follow(proved) : Stray();
        if (State != AssociationState.Asking || _exchange!.Receive(response) is not { } step) return Stray();
        Move(step.Done ? AssociationStep.Answered : AssociationStep.Block);
        if (step.Done) _exchange = null;
        return new SessionStep(step.Send is null ? default : _protection.Protect(step.Send), step.Event);
    }

    private SessionStep Refused(XdlmsApdu refusal)
    {
        switch (State)
        {
            case AssociationState.Opening or AssociationState.Authenticating:
                Move(AssociationStep.Rejected);
                return Tell(new AssociationRejected(RejectionReason.Refused, Refusal: refusal));
            case AssociationState.Asking:
                Move(AssociationStep.Answered);
                var told = _exchange!.Refuse(refusal) ?? new ServiceRefused(refusal);
                _exchange = null;
                return Tell(told);
            case AssociationState.Releasing:
                Move(AssociationStep.Rejected);
                return Tell(new ServiceRefused(refusal));
            default:
                return Stray();
        }
    }

    /// <summary>Takes the step the handshake came to: open, rejected, or pass 3 to be sent.</summary>
    private SessionStep Follow(HandshakeStep step)
    {
        Move(step.Step);
        if (step.Rejected is { } rejected) return Tell(rejected);
        var granted = _handshake.Granted!;
        _conformance = granted.Conformance & _options.Conformance;
        _serverMaxPdu = granted.ServerMaxReceivePduSize;
        return step.Step == AssociationStep.AuthenticationRequired
            ? new SessionStep(_protection.Protect(_handshake.Proof(NextInvokeId())), null)
            : Tell(new Associated(_conformance, _serverMaxPdu));
    }

    /// <summary>Begins an exchange of any family of services.</summary>
    internal ReadOnlyMemory<byte> Ask(ClientExchange exchange)
    {
        Move(AssociationStep.Ask);
        _exchange = exchange;
        _generalBlocks.Reset();
        return _protection.Protect(exchange.First);
    }

    /// <summary>Protects a service that is not answered.</summary>
    internal ReadOnlyMemory<byte> Post(XdlmsApdu unconfirmed) => State == AssociationState.Associated
        ? _protection.Protect(unconfirmed)
        : throw new InvalidOperationException($"{unconfirmed.Tag} while {State}.");

    internal int MaxValueSize => _options.MaxValueSize;

    internal RequestLimits Limits => new(
        _serverMaxPdu == 0 ? int.MaxValue : _serverMaxPdu - _protection.Overhead,
        _conformance.HasFlag(Conformance.BlockTransferWithSetOrWrite),
        _conformance.HasFlag(Conformance.BlockTransferWithAction));

    private InvokeIdAndPriority NextInvokeId()
    {
        _invokeId = _options.FixedInvokeId ?? _invokeId % 15 + 1;
        return InvokeIdAndPriority.Of(_invokeId, confirmed: true, highPriority: true);
    }

    internal void Require(Conformance services)
    {
        if (State == AssociationState.Associated && (_conformance & services) != services)
            throw new InvalidOperationException($"Not agreed with the server: {string.Join(", ", (services & ~_conformance).ToNames())}.");
    }

    private SessionStep Stray()
    {
        StrayApdus++;
        return default;
    }

    private static SessionStep Tell(SessionEvent told) => new(default, told);

    private void Move(AssociationStep step) =>
        State = AssociationTable.Next(State, step) ?? throw new InvalidOperationException($"{step} while {State}.");
}
