using System.Buffers;
using System.Xml.Linq;
using Headrace.Dlms.Acse;
using Headrace.Wire;

namespace Headrace.Dlms.Translation.Xml;

/// <summary>AARQ, AARE, RLRQ and RLRE as elements: each field in the order it came (ISO/IEC 8650-1 in BER).</summary>
internal static class XmlAcse
{
    private const byte Primitive = 0;
    private const byte ObjectIdentifier = 0x06;
    private const byte OctetString = 0x04;
    private const byte Integer = 0x02;
    private const byte CharString = 0x80;
    private const string UserInformation = "UserInformation";

    // 2.16.756.5.8
    private static readonly byte[] DlmsUa = [0x60, 0x85, 0x74, 0x05, 0x08];

    private static readonly Dictionary<string, byte> Contexts = new(StringComparer.Ordinal)
    {
        ["LN"] = 1,
        ["SN"] = 2,
        ["LN_WITH_CIPHERING"] = 3,
        ["SN_WITH_CIPHERING"] = 4,
    };

    private static readonly Dictionary<string, byte> Mechanisms = new(StringComparer.Ordinal)
    {
        ["None"] = 0,
        ["Low"] = 1,
        ["High"] = 2,
        ["HighMD5"] = 3,
        ["HighSHA1"] = 4,
        ["HighGMAC"] = 5,
        ["HighSHA256"] = 6,
        ["HighECDSA"] = 7,
    };

    private static readonly ApduDefinition[] Apdus =
    [
        new(AssociationRequest.Tag, "AssociationRequest",
        [
            new(0xA1, "ApplicationContextName", ObjectIdentifier, Contexts, 1), new(0xA2, "CalledAPTitle", OctetString),
            new(0xA6, "CallingAPTitle", OctetString), new(0xA7, "CallingAEQualifier", OctetString),
            new(0xA8, "CallingAPInvocationId", Integer), new(0xA9, "CallingAEInvocationId", Integer),
            new(0x8A, "SenderACSERequirements"), new(0x8B, "MechanismName", Primitive, Mechanisms, 2),
            new(0xAC, "CallingAuthentication", CharString), new(0xBE, UserInformation, OctetString),
        ]),
        new(AssociationResponse.Tag, "AssociationResponse",
        [
            new(0xA1, "ApplicationContextName", ObjectIdentifier, Contexts, 1), new(0xA2, "AssociationResult", Integer),
            new(0xA3, "ResultSourceDiagnostic"), new(0xA4, "RespondingAPTitle", OctetString),
            new(0xA5, "RespondingAEQualifier", OctetString), new(0xA7, "RespondingAEInvocationId", Integer),
            new(0x88, "ResponderACSERequirement"), new(0x89, "MechanismName", Primitive, Mechanisms, 2),
            new(0xAA, "RespondingAuthentication", CharString), new(0xBE, UserInformation, OctetString),
        ]),
        new(ReleaseRequest.Tag, "ReleaseRequest", [new(0x80, "Reason"), new(0xBE, UserInformation, OctetString)]),
        new(ReleaseResponse.Tag, "ReleaseResponse", [new(0x80, "Reason"), new(0xBE, UserInformation, OctetString)]),
    ];

    /// <summary>True for the tag of an ACSE APDU.</summary>
    public static bool IsAcse(byte tag) => Apdus.Any(apdu => apdu.Tag == tag);

    /// <summary>True for the name of an ACSE APDU's element.</summary>
    public static bool IsAcse(string name) => Apdus.Any(apdu => apdu.Name == name);

