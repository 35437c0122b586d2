using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>One client's association on one connection, seen from the server: APDU in, APDU out.</summary>
/// <remarks>Whatever a client sends is answered or passed over; nothing a client sends throws. What may come when is
/// <see cref="ServerAssociationTable"/>. Not for use by two threads at once.</remarks>
public sealed class ServerAssociation : IDisposable
{
    private readonly AssociationSettings _settings;
    private readonly ReadOnlyMemory<byte> _ownTitle;
    private readonly ServerTerms _terms = new();
    private readonly ServerServices _services;
    private readonly ServerProtection? _protection;
    private ServerHandshake? _handshake;
    private ServerBlocks? _blocks;
    private bool _byBlocks;

    /// <summary>An association that is not open, or open from the start where it is pre-established.</summary>
    public ServerAssociation(LogicalDevice device, AssociationSettings settings)
    {
        _settings = settings;
        _ownTitle = settings.Security?.ServerTitle ?? device.SystemTitle;
        _services = new ServerServices(device, settings, _terms);
        if (settings.Security is { } security) _protection = new ServerProtection(settings, security, _ownTitle);
        if (settings.IsPreEstablished) _terms.State = ServerAssociationState.PreEstablished;
        Reset();
    }

    /// <summary>Where the association stands.</summary>
    public ServerAssociationState State => _terms.State;

    /// <summary>Services agreed.</summary>
    public Conformance Conformance => _terms.Conformance;

    /// <summary>Ends the association: the connection is gone.</summary>
    public void Reset()
    {
        Forget();
        Move(ServerAssociationEvent.LinkLost);
    }

    /// <inheritdoc/>
    public void Dispose() => _protection?.Dispose();

    /// <summary>Serves one APDU. Empty where nothing is to be answered. The answer is the caller's.</summary>
    /// <remarks>Call <see cref="WriteNext"/> after it: a streamed answer has several APDUs.</remarks>
    public ReadOnlyMemory<byte> Handle(ReadOnlyMemory<byte> apdu)
    {
        var output = ScratchBuffer.Rent();
        try
        {
            return Handle(apdu, output) ? output.WrittenSpan.ToArray() : default(ReadOnlyMemory<byte>);
        }
        finally
        {
            ScratchBuffer.Return(output);
        }
    }

    /// <summary>Serves one APDU.</summary>
    /// <param name="apdu">The request; not needed any more when this returns.</param>
    /// <param name="output">Where the answer goes: one APDU. <see cref="WriteNext"/> has what follows it.</param>
    /// <returns>False where nothing is to be answered, and nothing was written.</returns>
    public bool Handle(ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        if (apdu.IsEmpty) return false;
        var answer = ScratchBuffer.Rent();
        try
        {
            _byBlocks = IsBlock(apdu.Span);
            if (!_byBlocks)
            {
                _blocks?.Reset();
                Take(apdu, answer);
            }
            else if (TryJoin(apdu, answer, out var joined))
            {
                Take(joined, answer);
            }
            else if (answer.WrittenCount == 0)
            {
                return WriteNext(output);
            }
            return Send(answer, output);
        }
        finally
        {
            ScratchBuffer.Return(answer);
        }
    }

    /// <summary>Writes the next APDU of an answer that streams; false where there is none before the client is heard again.</summary>
    /// <param name="output">Where it goes: one APDU.</param>
    public bool WriteNext(IBufferWriter<byte> output) => _blocks is not null && _blocks.WriteNext(output);

    private ServerBlocks Blocks => _blocks ??= new ServerBlocks(_settings.MaxValueSize, _settings.GeneralBlockWindow);

    private bool IsBlock(ReadOnlySpan<byte> apdu) => (ApduTag)apdu[0] == ApduTag.GeneralBlockTransfer
        && _terms.Agreed(Conformance.GeneralBlockTransfer) && (_settings.MaxPduSize == 0 || apdu.Length <= _settings.MaxPduSize)
        && ServerAssociationTable.Find(State, ServerAssociationEvent.PlainService)!.Value.Reaction == ServerReaction.Serve;

    /// <summary>Takes a block in; true where a request is whole. Neither blocks within blocks nor AARQ and RLRQ go that way.</summary>
    private bool TryJoin(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer, out ReadOnlyMemory<byte> joined)
    {
        try
        {
            if (!Blocks.TryJoin(apdu, out joined)) return false;
            if ((ApduTag)joined.Span[0] is ApduTag.GeneralBlockTransfer or ApduTag.AssociationRequest or ApduTag.ReleaseRequest)
                throw new ProtocolException("an APDU that does not go in blocks");
            return true;
        }
        catch (ProtocolException)
        {
            joined = default;
            _blocks!.Reset();
            _byBlocks = false;
            Refuse(answer, ServerRefusals.Other);
            return false;
        }
    }

