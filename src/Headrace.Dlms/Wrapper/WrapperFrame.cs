using System.Buffers;
using System.Buffers.Binary;
using Headrace.Wire;

namespace Headrace.Dlms.Wrapper;

/// <summary>A wrapper protocol data unit: eight bytes in front of an APDU on TCP or UDP, port 4059 (IEC 62056-47, wrapper).</summary>
/// <param name="SourcePort">wPort of the sender: client 0x0010 public, 0x0001 management; a server's logical device.</param>
/// <param name="DestinationPort">wPort of the receiver.</param>
/// <param name="Apdu">The APDU: a slice of the input where it is in one piece, otherwise a copy.</param>
public readonly record struct WrapperFrame(ushort SourcePort, ushort DestinationPort, ReadOnlyMemory<byte> Apdu)
{
    /// <summary>Bytes in front of the APDU.</summary>
    public const int HeaderSize = 8;

    /// <summary>The one version there is.</summary>
    public const ushort Version = 1;

    /// <summary>The longest APDU the length field can say.</summary>
    public const int MaximumApduSize = ushort.MaxValue;

    /// <summary>Takes one frame off the front of a stream. False where more bytes are needed; the buffer is then as it was.</summary>
    /// <param name="buffer">What has been received; moved behind the frame. The APDU is valid as long as this memory is.</param>
    /// <param name="maxApduBytes">Longer APDUs are refused before their bytes are waited for.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="ProtocolException">Another version than 1, or an APDU longer than the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxApduBytes, out WrapperFrame frame)
    {
        frame = default;
        Span<byte> header = stackalloc byte[HeaderSize];
        var known = (int)Math.Min(buffer.Length, HeaderSize);
        buffer.Slice(0, known).CopyTo(header);
        CheckVersion(header[..known]);
        if (known < HeaderSize) return false;
        var length = Length(header, maxApduBytes);
        if (buffer.Length < HeaderSize + length) return false;
        var apdu = buffer.Slice(HeaderSize, length);
        frame = Of(header, apdu.IsSingleSegment ? apdu.First : apdu.ToArray());
        buffer = buffer.Slice(apdu.End);
        return true;
    }

    /// <summary>Reads a datagram, which holds one frame. False where it is cut short.</summary>
    /// <exception cref="ProtocolException">Another version than 1, too long, or bytes after the frame.</exception>
    public static bool TryRead(ReadOnlyMemory<byte> datagram, int maxApduBytes, out WrapperFrame frame)
    {
        frame = default;
        var header = datagram.Span[..Math.Min(datagram.Length, HeaderSize)];
        CheckVersion(header);
        if (header.Length < HeaderSize) return false;
        var length = Length(header, maxApduBytes);
        if (datagram.Length < HeaderSize + length) return false;
        if (datagram.Length > HeaderSize + length)
            throw new ProtocolException($"{datagram.Length - HeaderSize - length} bytes after the frame", HeaderSize + length);
        frame = Of(header, datagram[HeaderSize..]);
        return true;
    }

    /// <summary>Writes header and APDU.</summary>
    /// <exception cref="ArgumentException">The APDU is longer than 65535 bytes.</exception>
    public static void Write(IBufferWriter<byte> output, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> apdu)
    {
        if (apdu.Length > MaximumApduSize) throw new ArgumentException($"APDU of {apdu.Length} bytes does not fit a wrapper", nameof(apdu));
        var header = output.GetSpan(HeaderSize);
        BinaryPrimitives.WriteUInt16BigEndian(header, Version);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)apdu.Length);
        output.Advance(HeaderSize);
        output.Write(apdu);
    }

    /// <summary>Writes this frame.</summary>
    public void WriteTo(IBufferWriter<byte> output) => Write(output, SourcePort, DestinationPort, Apdu.Span);

    // A wrong first byte is known at once, without waiting for a header that will not come.
    private static void CheckVersion(ReadOnlySpan<byte> header)
    {
        if ((header.Length > 0 && header[0] != 0) || (header.Length > 1 && header[1] != Version))
            throw new ProtocolException("wrapper version is not 1", 0);
    }

    private static int Length(ReadOnlySpan<byte> header, int maxApduBytes)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
        return length <= maxApduBytes
            ? length
            : throw new ProtocolException($"wrapper with {length} bytes where {maxApduBytes} are the limit", 6);
    }

    private static WrapperFrame Of(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> apdu) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(header[2..]), BinaryPrimitives.ReadUInt16BigEndian(header[4..]), apdu);
}
