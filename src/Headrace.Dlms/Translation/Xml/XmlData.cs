using System.Globalization;
using System.Xml.Linq;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>One A-XDR value as an element named after its type, values in hexadecimal (IEC 62056-5-3, <c>Data</c>).</summary>
/// <remarks>Goes from bytes to elements and back without interpreting them, so that also a boolean of 01 and a bit-string's spare bits
/// come back as they were.</remarks>
/// <param name="name">An element around the value; empty for none.</param>
internal sealed class DataForm(string name = "") : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var target = parent;
        if (Name.Length > 0) parent.Add(target = new XElement(Name));
        XmlData.Read(ref reader, target, 0);
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var inside = Name.Length > 0 ? new XmlCursor(elements.Take(Name)) : elements;
        XmlData.Write(inside.TakeAny(), writer, 0);
        if (Name.Length > 0) inside.ExpectEnd();
    }
}

/// <summary>The elements of values.</summary>
internal static class XmlData
{
    private const string SpareBits = "SpareBits";

    private static readonly Dictionary<CosemTag, string> Names = new()
    {
        [CosemTag.NullData] = "NullData",
        [CosemTag.Array] = "Array",
        [CosemTag.Structure] = "Structure",
        [CosemTag.Boolean] = "Boolean",
        [CosemTag.BitString] = "BitString",
        [CosemTag.DoubleLong] = "Int32",
        [CosemTag.DoubleLongUnsigned] = "UInt32",
        [CosemTag.OctetString] = "OctetString",
        [CosemTag.VisibleString] = "VisibleString",
        [CosemTag.Utf8String] = "Utf8String",
        [CosemTag.Bcd] = "Bcd",
        [CosemTag.Integer] = "Int8",
        [CosemTag.Long] = "Int16",
        [CosemTag.Unsigned] = "UInt8",
        [CosemTag.LongUnsigned] = "UInt16",
        [CosemTag.CompactArray] = "CompactArray",
        [CosemTag.Long64] = "Int64",
        [CosemTag.Long64Unsigned] = "UInt64",
        [CosemTag.Enum] = "Enum",
        [CosemTag.Float32] = "Float32",
        [CosemTag.Float64] = "Float64",
        [CosemTag.DateTime] = "DateTime",
        [CosemTag.Date] = "Date",
        [CosemTag.Time] = "Time",
        [CosemTag.DeltaInteger] = "DeltaInt8",
        [CosemTag.DeltaLong] = "DeltaInt16",
        [CosemTag.DeltaDoubleLong] = "DeltaInt32",
        [CosemTag.DeltaUnsigned] = "DeltaUInt8",
        [CosemTag.DeltaLongUnsigned] = "DeltaUInt16",
        [CosemTag.DeltaDoubleLongUnsigned] = "DeltaUInt32",
        [CosemTag.DontCare] = "DontCare",
    };

    private static readonly Dictionary<string, CosemTag> Tags = Names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

    /// <summary>True where an element of that name is a value.</summary>
    public static bool IsValue(string name) => Tags.ContainsKey(name);

    /// <summary>Reads tag and content.</summary>
    public static void Read(ref CosemReader reader, XElement parent, int nesting)
    {
        if (nesting > CosemDataCodec.MaximumNesting) throw reader.Malformed($"nesting deeper than {CosemDataCodec.MaximumNesting}");
        var tag = reader.PeekTag();
        if (!Names.TryGetValue(tag, out var name)) throw reader.Malformed($"unknown {tag.Name()}");
        var element = new XElement(name);
        parent.Add(element);
        switch (tag)
        {
            case CosemTag.Array or CosemTag.Structure:
                var count = tag == CosemTag.Array ? reader.ReadArray() : reader.ReadStructure();
                element.Add(XmlText.Quantity(count));
                for (var i = 0; i < count; i++) Read(ref reader, element, nesting + 1);
                return;
            case CosemTag.CompactArray:
                ReadCompactArray(ref reader, element);
                return;
        }
        reader.ReadByte();
        if (tag == CosemTag.BitString) ReadBits(ref reader, element);
        else if (CosemTags.ContentSize(tag) is > 0 and var size) Add(element, reader.Take(size));
        else if (tag is not (CosemTag.NullData or CosemTag.DontCare)) Add(element, reader.ReadLengthPrefixed());
    }

    /// <summary>Writes tag and content.</summary>
    public static void Write(XElement element, CosemWriter writer, int nesting)
    {
        if (nesting > CosemDataCodec.MaximumNesting)
            throw XmlText.Wrong(element, $"is nested deeper than {CosemDataCodec.MaximumNesting}");
        if (!Tags.TryGetValue(element.Name.LocalName, out var tag)) throw XmlText.Wrong(element, "is no type of data");
        writer.WriteByte((byte)tag);
        switch (tag)
        {
            case CosemTag.NullData or CosemTag.DontCare:
                break;
            case CosemTag.Array or CosemTag.Structure:
                var inside = new XmlCursor(element);
                inside.CheckQuantity();
                writer.WriteLength(inside.Count);
                while (!inside.AtEnd) Write(inside.TakeAny(), writer, nesting + 1);
                break;
            case CosemTag.CompactArray:
                WriteCompactArray(element, writer);
                break;
            case CosemTag.BitString:
                WriteBits(element, writer);
                break;
            default:
                if (CosemTags.ContentSize(tag) is > 0 and var size) writer.WriteRaw(XmlText.Octets(element, size));
                else writer.WriteLengthPrefixed(XmlText.Octets(element));
                break;
        }
    }