    /// <summary>Sends an answer as it is, or begins to send it in general blocks: where the request came so, or where it does
    /// not fit.</summary>
    private bool Send(ArrayBufferWriter<byte> answer, IBufferWriter<byte> output)
    {
        if (answer.WrittenCount == 0) return false;
        var isService = (ApduTag)answer.WrittenSpan[0] is not (ApduTag.AssociationResponse or ApduTag.ReleaseResponse);
        var tooLong = isService && answer.WrittenCount > MaxAnswerPdu;
        if (_byBlocks || (tooLong && _terms.Agreed(Conformance.GeneralBlockTransfer)))
        {
            if (Blocks.TryBegin(answer.WrittenSpan, MaxAnswerPdu, _byBlocks)) return WriteNext(output);
        }
        output.Write(tooLong ? ServerRefusals.PduTooLong : answer.WrittenSpan);
        return true;
    }

    /// <summary>Makes a report of attributes to a client that refers by short names, to be sent unasked; protected where the context
    /// is ciphered. What the client may not read, or has no short name, is left out.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="time">The time as it goes on the wire (GeneralizedTime characters or a date-time); null for none.</param>
    /// <returns>Empty where the association is not open, the service was not agreed, nothing is left, or it is longer than the client
    /// takes.</returns>
    public ReadOnlyMemory<byte> InformationReport(IEnumerable<CosemAttributeDescriptor> attributes, ReadOnlyMemory<byte>? time = null)
    {
        if (!_settings.UsesShortNames || State is not (ServerAssociationState.Associated or ServerAssociationState.PreEstablished))
            return default;
        _services.Objects.Begin(_terms.CanProtect);
        if (_services.ShortNames.Report(attributes, time) is not { } report) return default;
        var output = new ArrayBufferWriter<byte>();
        var required = new MessageProtection(true, true) | _services.Objects.Required;
        var applied = _settings.IsCiphered ? _protection!.OfAnswer(null, required) : null;
        if (applied is null) report.WriteTo(output);
        else _protection!.Protect(report.Encode(), applied, output);
        return output.WrittenCount <= MaxAnswerPdu ? output.WrittenMemory : default;
    }

    private int MaxAnswerPdu => Math.Min(
        _terms.ClientMaxPdu == 0 ? ushort.MaxValue : _terms.ClientMaxPdu,
        _settings.MaxPduSize == 0 ? ushort.MaxValue : _settings.MaxPduSize);

    private void Take(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        try
        {
            var tag = (ApduTag)apdu.Span[0];
            switch (ServerAssociationTable.Find(State, EventOf(tag))!.Value.Reaction)
            {
                case ServerReaction.Open:
                    Open(apdu, answer);
                    break;
                case ServerReaction.Release:
                    if (!(_handshake ?? NewHandshake()).Release(apdu, answer)) break;
                    Forget();
                    Move(ServerAssociationEvent.Released);
                    break;
                case ServerReaction.Authenticate or ServerReaction.Serve:
                    Service(tag, apdu, answer);
                    break;
                case ServerReaction.Refuse:
                    answer.Write(ServerRefusals.NotPossible);
                    break;
                default:
                    break;
            }
        }
        catch (InvocationCounterException e)
        {
            Refuse(answer, ServerRefusals.Counter(e.Expected));
        }
        catch (Exception e) when (e is ProtocolException or InvocationCounterUsedUpException)
        {
            Refuse(answer, ServerRefusals.Other);
        }
    }

    private static ServerAssociationEvent EventOf(ApduTag tag) => tag switch
    {
        ApduTag.AssociationRequest => ServerAssociationEvent.AssociationRequest,
        ApduTag.ReleaseRequest => ServerAssociationEvent.ReleaseRequest,
        ApduTag.AssociationResponse or ApduTag.ReleaseResponse => ServerAssociationEvent.ServerMessage,
        _ => AssociationCiphering.IsProtected(tag) ? ServerAssociationEvent.ProtectedService : ServerAssociationEvent.PlainService,
    };

    private static bool IsGeneral(ApduTag tag) =>
        tag is ApduTag.GeneralGloCiphering or ApduTag.GeneralDedCiphering or ApduTag.GeneralCiphering or ApduTag.GeneralSigning;

