using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 73, Wireless Mode Q channel, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class WirelessModeQChannelProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 73, logicalName)
{
    /// <summary>Attribute 2, addr_state: whether the address holds.</summary>
    public AttributeProxy<AddressState> AddressState => Attribute(2, CosemTypes.Enum<AddressState>());

    /// <summary>Attribute 3, device_address: address of the device.</summary>
    public AttributeProxy<Octets> DeviceAddress => Attribute(3, SetupTypes.Octets);

    /// <summary>Attribute 4, address_mask: which group addresses are taken.</summary>
    public AttributeProxy<Octets> AddressMask => Attribute(4, SetupTypes.Octets);
}
