using System.Buffers;
using Headrace.Dlms.MBus;

namespace Headrace.Drivers.Dlms.Framing;

/// <summary>Messages in wired M-Bus long frames (EN 13757-2, -3).</summary>
internal sealed class MBusFraming : IApduFraming
{
    private readonly MBusSegmentJoiner _segments = new();

    public string Name => "M-Bus";

    public bool HoldsPart => _segments.HeldBytes > 0;

    public bool TryRead(ref ReadOnlySequence<byte> input, bool ended, out FramedApdu message)
    {
        message = default;
        while (!input.IsEmpty && MBusLongFrame.TryRead(ref input, out var frame))
        {
            if (!_segments.TryAppend(frame, out var apdu)) continue;
            message = new FramedApdu(apdu);
            return true;
        }

        return false;
    }
}
