using System.Buffers;
using System.Buffers.Binary;
using Headrace.Core.Drivers;
using Headrace.Dlms.Apdu;

namespace Headrace.Drivers.Dlms.Framing;

/// <summary>
/// APDUs one after the other with nothing around them. Ciphered ones and general blocks say how long they are; a plain notification
/// ends where its connection ends.
/// </summary>
internal sealed class BareFraming(DlmsLimits limits) : IApduFraming
{
    private const int LongestHead = 1 + 1 + 255 + 5;
    private const int BlockHead = 1 + 1 + 2 + 2;

    public string Name => "bare";

    public bool HoldsPart => false;

    /// <summary>True for the first byte of an APDU that is taken without a frame.</summary>
    public static bool CanBegin(byte first) =>
        (ApduTag)first is ApduTag.GeneralGloCiphering or ApduTag.GeneralBlockTransfer or ApduTag.DataNotification;

    public bool TryRead(ref ReadOnlySequence<byte> input, bool ended, out FramedApdu message)
    {
        message = default;
        if (input.IsEmpty) return false;
        Span<byte> head = stackalloc byte[LongestHead];
        head = head[..(int)Math.Min(input.Length, LongestHead)];
        input.Slice(0, head.Length).CopyTo(head);
        if (Measure(head) is not { } length)
        {
            Limit(input.Length);
            if (!ended || (ApduTag)head[0] != ApduTag.DataNotification) return false;
            length = (int)input.Length;
        }

        Limit(length);
        if (input.Length < length) return false;
        var apdu = input.Slice(0, length);
        message = new FramedApdu(apdu.IsSingleSegment ? apdu.First : apdu.ToArray());
        input = input.Slice(apdu.End);
        return true;
    }

    private void Limit(long length)
    {
        if (length > limits.MaxApduBytes)
            throw new RefusedTrafficException(RefusalKind.Oversized, $"APDU of {length} bytes where {limits.MaxApduBytes} are allowed");
    }

    /// <summary>Bytes of the whole APDU; null where the head is not complete, or does not say.</summary>
    private static long? Measure(ReadOnlySpan<byte> head)
    {
        switch ((ApduTag)head[0])
        {
            case ApduTag.GeneralGloCiphering:
                if (head.Length < 2) return null;
                if (head[1] is not (0 or 8)) throw new Wire.ProtocolException($"system title of {head[1]} bytes", 1);
                return Counted(head, 2 + head[1]);
            case ApduTag.GeneralBlockTransfer:
                return Counted(head, BlockHead);
            case ApduTag.DataNotification:
                return null;
            default:
                throw new Wire.ProtocolException($"tag {head[0]:X2} where an APDU was expected", 0);
        }
    }

    private static long? Counted(ReadOnlySpan<byte> head, int at)
    {
        if (head.Length <= at) return null;
        var first = head[at];
        if (first < 0x80) return at + 1 + first;
        var size = first & 0x7F;
        if (size is 0 or > 4) throw new Wire.ProtocolException($"length of {size} bytes", at);
        if (head.Length < at + 1 + size) return null;
        Span<byte> length = stackalloc byte[4];
        length.Clear();
        head.Slice(at + 1, size).CopyTo(length[(4 - size)..]);
        return at + 1 + size + (long)BinaryPrimitives.ReadUInt32BigEndian(length);
    }
}
