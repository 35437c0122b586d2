using System.Buffers.Binary;

namespace Headrace.Dlms.Data;

/// <summary>Reads and writes <see cref="CosemData"/> trees, tagged and, inside compact-arrays, untagged.</summary>
internal static class CosemDataCodec
{
    /// <summary>Arrays and structures within one another; real meters stay below ten.</summary>
    internal const int MaximumNesting = 24;

    /// <summary>Reads tag and content.</summary>
    internal static CosemData Read(ref CosemReader reader, int nesting = 0)
    {
        var tag = reader.PeekTag();
        if (tag is CosemTag.Array or CosemTag.Structure)
        {
            var count = tag == CosemTag.Array ? reader.ReadArray() : reader.ReadStructure();
            if (nesting == MaximumNesting) throw reader.Malformed($"nesting deeper than {MaximumNesting}");
            var items = count == 0 ? [] : new CosemData[count];
            for (var i = 0; i < items.Length; i++) items[i] = Read(ref reader, nesting + 1);
            return CosemData.FromItems(tag, items);
        }

        if (CosemTags.ContentSize(tag) == CosemTags.Unknown) throw reader.Malformed($"unknown {tag.Name()}");
        reader.ReadByte();
        return tag == CosemTag.CompactArray ? CompactArrayType.ReadArray(ref reader) : ReadContent(ref reader, tag);
    }

    /// <summary>Reads the content of a value that is no array, structure or compact-array.</summary>
    internal static CosemData ReadContent(ref CosemReader reader, CosemTag tag)
    {
        switch (tag)
        {
            case CosemTag.NullData:
                return CosemData.Null;
            case CosemTag.DontCare:
                return CosemData.DontCare;
            case CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String:
                return CosemData.FromOctets(tag, reader.ReadLengthPrefixed().ToArray());
            case CosemTag.BitString:
                var bits = reader.ReadLength();
                return CosemData.FromOctets(tag, reader.Take((int)(((long)bits + 7) / 8)).ToArray(), (ulong)bits);
            case CosemTag.DateTime or CosemTag.Date or CosemTag.Time:
                return CosemData.FromOctets(tag, reader.Take(CosemTags.ContentSize(tag)).ToArray());
            case CosemTag.Boolean:
                return CosemData.FromBits(tag, reader.ReadByte() == 0 ? 0u : 1u);
            default:
                return CosemData.FromBits(tag, ReadBits(reader.Take(CosemTags.ContentSize(tag)), IsSigned(tag)));
        }
    }

    /// <summary>Writes tag and content.</summary>
    internal static void Write(CosemData value, CosemWriter writer)
    {
        switch (value.Tag)
        {
            case CosemTag.Array:
                writer.WriteArray(value.Items.Count);
                break;
            case CosemTag.Structure:
                writer.WriteStructure(value.Items.Count);
                break;
            case CosemTag.CompactArray:
                CompactArrayType.WriteArray(value, writer);
                return;
            default:
                writer.WriteByte((byte)value.Tag);
                WriteContent(value, writer);
                return;
        }

        foreach (var item in value.Items) Write(item, writer);
    }

    /// <summary>Writes the content of a value that is no array, structure or compact-array.</summary>
    internal static void WriteContent(CosemData value, CosemWriter writer)
    {
        switch (value.Tag)
        {
            case CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String:
                writer.WriteLengthPrefixed(value.Octets);
                break;
            case CosemTag.BitString:
                writer.WriteLength(value.BitCount);
                writer.WriteRaw(value.Octets);
                break;
            case CosemTag.DateTime or CosemTag.Date or CosemTag.Time:
                writer.WriteRaw(value.Octets);
                break;
            case CosemTag.Boolean:
                writer.WriteByte(value.Bits == 0 ? (byte)0 : (byte)0xFF);
                break;
            default:
                writer.WriteBigEndian(CosemTags.ContentSize(value.Tag), value.Bits);
                break;
        }
    }

    private static ulong ReadBits(ReadOnlySpan<byte> content, bool signed) => (content.Length, signed) switch
    {
        (1, false) => content[0],
        (1, true) => unchecked((ulong)(sbyte)content[0]),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(content),
        (2, true) => unchecked((ulong)BinaryPrimitives.ReadInt16BigEndian(content)),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(content),
        (4, true) => unchecked((ulong)BinaryPrimitives.ReadInt32BigEndian(content)),
        _ => BinaryPrimitives.ReadUInt64BigEndian(content),
    };

    private static bool IsSigned(CosemTag tag) => tag is CosemTag.Integer or CosemTag.Long or CosemTag.DoubleLong or CosemTag.Long64
        or CosemTag.DeltaInteger or CosemTag.DeltaLong or CosemTag.DeltaDoubleLong;
}
