using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>A service APDU that came in, out of its blocks and its protection.</summary>
/// <param name="Apdu">Decoded; null for protection that this association's keys do not fit: a push of somebody else.</param>
/// <param name="Raw">As it came, or as its blocks joined.</param>
/// <param name="IsProtected">Protected no less than what goes out.</param>
/// <param name="InGeneralBlocks">It came in general blocks.</param>
/// <param name="IsOfOtherRequest">It belongs to another transaction between parties than the last request.</param>
internal readonly record struct ReceivedApdu(
    XdlmsApdu? Apdu, ReadOnlyMemory<byte> Raw, bool IsProtected, bool InGeneralBlocks, bool IsOfOtherRequest = false);

/// <summary>Service APDUs of a client between the association and the channel: protection, longest APDU, general blocks.</summary>
internal sealed class ClientTransport(ClientOptions options, ClientProtection protection, ClientTolerances tolerances)
{
    private readonly GeneralBlockLink _blocks = new(options.MaxValueSize, options.GeneralBlockWindow);

    /// <summary>Services both sides have.</summary>
    public Conformance Conformance { get; set; }

    /// <summary>Longest APDU the server takes, in bytes; 0 for no limit.</summary>
    public int ServerMaxPdu { get; set; }

    /// <summary>What the server takes of a request before protection.</summary>
    public RequestLimits Limits => new(
        MaxSent == int.MaxValue ? int.MaxValue : MaxSent - protection.Overhead,
        Conformance.HasFlag(Conformance.BlockTransferWithSetOrWrite),
        Conformance.HasFlag(Conformance.BlockTransferWithAction),
        Conformance.HasFlag(Conformance.GeneralBlockTransfer));

    private int MaxSent
    {
        get
        {
            var advertised = ServerMaxPdu == 0 ? int.MaxValue : ServerMaxPdu;
            return options.MaxRequestSize is { } limit && limit < advertised ? limit : advertised;
        }
    }

    /// <summary>A new exchange begins, or the old one is given up.</summary>
    public void Reset() => _blocks.Reset();

    /// <summary>Makes a service APDU ready to send, in general blocks where it is too long: then more may follow by
    /// <see cref="TrySendNext"/>.</summary>
    /// <exception cref="InvalidOperationException">It is longer than the server takes, and general blocks were not agreed.</exception>
    public ReadOnlyMemory<byte> Send(XdlmsApdu apdu)
    {
        var bytes = protection.Protect(apdu);
        if (bytes.Length <= MaxSent)
        {
            if (MaxSent < ServerMaxPdu) tolerances.Note(nameof(ClientOptions.MaxRequestSize));
            return bytes;
        }
        if (!Conformance.HasFlag(Conformance.GeneralBlockTransfer)) throw RequestLimits.TooLong(MaxSent);
        _blocks.Begin(bytes.ToArray(), MaxSent);
        return TrySendNext(out var block) ? block : throw new InvalidOperationException("No block to begin with.");
    }

    /// <summary>Makes a service APDU ready to send that must go in one piece: its receiver says nothing.</summary>
    /// <exception cref="InvalidOperationException">It is longer than the server takes.</exception>
    public ReadOnlyMemory<byte> SendWhole(XdlmsApdu apdu)
    {
        var bytes = protection.Protect(apdu);
        return bytes.Length <= MaxSent ? bytes : throw RequestLimits.TooLong(MaxSent);
    }

    /// <summary>The next general block of the window, or an acknowledgement; false where the server is to be heard first.</summary>
    public bool TrySendNext(out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        if (!_blocks.IsActive || !_blocks.TrySend(out var block)) return false;
        apdu = block!.Encode();
        return true;
    }

    /// <summary>Nothing was heard: what is to be sent again; false where the transfer is not in general blocks.</summary>
    public bool TryRepeat(out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        return _blocks.IsActive && _blocks.Repeat() && TrySendNext(out apdu);
    }