    private static void Add(XElement element, ReadOnlySpan<byte> octets) =>
        element.Add(new XAttribute("Value", Convert.ToHexString(octets)));

    /// <summary>One digit for each bit; the other bits of the last byte where they are not zero.</summary>
    private static void ReadBits(ref CosemReader reader, XElement element)
    {
        var count = reader.ReadLength();
        var octets = reader.Take((int)(((long)count + 7) / 8));
        var digits = new char[count];
        for (var i = 0; i < count; i++) digits[i] = (octets[i / 8] & (0x80 >> (i % 8))) != 0 ? '1' : '0';
        element.Add(new XAttribute("Value", new string(digits)));
        var spare = count % 8 == 0 ? 0 : octets[^1] & (0xFF >> (count % 8));
        if (spare != 0) element.Add(new XAttribute(SpareBits, spare.ToString("X2", CultureInfo.InvariantCulture)));
    }

    private static void WriteBits(XElement element, CosemWriter writer)
    {
        var digits = XmlText.Value(element);
        var octets = new byte[(digits.Length + 7) / 8];
        for (var i = 0; i < digits.Length; i++)
        {
            if (digits[i] is not ('0' or '1')) throw XmlText.Wrong(element, "has a Value of other digits than 0 and 1");
            if (digits[i] == '1') octets[i / 8] |= (byte)(0x80 >> (i % 8));
        }
        var spare = element.Attribute(SpareBits)?.Value;
        if (spare is not null && octets.Length > 0)
        {
            if (!byte.TryParse(spare, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
                throw XmlText.Wrong(element, $"has {SpareBits} that are not hexadecimal");
            octets[^1] |= bits;
        }
        writer.WriteLength(digits.Length);
        writer.WriteRaw(octets);
    }

    /// <summary>The description as elements without values, the contents as they are.</summary>
    private static void ReadCompactArray(ref CosemReader reader, XElement element)
    {
        reader.ReadByte();
        var description = new XElement("ContentsDescription");
        element.Add(description);
        ReadDescription(ref reader, description, 0);
        element.Add(XmlText.Element("ArrayContents", Convert.ToHexString(reader.ReadLengthPrefixed())));
    }

    private static void ReadDescription(ref CosemReader reader, XElement parent, int nesting)
    {
        if (nesting > CosemDataCodec.MaximumNesting) throw reader.Malformed($"nesting deeper than {CosemDataCodec.MaximumNesting}");
        var tag = reader.PeekTag();
        reader.ReadByte();
        if (tag == CosemTag.CompactArray || !Names.TryGetValue(tag, out var name))
            throw reader.Malformed($"{tag.Name()} as element type");
        var element = new XElement(name);
        parent.Add(element);
        if (tag is not (CosemTag.Array or CosemTag.Structure)) return;
        var count = tag == CosemTag.Array ? reader.ReadUInt16() : reader.ReadCount();
        element.Add(XmlText.Quantity(count));
        for (var left = tag == CosemTag.Array ? 1 : count; left > 0; left--) ReadDescription(ref reader, element, nesting + 1);
    }

    private static void WriteCompactArray(XElement element, CosemWriter writer)
    {
        var inside = new XmlCursor(element);
        var description = new XmlCursor(inside.Take("ContentsDescription"));
        WriteDescription(description.TakeAny(), writer, 0);
        description.ExpectEnd();
        writer.WriteLengthPrefixed(XmlText.Octets(inside.Take("ArrayContents")));
        inside.ExpectEnd();
    }

    private static void WriteDescription(XElement element, CosemWriter writer, int nesting)
    {
        if (nesting > CosemDataCodec.MaximumNesting)
            throw XmlText.Wrong(element, $"is nested deeper than {CosemDataCodec.MaximumNesting}");
        if (!Tags.TryGetValue(element.Name.LocalName, out var tag) || tag == CosemTag.CompactArray)
            throw XmlText.Wrong(element, "is no type of elements");
        writer.WriteByte((byte)tag);
        var inside = new XmlCursor(element);
        if (tag == CosemTag.Array)
        {
            var text = element.Attribute("Qty")?.Value;
            if (!ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count))
                throw XmlText.Wrong(element, "has no Qty of at most four digits");
            writer.WriteUInt16(count);
            WriteDescription(inside.TakeAny(), writer, nesting + 1);
        }
        else if (tag == CosemTag.Structure)
        {
            inside.CheckQuantity();
            writer.WriteLength(inside.Count);
            while (!inside.AtEnd) WriteDescription(inside.TakeAny(), writer, nesting + 1);
        }
        inside.ExpectEnd();
    }
}
