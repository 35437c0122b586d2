using System.Buffers;

namespace Headrace.Wire;

/// <summary>
/// Writes BER fields (ISO/IEC 8825-1) of one-byte tags, lengths in their shortest form. The pair of <see cref="BerReader"/>.
/// </summary>
/// <param name="output">Where the bytes go.</param>
public readonly ref struct BerWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>Writes tag, length and contents.</summary>
    public void Write(byte tag, ReadOnlySpan<byte> contents)
    {
        WriteHeader(tag, contents.Length);
        _output.Write(contents);
    }

    /// <summary>Writes tag and length; the contents are the caller's to write.</summary>
    public void WriteHeader(byte tag, int length)
    {
        var size = length switch { < 0x80 => 0, <= 0xFF => 1, <= 0xFFFF => 2, <= 0xFFFFFF => 3, _ => 4 };
        var span = _output.GetSpan(2 + size);
        span[0] = tag;
        span[1] = size == 0 ? (byte)length : (byte)(0x80 | size);
        for (var i = 0; i < size; i++) span[2 + i] = (byte)((length >> (8 * (size - 1 - i))) & 0xFF);
        _output.Advance(2 + size);
    }
}
