using System.Buffers;
using Headrace.Core.Drivers;
using Headrace.Dlms.Hdlc;

namespace Headrace.Drivers.Dlms.Framing;

/// <summary>Messages pushed in HDLC frames. What is broken is skipped up to the next flag, as the standard has it.</summary>
internal sealed class HdlcFraming(DlmsLimits limits) : IApduFraming
{
    private readonly HdlcFrameReader _frames = new();
    private readonly HdlcUnnumberedReassembly _segments = new(limits.MaxApduBytes);
    private long _noiseAtLastMessage;

    public string Name => "HDLC";

    public bool HoldsPart { get; private set; }

    public bool TryRead(ref ReadOnlySequence<byte> input, bool ended, out FramedApdu message)
    {
        message = default;
        while (_frames.TryRead(ref input, out var frame))
        {
            if (frame.Type is not (HdlcFrameType.UnnumberedInformation or HdlcFrameType.Information)) continue;
            if (_segments.TryJoin(frame, out var apdu))
            {
                HoldsPart = false;
                _noiseAtLastMessage = _frames.NoiseBytes;
                message = new FramedApdu(apdu);
                return true;
            }

            HoldsPart = frame.IsSegmented;
        }

        if (_frames.NoiseBytes - _noiseAtLastMessage > limits.MaxNoiseBytes)
            throw new RefusedTrafficException(
                RefusalKind.Malformed, $"more than {limits.MaxNoiseBytes} bytes of noise between HDLC frames");
        return false;
    }
}
