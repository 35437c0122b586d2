using System.Buffers;
using System.Buffers.Binary;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>One frame of format type 3 (IEC 62056-46, 6.4.1): format, addresses, control, HCS and information where there is any,
/// FCS.</summary>
/// <param name="Destination">To whom.</param>
/// <param name="Source">From whom.</param>
/// <param name="Control">The control byte.</param>
/// <param name="IsSegmented">The S bit: more segments of the same message follow.</param>
/// <param name="Information">The information field, with the LLC header where it has one; empty where the frame has none.</param>
public readonly record struct HdlcFrame(
    HdlcAddress Destination, HdlcAddress Source, HdlcControl Control, bool IsSegmented, ReadOnlyMemory<byte> Information)
{
    /// <summary>The opening and closing flag.</summary>
    public const byte Flag = 0x7E;

    /// <summary>The largest value of the length field: everything between the flags.</summary>
    public const int MaxLength = 0x7FF;

    /// <summary>Format 2, two one-byte addresses, control 1, FCS 2.</summary>
    internal const int MinLength = 7;

    /// <summary>Format 2, two four-byte addresses, control 1.</summary>
    internal const int MaxHeaderLength = 11;

    /// <summary>What kind of frame it is.</summary>
    public HdlcFrameType Type => Control.Type;

    /// <summary>Writes the frame between its flags and returns the bytes written.</summary>
    /// <exception cref="InvalidOperationException">The information field does not fit into a frame.</exception>
    public int Write(IBufferWriter<byte> output)
    {
        var header = 2 + Destination.Length + Source.Length + 1;
        var length = header + 2 + (Information.IsEmpty ? 0 : Information.Length + 2);
        if (length > MaxLength) throw new InvalidOperationException($"An HDLC frame of {length} bytes.");
        var frame = output.GetSpan(length + 2)[..(length + 2)];
        frame[0] = frame[^1] = Flag;
        var content = frame[1..^1];
        BinaryPrimitives.WriteUInt16BigEndian(content, (ushort)(0xA000 | (IsSegmented ? 0x0800 : 0) | length));
        var position = 2 + Destination.Write(content[2..]);
        position += Source.Write(content[position..]);
        content[position] = Control.Value;
        if (!Information.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(content[header..], Crc16X25.Compute(content[..header]));
            Information.Span.CopyTo(content[(header + 2)..]);
        }
        BinaryPrimitives.WriteUInt16LittleEndian(content[^2..], Crc16X25.Compute(content[..^2]));
        output.Advance(length + 2);
        return length + 2;
    }

    /// <summary>Reads the header of a frame from the bytes after the flag. Null: not a frame; 0: more bytes are needed; else its
    /// length.</summary>
    internal static int? ReadHeader(ReadOnlySpan<byte> content, out HdlcAddress destination, out HdlcAddress source)
    {
        destination = source = default;
        if (content.Length < 2) return content.Length == 1 && content[0] >> 4 != 0xA ? null : 0;
        var format = BinaryPrimitives.ReadUInt16BigEndian(content);
        if (format >> 12 != 0xA || (format & 0x7FF) is var length && length < MinLength) return null;
        // A short frame ends before the longest header does: what is not there must not be waited for.
        var header = content[..Math.Min(content.Length, length - 2)];
        var complete = header.Length == length - 2 || header.Length >= MaxHeaderLength;
        if (!HdlcAddress.TryRead(header[2..], out destination)) return complete ? null : 0;
        if (!HdlcAddress.TryRead(header[(2 + destination.Length)..], out source)) return complete ? null : 0;
        var headerLength = 3 + destination.Length + source.Length;
        if (header.Length < headerLength) return complete ? null : 0;
        if (length == headerLength + 2) return length;
        if (length < headerLength + 4) return null;
        if (content.Length < headerLength + 2) return 0;
        var hcs = BinaryPrimitives.ReadUInt16LittleEndian(content[headerLength..]);
        return hcs == Crc16X25.Compute(content[..headerLength]) ? length : null;
    }

    /// <summary>Takes apart a whole frame whose header has been read. Null where the FCS is wrong.</summary>
    internal static HdlcFrame? FromContent(ReadOnlyMemory<byte> content, HdlcAddress destination, HdlcAddress source)
    {
        var span = content.Span;
        if (BinaryPrimitives.ReadUInt16LittleEndian(span[^2..]) != Crc16X25.Compute(span[..^2])) return null;
        var header = 3 + destination.Length + source.Length;
        var information = content.Length == header + 2 ? default : content[(header + 2)..^2];
        return new HdlcFrame(destination, source, new HdlcControl(span[header - 1]), (span[0] & 0x08) != 0, information);
    }
}
