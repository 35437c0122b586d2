using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 25, M-Bus slave port setup, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class MBusSlavePortSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 25, logicalName)
{
    /// <summary>Attribute 2, default_baud: speed of the opening sequence.</summary>
    public AttributeProxy<BaudRate> DefaultBaud => Attribute(2, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 3, avail_baud: speed that can be agreed on.</summary>
    public AttributeProxy<BaudRate> AvailableBaud => Attribute(3, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 4, addr_state: whether the bus address holds.</summary>
    public AttributeProxy<AddressState> AddressState => Attribute(4, CosemTypes.Enum<AddressState>());

    /// <summary>Attribute 5, bus_address: address on the bus, 1 to 250; 0 for none.</summary>
    public AttributeProxy<byte> BusAddress => Attribute(5, CosemTypes.Unsigned);
}
