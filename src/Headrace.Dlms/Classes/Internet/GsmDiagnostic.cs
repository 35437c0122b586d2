using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 47, GSM diagnostic, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record GsmDiagnostic
{
    /// <summary>Attribute 2, operator: name of the network operator.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Attribute 3, status: registration.</summary>
    public GsmStatus Status { get; init; }

    /// <summary>Attribute 4, cs_attachment: circuit switched connection.</summary>
    public CircuitSwitchedStatus CircuitSwitched { get; init; }

    /// <summary>Attribute 5, ps_status: packet switched service.</summary>
    public PacketSwitchedStatus PacketSwitched { get; init; }

    /// <summary>Attribute 6, cell_info: the cell in use.</summary>
    public GsmCell Cell { get; init; } = new(0, 0, 99, 99, null);

    /// <summary>Attribute 7, adjacent_cells: the cells around.</summary>
    public IReadOnlyList<AdjacentCell> AdjacentCells { get; init; } = [];

    /// <summary>Attribute 8, capture_time: when these were taken.</summary>
    public CosemDateTime CaptureTime { get; init; } = CosemDateTime.NotSpecified;
}

/// <summary>Registration of the modem (IEC 62056-6-2, 4.7, GSM diagnostic, status).</summary>
public enum GsmStatus : byte
{
    /// <summary>Not registered, not searching.</summary>
    NotRegistered = 0,
    /// <summary>Registered in the home network.</summary>
    Home = 1,
    /// <summary>Not registered, searching.</summary>
    Searching = 2,
    /// <summary>Registration denied.</summary>
    Denied = 3,
    /// <summary>Unknown.</summary>
    Unknown = 4,
    /// <summary>Registered in a foreign network.</summary>
    Roaming = 5,
}

/// <summary>Circuit switched connection of a modem (IEC 62056-6-2, 4.7).</summary>
public enum CircuitSwitchedStatus : byte
{
    /// <summary>None.</summary>
    Inactive = 0,
    /// <summary>A call comes in.</summary>
    IncomingCall = 1,
    /// <summary>Connected.</summary>
    Active = 2,
}

/// <summary>Packet switched service of a modem (IEC 62056-6-2, 4.7).</summary>
public enum PacketSwitchedStatus : byte
{
    /// <summary>None.</summary>
    Inactive = 0,
    /// <summary>GPRS.</summary>
    Gprs = 1,
    /// <summary>EDGE.</summary>
    Edge = 2,
    /// <summary>UMTS.</summary>
    Umts = 3,
    /// <summary>HSDPA.</summary>
    Hsdpa = 4,
    /// <summary>LTE; from version 1.</summary>
    Lte = 5,
    /// <summary>CDMA; from version 1.</summary>
    Cdma = 6,
    /// <summary>LTE Cat M1; from version 2.</summary>
    LteM = 7,
    /// <summary>NB-IoT; from version 2.</summary>
    NbIoT = 8,
}
