using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 72, M-Bus client, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record MBusClient
{
    /// <summary>Attribute 2, mbus_port_reference: the M-Bus master port the slave is on.</summary>
    public LogicalName PortReference { get; init; }

    /// <summary>Attribute 3, capture_definition: what is taken from the slave, value by value.</summary>
    public IReadOnlyList<CaptureDefinition> CaptureDefinition { get; init; } = [];

    /// <summary>Attribute 4, capture_period: seconds between readings; 0 for on demand only.</summary>
    public uint CapturePeriod { get; init; }

    /// <summary>Attribute 5, primary_address: address of the slave, 0 for none.</summary>
    public byte PrimaryAddress { get; init; }

    /// <summary>Attribute 6, identification_number: serial number of EN 13757-3, its eight BCD digits as a number of 32 bits.</summary>
    public uint IdentificationNumber { get; init; }

    /// <summary>Attribute 7, manufacturer_id: manufacturer of EN 13757-3, three letters in five bits each.</summary>
    public ushort ManufacturerId { get; init; }

    /// <summary>Attribute 8, version: version of EN 13757-3.</summary>
    public byte DeviceVersion { get; init; }

    /// <summary>Attribute 9, device_type: medium of EN 13757-3: 2 electricity, 3 gas, 4 heat, 6 warm water, 7 water.</summary>
    public byte DeviceType { get; init; }

    /// <summary>Attribute 10, access_number: number of the last telegram.</summary>
    public byte AccessNumber { get; init; }

    /// <summary>Attribute 11, status: status byte of the last telegram.</summary>
    public byte Status { get; init; }

    /// <summary>Attribute 12, alarm: alarm bits of the slave, kept until reset.</summary>
    public byte Alarm { get; init; }

    /// <summary>Attribute 13, configuration: configuration field of the last telegram: encryption mode and number of blocks.</summary>
    public ushort Configuration { get; init; }

    /// <summary>Attribute 14, encryption_key_status: how far the encryption key has come.</summary>
    public MBusKeyStatus KeyStatus { get; init; }
}

/// <summary>How far the encryption key has come (IEC 62056-6-2, 4.8, M-Bus client).</summary>
public enum MBusKeyStatus : byte
{
    /// <summary>No key.</summary>
    None = 0,
    /// <summary>Set in the client.</summary>
    Set = 1,
    /// <summary>Sent to the slave.</summary>
    Transferred = 2,
    /// <summary>Set in the client and sent to the slave.</summary>
    SetAndTransferred = 3,
    /// <summary>A telegram was decrypted with it.</summary>
    InUse = 4,
}

/// <summary>A value to take from a slave (IEC 62056-6-2, 4.8, M-Bus client; EN 13757-3).</summary>
/// <param name="DataInformationBlock">DIF and DIFEs.</param>
/// <param name="ValueInformationBlock">VIF and VIFEs.</param>
public sealed record CaptureDefinition(Octets DataInformationBlock, Octets ValueInformationBlock) : ICosemStructure<CaptureDefinition>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static CaptureDefinition FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new CaptureDefinition(SetupTypes.Octets.FromData(items[0]), SetupTypes.Octets.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        SetupTypes.Octets.ToData(DataInformationBlock), SetupTypes.Octets.ToData(ValueInformationBlock));
}

/// <summary>A value to send to a slave (IEC 62056-6-2, 4.8, M-Bus client; EN 13757-3).</summary>
/// <param name="DataInformationBlock">DIF and DIFEs.</param>
/// <param name="ValueInformationBlock">VIF and VIFEs.</param>
/// <param name="Value">The value.</param>
public sealed record MBusDatum(Octets DataInformationBlock, Octets ValueInformationBlock, CosemData Value) : ICosemStructure<MBusDatum>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static MBusDatum FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new MBusDatum(SetupTypes.Octets.FromData(items[0]), SetupTypes.Octets.FromData(items[1]), items[2]);
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        SetupTypes.Octets.ToData(DataInformationBlock), SetupTypes.Octets.ToData(ValueInformationBlock), Value);
}
