using System.Buffers;
using System.Globalization;
using System.Text;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>
/// One COSEM <c>Data</c> value as an immutable tree (IEC 62056-5-3, <c>Data</c>). Equal where type and content are equal.
/// </summary>
/// <remarks>For values in bulk use <see cref="CosemReader"/>, which builds nothing. Type and content are kept exactly as sent.</remarks>
public sealed class CosemData : IEquatable<CosemData>
{
    private readonly ulong _bits;
    private readonly object? _content;

    private CosemData(CosemTag tag, ulong bits, object? content = null) => (Tag, _bits, _content) = (tag, bits, content);

    /// <summary>The null-data value.</summary>
    public static CosemData Null { get; } = new(CosemTag.NullData, 0);

    /// <summary>The dont-care value.</summary>
    public static CosemData DontCare { get; } = new(CosemTag.DontCare, 0);

    /// <summary>The type.</summary>
    public CosemTag Tag { get; }

    /// <summary>Elements of an array, structure or compact-array; empty for every other type.</summary>
    public IReadOnlyList<CosemData> Items => _content as CosemData[] ?? (_content as PackedItems)?.Items ?? [];

    /// <summary>The type of a compact-array's elements; null for every other type.</summary>
    public CompactArrayType? ElementType => (_content as PackedItems)?.Type;

    /// <summary>True for null-data and dont-care.</summary>
    public bool IsNull => Tag is CosemTag.NullData or CosemTag.DontCare;

    /// <summary>Number of bits of a bit-string; zero for every other type.</summary>
    public int BitCount => Tag == CosemTag.BitString ? (int)_bits : 0;

    /// <summary>The number, for any integer type, enum and bcd included.</summary>
    /// <exception cref="ProtocolException">Another type, or a long64-unsigned above the range of <see cref="long"/>.</exception>
    public long AsInteger() => TryGetInteger(out var value) ? value : throw Unexpected("an integer");

    /// <summary>
    /// The number, for any integer type, enum and bcd included; false for another type or a number above <see cref="long.MaxValue"/>.
    /// </summary>
    public bool TryGetInteger(out long value)
    {
        value = unchecked((long)_bits);
        return IsInteger && (Tag != CosemTag.Long64Unsigned || value >= 0);
    }

    /// <summary>The number of an unsigned type up to 64 bits, or of a signed one that is not negative.</summary>
    /// <exception cref="ProtocolException">Another type, or a negative number.</exception>
    public ulong AsUnsigned() =>
        Tag == CosemTag.Long64Unsigned ? _bits : AsInteger() is var v and >= 0 ? (ulong)v : throw Unexpected("an unsigned number");

    /// <summary>The number of a float32 or float64, or of any integer type rounded to double precision.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public double AsDouble() => Tag switch
    {
        CosemTag.Float32 => BitConverter.UInt32BitsToSingle((uint)_bits),
        CosemTag.Float64 => BitConverter.UInt64BitsToDouble(_bits),
        CosemTag.Long64Unsigned => _bits,
        _ => AsInteger(),
    };

    /// <summary>The truth value of a boolean; integers count as false where zero, since meters interchange them.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public bool AsBoolean() => Tag == CosemTag.Boolean ? _bits != 0 : AsInteger() != 0;

    /// <summary>The bytes of an octet-string, string, bit-string, date-time, date or time.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public ReadOnlyMemory<byte> AsOctets() => _content is byte[] bytes ? bytes : throw Unexpected("an octet-string");

    /// <summary>The text of a string: UTF-8 for utf8-string, one character per byte for the others.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public string AsText() => Tag switch
    {
        CosemTag.Utf8String => Encoding.UTF8.GetString((byte[])_content!),
        CosemTag.VisibleString or CosemTag.OctetString => Encoding.Latin1.GetString((byte[])_content!),
        _ => throw Unexpected("a string"),
    };

    /// <summary>A date-time, whether its own type or an octet-string of 12 bytes.</summary>
    /// <exception cref="ProtocolException">Another type or length.</exception>
    public CosemDateTime AsDateTime() =>
        TryGetDateTime(out var value) ? value : throw Unexpected("a date-time");

