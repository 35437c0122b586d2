using System.Buffers;

namespace Headrace.Dlms.Hdlc;

/// <summary>Reads the messages that a meter sends unasked over HDLC: frames and their joining in one.</summary>
/// <param name="maxApduLength">Longest message, in bytes.</param>
public sealed class HdlcPushReader(int maxApduLength = ushort.MaxValue)
{
    private readonly HdlcUnnumberedReassembly _reassembly = new(maxApduLength);

    /// <summary>A quirk: the frame that sets the final bit is the last, whatever its S bit says.</summary>
    public bool FinalBitEnds
    {
        get => _reassembly.FinalBitEnds;
        init => _reassembly = new HdlcUnnumberedReassembly(maxApduLength) { FinalBitEnds = value };
    }

    /// <summary>The frames below, for their counters.</summary>
    public HdlcFrameReader Frames { get; } = new();

    /// <summary>Takes the next whole message off <paramref name="input"/>; false where it is not there yet. Other kinds of frame are passed
    /// over.</summary>
    /// <exception cref="Wire.ProtocolException">A message is longer than allowed.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out HdlcEvent push)
    {
        while (Frames.TryRead(ref input, out var frame))
        {
            if (frame.Type is not (HdlcFrameType.UnnumberedInformation or HdlcFrameType.Information)) continue;
            if (!_reassembly.TryJoin(frame, out var apdu)) continue;
            push = new HdlcEvent(HdlcEventKind.Unnumbered, frame.Destination, frame.Source, apdu);
            return true;
        }
        push = default;
        return false;
    }
}
