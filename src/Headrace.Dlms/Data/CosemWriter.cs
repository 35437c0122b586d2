using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Headrace.Dlms.Data;

/// <summary>Writes A-XDR encoded COSEM <c>Data</c> (IEC 62056-5-3; A-XDR is IEC 61334-6). The pair of <see cref="CosemReader"/>.</summary>
/// <remarks>Lengths take the shortest form. Opening an array or structure writes its header; the caller then writes the elements.</remarks>
/// <param name="output">Where the bytes go.</param>
public readonly ref struct CosemWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>Writes null-data.</summary>
    public void WriteNull() => WriteByte((byte)CosemTag.NullData);

    /// <summary>Opens an array of so many elements.</summary>
    public void WriteArray(int elements) => WriteHeader(CosemTag.Array, elements);

    /// <summary>Opens a structure of so many elements.</summary>
    public void WriteStructure(int elements) => WriteHeader(CosemTag.Structure, elements);

    /// <summary>Writes a boolean; true is 0xFF.</summary>
    public void WriteBoolean(bool value) => WriteTagged(CosemTag.Boolean, value ? (byte)0xFF : (byte)0);

    /// <summary>Writes an integer (8 bits).</summary>
    public void WriteInteger(sbyte value) => WriteTagged(CosemTag.Integer, unchecked((byte)value));

    /// <summary>Writes an unsigned (8 bits).</summary>
    public void WriteUnsigned(byte value) => WriteTagged(CosemTag.Unsigned, value);

    /// <summary>Writes an enum.</summary>
    public void WriteEnum(byte value) => WriteTagged(CosemTag.Enum, value);

    /// <summary>Writes a bcd byte.</summary>
    public void WriteBcd(byte value) => WriteTagged(CosemTag.Bcd, value);

    /// <summary>Writes a long (16 bits).</summary>
    public void WriteLong(short value) => WriteNumber(CosemTag.Long, 2, unchecked((ulong)value));

    /// <summary>Writes a long-unsigned (16 bits).</summary>
    public void WriteLongUnsigned(ushort value) => WriteNumber(CosemTag.LongUnsigned, 2, value);

    /// <summary>Writes a double-long (32 bits).</summary>
    public void WriteDoubleLong(int value) => WriteNumber(CosemTag.DoubleLong, 4, unchecked((ulong)value));

    /// <summary>Writes a double-long-unsigned (32 bits).</summary>
    public void WriteDoubleLongUnsigned(uint value) => WriteNumber(CosemTag.DoubleLongUnsigned, 4, value);

    /// <summary>Writes a long64.</summary>
    public void WriteLong64(long value) => WriteNumber(CosemTag.Long64, 8, unchecked((ulong)value));

    /// <summary>Writes a long64-unsigned.</summary>
    public void WriteLong64Unsigned(ulong value) => WriteNumber(CosemTag.Long64Unsigned, 8, value);

    /// <summary>Writes a float32.</summary>
    public void WriteFloat32(float value) => WriteNumber(CosemTag.Float32, 4, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a float64.</summary>
    public void WriteFloat64(double value) => WriteNumber(CosemTag.Float64, 8, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes an octet-string.</summary>
    public void WriteOctetString(ReadOnlySpan<byte> value) => WriteString(CosemTag.OctetString, value);

    /// <summary>Writes a visible-string; a character above 0xFF becomes a question mark.</summary>
    public void WriteVisibleString(string value) => WriteString(CosemTag.VisibleString, Encoding.Latin1.GetBytes(value));

    /// <summary>Writes a utf8-string.</summary>
    public void WriteUtf8String(string value) => WriteString(CosemTag.Utf8String, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a bit-string of the first so many bits of <paramref name="value"/>, most significant first.</summary>
    public void WriteBitString(int bits, ReadOnlySpan<byte> value)
    {
        WriteHeader(CosemTag.BitString, bits);
        WriteRaw(value[..((bits + 7) / 8)]);
    }

    /// <summary>Writes a logical name as an octet-string of six bytes.</summary>
    public void WriteLogicalName(LogicalName name)
    {
        WriteHeader(CosemTag.OctetString, LogicalName.Size);
        name.CopyTo(_output.GetSpan(LogicalName.Size));
        _output.Advance(LogicalName.Size);
    }

    /// <summary>Writes a date-time in the form attributes use: an octet-string of 12 bytes.</summary>
    public void WriteDateTimeOctets(CosemDateTime value)
    {
        WriteHeader(CosemTag.OctetString, CosemDateTime.Size);
        value.WriteTo(_output);
    }

    /// <summary>Writes a date-time as the type of its own.</summary>
    public void WriteDateTime(CosemDateTime value)
    {
        WriteByte((byte)CosemTag.DateTime);
        value.WriteTo(_output);
    }

    /// <summary>Writes a value with its tag.</summary>
    public void WriteData(CosemData value) => CosemDataCodec.Write(value, this);

    /// <summary>Writes a string of any of the string types.</summary>
    internal void WriteString(CosemTag tag, ReadOnlySpan<byte> value)
    {
        WriteByte((byte)tag);
        WriteLengthPrefixed(value);
    }

    /// <summary>Writes one byte that is not tagged data.</summary>
    public void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>Writes two bytes, most significant first, that are not tagged data.</summary>
    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetSpan(2), value);
        _output.Advance(2);
    }

    /// <summary>Writes four bytes, most significant first, that are not tagged data.</summary>
    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    /// <summary>Writes a length or count in its shortest form.</summary>
    public void WriteLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length < 0x80)
        {
            WriteByte((byte)length);
            return;
        }

        var size = LengthSize(length) - 1;
        WriteByte((byte)(0x80 | size));
        WriteBigEndian(size, (uint)length);
    }

    /// <summary>Writes a length and the bytes.</summary>
    public void WriteLengthPrefixed(ReadOnlySpan<byte> bytes)
    {
        WriteLength(bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>Bytes that <see cref="WriteLength"/> takes for a length.</summary>
    public static int LengthSize(int length) => length switch { < 0x80 => 1, <= 0xFF => 2, <= 0xFFFF => 3, <= 0xFFFFFF => 4, _ => 5 };

    /// <summary>Writes the low bytes of a number, most significant first.</summary>
    internal void WriteBigEndian(int size, ulong value)
    {
        var span = _output.GetSpan(size);
        for (var i = size - 1; i >= 0; i--)
        {
            span[i] = unchecked((byte)value);
            value >>= 8;
        }

        _output.Advance(size);
    }

    private void WriteHeader(CosemTag tag, int count)
    {
        WriteByte((byte)tag);
        WriteLength(count);
    }

    private void WriteTagged(CosemTag tag, byte value)
    {
        var span = _output.GetSpan(2);
        span[0] = (byte)tag;
        span[1] = value;
        _output.Advance(2);
    }

    private void WriteNumber(CosemTag tag, int size, ulong value)
    {
        WriteByte((byte)tag);
        WriteBigEndian(size, value);
    }
}
