using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>What a client proposes in the user-information of an AARQ (IEC 62056-5-3, <c>InitiateRequest</c>).</summary>
/// <param name="Conformance">Proposed services.</param>
/// <param name="ClientMaxReceivePduSize">Longest APDU the client takes, in bytes; 0 for no limit.</param>
/// <param name="DedicatedKey">A key for this association alone, or null. Secret.</param>
/// <param name="ResponseAllowed">Default true.</param>
/// <param name="ProposedQualityOfService">Null where not given, as usual.</param>
/// <param name="ProposedDlmsVersion">6.</param>
public sealed record InitiateRequest(
    Conformance Conformance,
    ushort ClientMaxReceivePduSize,
    ReadOnlyMemory<byte>? DedicatedKey = null,
    bool ResponseAllowed = true,
    sbyte? ProposedQualityOfService = null,
    byte ProposedDlmsVersion = InitiateRequest.DlmsVersion) : XdlmsApdu
{
    /// <summary>The one version in use.</summary>
    public const byte DlmsVersion = 6;

    /// <summary>The conformance stands under the tag 5F 04 of old meters in place of 5F 1F 04.</summary>
    public bool OldConformanceTag { get; init; }

    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.InitiateRequest;

    internal static InitiateRequest Read(ref ApduReader reader)
    {
        var key = reader.ReadPresence() ? reader.ReadOctets() : (ReadOnlyMemory<byte>?)null;
        var allowed = !reader.ReadPresence() || reader.ReadFlag();
        var quality = reader.ReadPresence() ? unchecked((sbyte)reader.Wire.ReadByte()) : (sbyte?)null;
        var version = reader.Wire.ReadByte();
        var conformance = ConformanceBits.Read(ref reader.Wire, out var oldTag);
        return new InitiateRequest(conformance, reader.Wire.ReadUInt16(), key, allowed, quality, version) { OldConformanceTag = oldTag };
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Flag(DedicatedKey is not null);
        if (DedicatedKey is { } key) writer.WriteLengthPrefixed(key.Span);
        writer.Flag(!ResponseAllowed);
        if (!ResponseAllowed) writer.WriteByte(0);
        writer.Flag(ProposedQualityOfService is not null);
        if (ProposedQualityOfService is { } quality) writer.WriteByte(unchecked((byte)quality));
        writer.WriteByte(ProposedDlmsVersion);
        ConformanceBits.Write(Conformance, OldConformanceTag, writer);
        writer.WriteUInt16(ClientMaxReceivePduSize);
    }
}

/// <summary>What a server grants in the user-information of an AARE (IEC 62056-5-3, <c>InitiateResponse</c>).</summary>
/// <param name="Conformance">Negotiated services.</param>
/// <param name="ServerMaxReceivePduSize">Longest APDU the server takes, in bytes.</param>
/// <param name="VaaName">0x0007 for logical names, 0xFA00 for short names.</param>
/// <param name="NegotiatedQualityOfService">Null where not given, as usual.</param>
/// <param name="NegotiatedDlmsVersion">6.</param>
public sealed record InitiateResponse(
    Conformance Conformance,
    ushort ServerMaxReceivePduSize,
    ushort VaaName = InitiateResponse.LogicalNames,
    sbyte? NegotiatedQualityOfService = null,
    byte NegotiatedDlmsVersion = InitiateRequest.DlmsVersion) : XdlmsApdu
{
    /// <summary>The VAA name of logical name referencing.</summary>
    public const ushort LogicalNames = 0x0007;

    /// <summary>The VAA name of short name referencing.</summary>
    public const ushort ShortNames = 0xFA00;

    /// <summary>The conformance stands under the tag 5F 04 of old meters in place of 5F 1F 04.</summary>
    public bool OldConformanceTag { get; init; }

    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.InitiateResponse;

    internal static InitiateResponse Read(ref ApduReader reader)
    {
        var quality = reader.ReadPresence() ? unchecked((sbyte)reader.Wire.ReadByte()) : (sbyte?)null;
        var version = reader.Wire.ReadByte();
        var conformance = ConformanceBits.Read(ref reader.Wire, out var oldTag);
        return new InitiateResponse(conformance, reader.Wire.ReadUInt16(), reader.Wire.ReadUInt16(), quality, version)
        {
            OldConformanceTag = oldTag,
        };
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Flag(NegotiatedQualityOfService is not null);
        if (NegotiatedQualityOfService is { } quality) writer.WriteByte(unchecked((byte)quality));
        writer.WriteByte(NegotiatedDlmsVersion);
        ConformanceBits.Write(Conformance, OldConformanceTag, writer);
        writer.WriteUInt16(ServerMaxReceivePduSize);
        writer.WriteUInt16(VaaName);
    }
}