    /// <summary>The element of an APDU.</summary>
    /// <exception cref="ProtocolException">Malformed.</exception>
    public static XElement Read(ReadOnlyMemory<byte> bytes, int nesting)
    {
        var definition = Apdus.First(apdu => apdu.Tag == bytes.Span[0]);
        var reader = new BerReader(bytes);
        var fields = new BerReader(reader.Read(definition.Tag));
        reader.ExpectEnd();
        var element = new XElement(definition.Name);
        while (!fields.AtEnd)
        {
            var contents = fields.Read(out var tag);
            element.Add(definition.Fields.FirstOrDefault(f => f.Tag == tag) is { } field
                ? Field(field, contents, nesting)
                : new XElement("Field", new XAttribute("Tag", Convert.ToHexString([tag])),
                    new XAttribute("Value", Convert.ToHexString(contents.Span))));
        }
        return element;
    }

    /// <summary>The bytes of an APDU's element.</summary>
    /// <exception cref="ProtocolException">An element is not known or wrong.</exception>
    public static byte[] Write(XElement element, int nesting)
    {
        var definition = Apdus.First(apdu => apdu.Name == element.Name.LocalName);
        var body = new ArrayBufferWriter<byte>();
        foreach (var child in element.Elements())
        {
            if (definition.Fields.FirstOrDefault(f => f.Name == child.Name.LocalName) is { } field)
                new BerWriter(body).Write(field.Tag, Contents(field, child, nesting));
            else if (child.Name.LocalName == "Field") new BerWriter(body).Write(Tag(child), XmlText.Octets(child));
            else throw XmlText.Wrong(child, $"is no field of {definition.Name}");
        }
        return Wrapped(definition.Tag, body.WrittenSpan);
    }

    private static XElement Field(Definition field, ReadOnlyMemory<byte> contents, int nesting)
    {
        var value = contents;
        if (field.Inner != Primitive)
        {
            var reader = new BerReader(contents);
            value = reader.Read(field.Inner);
            reader.ExpectEnd();
        }
        if (field.Name == UserInformation)
        {
            var information = new XElement(field.Name);
            XmlApdus.ReadNested(value, information, nesting);
            return information;
        }
        var oid = value.Span;
        if (field.Names is null || oid.Length != 7 || !oid[..5].SequenceEqual(DlmsUa) || oid[5] != field.Arc)
            return XmlText.Element(field.Name, Convert.ToHexString(oid));
        var code = oid[6];
        var name = field.Names.FirstOrDefault(n => n.Value == code).Key;
        return XmlText.Element(field.Name, name ?? Convert.ToHexString(oid));
    }

    private static byte[] Contents(Definition field, XElement element, int nesting)
    {
        byte[] value;
        if (field.Name == UserInformation) value = XmlApdus.WriteNested(element, nesting);
        else if (field.Names is not null && field.Names.TryGetValue(XmlText.Value(element), out var code))
            value = [.. DlmsUa, field.Arc, code];
        else value = XmlText.Octets(element);
        return field.Inner == Primitive ? value : Wrapped(field.Inner, value);
    }

    private static byte[] Wrapped(byte tag, ReadOnlySpan<byte> contents)
    {
        var output = new ArrayBufferWriter<byte>();
        new BerWriter(output).Write(tag, contents);
        return output.WrittenSpan.ToArray();
    }

    private static byte Tag(XElement element) =>
        HexText.TryParse(element.Attribute("Tag")?.Value ?? "", out var octets) && octets.Length == 1
            ? octets[0]
            : throw XmlText.Wrong(element, "has no Tag of two hexadecimal digits");

    /// <summary>One APDU.</summary>
    private sealed record ApduDefinition(byte Tag, string Name, Definition[] Fields);

    /// <summary>One field.</summary>
    /// <param name="Tag">Its tag.</param>
    /// <param name="Name">Its element.</param>
    /// <param name="Inner">The tag inside; none where the contents are the value.</param>
    /// <param name="Names">Names of object identifiers of DLMS.</param>
    /// <param name="Arc">Which arc of DLMS these are.</param>
    private sealed record Definition(
        byte Tag, string Name, byte Inner = Primitive, Dictionary<string, byte>? Names = null, byte Arc = 0);
}
