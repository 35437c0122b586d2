using System.Globalization;
using System.Xml.Linq;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>A piece of an A-XDR message that is bytes on one side and XML elements on the other. One definition serves both ways, so what
/// was written from bytes gives the same bytes again.</summary>
/// <param name="name">Name of the element; empty where the form adds elements of its own choosing.</param>
internal abstract class XmlForm(string name)
{
    /// <summary>Name of the element.</summary>
    public string Name => name;

    /// <summary>Reads bytes and adds what they mean to the parent.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed.</exception>
    public abstract void Read(ref CosemReader reader, XElement parent);

    /// <summary>Takes elements and writes their bytes.</summary>
    /// <exception cref="ProtocolException">An element is missing or wrong.</exception>
    public abstract void Write(XmlCursor elements, CosemWriter writer);
}

/// <summary>A number of one to four bytes in hexadecimal, one-byte codes by name where they have one.</summary>
internal sealed class NumberForm(string name, int size, IReadOnlyDictionary<byte, string>? names = null) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var octets = reader.Take(size);
        var text = names is not null && names.TryGetValue(octets[0], out var known) ? known : Convert.ToHexString(octets);
        parent.Add(XmlText.Element(Name, text));
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var element = elements.Take(Name);
        var text = XmlText.Value(element);
        foreach (var (code, known) in names ?? new Dictionary<byte, string>())
        {
            if (!string.Equals(known, text, StringComparison.OrdinalIgnoreCase)) continue;
            writer.WriteByte(code);
            return;
        }
        writer.WriteRaw(XmlText.Octets(element, size));
    }
}

/// <summary>An octet-string: length and bytes.</summary>
internal sealed class OctetsForm(string name) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent) =>
        parent.Add(XmlText.Element(Name, Convert.ToHexString(reader.ReadLengthPrefixed())));

    public override void Write(XmlCursor elements, CosemWriter writer) => writer.WriteLengthPrefixed(XmlText.Octets(elements.Take(Name)));
}

/// <summary>So many bytes without a length, such as a logical name.</summary>
internal sealed class FixedForm(string name, int size) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent) =>
        parent.Add(XmlText.Element(Name, Convert.ToHexString(reader.Take(size))));

    public override void Write(XmlCursor elements, CosemWriter writer) => writer.WriteRaw(XmlText.Octets(elements.Take(Name), size));
}

/// <summary>Pieces one after the other inside one element.</summary>
internal sealed class GroupForm(string name, params XmlForm[] parts) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var element = new XElement(Name);
        parent.Add(element);
        foreach (var part in parts) part.Read(ref reader, element);
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var inside = new XmlCursor(elements.Take(Name));
        foreach (var part in parts) part.Write(inside, writer);
        inside.ExpectEnd();
    }
}

/// <summary>OPTIONAL: a flag, and the element where it is there.</summary>
internal sealed class OptionalForm(XmlForm part) : XmlForm(part.Name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var flag = reader.ReadByte();
        if (flag > 1) throw reader.Malformed($"presence flag {flag}");
        if (flag == 1) part.Read(ref reader, parent);
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var present = elements.IsNext(Name);
        writer.WriteByte(present ? (byte)1 : (byte)0);
        if (present) part.Write(elements, writer);
    }
}

/// <summary>SEQUENCE OF: a count, and so many elements inside one.</summary>
/// <param name="name">Name of the list.</param>
/// <param name="item">Its element.</param>
/// <param name="leastBytes">Fewest bytes an element takes: bounds the count before anything is built.</param>
internal sealed class ListForm(string name, XmlForm item, int leastBytes = 1) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var count = reader.ReadCount(leastBytes);
        var list = new XElement(Name, XmlText.Quantity(count));
        parent.Add(list);
        for (var i = 0; i < count; i++) item.Read(ref reader, list);
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var list = new XmlCursor(elements.Take(Name));
        list.CheckQuantity();
        writer.WriteLength(list.Count);
        while (!list.AtEnd) item.Write(list, writer);
    }
}

