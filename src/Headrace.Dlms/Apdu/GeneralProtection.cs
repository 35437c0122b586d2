using System.Buffers;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>The five fields in front of general-ciphering and general-signing (IEC 62056-5-3). Each may be empty.</summary>
/// <param name="TransactionId">Names the exchange.</param>
/// <param name="OriginatorSystemTitle">Who protected the APDU.</param>
/// <param name="RecipientSystemTitle">For whom.</param>
/// <param name="DateTime">When, as a date-time of 12 bytes.</param>
/// <param name="OtherInformation">Anything else.</param>
public sealed record GeneralProtectionHeader(
    ReadOnlyMemory<byte> TransactionId,
    ReadOnlyMemory<byte> OriginatorSystemTitle,
    ReadOnlyMemory<byte> RecipientSystemTitle,
    ReadOnlyMemory<byte> DateTime = default,
    ReadOnlyMemory<byte> OtherInformation = default)
{
    /// <summary>
    /// The five fields as on the wire, lengths included: what a signature covers and what general-ciphering authenticates.
    /// </summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(new CosemWriter(output));
        return output.WrittenSpan.ToArray();
    }

    internal static GeneralProtectionHeader Read(ref ApduReader reader) =>
        new(reader.ReadOctets(), reader.ReadOctets(), reader.ReadOctets(), reader.ReadOctets(), reader.ReadOctets());

    internal void WriteTo(CosemWriter writer)
    {
        writer.WriteLengthPrefixed(TransactionId.Span);
        writer.WriteLengthPrefixed(OriginatorSystemTitle.Span);
        writer.WriteLengthPrefixed(RecipientSystemTitle.Span);
        writer.WriteLengthPrefixed(DateTime.Span);
        writer.WriteLengthPrefixed(OtherInformation.Span);
    }
}

/// <summary>Which key a general-ciphering APDU is under (IEC 62056-5-3, <c>Key-Info</c>).</summary>
public abstract record KeyInformation
{
    internal static KeyInformation Read(ref ApduReader reader) => reader.Wire.ReadByte() switch
    {
        0 => new IdentifiedKey(reader.Wire.ReadByte()),
        1 => new WrappedKey(reader.Wire.ReadByte(), reader.ReadOctets()),
        2 => new AgreedKey(reader.ReadOctets(), reader.ReadOctets()),
        var choice => throw reader.UnknownChoice("key-info", choice),
    };

    internal abstract void WriteTo(CosemWriter writer);
}

/// <summary>A key both sides have.</summary>
/// <param name="KeyId">0 global unicast, 1 global broadcast.</param>
public sealed record IdentifiedKey(byte KeyId) : KeyInformation
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(0);
        writer.WriteByte(KeyId);
    }
}

/// <summary>A key sent along, wrapped (RFC 3394).</summary>
/// <param name="KekId">0: the master key.</param>
/// <param name="KeyCipheredData">The wrapped key.</param>
public sealed record WrappedKey(byte KekId, ReadOnlyMemory<byte> KeyCipheredData) : KeyInformation
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(1);
        writer.WriteByte(KekId);
        writer.WriteLengthPrefixed(KeyCipheredData.Span);
    }
}

/// <summary>A key both sides derive.</summary>
/// <param name="KeyParameters">One byte: 1 one-pass Diffie-Hellman C(1e, 1s), 2 static unified C(0e, 2s).</param>
/// <param name="KeyCipheredData">For C(1e, 1s) the ephemeral public key and its signature; otherwise empty.</param>
public sealed record AgreedKey(ReadOnlyMemory<byte> KeyParameters, ReadOnlyMemory<byte> KeyCipheredData) : KeyInformation
{
    internal override void WriteTo(CosemWriter writer)
    {
        writer.WriteByte(2);
        writer.WriteLengthPrefixed(KeyParameters.Span);
        writer.WriteLengthPrefixed(KeyCipheredData.Span);
    }
}

/// <summary>
/// Any APDU ciphered between two parties that need not be the ends of the association (IEC 62056-5-3, <c>General-Ciphering</c>).
/// </summary>
/// <param name="Header">The five fields.</param>
/// <param name="KeyInformation">Which key, or null where agreed otherwise.</param>
/// <param name="Ciphered">Security header and content.</param>
public sealed record GeneralCiphering(GeneralProtectionHeader Header, KeyInformation? KeyInformation, CipheredContent Ciphered) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GeneralCiphering;

    internal static GeneralCiphering Read(ref ApduReader reader)
    {
        var header = GeneralProtectionHeader.Read(ref reader);
        var key = reader.ReadPresence() ? KeyInformation.Read(ref reader) : null;
        return new GeneralCiphering(header, key, CipheredContent.Read(ref reader));
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        Header.WriteTo(writer);
        writer.Flag(KeyInformation is not null);
        KeyInformation?.WriteTo(writer);
        Ciphered.WriteTo(writer);
    }
}

/// <summary>Any APDU with a signature (IEC 62056-5-3, <c>General-Signing</c>).</summary>
/// <param name="Header">The five fields.</param>
/// <param name="Content">The APDU, plain or ciphered; undecoded.</param>
/// <param name="Signature">Raw r and s: 64 bytes on P-256, 96 on P-384.</param>
public sealed record GeneralSigning(GeneralProtectionHeader Header, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Signature)
    : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GeneralSigning;

    /// <summary>What the signature covers: the header fields with their lengths, then the content without its length.</summary>
    public byte[] SignedOctets() => [.. Header.Encode(), .. Content.Span];

    internal static GeneralSigning Read(ref ApduReader reader) =>
        new(GeneralProtectionHeader.Read(ref reader), reader.ReadOctets(), reader.ReadOctets());

    private protected override void WriteBody(CosemWriter writer)
    {
        Header.WriteTo(writer);
        writer.WriteLengthPrefixed(Content.Span);
        writer.WriteLengthPrefixed(Signature.Span);
    }
}
