using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Acse;

/// <summary>The contents of the fields AARQ, AARE, RLRQ and RLRE have in common (ISO/IEC 8650-1 in BER).</summary>
internal static class AcseFields
{
    private const byte ObjectIdentifier = 0x06;
    private const byte OctetStringTag = 0x04;
    private const byte IntegerTag = 0x02;
    private const byte CharString = 0x80;
    private const byte ContextArc = 1;
    private const byte MechanismArc = 2;

    /// <summary>BIT STRING with one bit, authentication, set.</summary>
    internal static readonly byte[] AuthenticationRequirement = [0x07, 0x80];

    // 2.16.756.5.8
    private static ReadOnlySpan<byte> DlmsUa => [0x60, 0x85, 0x74, 0x05, 0x08];

    internal static ApplicationContext Context(ReadOnlyMemory<byte> contents) =>
        (ApplicationContext)Name(Only(contents, ObjectIdentifier).Span, ContextArc);

    internal static AuthenticationMechanism Mechanism(ReadOnlyMemory<byte> contents) =>
        (AuthenticationMechanism)Name(contents.Span, MechanismArc);

    internal static byte[] Context(ApplicationContext context) => [ObjectIdentifier, 7, .. DlmsUa, ContextArc, (byte)context];

    internal static byte[] Mechanism(AuthenticationMechanism mechanism) => [.. DlmsUa, MechanismArc, (byte)mechanism];

    internal static ReadOnlyMemory<byte> OctetString(ReadOnlyMemory<byte> contents) => Only(contents, OctetStringTag);

    internal static byte[] OctetString(ReadOnlySpan<byte> value) => Field(OctetStringTag, value);

    internal static byte Integer(ReadOnlyMemory<byte> contents)
    {
        var value = Only(contents, IntegerTag).Span;
        return value.Length == 1 ? value[0] : throw new ProtocolException($"integer of {value.Length} bytes where one was expected");
    }

    internal static byte[] Integer(byte value) => [IntegerTag, 1, value];

    internal static ReadOnlyMemory<byte> AuthenticationValue(ReadOnlyMemory<byte> contents) => Only(contents, CharString);

    internal static byte[] AuthenticationValue(ReadOnlySpan<byte> value) => Field(CharString, value);

    internal static AssociationDiagnostic Diagnostic(ReadOnlyMemory<byte> contents)
    {
        var reader = new BerReader(contents);
        var value = Integer(reader.Read(out var tag));
        reader.ExpectEnd();
        return tag is 0xA1 or 0xA2 ? new((DiagnosticSource)(tag & 0x03), value) : throw new ProtocolException($"diagnostic tag {tag:X2}");
    }

    internal static byte[] Diagnostic(AssociationDiagnostic diagnostic) =>
        [(byte)(0xA0 | (byte)diagnostic.Source), 3, .. Integer(diagnostic.Value)];

    /// <summary>Opens the APDU: its fields, and nothing after them.</summary>
    internal static BerReader Open(ReadOnlyMemory<byte> source, byte tag, AcseTolerance tolerance)
    {
        var reader = new BerReader(source);
        var length = reader.ReadHeader(tag);
        var tooShort = tolerance.HasFlag(AcseTolerance.LengthsTooShort) && length < reader.Remaining;
        var fields = new BerReader(reader.Take(tooShort ? reader.Remaining : length));
        reader.ExpectEnd();
        return fields;
    }

    /// <summary>Reads the user-information: its tag is next.</summary>
    internal static ReadOnlyMemory<byte> UserInformation(ref BerReader reader, AcseTolerance tolerance)
    {
        if (!tolerance.HasFlag(AcseTolerance.LengthsTooShort)) return OctetString(reader.Read(out _));
        reader.ReadHeader((byte)reader.PeekTag());
        return reader.Read(OctetStringTag);
    }

    /// <summary>Writes the APDU with its fields in the order of their context numbers.</summary>
    internal static void Write(IBufferWriter<byte> output, byte tag, List<AcseField> fields)
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new BerWriter(body);
        foreach (var field in fields.OrderBy(f => f.Tag & 0x1F)) writer.Write(field.Tag, field.Contents.Span);
        new BerWriter(output).Write(tag, body.WrittenSpan);
    }

    internal static void AddIf(this List<AcseField> fields, byte tag, byte[]? contents)
    {
        if (contents is not null) fields.Add(new AcseField(tag, contents));
    }

    private static byte Name(ReadOnlySpan<byte> oid, byte arc) => oid.Length == 7 && oid[..5].SequenceEqual(DlmsUa) && oid[5] == arc
        ? oid[6]
        : throw new ProtocolException($"object identifier {Convert.ToHexString(oid)} is none of DLMS");

    private static ReadOnlyMemory<byte> Only(ReadOnlyMemory<byte> contents, byte tag)
    {
        var reader = new BerReader(contents);
        var value = reader.Read(tag);
        reader.ExpectEnd();
        return value;
    }

    private static byte[] Field(byte tag, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>();
        new BerWriter(output).Write(tag, value);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>Deviations of real meters in ACSE APDUs that a decoder may be told to bear.</summary>
[Flags]
public enum AcseTolerance
{
    /// <summary>The standard, nothing else.</summary>
    None = 0,
    /// <summary>The lengths of the APDU and of its user-information are smaller than what they hold.</summary>
    LengthsTooShort = 1,
    /// <summary>AARE names another application context than was asked for; what was asked for holds.</summary>
    OtherContext = 2,
}
