using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.MBus;

/// <summary>
/// Joins the segments of an APDU that came in several M-Bus frames: numbers 0, 1, 2 ... in CI bits 0-3, the last one marked by
/// bit 4. At most 16 segments of 250 bytes are ever held.
/// </summary>
public sealed class MBusSegmentJoiner
{
    private readonly ArrayBufferWriter<byte> _joined = new();
    private int _next;

    /// <summary>Bytes held of an APDU that is not complete yet.</summary>
    public int HeldBytes => _joined.WrittenCount;

    /// <summary>Adds one frame. Segment 0 always begins a new APDU and drops what an interrupted one has left.</summary>
    /// <param name="frame">The next frame of the link.</param>
    /// <param name="apdu">The whole APDU when this frame completes it; a copy.</param>
    /// <returns>True when <paramref name="apdu"/> is complete.</returns>
    /// <exception cref="ProtocolException">The segment is not the one that follows; what was held is dropped.</exception>
    public bool TryAppend(in MBusLongFrame frame, out byte[] apdu)
    {
        apdu = [];
        if (frame.SegmentNumber == 0) Reset();
        if (frame.SegmentNumber != _next)
        {
            var expected = _next;
            Reset();
            throw new ProtocolException($"M-Bus segment {frame.SegmentNumber} where segment {expected} was expected");
        }
        _joined.Write(frame.Data.Span);
        _next++;
        if (!frame.IsLastSegment) return false;
        apdu = _joined.WrittenSpan.ToArray();
        Reset();
        return true;
    }

    /// <summary>Forgets a half received APDU.</summary>
    public void Reset()
    {
        _joined.ResetWrittenCount();
        _next = 0;
    }
}
