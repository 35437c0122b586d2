using System.Buffers;
using System.Buffers.Binary;
using Headrace.Core.Drivers;
using Headrace.Dlms.Wrapper;

namespace Headrace.Drivers.Dlms.Framing;

/// <summary>Wrapper frames (IEC 62056-47).</summary>
internal sealed class WrapperFraming(DlmsLimits limits) : IApduFraming
{
    private const int LengthOffset = 6;

    public string Name => "wrapper";

    public bool HoldsPart => false;

    public bool TryRead(ref ReadOnlySequence<byte> input, bool ended, out FramedApdu message)
    {
        message = default;
        CheckLength(input);
        if (!WrapperFrame.TryRead(ref input, limits.MaxApduBytes, out var frame)) return false;
        message = new FramedApdu(frame.Apdu, frame.SourcePort, frame.DestinationPort);
        return true;
    }

    private void CheckLength(in ReadOnlySequence<byte> input)
    {
        if (input.Length < WrapperFrame.HeaderSize) return;
        Span<byte> length = stackalloc byte[2];
        input.Slice(LengthOffset, 2).CopyTo(length);
        var bytes = BinaryPrimitives.ReadUInt16BigEndian(length);
        if (bytes > limits.MaxApduBytes)
            throw new RefusedTrafficException(RefusalKind.Oversized, $"wrapper of {bytes} bytes where {limits.MaxApduBytes} are allowed");
    }
}