    /// <summary>A date-time, whether its own type or an octet-string of 12 bytes.</summary>
    public bool TryGetDateTime(out CosemDateTime value)
    {
        var found = Tag is CosemTag.DateTime or CosemTag.OctetString && ((byte[])_content!).Length == CosemDateTime.Size;
        value = found ? CosemDateTime.Parse((byte[])_content!) : default;
        return found;
    }

    /// <summary>A logical name from a string of six bytes.</summary>
    /// <exception cref="ProtocolException">Another type or length.</exception>
    public LogicalName AsLogicalName() =>
        _content is byte[] { Length: LogicalName.Size } bytes && Tag is CosemTag.OctetString or CosemTag.VisibleString
        ? LogicalName.FromBytes(bytes)
        : throw Unexpected("a logical name");

    /// <summary>Bits of a bit-string, first bit first.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public bool[] AsBits()
    {
        if (Tag != CosemTag.BitString) throw Unexpected("a bit-string");
        var bytes = (byte[])_content!;
        var bits = new bool[BitCount];
        for (var i = 0; i < bits.Length; i++) bits[i] = (bytes[i / 8] & (0x80 >> (i % 8))) != 0;
        return bits;
    }

    /// <summary>Elements of a structure of exactly so many, or of any array.</summary>
    /// <exception cref="ProtocolException">Another type or another number.</exception>
    public IReadOnlyList<CosemData> AsStructure(int elements)
    {
        if (Tag != CosemTag.Structure) throw Unexpected("a structure");
        return Items.Count == elements
            ? Items
            : throw new ProtocolException($"structure of {Items.Count} elements where {elements} were expected");
    }

    /// <summary>Elements of an array or compact-array.</summary>
    /// <exception cref="ProtocolException">Another type.</exception>
    public IReadOnlyList<CosemData> AsArray() => Tag is CosemTag.Array or CosemTag.CompactArray ? Items : throw Unexpected("an array");

    /// <summary>A boolean.</summary>
    public static CosemData Boolean(bool value) => new(CosemTag.Boolean, value ? 1u : 0u);

    /// <summary>A bit-string of the first so many bits of <paramref name="octets"/>, most significant first.</summary>
    /// <exception cref="ArgumentException">Not the number of octets that so many bits take.</exception>
    public static CosemData BitString(int bits, ReadOnlySpan<byte> octets) => bits >= 0 && octets.Length == ((long)bits + 7) / 8
        ? new(CosemTag.BitString, (ulong)bits, octets.ToArray())
        : throw new ArgumentException($"{octets.Length} octets for {bits} bits", nameof(octets));

    /// <summary>A double-long (signed 32 bits).</summary>
    public static CosemData DoubleLong(int value) => Signed(CosemTag.DoubleLong, value);

    /// <summary>A double-long-unsigned (32 bits).</summary>
    public static CosemData DoubleLongUnsigned(uint value) => new(CosemTag.DoubleLongUnsigned, value);

    /// <summary>An octet-string; the bytes are copied.</summary>
    public static CosemData OctetString(ReadOnlySpan<byte> octets) => new(CosemTag.OctetString, 0, octets.ToArray());

    /// <summary>A logical name as an octet-string.</summary>
    public static CosemData OctetString(LogicalName name) => new(CosemTag.OctetString, 0, name.ToArray());

    /// <summary>A date-time as an octet-string, the form most attributes have.</summary>
    public static CosemData OctetString(CosemDateTime value) => new(CosemTag.OctetString, 0, value.ToArray());

    /// <summary>A visible-string; a character above 0xFF becomes a question mark.</summary>
    public static CosemData VisibleString(string text) => new(CosemTag.VisibleString, 0, Encoding.Latin1.GetBytes(text));

    /// <summary>A visible-string of bytes as they are.</summary>
    public static CosemData VisibleString(ReadOnlySpan<byte> octets) => new(CosemTag.VisibleString, 0, octets.ToArray());

    /// <summary>A utf8-string.</summary>
    public static CosemData Utf8String(string text) => new(CosemTag.Utf8String, 0, Encoding.UTF8.GetBytes(text));

