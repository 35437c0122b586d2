using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>What an object of class 92, G3-PLC 6LoWPAN adaptation layer setup, says (IEC 62056-6-2, 4.13).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record G3AdaptationSetup
{
    /// <summary>Attribute 2, adp_max_hops: longest route, in hops.</summary>
    public byte MaxHops { get; init; } = 8;

    /// <summary>Attribute 3, adp_weak_LQI_value: link quality at or below which a link is weak.</summary>
    public byte WeakLqi { get; init; } = 52;

    /// <summary>Attribute 4, adp_security_level: 0 none, 5 encrypted with an integrity check.</summary>
    public byte SecurityLevel { get; init; } = 5;

    /// <summary>Attribute 5, adp_prefix_table: prefixes, as they stand.</summary>
    public IReadOnlyList<CosemData> PrefixTable { get; init; } = [];

    /// <summary>Attribute 6, adp_routing_configuration: parameters of routing: an array of one.</summary>
    public IReadOnlyList<G3RoutingConfiguration> RoutingConfiguration { get; init; } = [];

    /// <summary>Attribute 7, adp_broadcast_log_table_entry_TTL: minutes that a broadcast is remembered.</summary>
    public ushort BroadcastLogTtl { get; init; } = 2;

    /// <summary>Attribute 8, adp_routing_table: the routes.</summary>
    public IReadOnlyList<G3Route> RoutingTable { get; init; } = [];

    /// <summary>Attribute 9, adp_context_information_table: contexts of header compression.</summary>
    public IReadOnlyList<G3Context> ContextTable { get; init; } = [];

    /// <summary>Attribute 10, adp_blacklist_table: neighbours not routed over.</summary>
    public IReadOnlyList<G3BlacklistEntry> BlacklistTable { get; init; } = [];

    /// <summary>Attribute 11, adp_broadcast_log_table: broadcasts heard.</summary>
    public IReadOnlyList<G3BroadcastEntry> BroadcastLog { get; init; } = [];

    /// <summary>Attribute 12, adp_group_table: groups the device listens to.</summary>
    public IReadOnlyList<ushort> GroupTable { get; init; } = [];

    /// <summary>Attribute 13, adp_max_join_wait_time: seconds to wait while joining.</summary>
    public ushort MaxJoinWait { get; init; } = 20;

    /// <summary>Attribute 14, adp_path_discovery_time: seconds to wait for a path.</summary>
    public byte PathDiscoveryTime { get; init; } = 40;

    /// <summary>Attribute 15, adp_active_key_index: group key in use, 0 or 1.</summary>
    public byte ActiveKeyIndex { get; init; }

    /// <summary>Attribute 16, adp_metric_type: metric of routing.</summary>
    public byte MetricType { get; init; } = 15;

    /// <summary>Attribute 17, adp_coord_short_address: address of the coordinator.</summary>
    public ushort CoordinatorAddress { get; init; }

    /// <summary>Attribute 18, adp_disable_default_routing: routing is done elsewhere.</summary>
    public bool DisableDefaultRouting { get; init; }

    /// <summary>Attribute 19, adp_device_type: part of the device in the network.</summary>
    public G3DeviceType DeviceType { get; init; } = G3DeviceType.NotDefined;

    /// <summary>Attribute 20, adp_default_coord_route_enabled: a default route to the coordinator is kept.</summary>
    public bool DefaultCoordinatorRoute { get; init; }

    /// <summary>Attribute 21, adp_destination_address_set: addresses the device answers route requests for.</summary>
    public IReadOnlyList<ushort> DestinationAddresses { get; init; } = [];

    /// <summary>Attribute 22, adp_low_LQI_value: link quality at or below which the cost is highest.</summary>
    public byte LowLqi { get; init; }

    /// <summary>Attribute 23, adp_high_LQI_value: link quality at or above which the cost is lowest.</summary>
    public byte HighLqi { get; init; } = 255;
}

/// <summary>Part of a device in the network (IEC 62056-6-2, 4.13).</summary>
public enum G3DeviceType : byte
{
    /// <summary>PAN device.</summary>
    Device = 0,
    /// <summary>PAN coordinator.</summary>
    Coordinator = 1,
    /// <summary>Not defined.</summary>
    NotDefined = 2,
}

