using System.Globalization;
using System.Text;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Readings;

/// <summary>One captured value without a tree around it: a number, bytes that point into the message, or nothing.</summary>
/// <remarks>Holds no copy. Bytes stay valid as long as the message buffer is not used again.</remarks>
public readonly record struct ReadingValue
{
    private readonly long _bits;

    private ReadingValue(CosemTag tag, long bits, ReadOnlyMemory<byte> octets) => (Tag, _bits, Octets) = (tag, bits, octets);

    /// <summary>The type as sent; for a delta the type of the value it was added to.</summary>
    public CosemTag Tag { get; }

    /// <summary>
    /// Content of a string, date-time, date, time or bit-string; the whole encoding of an array, structure or compact-array; else empty.
    /// </summary>
    public ReadOnlyMemory<byte> Octets { get; }

    /// <summary>True for null-data and dont-care.</summary>
    public bool IsNull => Tag is CosemTag.NullData or CosemTag.DontCare;

    /// <summary>True for a delta type, whose value is relative to the same column of the previous row.</summary>
    public bool IsDelta => Tag is >= CosemTag.DeltaInteger and <= CosemTag.DeltaDoubleLongUnsigned;

    /// <summary>True for float32 and float64.</summary>
    public bool IsFloat => Tag is CosemTag.Float32 or CosemTag.Float64;

    /// <summary>True for integers of any width, enum, bcd, boolean and deltas.</summary>
    public bool IsInteger =>
        IsDelta || Tag is CosemTag.Boolean or CosemTag.DoubleLong or CosemTag.DoubleLongUnsigned or CosemTag.Bcd or CosemTag.Integer
        or CosemTag.Long or CosemTag.Unsigned or CosemTag.LongUnsigned or CosemTag.Long64 or CosemTag.Long64Unsigned or CosemTag.Enum;

    /// <summary>
    /// The number of an integer type; false for every other type and for a long64-unsigned above <see cref="long.MaxValue"/>.
    /// </summary>
    public bool TryGetInteger(out long value)
    {
        value = _bits;
        return IsInteger && (Tag != CosemTag.Long64Unsigned || _bits >= 0);
    }

    /// <summary>The number as a double, rounded where 53 bits do not hold it; false where the value is no number.</summary>
    public bool TryGetDouble(out double value)
    {
        value = IsFloat ? BitConverter.Int64BitsToDouble(_bits) : Tag == CosemTag.Long64Unsigned ? unchecked((ulong)_bits) : _bits;
        return IsFloat || IsInteger;
    }

    /// <summary>
    /// The number times ten to the power of <paramref name="scaler"/>, exact for integers; false where it is no number or out of range.
    /// </summary>
    /// <param name="scaler">Exponent of scaler_unit, -27 to 27; anything further is refused.</param>
    /// <param name="value">The scaled number.</param>
    public bool TryGetDecimal(int scaler, out decimal value)
    {
        value = 0;
        if (scaler is < -27 or > 27) return false;
        if (IsFloat)
        {
            var number = BitConverter.Int64BitsToDouble(_bits) * Math.Pow(10, scaler);
            if (!(Math.Abs(number) < 7.9e27)) return false;
            value = (decimal)number;
            return true;
        }
        if (!IsInteger) return false;
        value = Tag == CosemTag.Long64Unsigned ? unchecked((ulong)_bits) : _bits;
        if (scaler <= 0)
        {
            value *= new decimal(1, 0, 0, false, (byte)-scaler);
            return true;
        }
        for (var i = 0; i < scaler; i++)
        {
            if (Math.Abs(value) > decimal.MaxValue / 10) return false;
            value *= 10;
        }
        return true;
    }

    /// <summary>A date-time, as a type of its own or as an octet-string of 12 bytes.</summary>
    public bool TryGetDateTime(out CosemDateTime value)
    {
        var found = Tag is CosemTag.DateTime or CosemTag.OctetString && Octets.Length == CosemDateTime.Size;
        value = found ? CosemDateTime.Parse(Octets.Span) : default;
        return found;
    }

    /// <summary>The value of a delta added to the value of the previous row; wraps as the meter's own counter would.</summary>
    public ReadingValue Plus(in ReadingValue delta) => new(Tag, unchecked(_bits + delta._bits), Octets);

    /// <summary>Reads one value of any type.</summary>
    /// <param name="reader">Placed on the tag; moved past the value.</param>
    /// <param name="source">The very bytes the reader reads, for values that point into them.</param>
    /// <exception cref="Wire.ProtocolException">The encoding is broken.</exception>
    public static ReadingValue Read(ref CosemReader reader, ReadOnlyMemory<byte> source)
    {
        var tag = reader.PeekTag();
        switch (tag)
        {
            case CosemTag.NullData or CosemTag.DontCare:
                reader.Skip();
                return new ReadingValue(tag, 0, default);
            case CosemTag.DoubleLongUnsigned:
                return new ReadingValue(tag, reader.ReadInteger(), default);
            case CosemTag.Float32 or CosemTag.Float64:
                return new ReadingValue(tag, BitConverter.DoubleToInt64Bits(reader.ReadFloat()), default);
            case CosemTag.Boolean:
                return new ReadingValue(tag, reader.ReadBoolean() ? 1 : 0, default);
            case CosemTag.Long64Unsigned:
                return new ReadingValue(tag, ReadUnsigned64(ref reader), default);
            case CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String:
                var length = reader.ReadAnyString().Length;
                return new ReadingValue(tag, 0, source.Slice(reader.Position - length, length));
            case CosemTag.BitString:
                var bytes = reader.ReadBitString(out var bits).Length;
                return new ReadingValue(tag, bits, source.Slice(reader.Position - bytes, bytes));
            case CosemTag.DateTime or CosemTag.Date or CosemTag.Time:
                var size = reader.ReadRaw().Length - 1;
                return new ReadingValue(tag, 0, source.Slice(reader.Position - size, size));
            case CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray:
                var start = reader.Position;
                reader.Skip();
                return new ReadingValue(tag, 0, source[start..reader.Position]);
            default:
                return new ReadingValue(tag, reader.ReadInteger(), default);
        }
    }

    /// <summary>The value in one line: digits, text where all characters can be shown, hexadecimal otherwise.</summary>
    public override string ToString()
    {
        if (IsNull) return "-";
        if (TryGetInteger(out var integer)) return integer.ToString(CultureInfo.InvariantCulture);
        if (TryGetDouble(out var number)) return number.ToString("R", CultureInfo.InvariantCulture);
        if (TryGetDateTime(out var time)) return time.ToString();
        var span = Octets.Span;
        return span.Length > 0 && span.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0
            ? Encoding.ASCII.GetString(span)
            : Convert.ToHexStringLower(span);
    }

    private static long ReadUnsigned64(ref CosemReader reader)
    {
        reader.ReadByte();
        var high = reader.ReadUInt32();
        var low = reader.ReadUInt32();
        return unchecked((long)(((ulong)high << 32) | low));
    }
}
