using System.Buffers;

namespace Headrace.Dlms.Data;

/// <summary>The type description of a compact-array's elements (IEC 62056-5-3, <c>TypeDescription</c>).</summary>
/// <remarks>Untagged contents are only as trustworthy as the description, so sizes are bounded before anything is built.</remarks>
public sealed class CompactArrayType : IEquatable<CompactArrayType>
{
    private CompactArrayType(CosemTag tag, int count, CompactArrayType[] elements)
    {
        (Tag, Count, Elements) = (tag, count, elements);
        LeastSize = SizeOf();
    }

    /// <summary>The element's tag.</summary>
    public CosemTag Tag { get; }

    /// <summary>Number of elements of an array, which is fixed in a description; zero for other types.</summary>
    public int Count { get; }

    /// <summary>The members of a structure, or the one element type of an array; empty for other types.</summary>
    public IReadOnlyList<CompactArrayType> Elements { get; }

    // Fewest bytes one such value can take, never overflowing.
    private int LeastSize { get; }

    /// <summary>A type without members.</summary>
    /// <exception cref="ArgumentException">An array, structure, compact-array or unknown tag.</exception>
    public static CompactArrayType Of(CosemTag tag) => IsSimple(tag)
        ? new(tag, 0, [])
        : throw new ArgumentException($"{tag.Name()} is no simple type", nameof(tag));

    /// <summary>A structure of members.</summary>
    public static CompactArrayType Structure(params IReadOnlyList<CompactArrayType> members) =>
        new(CosemTag.Structure, 0, members.ToArray());

