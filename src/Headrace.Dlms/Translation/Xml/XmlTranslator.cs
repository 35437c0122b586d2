using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Headrace.Dlms.Data;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>
/// Messages as XML in the style of the field's translators, and back: an element for each APDU and field with the standard's names,
/// values in hexadecimal. What was written from bytes gives the same bytes again.
/// </summary>
/// <remarks>Strict: a deviation that <see cref="DlmsTranslator"/> bears is an error here. What was deciphered follows as a comment, which
/// does not count when the XML is read.</remarks>
public static class XmlTranslator
{
    /// <summary>Longest XML text taken, in characters.</summary>
    public const int MaxCharacters = 8 << 20;

    private const string WrapperName = "Wrapper";

    /// <summary>The XML of one message.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="framing">What the bytes are. Of HDLC and M-Bus frames the message inside is given; wrapper headers are kept.</param>
    /// <param name="keys">Keys and titles that may be used to add what is under ciphering.</param>
    /// <exception cref="ProtocolException">The bytes break the protocol, or are an exchange of several messages.</exception>
    public static XDocument Decode(ReadOnlyMemory<byte> bytes, DlmsFraming framing, TranslationKeys keys)
    {
        if (bytes.IsEmpty) throw new ProtocolException("a message of no bytes");
        if (framing == DlmsFraming.Auto) framing = DlmsTranslator.Guess(bytes) ?? (IsApdu(bytes) ? DlmsFraming.Apdu : DlmsFraming.Axdr);
        switch (framing)
        {
            case DlmsFraming.Axdr:
                return new XDocument(Value(bytes));
            case DlmsFraming.Wrapper:
                var input = new ReadOnlySequence<byte>(bytes);
                if (!WrapperFrame.TryRead(ref input, WrapperFrame.MaximumApduSize, out var frame) || !input.IsEmpty)
                    throw new ProtocolException("not one whole wrapper frame");
                return Document(frame.Apdu, keys, new XElement(WrapperName,
                    new XAttribute("Source", frame.SourcePort.ToString("X4", CultureInfo.InvariantCulture)),
                    new XAttribute("Destination", frame.DestinationPort.ToString("X4", CultureInfo.InvariantCulture))));
            case DlmsFraming.Hdlc or DlmsFraming.MBus:
                var message = DlmsTranslator.Decode(bytes, framing, keys)["apdu_hex"]?.GetValue<string>()
                    ?? throw new ProtocolException("the frames hold no one message");
                return Document(Convert.FromHexString(message), keys, null);
            default:
                return Document(bytes, keys, null);
        }
    }

    /// <summary>The bytes of a document that <see cref="Decode"/> could have written.</summary>
    /// <param name="text">XML; document types and external entities are refused.</param>
    /// <exception cref="ProtocolException">Not XML, too long, or an element is missing, not known or wrong; its line is named.</exception>
    public static byte[] Encode(TextReader text)
    {
        var root = Load(text).Root!;
        var name = root.Name.LocalName;
        if (name != WrapperName) return EncodeElement(root);
        var apdu = EncodeElement(root.Elements().FirstOrDefault() ?? throw XmlText.Wrong(root, "is empty"));
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, Port(root, "Source"), Port(root, "Destination"), apdu);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] EncodeElement(XElement element)
    {
        var name = element.Name.LocalName;
        if (XmlApdus.IsApdu(name) || XmlAcse.IsAcse(name)) return XmlApdus.Write(element);
        if (!XmlData.IsValue(name)) throw XmlText.Wrong(element, "is neither an APDU nor a value");
        var output = new ArrayBufferWriter<byte>();
        XmlData.Write(element, new CosemWriter(output), 0);
        return output.WrittenSpan.ToArray();
    }

    private static XDocument Load(TextReader text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var reader = XmlReader.Create(text, settings);
            return XDocument.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (XmlException wrong)
        {
            throw new ProtocolException($"not XML: {wrong.Message.TrimEnd('.')}");
        }
    }

    private static ushort Port(XElement element, string name) =>
        ushort.TryParse(element.Attribute(name)?.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw XmlText.Wrong(element, $"has no {name} of four hexadecimal digits");

    private static XDocument Document(ReadOnlyMemory<byte> apdu, TranslationKeys keys, XElement? around)
    {
        var element = XmlApdus.Read(apdu);
        around?.Add(element);
        var document = new XDocument(around ?? element);
        foreach (var plain in Plains(apdu, keys)) document.Add(Comment(plain));
        return document;
    }

    /// <summary>What could be deciphered, outermost first.</summary>
    private static IEnumerable<byte[]> Plains(ReadOnlyMemory<byte> apdu, TranslationKeys keys)
    {
        var found = new List<byte[]>();
        JsonNode? at;
        try
        {
            at = new ApduTranslation(keys).Apdu(apdu);
        }
        catch (ProtocolException)
        {
            return found; // what is inside is no APDU: nothing to add
        }
        for (; at is JsonObject json; at = json["inner"] ?? json["user_information_apdu"])
        {
            if (json["plain"]?.GetValue<string>() is { } plain) found.Add(Convert.FromHexString(plain));
        }
        return found;
    }

    private static XComment Comment(byte[] plain)
    {
        var text = Convert.ToHexString(plain);
        try
        {
            text = XmlApdus.Read(plain).ToString();
        }
        catch (ProtocolException)
        {
            // no APDU: as it is
        }
        return new XComment($" deciphered:\n{text}\n");
    }

    private static XElement Value(ReadOnlyMemory<byte> bytes)
    {
        var holder = new XElement("Holder");
        var reader = new CosemReader(bytes.Span);
        XmlData.Read(ref reader, holder, 0);
        reader.ExpectEnd();
        var element = holder.Elements().First();
        element.Remove();
        return element;
    }

    private static bool IsApdu(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            XmlApdus.Read(bytes);
            return true;
        }
        catch (ProtocolException)
        {
            var reader = new CosemReader(bytes.Span);
            try
            {
                reader.Skip();
                return !reader.AtEnd;
            }
            catch (ProtocolException)
            {
                return true; // neither: the APDU's fault tells more
            }
        }
    }
}
