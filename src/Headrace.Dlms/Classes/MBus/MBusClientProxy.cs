using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 72, M-Bus client, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class MBusClientProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 72, logicalName)
{
    /// <summary>Attribute 2, mbus_port_reference: the M-Bus master port the slave is on.</summary>
    public AttributeProxy<LogicalName> PortReference => Attribute(2, CosemTypes.LogicalName);

    /// <summary>Attribute 3, capture_definition: what is taken from the slave, value by value.</summary>
    public AttributeProxy<IReadOnlyList<CaptureDefinition>> CaptureDefinition => Attribute(3, CosemTypes.Array<CaptureDefinition>());

    /// <summary>Attribute 4, capture_period: seconds between readings; 0 for on demand only.</summary>
    public AttributeProxy<uint> CapturePeriod => Attribute(4, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 5, primary_address: address of the slave, 0 for none.</summary>
    public AttributeProxy<byte> PrimaryAddress => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, identification_number: serial number of EN 13757-3, its eight BCD digits as a number of 32 bits.</summary>
    public AttributeProxy<uint> IdentificationNumber => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, manufacturer_id: manufacturer of EN 13757-3, three letters in five bits each.</summary>
    public AttributeProxy<ushort> ManufacturerId => Attribute(7, CosemTypes.LongUnsigned);

    /// <summary>Attribute 8, version: version of EN 13757-3.</summary>
    public AttributeProxy<byte> DeviceVersion => Attribute(8, CosemTypes.Unsigned);

    /// <summary>Attribute 9, device_type: medium of EN 13757-3: 2 electricity, 3 gas, 4 heat, 6 warm water, 7 water.</summary>
    public AttributeProxy<byte> DeviceType => Attribute(9, CosemTypes.Unsigned);

    /// <summary>Attribute 10, access_number: number of the last telegram.</summary>
    public AttributeProxy<byte> AccessNumber => Attribute(10, CosemTypes.Unsigned);

    /// <summary>Attribute 11, status: status byte of the last telegram.</summary>
    public AttributeProxy<byte> Status => Attribute(11, CosemTypes.Unsigned);

    /// <summary>Attribute 12, alarm: alarm bits of the slave, kept until reset.</summary>
    public AttributeProxy<byte> Alarm => Attribute(12, CosemTypes.Unsigned);

    /// <summary>Attribute 13, configuration: configuration field of the last telegram: encryption mode and number of blocks.</summary>
    public AttributeProxy<ushort> Configuration => Attribute(13, CosemTypes.LongUnsigned);

    /// <summary>Attribute 14, encryption_key_status: how far the encryption key has come.</summary>
    public AttributeProxy<MBusKeyStatus> KeyStatus => Attribute(14, CosemTypes.Enum<MBusKeyStatus>());

    /// <summary>Method 1, slave_install: installs the slave at this primary address.</summary>
    public MethodProxy<byte> InstallSlave => Method(1, CosemTypes.Unsigned);

    /// <summary>Method 2, slave_deinstall: forgets the slave.</summary>
    public MethodProxy DeinstallSlave => Command(2);

    /// <summary>Method 3, capture: reads the slave now.</summary>
    public MethodProxy Capture => Command(3);

    /// <summary>Method 4, reset_alarm: clears the alarm bits.</summary>
    public MethodProxy ResetAlarm => Command(4);

    /// <summary>Method 5, synchronize_clock: sets the clock of the slave.</summary>
    public MethodProxy SynchronizeClock => Command(5);

    /// <summary>Method 6, data_send: sends values to the slave.</summary>
    public MethodProxy<IReadOnlyList<MBusDatum>> SendData => Method(6, CosemTypes.Array<MBusDatum>());

    /// <summary>Method 7, set_encryption_key: sets the key the client uses; empty for none.</summary>
    public MethodProxy<Octets> SetEncryptionKey => Method(7, SetupTypes.Octets);

    /// <summary>Method 8, transfer_key: sends the key, encrypted under the default key, to the slave.</summary>
    public MethodProxy<Octets> TransferKey => Method(8, SetupTypes.Octets);
}
