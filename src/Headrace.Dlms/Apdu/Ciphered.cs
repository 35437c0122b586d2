using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Apdu;

/// <summary>What a ciphered APDU carries: security header and content (IEC 62056-5-3, ciphered APDUs).</summary>
/// <param name="SecurityControl">How the content is protected.</param>
/// <param name="InvocationCounter">The sender's counter.</param>
/// <param name="Content">Plain or encrypted APDU, followed by the tag of 12 bytes where authenticated.</param>
public readonly record struct CipheredContent(SecurityControl SecurityControl, uint InvocationCounter, ReadOnlyMemory<byte> Content)
{
    /// <summary>Bytes of security control and counter.</summary>
    public const int HeaderSize = 5;

    /// <summary>Bytes of the authentication tag.</summary>
    public const int TagSize = 12;

    /// <summary>Reads header and content out of the octet-string that holds them.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Shorter than the header, or than header and tag where authenticated.</exception>
    public static CipheredContent Parse(ReadOnlyMemory<byte> octets)
    {
        var reader = new CosemReader(octets.Span);
        var control = new SecurityControl(reader.ReadByte());
        var counter = reader.ReadUInt32();
        if (control.Authenticated && reader.Remaining < TagSize) throw reader.Malformed("ciphered content shorter than its tag");
        return new CipheredContent(control, counter, octets[HeaderSize..]);
    }

    internal static CipheredContent Read(ref ApduReader reader)
    {
        if (!reader.Tolerates(ApduTolerance.LengthCountsAbsentTag)) return Parse(reader.ReadOctets());
        var length = reader.Wire.ReadLength();
        var present = reader.Wire.Remaining;
        if (length != present + TagSize)
            return length <= present
                ? Parse(reader.ReadRest()[..length])
                : throw reader.Malformed($"{length} bytes expected, {present} left");
        var content = Parse(reader.ReadRest());
        return !content.SecurityControl.Authenticated && reader.Bears(ApduTolerance.LengthCountsAbsentTag)
            ? content
            : throw reader.Malformed($"{length} bytes expected, {present} left");
    }

    internal void WriteTo(CosemWriter writer)
    {
        writer.WriteLength(HeaderSize + Content.Length);
        writer.WriteByte(SecurityControl.Value);
        writer.WriteUInt32(InvocationCounter);
        writer.WriteRaw(Content.Span);
    }
}

/// <summary>A service-specific ciphered APDU, glo- or ded- (IEC 62056-5-3). The sender's system title comes from the association.</summary>
/// <param name="CipheredTag">Which one.</param>
/// <param name="Ciphered">Security header and content.</param>
public sealed record CipheredApdu(ApduTag CipheredTag, CipheredContent Ciphered) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => CipheredTag;

    internal static CipheredApdu Read(ref ApduReader reader, ApduTag tag) => new(tag, CipheredContent.Read(ref reader));

    private protected override void WriteBody(CosemWriter writer) => Ciphered.WriteTo(writer);
}

/// <summary>Any APDU under the global key (IEC 62056-5-3, <c>General-Glo-Ciphering</c>).</summary>
/// <param name="SystemTitle">The sender's title; empty where the receiver knows it.</param>
/// <param name="Ciphered">Security header and content.</param>
public sealed record GeneralGloCiphering(ReadOnlyMemory<byte> SystemTitle, CipheredContent Ciphered) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GeneralGloCiphering;

    internal static GeneralGloCiphering Read(ref ApduReader reader) => new(reader.ReadOctets(), CipheredContent.Read(ref reader));

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteLengthPrefixed(SystemTitle.Span);
        Ciphered.WriteTo(writer);
    }
}

/// <summary>Any APDU under the dedicated key (IEC 62056-5-3, <c>General-Ded-Ciphering</c>).</summary>
/// <param name="SystemTitle">The sender's title; empty where the receiver knows it.</param>
/// <param name="Ciphered">Security header and content.</param>
public sealed record GeneralDedCiphering(ReadOnlyMemory<byte> SystemTitle, CipheredContent Ciphered) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GeneralDedCiphering;

    internal static GeneralDedCiphering Read(ref ApduReader reader) => new(reader.ReadOctets(), CipheredContent.Read(ref reader));

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteLengthPrefixed(SystemTitle.Span);
        Ciphered.WriteTo(writer);
    }
}
