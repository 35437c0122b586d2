using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 76, DLMS/COSEM server M-Bus port setup, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class DlmsMBusPortSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 76, logicalName)
{
    /// <summary>Attribute 2, M-Bus_profile_selection: the communication profile: set-up object of the wired or wireless port.</summary>
    public AttributeProxy<LogicalName> ProfileSelection => Attribute(2, CosemTypes.LogicalName);

    /// <summary>Attribute 3, M-Bus_port_communication_state: whether and how the port talks.</summary>
    public AttributeProxy<MBusPortState> CommunicationState => Attribute(3, CosemTypes.Enum<MBusPortState>());

    /// <summary>Attribute 4, M-Bus_Data_Header_Type: which header its telegrams have.</summary>
    public AttributeProxy<MBusHeaderType> HeaderType => Attribute(4, CosemTypes.Enum<MBusHeaderType>());

    /// <summary>Attribute 5, primary_address: address of the device.</summary>
    public AttributeProxy<byte> PrimaryAddress => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, identification_number: serial number of EN 13757-3, its eight BCD digits as a number of 32 bits.</summary>
    public AttributeProxy<uint> IdentificationNumber => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, manufacturer_id: manufacturer of EN 13757-3, three letters in five bits each.</summary>
    public AttributeProxy<ushort> ManufacturerId => Attribute(7, CosemTypes.LongUnsigned);

    /// <summary>Attribute 8, version: version of EN 13757-3.</summary>
    public AttributeProxy<byte> DeviceVersion => Attribute(8, CosemTypes.Unsigned);

    /// <summary>Attribute 9, device_type: medium of EN 13757-3: 2 electricity, 3 gas, 4 heat, 6 warm water, 7 water.</summary>
    public AttributeProxy<byte> DeviceType => Attribute(9, CosemTypes.Unsigned);

    /// <summary>Attribute 10, max_PDU_size: longest APDU, in bytes.</summary>
    public AttributeProxy<ushort> MaxPduSize => Attribute(10, CosemTypes.LongUnsigned);

    /// <summary>Attribute 11, listening_window: when the device listens; empty for always.</summary>
    public AttributeProxy<IReadOnlyList<CallingWindow>> ListeningWindow => Attribute(11, CosemTypes.Array<CallingWindow>());
}
