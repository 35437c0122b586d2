using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>What became of an I frame.</summary>
internal enum HdlcReception
{
    /// <summary>It was the one expected; more segments follow.</summary>
    Taken,

    /// <summary>It was the one expected, and the last of its message.</summary>
    Completed,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>One before it is missing.</summary>
    Gap,
}

/// <summary>Numbered information transfer, the same for client and server: N(S) and N(R), window, segments, retransmission (IEC 62056-46,
/// 6.4.4.4.4).</summary>
/// <remarks>
/// The two sides speak in turn. Whatever is unacknowledged when one's turn comes is sent again, before anything new: the peer has told
/// in its last frame how far it got.
/// </remarks>
internal sealed class HdlcTransfer(HdlcAddress own, HdlcAddress peer, byte[] sendLlc, byte[] receiveLlc, int maxApduLength)
{
    private const int Modulus = 8;

    private readonly List<Segment> _unacknowledged = [];
    private readonly Queue<Segment> _waiting = new();
    private readonly ArrayBufferWriter<byte> _incoming = new();
    private HdlcParameters _parameters = HdlcParameters.Default;
    private int _firstUnacknowledged;
    private int _expected;
    private bool _inMessage;

    private readonly record struct Segment(ReadOnlyMemory<byte> Information, bool More);

    /// <summary>N(R) to send: the number of the I frame expected next.</summary>
    public int Expected => _expected;

    /// <summary>I frames sent and not acknowledged.</summary>
    public int Unacknowledged => _unacknowledged.Count;

    /// <summary>The peer has asked for a pause (RNR) and has not ended it: it is polled, and sent nothing.</summary>
    public bool PeerIsBusy { get; private set; }

    /// <summary>This side has no room: RNR in place of RR, and I frames are not taken, so that they are sent again.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Something waits to be sent for the first time.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    public void Reset(HdlcParameters parameters)
    {
        _parameters = parameters;
        _unacknowledged.Clear();
        _waiting.Clear();
        _incoming.ResetWrittenCount();
        _firstUnacknowledged = _expected = 0;
        _inMessage = PeerIsBusy = false;
    }

    /// <summary>Takes note of whether the peer that sent a frame has room: only RNR says no.</summary>
    public void NotePeer(HdlcFrameType type) => PeerIsBusy = type == HdlcFrameType.ReceiveNotReady;

    /// <summary>Cuts a message into segments, the LLC header in front of the first, and puts them in the queue.</summary>
    public void Enqueue(ReadOnlySpan<byte> apdu)
    {
        var information = new byte[sendLlc.Length + apdu.Length];
        sendLlc.CopyTo(information, 0);
        apdu.CopyTo(information.AsSpan(sendLlc.Length));
        var size = _parameters.MaxInformationTransmit;
        for (var start = 0; start < information.Length; start += size)
        {
            var end = Math.Min(start + size, information.Length);
            _waiting.Enqueue(new Segment(information.AsMemory(start..end), end < information.Length));
        }
    }

    /// <summary>Takes the peer's N(R). False where it acknowledges what was never sent.</summary>
    public bool Acknowledge(int receiveSequence)
    {
        var count = (receiveSequence - _firstUnacknowledged + Modulus) % Modulus;
        if (count > _unacknowledged.Count) return false;
        _unacknowledged.RemoveRange(0, count);
        _firstUnacknowledged = receiveSequence;
        return true;
    }

    /// <summary>Takes an I frame in; a completed message is in <paramref name="apdu"/>.</summary>
    /// <exception cref="ProtocolException">The message has no LLC header or is longer than allowed.</exception>
    public HdlcReception Receive(in HdlcFrame frame, out ReadOnlyMemory<byte> apdu)
    {
        apdu = default;
        if (IsBusy) return HdlcReception.Gap;
        var ahead = (frame.Control.SendSequence - _expected + Modulus) % Modulus;
        if (ahead != 0) return ahead < _parameters.WindowReceive ? HdlcReception.Gap : HdlcReception.Duplicate;
        _expected = (_expected + 1) % Modulus;
        var information = frame.Information.Span;
        if (!_inMessage) information = StripLlc(information, receiveLlc);
        if (_incoming.WrittenCount + information.Length > maxApduLength)
            throw new ProtocolException($"HDLC message longer than {maxApduLength} bytes");
        _incoming.Write(information);
        _inMessage = frame.IsSegmented;
        if (_inMessage) return HdlcReception.Taken;
        apdu = _incoming.WrittenSpan.ToArray();
        _incoming.ResetWrittenCount();
        return HdlcReception.Completed;
    }

    /// <summary>Sends all unacknowledged frames and as many new ones as the window allows; the last passes the turn. RR where there are
    /// none, or where the peer is busy.</summary>
    public void WriteTurn(Action<HdlcFrame> write)
    {
        if (PeerIsBusy)
        {
            WriteReady(write);
            return;
        }
        while (_unacknowledged.Count < _parameters.WindowTransmit && _waiting.TryDequeue(out var segment)) _unacknowledged.Add(segment);
        if (_unacknowledged.Count == 0)
        {
            WriteReady(write);
            return;
        }
        for (var i = 0; i < _unacknowledged.Count; i++)
        {
            var (information, more) = _unacknowledged[i];
            var control = HdlcControl.Information(_firstUnacknowledged + i, _expected, pollFinal: i == _unacknowledged.Count - 1);
            write(new HdlcFrame(peer, own, control, more, information));
        }
    }

    /// <summary>Sends RR with the turn, RNR where this side is busy.</summary>
    public void WriteReady(Action<HdlcFrame> write)
    {
        var control = IsBusy ? HdlcControl.ReceiveNotReady(_expected) : HdlcControl.ReceiveReady(_expected);
        write(new HdlcFrame(peer, own, control, false, default));
    }

    /// <summary>Takes the LLC header off the first segment of a message.</summary>
    internal static ReadOnlySpan<byte> StripLlc(ReadOnlySpan<byte> information, ReadOnlySpan<byte> llc) =>
        information.StartsWith(llc) ? information[llc.Length..] : throw new ProtocolException("no LLC header in the first segment", 0);
}

/// <summary>The LLC headers of IEC 62056-46, 6.3.</summary>
internal static class HdlcLlc
{
    /// <summary>Client to server.</summary>
    public static readonly byte[] Request = [0xE6, 0xE6, 0x00];

    /// <summary>Server to client, answers and pushes.</summary>
    public static readonly byte[] Response = [0xE6, 0xE7, 0x00];
}