    /// <summary>A utf8-string of bytes as they are.</summary>
    public static CosemData Utf8String(ReadOnlySpan<byte> octets) => new(CosemTag.Utf8String, 0, octets.ToArray());

    /// <summary>A bcd byte as it is on the wire.</summary>
    public static CosemData Bcd(byte value) => new(CosemTag.Bcd, value);

    /// <summary>An integer (signed 8 bits).</summary>
    public static CosemData Integer(sbyte value) => Signed(CosemTag.Integer, value);

    /// <summary>A long (signed 16 bits).</summary>
    public static CosemData Long(short value) => Signed(CosemTag.Long, value);

    /// <summary>An unsigned (8 bits).</summary>
    public static CosemData Unsigned(byte value) => new(CosemTag.Unsigned, value);

    /// <summary>A long-unsigned (16 bits).</summary>
    public static CosemData LongUnsigned(ushort value) => new(CosemTag.LongUnsigned, value);

    /// <summary>A long64 (signed).</summary>
    public static CosemData Long64(long value) => Signed(CosemTag.Long64, value);

    /// <summary>A long64-unsigned.</summary>
    public static CosemData Long64Unsigned(ulong value) => new(CosemTag.Long64Unsigned, value);

    /// <summary>An enum.</summary>
    public static CosemData Enum(byte value) => new(CosemTag.Enum, value);

