using System.Net;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 48, IPv6 setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class IPv6SetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 48, logicalName)
{
    /// <summary>Attribute 2, DL_reference: the MAC or other set-up object below.</summary>
    public AttributeProxy<LogicalName> DataLinkReference => Attribute(2, CosemTypes.LogicalName);

    /// <summary>Attribute 3, address_config_mode: where addresses come from.</summary>
    public AttributeProxy<IPv6ConfigurationMode> ConfigurationMode => Attribute(3, CosemTypes.Enum<IPv6ConfigurationMode>());

    /// <summary>Attribute 4, unicast_IPv6_addresses: addresses of the device.</summary>
    public AttributeProxy<IReadOnlyList<IPAddress>> UnicastAddresses => Attribute(4, CosemTypes.Array(SetupTypes.IPv6));

    /// <summary>Attribute 5, multicast_IPv6_addresses: groups it listens to.</summary>
    public AttributeProxy<IReadOnlyList<IPAddress>> MulticastAddresses => Attribute(5, CosemTypes.Array(SetupTypes.IPv6));

    /// <summary>Attribute 6, gateway_IPv6_addresses: gateways.</summary>
    public AttributeProxy<IReadOnlyList<IPAddress>> GatewayAddresses => Attribute(6, CosemTypes.Array(SetupTypes.IPv6));

    /// <summary>Attribute 7, primary_DNS_address: first name server.</summary>
    public AttributeProxy<IPAddress> PrimaryDns => Attribute(7, SetupTypes.IPv6);

    /// <summary>Attribute 8, secondary_DNS_address: second name server.</summary>
    public AttributeProxy<IPAddress> SecondaryDns => Attribute(8, SetupTypes.IPv6);

    /// <summary>Attribute 9, traffic_class: differentiated services code point, 0 to 63.</summary>
    public AttributeProxy<byte> TrafficClass => Attribute(9, CosemTypes.Unsigned);

    /// <summary>Attribute 10, neighbor_discovery_setup: how routers are asked for.</summary>
    public AttributeProxy<IReadOnlyList<NeighbourDiscovery>> NeighbourDiscovery => Attribute(10, CosemTypes.Array<NeighbourDiscovery>());

    /// <summary>Method 1, add_IPv6_address: adds an address.</summary>
    public MethodProxy<IPv6Entry> AddAddress => Method(1, CosemTypes.Structure<IPv6Entry>());

    /// <summary>Method 2, remove_IPv6_address: removes an address.</summary>
    public MethodProxy<IPv6Entry> RemoveAddress => Method(2, CosemTypes.Structure<IPv6Entry>());
}
