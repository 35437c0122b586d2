using System.Net;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 42, IPv4 setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record IPv4Setup
{
    /// <summary>Attribute 2, DL_reference: the MAC, PPP or other set-up object below.</summary>
    public LogicalName DataLinkReference { get; init; }

    /// <summary>Attribute 3, IP_address: address of the device.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>Attribute 4, multicast_IP_address: groups it listens to.</summary>
    public IReadOnlyList<IPAddress> MulticastAddresses { get; init; } = [];

    /// <summary>Attribute 5, IP_options: options of the IP header.</summary>
    public IReadOnlyList<IPOption> Options { get; init; } = [];

    /// <summary>Attribute 6, subnet_mask: subnet mask.</summary>
    public IPAddress SubnetMask { get; init; } = IPAddress.Any;

    /// <summary>Attribute 7, gateway_IP_address: gateway.</summary>
    public IPAddress Gateway { get; init; } = IPAddress.Any;

    /// <summary>Attribute 8, use_DHCP_flag: the address comes from a DHCP server.</summary>
    public bool UseDhcp { get; init; }

    /// <summary>Attribute 9, primary_DNS_address: first name server.</summary>
    public IPAddress PrimaryDns { get; init; } = IPAddress.Any;

    /// <summary>Attribute 10, secondary_DNS_address: second name server.</summary>
    public IPAddress SecondaryDns { get; init; } = IPAddress.Any;
}

/// <summary>An option of the IP header (IEC 62056-6-2, 4.9; RFC 791).</summary>
/// <param name="Type">0x82 security, 0x83 loose source routing, 0x89 strict, 0x07 record route, 0x44 time stamp.</param>
/// <param name="Length">Length of the option.</param>
/// <param name="Data">Content.</param>
public sealed record IPOption(byte Type, byte Length, Octets Data) : ICosemStructure<IPOption>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static IPOption FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new IPOption(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]), SetupTypes.Octets.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(Type), CosemTypes.Unsigned.ToData(Length), SetupTypes.Octets.ToData(Data));
}