    /// <summary>A float32.</summary>
    public static CosemData Float32(float value) => new(CosemTag.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>A float64.</summary>
    public static CosemData Float64(double value) => new(CosemTag.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A date-time as the type of its own.</summary>
    public static CosemData DateTime(CosemDateTime value) => new(CosemTag.DateTime, 0, value.ToArray());

    /// <summary>A date as the type of its own.</summary>
    public static CosemData Date(CosemDate value) => new(CosemTag.Date, 0, value.ToArray());

    /// <summary>A time as the type of its own.</summary>
    public static CosemData Time(CosemTime value) => new(CosemTag.Time, 0, value.ToArray());

    /// <summary>A delta-integer.</summary>
    public static CosemData DeltaInteger(sbyte value) => Signed(CosemTag.DeltaInteger, value);

    /// <summary>A delta-long.</summary>
    public static CosemData DeltaLong(short value) => Signed(CosemTag.DeltaLong, value);

    /// <summary>A delta-double-long.</summary>
    public static CosemData DeltaDoubleLong(int value) => Signed(CosemTag.DeltaDoubleLong, value);

    /// <summary>A delta-unsigned.</summary>
    public static CosemData DeltaUnsigned(byte value) => new(CosemTag.DeltaUnsigned, value);

    /// <summary>A delta-long-unsigned.</summary>
    public static CosemData DeltaLongUnsigned(ushort value) => new(CosemTag.DeltaLongUnsigned, value);

    /// <summary>A delta-double-long-unsigned.</summary>
    public static CosemData DeltaDoubleLongUnsigned(uint value) => new(CosemTag.DeltaDoubleLongUnsigned, value);

    /// <summary>A structure.</summary>
    public static CosemData Structure(params IReadOnlyList<CosemData> items) => new(CosemTag.Structure, 0, items.ToArray());

    /// <summary>An array. That its elements are of one type is the caller's to see to.</summary>
    public static CosemData Array(params IReadOnlyList<CosemData> items) => new(CosemTag.Array, 0, items.ToArray());

    /// <summary>A compact-array of elements that all have the type described.</summary>
    /// <exception cref="ArgumentException">An element is of another type.</exception>
    public static CosemData CompactArray(CompactArrayType elementType, IReadOnlyList<CosemData> items)
    {
        foreach (var item in items)
        {
            if (!elementType.Describes(item)) throw new ArgumentException($"{item} is not what the type description says", nameof(items));
        }

        return new CosemData(CosemTag.CompactArray, 0, new PackedItems(elementType, items.ToArray()));
    }

    /// <summary>Decodes one value that is the whole of <paramref name="encoded"/>.</summary>
    /// <exception cref="ProtocolException">Malformed, nested deeper than 24, or followed by more bytes.</exception>
    public static CosemData Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CosemReader(encoded);
        var value = CosemDataCodec.Read(ref reader);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>Reads one value and leaves the reader behind it.</summary>
    /// <exception cref="ProtocolException">Malformed, or nested deeper than 24.</exception>
    public static CosemData Read(ref CosemReader reader) => CosemDataCodec.Read(ref reader);

    /// <summary>Writes tag and content.</summary>
    public void WriteTo(IBufferWriter<byte> output) => CosemDataCodec.Write(this, new CosemWriter(output));

    /// <summary>Tag and content in an array of their own.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(CosemData? other)
    {
        if (other is null || Tag != other.Tag || _bits != other._bits) return false;
        return (_content, other._content) switch
        {
            (null, null) => true,
            (byte[] mine, byte[] theirs) => mine.AsSpan().SequenceEqual(theirs),
            (CosemData[] mine, CosemData[] theirs) => mine.AsSpan().SequenceEqual(theirs),
            (PackedItems mine, PackedItems theirs) => mine.Type.Equals(theirs.Type) && mine.Items.AsSpan().SequenceEqual(theirs.Items),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CosemData);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Tag);
        hash.Add(_bits);
        if (_content is byte[] bytes) hash.AddBytes(bytes);
        foreach (var item in Items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>
    /// The value in one line for logs and tests: <c>structure{2}</c> or <c>unsigned 8</c>. Strings show as hexadecimal, shortened.
    /// </summary>
    public override string ToString() => _content switch
    {
        byte[] { Length: <= 32 } bytes => $"{Tag.Name()} {Convert.ToHexString(bytes)}",
        byte[] bytes => $"{Tag.Name()} of {bytes.Length} bytes",
        CosemData[] or PackedItems => $"{Tag.Name()}{{{Items.Count}}}",
        _ when IsNull => Tag.Name(),
        _ when Tag is CosemTag.Float32 or CosemTag.Float64 => string.Create(CultureInfo.InvariantCulture, $"{Tag.Name()} {AsDouble():R}"),
        _ when Tag == CosemTag.Long64Unsigned => string.Create(CultureInfo.InvariantCulture, $"{Tag.Name()} {_bits}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Tag.Name()} {unchecked((long)_bits)}"),
    };

    /// <summary>Content of a fixed-size number: two's complement for signed types, IEEE bits for floating point.</summary>
    internal ulong Bits => _bits;

    /// <summary>Content of a string, bit-string or time type.</summary>
    internal ReadOnlySpan<byte> Octets => _content as byte[];

    private bool IsInteger => Tag is CosemTag.Integer or CosemTag.Long or CosemTag.DoubleLong or CosemTag.Long64
        or CosemTag.Unsigned or CosemTag.LongUnsigned or CosemTag.DoubleLongUnsigned or CosemTag.Long64Unsigned
        or CosemTag.Enum or CosemTag.Bcd or (>= CosemTag.DeltaInteger and <= CosemTag.DeltaDoubleLongUnsigned);

    private ProtocolException Unexpected(string expected) => new($"{Tag.Name()} where {expected} was expected");

    /// <summary>A number of a fixed-size type from its bits; signed types sign-extended.</summary>
    internal static CosemData FromBits(CosemTag tag, ulong bits) => new(tag, bits);

    /// <summary>A value of a string or time type; takes the array over.</summary>
    internal static CosemData FromOctets(CosemTag tag, byte[] octets, ulong bits = 0) => new(tag, bits, octets);

    /// <summary>An array or structure; takes the array over.</summary>
    internal static CosemData FromItems(CosemTag tag, CosemData[] items) => new(tag, 0, items);

    /// <summary>A compact-array; takes the array over.</summary>
    internal static CosemData FromItems(CompactArrayType type, CosemData[] items) =>
        new(CosemTag.CompactArray, 0, new PackedItems(type, items));

    private static CosemData Signed(CosemTag tag, long value) => new(tag, unchecked((ulong)value));

    private sealed record PackedItems(CompactArrayType Type, CosemData[] Items);
}
