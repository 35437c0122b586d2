using Headrace.Dlms.Classes.LocalPorts;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 25, M-Bus slave port setup, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record MBusSlavePortSetup
{
    /// <summary>Attribute 2, default_baud: speed of the opening sequence.</summary>
    public BaudRate DefaultBaud { get; init; } = BaudRate.Baud2400;

    /// <summary>Attribute 3, avail_baud: speed that can be agreed on.</summary>
    public BaudRate AvailableBaud { get; init; } = BaudRate.Baud2400;

    /// <summary>Attribute 4, addr_state: whether the bus address holds.</summary>
    public AddressState AddressState { get; init; }

    /// <summary>Attribute 5, bus_address: address on the bus, 1 to 250; 0 for none.</summary>
    public byte BusAddress { get; init; }
}

/// <summary>Whether an address has been given (IEC 62056-6-2, 4.8).</summary>
public enum AddressState : byte
{
    /// <summary>No address yet.</summary>
    NotAssigned = 0,
    /// <summary>The address holds.</summary>
    Assigned = 1,
}
