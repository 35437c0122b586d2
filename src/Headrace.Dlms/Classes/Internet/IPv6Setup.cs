using System.Net;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 48, IPv6 setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record IPv6Setup
{
    /// <summary>Attribute 2, DL_reference: the MAC or other set-up object below.</summary>
    public LogicalName DataLinkReference { get; init; }

    /// <summary>Attribute 3, address_config_mode: where addresses come from.</summary>
    public IPv6ConfigurationMode ConfigurationMode { get; init; }

    /// <summary>Attribute 4, unicast_IPv6_addresses: addresses of the device.</summary>
    public IReadOnlyList<IPAddress> UnicastAddresses { get; init; } = [];

    /// <summary>Attribute 5, multicast_IPv6_addresses: groups it listens to.</summary>
    public IReadOnlyList<IPAddress> MulticastAddresses { get; init; } = [];

    /// <summary>Attribute 6, gateway_IPv6_addresses: gateways.</summary>
    public IReadOnlyList<IPAddress> GatewayAddresses { get; init; } = [];

    /// <summary>Attribute 7, primary_DNS_address: first name server.</summary>
    public IPAddress PrimaryDns { get; init; } = IPAddress.IPv6Any;

    /// <summary>Attribute 8, secondary_DNS_address: second name server.</summary>
    public IPAddress SecondaryDns { get; init; } = IPAddress.IPv6Any;

    /// <summary>Attribute 9, traffic_class: differentiated services code point, 0 to 63.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Attribute 10, neighbor_discovery_setup: how routers are asked for.</summary>
    public IReadOnlyList<NeighbourDiscovery> NeighbourDiscovery { get; init; } = [];
}

/// <summary>Where IPv6 addresses come from (IEC 62056-6-2, 4.9).</summary>
public enum IPv6ConfigurationMode : byte
{
    /// <summary>Stateless autoconfiguration.</summary>
    Auto = 0,
    /// <summary>A DHCPv6 server.</summary>
    Dhcpv6 = 1,
    /// <summary>The attributes.</summary>
    Manual = 2,
    /// <summary>Neighbour discovery.</summary>
    NeighbourDiscovery = 3,
}

/// <summary>Which list an address belongs to (IEC 62056-6-2, 4.9, add_IPv6_address).</summary>
public enum IPv6AddressKind : byte
{
    /// <summary>unicast_IPv6_addresses.</summary>
    Unicast = 0,
    /// <summary>multicast_IPv6_addresses.</summary>
    Multicast = 1,
    /// <summary>gateway_IPv6_addresses.</summary>
    Gateway = 2,
}

/// <summary>Times of router solicitation (IEC 62056-6-2, 4.9; RFC 4861).</summary>
/// <param name="MaximumRetries">Solicitations without an answer.</param>
/// <param name="RetryWait">Milliseconds between them.</param>
/// <param name="SendPeriod">Seconds between advertisements.</param>
public sealed record NeighbourDiscovery(byte MaximumRetries, ushort RetryWait, uint SendPeriod) : ICosemStructure<NeighbourDiscovery>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static NeighbourDiscovery FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new NeighbourDiscovery(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]),
            CosemTypes.DoubleLongUnsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(MaximumRetries), CosemTypes.LongUnsigned.ToData(RetryWait),
        CosemTypes.DoubleLongUnsigned.ToData(SendPeriod));
}

/// <summary>An address to add or remove (IEC 62056-6-2, 4.9).</summary>
/// <param name="Kind">Which list.</param>
/// <param name="Address">The address.</param>
public sealed record IPv6Entry(IPv6AddressKind Kind, IPAddress Address) : ICosemStructure<IPv6Entry>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static IPv6Entry FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new IPv6Entry(CosemTypes.Enum<IPv6AddressKind>().FromData(items[0]), SetupTypes.IPv6.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Enum<IPv6AddressKind>().ToData(Kind), SetupTypes.IPv6.ToData(Address));
}