/// <summary>Parameters of routing (IEC 62056-6-2, 4.13; ITU-T G.9903).</summary>
/// <param name="NetTraversalTime">Seconds a packet may take through the network.</param>
/// <param name="RoutingTableEntryTtl">Minutes that a route is kept.</param>
/// <param name="Kr">Weight Kr of the route cost.</param>
/// <param name="Km">Weight Km.</param>
/// <param name="Kc">Weight Kc.</param>
/// <param name="Kq">Weight Kq.</param>
/// <param name="Kh">Weight Kh.</param>
/// <param name="Krt">Weight Krt.</param>
/// <param name="RreqRetries">Repetitions of a route request.</param>
/// <param name="RreqRerrWait">Seconds between route errors.</param>
/// <param name="BlacklistTtl">Minutes that a neighbour stays blacklisted.</param>
/// <param name="UnicastRreqEnabled">Route requests are unicast.</param>
/// <param name="RlcEnabled">Reverse link costs are asked for.</param>
/// <param name="AddReverseLinkCost">Cost added for a reverse link.</param>
public sealed record G3RoutingConfiguration(
    byte NetTraversalTime, ushort RoutingTableEntryTtl, byte Kr, byte Km, byte Kc, byte Kq, byte Kh, byte Krt, byte RreqRetries, byte
    RreqRerrWait, ushort BlacklistTtl, bool UnicastRreqEnabled, bool RlcEnabled, byte AddReverseLinkCost)
    : ICosemStructure<G3RoutingConfiguration>
{
    /// <summary>Takes the structure of 14.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3RoutingConfiguration FromData(CosemData data)
    {
        var items = data.AsStructure(14);
        return new G3RoutingConfiguration(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]), CosemTypes.Unsigned.FromData(items[2]),
            CosemTypes.Unsigned.FromData(items[3]), CosemTypes.Unsigned.FromData(items[4]), CosemTypes.Unsigned.FromData(items[5]),
            CosemTypes.Unsigned.FromData(items[6]), CosemTypes.Unsigned.FromData(items[7]), CosemTypes.Unsigned.FromData(items[8]),
            CosemTypes.Unsigned.FromData(items[9]), CosemTypes.LongUnsigned.FromData(items[10]), CosemTypes.Boolean.FromData(items[11]),
            CosemTypes.Boolean.FromData(items[12]), CosemTypes.Unsigned.FromData(items[13]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(NetTraversalTime), CosemTypes.LongUnsigned.ToData(RoutingTableEntryTtl),
        CosemTypes.Unsigned.ToData(Kr), CosemTypes.Unsigned.ToData(Km), CosemTypes.Unsigned.ToData(Kc), CosemTypes.Unsigned.ToData(Kq),
        CosemTypes.Unsigned.ToData(Kh), CosemTypes.Unsigned.ToData(Krt), CosemTypes.Unsigned.ToData(RreqRetries),
        CosemTypes.Unsigned.ToData(RreqRerrWait), CosemTypes.LongUnsigned.ToData(BlacklistTtl),
        CosemTypes.Boolean.ToData(UnicastRreqEnabled), CosemTypes.Boolean.ToData(RlcEnabled),
        CosemTypes.Unsigned.ToData(AddReverseLinkCost));
}

/// <summary>A route (IEC 62056-6-2, 4.13).</summary>
/// <param name="Destination">Address of the destination.</param>
/// <param name="NextHop">Address of the next hop.</param>
/// <param name="Cost">Cost of the route.</param>
/// <param name="Hops">Number of hops.</param>
/// <param name="WeakLinks">Number of weak links.</param>
/// <param name="Valid">Minutes it is still good for.</param>
public sealed record G3Route(
    ushort Destination, ushort NextHop, ushort Cost, byte Hops, byte WeakLinks, ushort Valid)
    : ICosemStructure<G3Route>
{
    /// <summary>Takes the structure of 6.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3Route FromData(CosemData data)
    {
        var items = data.AsStructure(6);
        return new G3Route(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]),
            CosemTypes.LongUnsigned.FromData(items[2]), CosemTypes.Unsigned.FromData(items[3]), CosemTypes.Unsigned.FromData(items[4]),
            CosemTypes.LongUnsigned.FromData(items[5]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(Destination), CosemTypes.LongUnsigned.ToData(NextHop), CosemTypes.LongUnsigned.ToData(Cost),
        CosemTypes.Unsigned.ToData(Hops), CosemTypes.Unsigned.ToData(WeakLinks), CosemTypes.LongUnsigned.ToData(Valid));
}

/// <summary>A context of header compression (IEC 62056-6-2, 4.13; RFC 6282).</summary>
/// <param name="Id">Context identifier, 4 bits.</param>
/// <param name="Length">Length of the prefix, in bits.</param>
/// <param name="Prefix">The prefix.</param>
/// <param name="UsedForCompression">It may be used to compress.</param>
/// <param name="Lifetime">Minutes it is still good for.</param>
public sealed record G3Context(
    IReadOnlyList<bool> Id, byte Length, Octets Prefix, bool UsedForCompression, ushort Lifetime)
    : ICosemStructure<G3Context>
{
    /// <summary>Takes the structure of 5.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3Context FromData(CosemData data)
    {
        var items = data.AsStructure(5);
        return new G3Context(
            CosemTypes.BitString.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]), SetupTypes.Octets.FromData(items[2]),
            CosemTypes.Boolean.FromData(items[3]), CosemTypes.LongUnsigned.FromData(items[4]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.BitString.ToData(Id), CosemTypes.Unsigned.ToData(Length), SetupTypes.Octets.ToData(Prefix),
        CosemTypes.Boolean.ToData(UsedForCompression), CosemTypes.LongUnsigned.ToData(Lifetime));
}

/// <summary>A neighbour not routed over (IEC 62056-6-2, 4.13).</summary>
/// <param name="Address">Its address.</param>
/// <param name="Valid">Minutes it stays here.</param>
public sealed record G3BlacklistEntry(ushort Address, ushort Valid) : ICosemStructure<G3BlacklistEntry>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3BlacklistEntry FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new G3BlacklistEntry(CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.LongUnsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(Address), CosemTypes.LongUnsigned.ToData(Valid));
}

/// <summary>A broadcast heard (IEC 62056-6-2, 4.13).</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="SequenceNumber">Its number.</param>
/// <param name="Valid">Minutes it is still remembered.</param>
public sealed record G3BroadcastEntry(ushort Source, byte SequenceNumber, ushort Valid) : ICosemStructure<G3BroadcastEntry>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3BroadcastEntry FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new G3BroadcastEntry(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]),
            CosemTypes.LongUnsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(Source), CosemTypes.Unsigned.ToData(SequenceNumber), CosemTypes.LongUnsigned.ToData(Valid));
}
