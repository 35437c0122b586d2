using System.Net;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 42, IPv4 setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class IPv4SetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 42, logicalName)
{
    /// <summary>Attribute 2, DL_reference: the MAC, PPP or other set-up object below.</summary>
    public AttributeProxy<LogicalName> DataLinkReference => Attribute(2, CosemTypes.LogicalName);

    /// <summary>Attribute 3, IP_address: address of the device.</summary>
    public AttributeProxy<IPAddress> Address => Attribute(3, SetupTypes.IPv4);

    /// <summary>Attribute 4, multicast_IP_address: groups it listens to.</summary>
    public AttributeProxy<IReadOnlyList<IPAddress>> MulticastAddresses => Attribute(4, CosemTypes.Array(SetupTypes.IPv4));

    /// <summary>Attribute 5, IP_options: options of the IP header.</summary>
    public AttributeProxy<IReadOnlyList<IPOption>> Options => Attribute(5, CosemTypes.Array<IPOption>());

    /// <summary>Attribute 6, subnet_mask: subnet mask.</summary>
    public AttributeProxy<IPAddress> SubnetMask => Attribute(6, SetupTypes.IPv4);

    /// <summary>Attribute 7, gateway_IP_address: gateway.</summary>
    public AttributeProxy<IPAddress> Gateway => Attribute(7, SetupTypes.IPv4);

    /// <summary>Attribute 8, use_DHCP_flag: the address comes from a DHCP server.</summary>
    public AttributeProxy<bool> UseDhcp => Attribute(8, CosemTypes.Boolean);

    /// <summary>Attribute 9, primary_DNS_address: first name server.</summary>
    public AttributeProxy<IPAddress> PrimaryDns => Attribute(9, SetupTypes.IPv4);

    /// <summary>Attribute 10, secondary_DNS_address: second name server.</summary>
    public AttributeProxy<IPAddress> SecondaryDns => Attribute(10, SetupTypes.IPv4);

    /// <summary>Method 1, add_mc_IP_address: joins a group.</summary>
    public MethodProxy<IPAddress> AddMulticastAddress => Method(1, SetupTypes.IPv4);

    /// <summary>Method 2, delete_mc_IP_address: leaves a group.</summary>
    public MethodProxy<IPAddress> DeleteMulticastAddress => Method(2, SetupTypes.IPv4);

    /// <summary>Method 3, get_nbof_mc_IP_addresses: how many groups there are; the parameter is 0.</summary>
    public MethodProxy<sbyte, ushort> CountMulticastAddresses => Method(3, CosemTypes.Integer, CosemTypes.LongUnsigned);
}