/// <summary>CHOICE: one byte says which, the element's name does.</summary>
internal sealed class ChoiceForm(string what, params (byte Choice, XmlForm Form)[] cases) : XmlForm("")
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var choice = reader.ReadByte();
        foreach (var (known, form) in cases)
        {
            if (known != choice) continue;
            form.Read(ref reader, parent);
            return;
        }
        throw reader.Malformed($"{what} choice {choice}");
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        foreach (var (choice, form) in cases)
        {
            if (!elements.IsNext(form.Name)) continue;
            writer.WriteByte(choice);
            form.Write(elements, writer);
            return;
        }
        throw elements.Unexpected($"one of {string.Join(", ", cases.Select(c => c.Form.Name))}");
    }
}

/// <summary>An element without content.</summary>
internal sealed class EmptyForm(string name) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent) => parent.Add(new XElement(Name));

    public override void Write(XmlCursor elements, CosemWriter writer) => elements.Take(Name);
}

/// <summary>The 24 conformance bits by the standard's names (IEC 62056-5-3, <c>Conformance</c>).</summary>
internal sealed class ConformanceForm(string name) : XmlForm(name)
{
    private const string ShortTag = "ShortTag";

    public override void Read(ref CosemReader reader, XElement parent)
    {
        var element = new XElement(Name);
        parent.Add(element);
        if (reader.ReadByte() != 0x5F) throw reader.Malformed("conformance tag expected");
        var next = reader.ReadByte();
        // Old meters send one byte of tag.
        if (next == 0x1F) next = reader.ReadByte();
        else element.Add(new XAttribute(ShortTag, "1"));
        if (next != 4) throw reader.Malformed($"conformance of {next} bytes");
        var bits = reader.ReadUInt32();
        if (bits > 0xFF_FFFF) throw reader.Malformed("conformance of less than 24 bits");
        foreach (var bit in Apdu.ConformanceBits.ToNames((Apdu.Conformance)bits))
            element.Add(new XElement("ConformanceBit", new XAttribute("Name", bit)));
    }

    public override void Write(XmlCursor elements, CosemWriter writer)
    {
        var element = elements.Take(Name);
        var bits = 0u;
        foreach (var bit in element.Elements())
            bits |= Bit(bit.Attribute("Name")?.Value) ?? throw XmlText.Wrong(bit, "is no service of the standard's conformance block");
        writer.WriteByte(0x5F);
        if (element.Attribute(ShortTag) is null) writer.WriteByte(0x1F);
        writer.WriteByte(4);
        writer.WriteUInt32(bits);
    }

    private static uint? Bit(string? name)
    {
        for (var bit = 0; bit < 24; bit++)
        {
            if (Apdu.ConformanceBits.ToNames((Apdu.Conformance)(1u << bit)).First() == name) return 1u << bit;
        }
        return null;
    }
}

/// <summary>All bytes that are left, as an APDU where they are one, else as they are.</summary>
internal sealed class RestForm(string name) : XmlForm(name)
{
    public override void Read(ref CosemReader reader, XElement parent)
    {
        var element = new XElement(Name);
        parent.Add(element);
        XmlApdus.ReadNested(reader.Take(reader.Remaining).ToArray(), element);
    }

    public override void Write(XmlCursor elements, CosemWriter writer) => writer.WriteRaw(XmlApdus.WriteNested(elements.Take(Name)));
}

/// <summary>Text of attributes, and what is said where it is wrong.</summary>
internal static class XmlText
{
    public static XElement Element(string name, string value) => new(name, new XAttribute("Value", value));

    public static XAttribute Quantity(int count) => new("Qty", count.ToString("X2", CultureInfo.InvariantCulture));

    public static string Value(XElement element) => element.Attribute("Value")?.Value ?? throw Wrong(element, "has no Value");

    public static byte[] Octets(XElement element) =>
        HexText.TryParse(Value(element), out var octets) ? octets : throw Wrong(element, "has a Value that is not hexadecimal");

    public static byte[] Octets(XElement element, int size)
    {
        var octets = Octets(element);
        return octets.Length == size ? octets : throw Wrong(element, $"has a Value of {octets.Length} bytes where {size} were expected");
    }

    public static ProtocolException Wrong(XElement element, string what)
    {
        var line = element is System.Xml.IXmlLineInfo info && info.HasLineInfo()
            ? string.Create(CultureInfo.InvariantCulture, $" in line {info.LineNumber}")
            : "";
        return new ProtocolException($"element {element.Name.LocalName}{line} {what}");
    }
}