    /// <summary>Takes an APDU in; false where it was a block that makes nothing whole, or a repetition.</summary>
    /// <param name="apdu">The APDU, not of ACSE.</param>
    /// <param name="received">What it is.</param>
    /// <param name="aborted">The server gave a transfer in general blocks up.</param>
    /// <exception cref="ProtocolException">Malformed, not authentic, or too long.</exception>
    /// <exception cref="InvocationCounterException">The counter is not above the last one.</exception>
    public bool TryReceive(ReadOnlyMemory<byte> apdu, out ReceivedApdu received, out bool aborted)
    {
        aborted = false;
        if ((ApduTag)apdu.Span[0] != ApduTag.GeneralBlockTransfer)
        {
            received = Open(apdu, inBlocks: false);
            return true;
        }
        received = default;
        CheckLength(apdu.Length);
        var block = (GeneralBlockTransfer)Decode(apdu);
        var outcome = _blocks.Receive(block, out var whole);
        aborted = outcome == GeneralBlockEvent.Aborted;
        if (outcome != GeneralBlockEvent.Complete) return false;
        if (whole.Span[0] == (byte)ApduTag.GeneralBlockTransfer) throw new ProtocolException("general blocks within general blocks");
        received = Open(whole, inBlocks: true);
        // A push in between must not end the transfer it came into.
        if (received.Apdu is null or DataNotification or EventNotification or InformationReport) _blocks.ForgetReceived();
        else _blocks.Reset();
        return true;
    }

    /// <summary>Checks that an answer is protected as the association is.</summary>
    /// <exception cref="ProtocolException">It is not, and no option bears that.</exception>
    public void CheckProtection(in ReceivedApdu received)
    {
        if (!protection.ProtectsServices || received.IsProtected) return;
        if (!options.AcceptUnprotectedResponses)
            throw new ProtectionException(ProtectionFailure.TooLittle, "a response with less protection than the association has");
        tolerances.Note(nameof(ClientOptions.AcceptUnprotectedResponses));
    }

    /// <summary>Checks that the server keeps to what was agreed in an answer.</summary>
    /// <param name="received">The answer.</param>
    /// <param name="uses">Services it makes use of.</param>
    /// <exception cref="ProtocolException">It does not, and no option bears that.</exception>
    public void CheckAgreed(in ReceivedApdu received, Conformance uses)
    {
        if (received.InGeneralBlocks) uses |= Conformance.GeneralBlockTransfer;
        else CheckLength(received.Raw.Length);
        if ((uses & ~Conformance) == Conformance.None) return;
        if (!options.AcceptUnagreedServices)
            throw new ProtocolException($"a response by services not agreed: {string.Join(", ", (uses & ~Conformance).ToNames())}");
        tolerances.Note(nameof(ClientOptions.AcceptUnagreedServices));
    }

    private void CheckLength(int length)
    {
        if (options.MaxPduSize == 0 || length <= options.MaxPduSize) return;
        if (!options.AcceptLongResponses)
            throw new ProtocolException($"an APDU of {length} bytes where the client takes {options.MaxPduSize}");
        tolerances.Note(nameof(ClientOptions.AcceptLongResponses));
    }

    private ReceivedApdu Open(ReadOnlyMemory<byte> apdu, bool inBlocks)
    {
        var tag = (ApduTag)apdu.Span[0];
        if (!AssociationCiphering.IsProtected(tag)) return new ReceivedApdu(Decode(apdu), apdu, false, inBlocks);
        var expected = protection.IsCiphered && (options.GeneralProtection || options.Party is not null);
        if (expected || tag.IsServiceSpecificCiphered()) return Opened(apdu, inBlocks);
        // General protection may hold an answer or, from anybody on the same socket, a push.
        try
        {
            if (protection.IsCiphered) return Opened(apdu, inBlocks);
        }
        catch (Exception e) when (e is ProtocolException or InvocationCounterException)
        {
            // The push of somebody else, told as it came.
        }
        return new ReceivedApdu(null, apdu, false, inBlocks);
    }

    private ReceivedApdu Opened(ReadOnlyMemory<byte> apdu, bool inBlocks)
    {
        var opened = protection.Open(apdu);
        return new ReceivedApdu(
            Decode(opened.Apdu), apdu, protection.IsEnough(opened), inBlocks, !protection.IsOfLastRequest(opened));
    }

    private XdlmsApdu Decode(ReadOnlyMemory<byte> apdu)
    {
        var decoded = XdlmsApdu.Decode(apdu, options.Tolerance, out var borne);
        if (borne != ApduTolerance.None) tolerances.Note(borne);
        return decoded;
    }
}