    private void Open(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        Reset();
        _handshake = NewHandshake();
        var verdict = _handshake.Judge(apdu, answer);
        Move(verdict);
        if (verdict == ServerAssociationEvent.Rejected) Forget();
        if (verdict != ServerAssociationEvent.Challenged) _handshake = null;
    }

    private void Service(ApduTag tag, ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        if (!_byBlocks && _settings.MaxPduSize > 0 && apdu.Length > _settings.MaxPduSize)
            answer.Write(ServerRefusals.PduTooLong);
        else if (IsGeneral(tag) && !_terms.Agreed(Conformance.GeneralProtection))
            answer.Write(ServerRefusals.NotSupported);
        else if (AssociationCiphering.IsProtected(tag))
            Protected(apdu, answer);
        else if (_protection is { RequiredOfRequests.IsNone: false })
            answer.Write(ServerRefusals.Other);
        else
            Answer(apdu, null, answer);
    }

    private void Protected(ReadOnlyMemory<byte> apdu, ArrayBufferWriter<byte> answer)
    {
        Unprotected opened;
        try
        {
            opened = (_protection ?? throw new ProtocolException("a ciphered APDU in an association without ciphering")).Open(apdu);
        }
        catch (ProtocolException)
        {
            answer.Write(ServerRefusals.Deciphering);
            return;
        }
        if (opened.Strength.Covers(_protection.RequiredOfRequests)) Answer(opened.Apdu, opened.Protection, answer);
        else answer.Write(ServerRefusals.Other);
    }

    /// <summary>Serves what was plain or has been opened, and protects the answer as is due.</summary>
    private void Answer(ReadOnlyMemory<byte> plain, AppliedProtection? request, ArrayBufferWriter<byte> answer)
    {
        var served = ScratchBuffer.Rent();
        try
        {
            Serve(plain, request, served);
            if (served.WrittenCount == 0) return;
            // Refusals of the whole APDU go in the clear, as everybody sends and expects them.
            var isRefusal = (ApduTag)served.WrittenSpan[0] == ApduTag.ExceptionResponse;
            if (isRefusal || _protection is null) answer.Write(served.WrittenSpan);
            else _protection.Protect(served.WrittenSpan, _protection.OfAnswer(request, _services.Objects.Required), answer);
        }
        finally
        {
            ScratchBuffer.Return(served);
            _protection?.Settle();
        }
    }

    private void Serve(ReadOnlyMemory<byte> plain, AppliedProtection? request, ArrayBufferWriter<byte> served)
    {
        XdlmsApdu decoded;
        try
        {
            decoded = XdlmsApdu.Decode(plain);
        }
        catch (ProtocolException)
        {
            served.Write(ServerRefusals.Other);
            return;
        }
        var protection = request?.Strength ?? MessageProtection.None;
        if (State != ServerAssociationState.Pending)
        {
            _services.Serve(decoded, protection, Limit(request), served);
            return;
        }
        _services.Objects.Begin(protection);
        if (_handshake!.Prove(decoded, served) is not { } verdict) return;
        Move(verdict);
        _handshake = null;
    }

    private AnswerLimit Limit(AppliedProtection? request)
    {
        if (_byBlocks) return new AnswerLimit(_settings.MaxAnswerSize, true, _settings.MaxAnswerSize);
        var size = MaxAnswerPdu - (_protection?.Overhead(MaxAnswerPdu, request) ?? 0);
        return new AnswerLimit(size, _terms.Agreed(Conformance.GeneralBlockTransfer), _settings.MaxAnswerSize);
    }

    private ServerHandshake NewHandshake() => new(_settings, _terms, _protection, _ownTitle);

    private static void Refuse(ArrayBufferWriter<byte> answer, ReadOnlySpan<byte> refusal)
    {
        answer.ResetWrittenCount();
        answer.Write(refusal);
    }

    /// <summary>Forgets transfers, keys and terms; a pre-established association has them from its settings.</summary>
    private void Forget()
    {
        _services.Forget();
        (_handshake, _blocks, _byBlocks) = (null, null, false);
        (_terms.Conformance, _terms.ClientMaxPdu, _terms.UserId, _terms.ClientTitle) = (Conformance.None, 0, null, default);
        _protection?.End();
        if (!_settings.IsPreEstablished) return;
        _terms.Conformance = _settings.Conformance;
        if (_protection is null) return;
        _protection.Begin(_settings.Security!.ClientTitle);
        _terms.CanProtect = _protection.CanProtect;
    }

    private void Move(ServerAssociationEvent happened) =>
        _terms.State = ServerAssociationTable.Find(State, happened) is { } moved ? moved.Next
            : throw new InvalidOperationException($"{happened} in {State}.");
}
