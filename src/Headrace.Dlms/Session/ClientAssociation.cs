using System.Buffers;
using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>One association seen from the client: APDUs in, APDUs out. Framing is outside, time-outs are the caller's.</summary>
/// <remarks>
/// One request at a time. What <see cref="Receive"/> returns to be sent is sent at once. After a <see cref="ProtocolException"/> the
/// association is over and the link is to be closed. Not for use by two threads at once.
/// </remarks>
public sealed class ClientAssociation : IDisposable
{
    private const sbyte ReplyToHls = 1;
    private const ushort AssociationClass = 15;
    private static readonly LogicalName CurrentAssociation = new(0, 0, 40, 0, 0, 255);

    private readonly ClientOptions _options;
    private readonly SecurityKeys _keys;
    private readonly AssociationCiphering? _ciphering;
    private readonly GeneralBlockReassembly _generalBlocks;
    private HighLevelProof? _proof;
    private byte[] _challenge = [];
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
        (_options, _keys) = (options, keys);
        _generalBlocks = new GeneralBlockReassembly(options.MaxValueSize);
        if (!HighLevelProof.Supports(options.Authentication))
            throw new ArgumentException($"Mechanism {options.Authentication} is not supported.", nameof(options));
        var needsTitle = IsCiphered
            || options.Authentication is AuthenticationMechanism.HighLevelGmac or AuthenticationMechanism.HighLevelSha256;
        if (needsTitle && options.SystemTitle.Length != ApduCipher.SystemTitleSize)
            throw new ArgumentException("A system title of eight bytes is needed.", nameof(options));
        if (!IsCiphered && options.Authentication != AuthenticationMechanism.HighLevelGmac) return;
        var counter = options.InvocationCounter ?? throw new ArgumentException("An invocation counter is needed.", nameof(options));
        _ciphering = new AssociationCiphering(keys, options.Protection.Suite, options.SystemTitle, () => counter(),
            new ReceivedCounter(options.LastReceivedCounter));
    }

    /// <summary>Where the association stands.</summary>
    public AssociationState State { get; private set; }

    /// <summary>The services both sides have; none before the association is open.</summary>
    public Conformance Conformance => _conformance;

    /// <summary>Longest APDU the server takes, in bytes; 0 for no limit.</summary>
    public int ServerMaxPduSize => _serverMaxPdu;

    /// <summary>The server's system title; empty before it is known.</summary>
    public ReadOnlyMemory<byte> ServerSystemTitle { get; private set; }

    /// <summary>The last counter accepted from the server under the global key, to be kept for the next association.</summary>
    public uint? LastReceivedCounter => _ciphering?.Received.Last;

    /// <summary>Answers that came too late, twice, or to nothing, and were dropped.</summary>
    public long StrayApdus { get; private set; }

    private bool IsCiphered => _options.Ciphering != ClientCiphering.None;

    private bool ProtectsServices => IsCiphered && (_options.Protection.Authenticated || _options.Protection.Encrypted);

    private ApplicationContext Context => IsCiphered ? ApplicationContext.LogicalNamesCiphered : ApplicationContext.LogicalNames;

    private CipheringForm Form => (_options.Ciphering, _options.GeneralProtection) switch
    {
        (ClientCiphering.Dedicated, false) => CipheringForm.Dedicated,
        (ClientCiphering.Dedicated, true) => CipheringForm.GeneralDedicated,
        (_, true) => CipheringForm.GeneralGlobal,
        _ => CipheringForm.Global,
    };

    /// <summary>Opens: the AARQ to send.</summary>
    public ReadOnlyMemory<byte> Open()
    {
        Move(AssociationStep.Open);
        ServerSystemTitle = _options.ServerSystemTitle;
        if (_ciphering is not null) _ciphering.PeerTitle = ServerSystemTitle;
        var authentication = _options.Authentication switch
        {
            AuthenticationMechanism.Lowest => ReadOnlyMemory<byte>.Empty,
            AuthenticationMechanism.LowLevel => _keys.Secret.ToArray(),
            _ => _challenge = _options.Challenge.IsEmpty ? RandomNumberGenerator.GetBytes(16) : _options.Challenge.ToArray(),
        };
        var title = _options.SystemTitle.IsEmpty ? (ReadOnlyMemory<byte>?)null : _options.SystemTitle;
        var output = new ArrayBufferWriter<byte>();
        AssociationRequest.Create(Context, _options.Authentication, title, authentication, UserInformation(withKey: true)).WriteTo(output);
        return output.WrittenMemory;
    }

    /// <summary>Reads one attribute.</summary>
    /// <param name="attribute">The attribute; 0 for all of the object, where that was agreed.</param>
    /// <param name="selection">A part of it, or null.</param>
    /// <param name="streaming">Tell every block by <see cref="BlockReceived"/> as it comes, and do not keep it.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Get(CosemAttributeDescriptor attribute, SelectiveAccess? selection = null, bool streaming = false)
    {
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
        Require(Conformance.Get | Conformance.MultipleReferences);
        if (attributes.Any(a => a.Selection is not null)) Require(Conformance.SelectiveAccess);
        return Ask(new GetExchange(NextInvokeId(), attributes, true, false, _options.MaxValueSize));
    }

    /// <summary>Writes one attribute, in blocks where it is long.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(CosemAttributeDescriptor attribute, CosemData value, SelectiveAccess? selection = null)
    {
        Require(Conformance.Set);
        return Ask(new SetExchange(NextInvokeId(), [new AttributeSelection(attribute, selection)], [value], false, Limits));
    }

    /// <summary>Writes several attributes, in blocks where they are long.</summary>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Set(IReadOnlyList<AttributeSelection> attributes, IReadOnlyList<CosemData> values)
    {
        Require(Conformance.Set | Conformance.MultipleReferences);
        return Ask(new SetExchange(NextInvokeId(), attributes, values, true, Limits));
    }

    /// <summary>Invokes a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameter">Its parameter; null sends none.</param>
    /// <returns>The request to send.</returns>
    public ReadOnlyMemory<byte> Action(CosemMethodDescriptor method, CosemData? parameter = null)
    {
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
    public void GiveUp()
    {
        Move(AssociationStep.GiveUp);
        _exchange = null;
        _generalBlocks.Reset();
    }

    /// <summary>Releases: the RLRQ to send. <see cref="AssociationReleased"/> follows, or silence with many meters.</summary>
    public ReadOnlyMemory<byte> Release()
    {
        Move(AssociationStep.Release);
        var output = new ArrayBufferWriter<byte>();
        new ReleaseRequest(ReleaseReason.Normal, IsCiphered ? UserInformation(withKey: false)
            : (ReadOnlyMemory<byte>?)null).WriteTo(output);
        return output.WrittenMemory;
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
            throw new ProtocolException("received " + e.Message);
        }
        catch (ProtocolException)
        {
            Abort();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ciphering?.Dispose();

    private SessionStep ReceiveAny(ReadOnlyMemory<byte> apdu, bool nested)
    {
        if (apdu.IsEmpty) throw new ProtocolException("an empty APDU");
        var tag = (ApduTag)apdu.Span[0];
        switch (tag)
        {
            case ApduTag.AssociationResponse when State == AssociationState.Opening:
                return AssociationAnswered(AssociationResponse.Parse(apdu, _options.AcseTolerance));
            case ApduTag.ReleaseResponse when State == AssociationState.Releasing:
                Move(AssociationStep.Released);
                return Tell(new AssociationReleased());
            case ApduTag.AssociationResponse or ApduTag.ReleaseResponse:
                return Stray();
            case ApduTag.GeneralBlockTransfer when !nested:
                return GeneralBlock(apdu);
            case ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering:
                return General(apdu);
            case ApduTag.GeneralCiphering or ApduTag.GeneralSigning:
                return Tell(new NotificationReceived(apdu, null));
        }
        if (!tag.IsServiceSpecificCiphered()) return Plain(XdlmsApdu.Decode(apdu, _options.Tolerance), apdu, isProtected: false);
        if (_ciphering is null || !IsCiphered) throw new ProtocolException("a ciphered APDU in an association without ciphering");
        var opened = _ciphering.Unprotect(apdu, _options.Tolerance);
        return Plain(XdlmsApdu.Decode(opened.Apdu, _options.Tolerance), apdu, IsEnough(opened.Control));
    }

    /// <summary>General protection may hold an answer or, from anybody on the same socket, a push.</summary>
    private SessionStep General(ReadOnlyMemory<byte> apdu)
    {
        try
        {
            if (_ciphering is null || !IsCiphered) return Tell(new NotificationReceived(apdu, null));
            var opened = _ciphering.Unprotect(apdu, _options.Tolerance);
            return Plain(XdlmsApdu.Decode(opened.Apdu, _options.Tolerance), apdu, IsEnough(opened.Control));
        }
        catch (Exception e) when (e is ProtocolException or InvocationCounterException && !_options.GeneralProtection)
        {
            return Tell(new NotificationReceived(apdu, null));
        }
    }

    private SessionStep GeneralBlock(ReadOnlyMemory<byte> apdu)
    {
        var block = (GeneralBlockTransfer)XdlmsApdu.Decode(apdu, _options.Tolerance);
        if (_generalBlocks.TryAdd(block, out var whole, out var acknowledgement)) return ReceiveAny(whole, nested: true);
        return new SessionStep(acknowledgement?.Encode() ?? ReadOnlyMemory<byte>.Empty, null);
    }

    private SessionStep Plain(XdlmsApdu apdu, ReadOnlyMemory<byte> raw, bool isProtected)
    {
        switch (apdu)
        {
            case DataNotification or EventNotification or InformationReport:
                return Tell(new NotificationReceived(raw, apdu));
            case ExceptionResponse or ConfirmedServiceError:
                return Refused(apdu);
            case GetResponse or SetResponse or ActionResponse:
                if (ProtectsServices && !isProtected && !_options.AcceptUnprotectedResponses)
                    throw new ProtocolException("a response with less protection than the association has");
                return Response(apdu);
            default:
                throw new ProtocolException($"{apdu.Tag} from a server");
        }
    }

    private SessionStep Response(XdlmsApdu response)
    {
        if (State == AssociationState.Authenticating && response is ActionResponse action) return ServerProof(action);
        if (State != AssociationState.Asking || _exchange!.Receive(response) is not { } step) return Stray();
        Move(step.Done ? AssociationStep.Answered : AssociationStep.Block);
        if (step.Done) _exchange = null;
        return new SessionStep(step.Send is null ? default : Protect(step.Send), step.Event);
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
                _exchange = null;
                return Tell(new ServiceRefused(refusal));
            case AssociationState.Releasing:
                Move(AssociationStep.Rejected);
                return Tell(new ServiceRefused(refusal));
            default:
                return Stray();
        }
    }

    private SessionStep AssociationAnswered(AssociationResponse response)
    {
        if (response.RespondingApTitle is { Length: ApduCipher.SystemTitleSize } title && ServerSystemTitle.IsEmpty) LearnTitle(title);
        var initiate = response.UserInformation is { IsEmpty: false } information ? Initiate(information) : null;
        if (response.Result != AssociationResult.Accepted)
        {
            return Reject(AssociationStep.Rejected,
                new AssociationRejected(RejectionReason.Rejected, (int)response.Result, response.Diagnostic.Value,
                    initiate as ConfirmedServiceError));
        }
        var isHigh = _options.Authentication >= AuthenticationMechanism.HighLevelManufacturer;
        if (!Accepts(response, initiate, isHigh)) return Reject(AssociationStep.Rejected,
            new AssociationRejected(RejectionReason.UnacceptableTerms));
        var granted = (InitiateResponse)initiate!;
        _conformance = granted.Conformance & _options.Conformance;
        _serverMaxPdu = granted.ServerMaxReceivePduSize;
        if (!isHigh)
        {
            Move(AssociationStep.Accepted);
            return Tell(new Associated(_conformance, _serverMaxPdu));
        }
        _proof = new HighLevelProof(
            _options.Authentication, _keys, _ciphering, _options.SystemTitle, ServerSystemTitle, _challenge,
                response.RespondingAuthenticationValue!.Value.ToArray());
        Move(AssociationStep.AuthenticationRequired);
        var request = new ActionRequestNormal(
            NextInvokeId(), new CosemMethodDescriptor(AssociationClass, CurrentAssociation, ReplyToHls),
                CosemData.OctetString(_proof.Compute()));
        return new SessionStep(Protect(request), null);
    }

    /// <summary>What must hold of an AARE that accepts: the context asked for, a title where one is needed, a challenge of the server's
    /// own.</summary>
    private bool Accepts(AssociationResponse response, XdlmsApdu? initiate, bool isHigh)
    {
        if (initiate is not InitiateResponse granted) return false;
        var otherContext = response.ApplicationContext != Context;
        if (otherContext && !_options.AcseTolerance.HasFlag(AcseTolerance.OtherContext)) return false;
        if ((granted.Conformance & _options.Conformance) == Conformance.None) return false;
        if (granted.VaaName != InitiateResponse.LogicalNames || granted.NegotiatedDlmsVersion != InitiateRequest.DlmsVersion) return false;
        if (response.RespondingApTitle is { } title && !_options.ServerSystemTitle.IsEmpty
            && !title.Span.SequenceEqual(_options.ServerSystemTitle.Span)) return false;
        if (_ciphering is not null && ServerSystemTitle.IsEmpty) return false;
        if (!isHigh) return true;
        return response.RespondingAuthenticationValue is { } challenge
            && challenge.Length is >= HighLevelProof.MinChallenge and <= HighLevelProof.MaxChallenge
            && !challenge.Span.SequenceEqual(_challenge);
    }

    /// <summary>
    /// InitiateResponse or ConfirmedServiceError, in whatever protection the server chose. Its terms are conformance and PDU size only:
    /// with high-level authentication the server proves itself in pass 4 and services keep their protection, so it may be plain.
    /// </summary>
    private XdlmsApdu? Initiate(ReadOnlyMemory<byte> information)
    {
        var tag = (ApduTag)information.Span[0];
        if (tag == ApduTag.ConfirmedServiceError) return XdlmsApdu.Decode(information);
        var mayBePlain = _options.AcceptUnprotectedResponses || _options.Authentication >= AuthenticationMechanism.HighLevelManufacturer;
        if (tag == ApduTag.InitiateResponse) return IsCiphered && !mayBePlain ? null : XdlmsApdu.Decode(information);
        if (_ciphering is null || !IsCiphered) return null;
        var opened = _ciphering.Unprotect(information, _options.Tolerance);
        return IsEnough(opened.Control) || mayBePlain ? XdlmsApdu.Decode(opened.Apdu) : null;
    }

    private SessionStep ServerProof(ActionResponse response)
    {
        if (response is not ActionResponseNormal { Outcome: var outcome })
            throw new ProtocolException("pass 4 is no action-response-normal");
        if (outcome.Result != ActionResult.Success)
        {
            return Reject(AssociationStep.ServerFailed,
                new AssociationRejected(RejectionReason.ClientNotAuthenticated, Diagnostic: (int)UserDiagnostic.AuthenticationFailure));
        }
        var proof = outcome.ReturnParameters?.Data;
        var proved = proof is { Tag: CosemTag.OctetString }
            ? _proof!.Verify(proof.AsOctets().Span)
            : proof is null && _options.AcceptMissingServerProof;
        if (!proved) return Reject(AssociationStep.ServerFailed, new AssociationRejected(RejectionReason.ServerNotAuthenticated));
        Move(AssociationStep.ServerProved);
        return Tell(new Associated(_conformance, _serverMaxPdu));
    }

    private ReadOnlyMemory<byte> UserInformation(bool withKey)
    {
        byte[]? dedicated = null;
        if (withKey && _options.Ciphering == ClientCiphering.Dedicated)
        {
            dedicated = _keys.Dedicated?.ToArray() ?? RandomNumberGenerator.GetBytes(ApduCipher.KeySize(_options.Protection.Suite));
            _ciphering!.UseDedicatedKey(dedicated);
        }
        var initiate = new InitiateRequest(_options.Conformance, _options.MaxPduSize, dedicated is null ? (ReadOnlyMemory<byte>?)null
            : dedicated).Encode();
        CryptographicOperations.ZeroMemory(dedicated);
        if (!IsCiphered) return initiate;
        var ciphered = _ciphering!.Protect(initiate, CipheringForm.Global, _options.InitiateProtection ?? _options.Protection);
        CryptographicOperations.ZeroMemory(initiate);
        return ciphered;
    }

    private ReadOnlyMemory<byte> Ask(ClientExchange exchange)
    {
        Move(AssociationStep.Ask);
        _exchange = exchange;
        return Protect(exchange.First);
    }

    private ReadOnlyMemory<byte> Protect(XdlmsApdu apdu) =>
        ProtectsServices ? _ciphering!.Protect(apdu.Encode(), Form, _options.Protection) : apdu.Encode();

    private RequestLimits Limits => new(
        _serverMaxPdu == 0 ? int.MaxValue : _serverMaxPdu - (ProtectsServices ? AssociationCiphering.Overhead : 0),
        _conformance.HasFlag(Conformance.BlockTransferWithSetOrWrite),
        _conformance.HasFlag(Conformance.BlockTransferWithAction));

    private bool IsEnough(SecurityControl received) =>
        (received.Authenticated || !_options.Protection.Authenticated) && (received.Encrypted || !_options.Protection.Encrypted);

    private void LearnTitle(ReadOnlyMemory<byte> title)
    {
        ServerSystemTitle = title.ToArray();
        if (_ciphering is not null) _ciphering.PeerTitle = ServerSystemTitle;
    }

    private InvokeIdAndPriority NextInvokeId()
    {
        _invokeId = _options.FixedInvokeId ?? _invokeId % 15 + 1;
        return InvokeIdAndPriority.Of(_invokeId, confirmed: true, highPriority: true);
    }

    private void Require(Conformance services)
    {
        if (State == AssociationState.Associated && (_conformance & services) != services)
            throw new InvalidOperationException($"Not agreed with the server: {string.Join(", ", (services & ~_conformance).ToNames())}.");
    }

    private SessionStep Reject(AssociationStep step, AssociationRejected told)
    {
        Move(step);
        return Tell(told);
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
