namespace Headrace.Dlms.Hdlc;

/// <summary>The kinds of frame of IEC 62056-46, 6.4.3.</summary>
public enum HdlcFrameType
{
    /// <summary>A control byte that DLMS does not use.</summary>
    Unknown,

    /// <summary>I: numbered information.</summary>
    Information,

    /// <summary>RR: ready, acknowledges.</summary>
    ReceiveReady,

    /// <summary>RNR: acknowledges, and asks for a pause.</summary>
    ReceiveNotReady,

    /// <summary>SNRM: the client opens the link.</summary>
    SetNormalResponseMode,

    /// <summary>DISC: the client closes the link.</summary>
    Disconnect,

    /// <summary>UA: yes to SNRM or DISC.</summary>
    UnnumberedAcknowledge,

    /// <summary>DM: no link is open.</summary>
    DisconnectedMode,

    /// <summary>FRMR: a frame broke the procedure.</summary>
    FrameReject,

    /// <summary>UI: information outside of any sequence: pushes and broadcasts.</summary>
    UnnumberedInformation,
}

/// <summary>The control byte of a frame (IEC 62056-46, 6.4.3): <c>rrr P sss 0</c> for I, <c>rrr P 0001</c> for RR, <c>rrr P 0101</c> for
/// RNR.</summary>
/// <param name="Value">The byte on the wire.</param>
public readonly record struct HdlcControl(byte Value)
{
    private const byte PollFinalBit = 0x10;

    /// <summary>What kind of frame it is.</summary>
    public HdlcFrameType Type => (Value & 1) == 0
        ? HdlcFrameType.Information
        : (Value & 0x0F) switch
        {
            0x01 => HdlcFrameType.ReceiveReady,
            0x05 => HdlcFrameType.ReceiveNotReady,
            _ => (Value & ~PollFinalBit) switch
            {
                0x83 => HdlcFrameType.SetNormalResponseMode,
                0x43 => HdlcFrameType.Disconnect,
                0x63 => HdlcFrameType.UnnumberedAcknowledge,
                0x0F => HdlcFrameType.DisconnectedMode,
                0x87 => HdlcFrameType.FrameReject,
                0x03 => HdlcFrameType.UnnumberedInformation,
                _ => HdlcFrameType.Unknown,
            },
        };

    /// <summary>The poll (client) or final (server) bit: the turn to speak goes to the peer.</summary>
    public bool PollFinal => (Value & PollFinalBit) != 0;

    /// <summary>N(S), 0..7: the number of an I frame.</summary>
    public int SendSequence => (Value >> 1) & 7;

    /// <summary>N(R), 0..7: the number of the I frame expected next, in I, RR and RNR.</summary>
    public int ReceiveSequence => Value >> 5;

    /// <summary>An I frame.</summary>
    public static HdlcControl Information(int sendSequence, int receiveSequence, bool pollFinal) =>
        new((byte)(((receiveSequence & 7) << 5) | (pollFinal ? PollFinalBit : 0) | ((sendSequence & 7) << 1)));

    /// <summary>An RR frame.</summary>
    public static HdlcControl ReceiveReady(int receiveSequence, bool pollFinal = true) =>
        new((byte)(((receiveSequence & 7) << 5) | (pollFinal ? PollFinalBit : 0) | 0x01));

    /// <summary>An RNR frame.</summary>
    public static HdlcControl ReceiveNotReady(int receiveSequence, bool pollFinal = true) =>
        new((byte)(((receiveSequence & 7) << 5) | (pollFinal ? PollFinalBit : 0) | 0x05));

    /// <summary>SNRM with the poll bit.</summary>
    public static HdlcControl SetNormalResponseMode => new(0x93);

    /// <summary>DISC with the poll bit.</summary>
    public static HdlcControl Disconnect => new(0x53);

    /// <summary>UA with the final bit.</summary>
    public static HdlcControl UnnumberedAcknowledge => new(0x73);

    /// <summary>DM with the final bit.</summary>
    public static HdlcControl DisconnectedMode => new(0x1F);

    /// <summary>FRMR with the final bit.</summary>
    public static HdlcControl FrameReject => new(0x97);

    /// <summary>UI; the final bit marks the last frame of a push.</summary>
    public static HdlcControl UnnumberedInformation(bool final) => new(final ? (byte)0x13 : (byte)0x03);
}
