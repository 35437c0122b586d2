using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.MBus;

/// <summary>
/// A wired M-Bus long frame that carries a piece of a DLMS APDU (EN 13757-2 link layer, EN 13757-3 transport header), as
/// customer interfaces send it: <c>68 L L 68 C A CI STSAP DTSAP data CS 16</c>.
/// </summary>
/// <param name="Control">C field, 0x53 for SND_UD.</param>
/// <param name="Address">A field, 0xFF for broadcast.</param>
/// <param name="ControlInformation">CI field: bits 0-3 the segment number, bit 4 set on the last segment.</param>
/// <param name="SourceTsap">Source transport service access point, the meter's logical device.</param>
/// <param name="DestinationTsap">Destination transport service access point, the client.</param>
/// <param name="Data">The piece of the APDU; at most 250 bytes.</param>
public readonly record struct MBusLongFrame(
    byte Control, byte Address, byte ControlInformation, byte SourceTsap, byte DestinationTsap, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes of data that fit into one frame: L is one octet and counts five header bytes.</summary>
    public const int MaxDataLength = byte.MaxValue - HeaderLength;

    private const byte Start = 0x68;
    private const byte Stop = 0x16;
    private const int HeaderLength = 5;
    private const int Overhead = 6;

    /// <summary>Number of this segment within the APDU, 0 to 15.</summary>
    public int SegmentNumber => ControlInformation & 0x0F;

    /// <summary>True when this segment completes the APDU.</summary>
    public bool IsLastSegment => (ControlInformation & 0x10) != 0;

    /// <summary>Takes one frame off the front of <paramref name="input"/>.</summary>
    /// <param name="input">Advanced past the frame when one was read, untouched otherwise.</param>
    /// <param name="frame">The frame, with its own copy of the data.</param>
    /// <returns>False when the bytes are the beginning of a frame and more are needed.</returns>
    /// <exception cref="ProtocolException">
    /// The bytes cannot become a frame: wrong start, lengths that differ, checksum or stop byte.
    /// </exception>
    public static bool TryRead(ref ReadOnlySequence<byte> input, out MBusLongFrame frame)
    {
        frame = default;
        Span<byte> head = stackalloc byte[4];
        var available = (int)Math.Min(input.Length, head.Length);
        input.Slice(0, available).CopyTo(head);
        CheckHead(head[..available]);
        if (available < head.Length) return false;

        int length = head[1];
        if (input.Length < length + Overhead) return false;

        var whole = input.Slice(0, length + Overhead).ToArray();
        CheckTail(whole, length);
        frame = new MBusLongFrame(whole[4], whole[5], whole[6], whole[7], whole[8], whole.AsMemory(9, length - HeaderLength));
        input = input.Slice(whole.Length);
        return true;
    }

    /// <summary>Writes the frame with its lengths and checksum.</summary>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxDataLength"/> bytes of data.</exception>
    public void Write(IBufferWriter<byte> output)
    {
        if (Data.Length > MaxDataLength) throw new InvalidOperationException($"{Data.Length} bytes do not fit into one M-Bus frame");
        var length = Data.Length + HeaderLength;
        var bytes = output.GetSpan(length + Overhead)[..(length + Overhead)];
        ReadOnlySpan<byte> head =
            [Start, (byte)length, (byte)length, Start, Control, Address, ControlInformation, SourceTsap, DestinationTsap];
        head.CopyTo(bytes);
        Data.Span.CopyTo(bytes[9..]);
        bytes[^2] = Checksum(bytes.Slice(4, length));
        bytes[^1] = Stop;
        output.Advance(bytes.Length);
    }

    private static void CheckHead(ReadOnlySpan<byte> head)
    {
        if (head.Length > 0 && head[0] != Start) throw new ProtocolException($"M-Bus frame starts with {head[0]:X2} instead of 68");
        if (head.Length > 1 && head[1] < HeaderLength)
            throw new ProtocolException($"M-Bus frame of {head[1]} bytes has no room for its header");
        if (head.Length > 2 && head[1] != head[2]) throw new ProtocolException($"M-Bus lengths {head[1]} and {head[2]} differ");
        if (head.Length > 3 && head[3] != Start) throw new ProtocolException($"second start byte of the M-Bus frame is {head[3]:X2}");
    }

    private static void CheckTail(ReadOnlySpan<byte> frame, int length)
    {
        var expected = Checksum(frame.Slice(4, length));
        if (frame[^1] != Stop) throw new ProtocolException($"M-Bus frame ends with {frame[^1]:X2} instead of 16");
        if (frame[^2] != expected) throw new ProtocolException($"M-Bus checksum {frame[^2]:X2} where {expected:X2} was expected");
    }

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var b in bytes) sum += b;
        return (byte)(sum & 0xFF);
    }
}
