using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 76, DLMS/COSEM server M-Bus port setup, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record DlmsMBusPortSetup
{
    /// <summary>Attribute 2, M-Bus_profile_selection: the communication profile: set-up object of the wired or wireless port.</summary>
    public LogicalName ProfileSelection { get; init; }

    /// <summary>Attribute 3, M-Bus_port_communication_state: whether and how the port talks.</summary>
    public MBusPortState CommunicationState { get; init; }

    /// <summary>Attribute 4, M-Bus_Data_Header_Type: which header its telegrams have.</summary>
    public MBusHeaderType HeaderType { get; init; }

    /// <summary>Attribute 5, primary_address: address of the device.</summary>
    public byte PrimaryAddress { get; init; }

    /// <summary>Attribute 6, identification_number: serial number of EN 13757-3, its eight BCD digits as a number of 32 bits.</summary>
    public uint IdentificationNumber { get; init; }

    /// <summary>Attribute 7, manufacturer_id: manufacturer of EN 13757-3, three letters in five bits each.</summary>
    public ushort ManufacturerId { get; init; }

    /// <summary>Attribute 8, version: version of EN 13757-3.</summary>
    public byte DeviceVersion { get; init; }

    /// <summary>Attribute 9, device_type: medium of EN 13757-3: 2 electricity, 3 gas, 4 heat, 6 warm water, 7 water.</summary>
    public byte DeviceType { get; init; }

    /// <summary>Attribute 10, max_PDU_size: longest APDU, in bytes.</summary>
    public ushort MaxPduSize { get; init; } = 255;

    /// <summary>Attribute 11, listening_window: when the device listens; empty for always.</summary>
    public IReadOnlyList<CallingWindow> ListeningWindow { get; init; } = [];
}

/// <summary>How a port talks (IEC 62056-6-2, 4.8).</summary>
public enum MBusPortState : byte
{
    /// <summary>Not at all.</summary>
    NoAccess = 0,
    /// <summary>Not at present.</summary>
    TemporaryNoAccess = 1,
    /// <summary>Only after its own telegrams.</summary>
    LimitedAccess = 2,
    /// <summary>At any time.</summary>
    UnlimitedAccess = 3,
    /// <summary>A wired bus.</summary>
    Wired = 4,
}

/// <summary>Header of a telegram (EN 13757-7).</summary>
public enum MBusHeaderType : byte
{
    /// <summary>No header.</summary>
    None = 0,
    /// <summary>Short header.</summary>
    Short = 1,
    /// <summary>Long header.</summary>
    Long = 2,
}