    /// <summary>An array of so many elements, up to 65535.</summary>
    public static CompactArrayType Array(int count, CompactArrayType element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ushort.MaxValue);
        return new(CosemTag.Array, count, [element]);
    }

    /// <summary>True where the value has this type throughout.</summary>
    public bool Describes(CosemData value)
    {
        if (value.Tag != Tag) return false;
        if (Tag == CosemTag.Array) return value.Items.Count == Count && value.Items.All(Elements[0].Describes);
        if (Tag != CosemTag.Structure) return true;
        return value.Items.Count == Elements.Count && Elements.Zip(value.Items).All(p => p.First.Describes(p.Second));
    }

    /// <summary>The type that describes a value.</summary>
    /// <exception cref="ArgumentException">It holds a compact-array, or an array of elements of several types.</exception>
    public static CompactArrayType Of(CosemData value)
    {
        if (value.Tag == CosemTag.Structure) return Structure([.. value.Items.Select(Of)]);
        if (value.Tag != CosemTag.Array) return Of(value.Tag);
        var element = value.Items.Count > 0 ? Of(value.Items[0]) : Of(CosemTag.NullData);
        return value.Items.All(element.Describes)
            ? Array(value.Items.Count, element)
            : throw new ArgumentException("an array of several types", nameof(value));
    }

    /// <summary>Reads a description that is the whole of <paramref name="encoded"/>, as compact data keep it apart.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Malformed, nested deeper than 24, or followed by more bytes.</exception>
    public static CompactArrayType Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CosemReader(encoded);
        var type = ReadDescription(ref reader, 0);
        reader.ExpectEnd();
        return type;
    }

    /// <summary>The description in an array of its own.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteDescription(new CosemWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one value of this type, without tags, that is the whole of <paramref name="contents"/>.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a value.</exception>
    public CosemData DecodeValue(ReadOnlySpan<byte> contents)
    {
        var reader = new CosemReader(contents);
        var values = reader.PackedValues;
        var value = ReadElement(ref reader, ref values);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>A value of this type without its tags.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    public byte[] EncodeValue(CosemData value)
    {
        if (!Describes(value)) throw new ArgumentException($"{value} is not what the type description says", nameof(value));
        var output = new ArrayBufferWriter<byte>();
        WriteElement(value, new CosemWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(CompactArrayType? other) =>
        other is not null && Tag == other.Tag && Count == other.Count && Elements.SequenceEqual(other.Elements);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CompactArrayType);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tag, Count, Elements.Count);

    /// <summary>Reads description and contents; the compact-array's own tag has been read.</summary>
    internal static CosemData ReadArray(ref CosemReader reader)
    {
        var type = ReadDescription(ref reader, 0);
        var contents = reader.ReadLengthPrefixed();
        if (contents.IsEmpty) return CosemData.FromItems(type, []);
        if (type.LeastSize == 0) throw reader.Malformed("compact-array of elements without size but with contents");
        var values = reader.PackedValues;
        var items = new List<CosemData>(contents.Length / type.LeastSize);
        var packed = new CosemReader(contents);
        while (!packed.AtEnd) items.Add(type.ReadElement(ref packed, ref values));
        reader.PackedValues = values;
        return CosemData.FromItems(type, items.ToArray());
    }

    /// <summary>Writes tag, description and contents.</summary>
    internal static void WriteArray(CosemData array, CosemWriter writer)
    {
        var type = array.ElementType!;
        var contents = new ArrayBufferWriter<byte>();
        foreach (var item in array.Items) type.WriteElement(item, new CosemWriter(contents));
        writer.WriteByte((byte)CosemTag.CompactArray);
        type.WriteDescription(writer);
        writer.WriteLengthPrefixed(contents.WrittenSpan);
    }

    private static CompactArrayType ReadDescription(ref CosemReader reader, int nesting)
    {
        var tag = reader.PeekTag();
        reader.ReadByte();
        if (IsSimple(tag)) return new CompactArrayType(tag, 0, []);
        if (nesting == CosemDataCodec.MaximumNesting) throw reader.Malformed($"nesting deeper than {CosemDataCodec.MaximumNesting}");
        if (tag == CosemTag.Array)
        {
            var count = reader.ReadUInt16();
            return new CompactArrayType(tag, count, [ReadDescription(ref reader, nesting + 1)]);
        }

        if (tag != CosemTag.Structure) throw reader.Malformed($"{tag.Name()} as element type");
        var members = new CompactArrayType[reader.ReadCount()];
        for (var i = 0; i < members.Length; i++) members[i] = ReadDescription(ref reader, nesting + 1);
        return new CompactArrayType(tag, 0, members);
    }

    private void WriteDescription(CosemWriter writer)
    {
        writer.WriteByte((byte)Tag);
        if (Tag == CosemTag.Array) writer.WriteUInt16((ushort)Count);
        if (Tag == CosemTag.Structure) writer.WriteLength(Elements.Count);
        foreach (var element in Elements) element.WriteDescription(writer);
    }

    private CosemData ReadElement(ref CosemReader reader, ref long values)
    {
        if (--values < 0) throw reader.Malformed("compact-arrays with more values than the message could mean");
        if (Tag is not (CosemTag.Array or CosemTag.Structure)) return CosemDataCodec.ReadContent(ref reader, Tag);
        if (LeastSize > reader.Remaining)
            throw reader.Malformed($"{Tag.Name()} of {LeastSize} bytes or more where {reader.Remaining} are left");
        var count = Tag == CosemTag.Array ? Count : Elements.Count;
        if (count > values) throw reader.Malformed("compact-arrays with more values than the message could mean");
        var items = count == 0 ? [] : new CosemData[count];
        for (var i = 0; i < items.Length; i++) items[i] = Elements[Tag == CosemTag.Array ? 0 : i].ReadElement(ref reader, ref values);
        return CosemData.FromItems(Tag, items);
    }

    private void WriteElement(CosemData value, CosemWriter writer)
    {
        if (Tag is not (CosemTag.Array or CosemTag.Structure))
        {
            CosemDataCodec.WriteContent(value, writer);
            return;
        }

        for (var i = 0; i < value.Items.Count; i++) Elements[Tag == CosemTag.Array ? 0 : i].WriteElement(value.Items[i], writer);
    }

    private int SizeOf()
    {
        long size = Tag switch
        {
            CosemTag.Array => (long)Count * Elements[0].LeastSize,
            CosemTag.Structure => Elements.Sum(e => (long)e.LeastSize),
            _ => Math.Abs(CosemTags.ContentSize(Tag)),
        };
        return (int)Math.Min(size, int.MaxValue);
    }

    private static bool IsSimple(CosemTag tag) =>
        tag is not (CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray) && CosemTags.ContentSize(tag) != CosemTags.Unknown;
}
