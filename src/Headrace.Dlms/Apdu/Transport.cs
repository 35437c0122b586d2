using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>One block of any APDU, ciphered or not (IEC 62056-5-3, <c>General-Block-Transfer</c>).</summary>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="Streaming">More blocks of this window follow without waiting.</param>
/// <param name="Window">Blocks the sender can receive without confirmation, 0 to 63.</param>
/// <param name="BlockNumber">The sender's count, from 1.</param>
/// <param name="BlockNumberAcknowledged">Last block received in sequence, 0 for none.</param>
/// <param name="BlockData">A piece of the APDU; empty for a mere acknowledgement.</param>
public sealed record GeneralBlockTransfer(
    bool LastBlock, bool Streaming, byte Window, ushort BlockNumber, ushort BlockNumberAcknowledged, ReadOnlyMemory<byte> BlockData)
    : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GeneralBlockTransfer;

    internal static GeneralBlockTransfer Read(ref ApduReader reader)
    {
        var control = reader.Wire.ReadByte();
        return new GeneralBlockTransfer(
            (control & 0x80) != 0, (control & 0x40) != 0, (byte)(control & 0x3F), reader.Wire.ReadUInt16(), reader.Wire.ReadUInt16(),
            reader.ReadOctets());
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteByte((byte)((Window & 0x3F) | (Streaming ? 0x40 : 0) | (LastBlock ? 0x80 : 0)));
        writer.WriteUInt16(BlockNumber);
        writer.WriteUInt16(BlockNumberAcknowledged);
        writer.WriteLengthPrefixed(BlockData.Span);
    }
}

/// <summary>An APDU for a device behind a gateway (IEC 62056-5-3, gateway protocol).</summary>
/// <param name="NetworkId">0 where the gateway has one network.</param>
/// <param name="PhysicalDeviceAddress">The device.</param>
/// <param name="UserApdu">Any APDU, ciphered or ACSE ones too; undecoded.</param>
public sealed record GatewayRequest(byte NetworkId, ReadOnlyMemory<byte> PhysicalDeviceAddress, ReadOnlyMemory<byte> UserApdu) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GatewayRequest;

    internal static GatewayRequest Read(ref ApduReader reader) => new(reader.Wire.ReadByte(), reader.ReadOctets(), reader.ReadRest());

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteByte(NetworkId);
        writer.WriteLengthPrefixed(PhysicalDeviceAddress.Span);
        writer.WriteRaw(UserApdu.Span);
    }
}

/// <summary>An APDU from a device behind a gateway (IEC 62056-5-3, gateway protocol).</summary>
/// <param name="NetworkId">That of the request.</param>
/// <param name="PhysicalDeviceAddress">The device.</param>
/// <param name="UserApdu">Any APDU, ciphered or ACSE ones too; undecoded.</param>
public sealed record GatewayResponse(byte NetworkId, ReadOnlyMemory<byte> PhysicalDeviceAddress, ReadOnlyMemory<byte> UserApdu) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GatewayResponse;

    internal static GatewayResponse Read(ref ApduReader reader) => new(reader.Wire.ReadByte(), reader.ReadOctets(), reader.ReadRest());

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteByte(NetworkId);
        writer.WriteLengthPrefixed(PhysicalDeviceAddress.Span);
        writer.WriteRaw(UserApdu.Span);
    }
}
