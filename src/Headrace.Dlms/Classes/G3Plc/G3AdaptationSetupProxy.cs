using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 92, G3-PLC 6LoWPAN adaptation layer setup, of a server, as a client sees it (IEC 62056-6-2, 4.13).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class G3AdaptationSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 92, logicalName)
{
    /// <summary>Attribute 2, adp_max_hops: longest route, in hops.</summary>
    public AttributeProxy<byte> MaxHops => Attribute(2, CosemTypes.Unsigned);

    /// <summary>Attribute 3, adp_weak_LQI_value: link quality at or below which a link is weak.</summary>
    public AttributeProxy<byte> WeakLqi => Attribute(3, CosemTypes.Unsigned);

    /// <summary>Attribute 4, adp_security_level: 0 none, 5 encrypted with an integrity check.</summary>
    public AttributeProxy<byte> SecurityLevel => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5, adp_prefix_table: prefixes, as they stand.</summary>
    public AttributeProxy<IReadOnlyList<CosemData>> PrefixTable => Attribute(5, CosemTypes.Array(CosemTypes.Any));

    /// <summary>Attribute 6, adp_routing_configuration: parameters of routing: an array of one.</summary>
    public AttributeProxy<IReadOnlyList<G3RoutingConfiguration>> RoutingConfiguration =>
        Attribute(6, CosemTypes.Array<G3RoutingConfiguration>());

    /// <summary>Attribute 7, adp_broadcast_log_table_entry_TTL: minutes that a broadcast is remembered.</summary>
    public AttributeProxy<ushort> BroadcastLogTtl => Attribute(7, CosemTypes.LongUnsigned);

    /// <summary>Attribute 8, adp_routing_table: the routes.</summary>
    public AttributeProxy<IReadOnlyList<G3Route>> RoutingTable => Attribute(8, CosemTypes.Array<G3Route>());

    /// <summary>Attribute 9, adp_context_information_table: contexts of header compression.</summary>
    public AttributeProxy<IReadOnlyList<G3Context>> ContextTable => Attribute(9, CosemTypes.Array<G3Context>());

    /// <summary>Attribute 10, adp_blacklist_table: neighbours not routed over.</summary>
    public AttributeProxy<IReadOnlyList<G3BlacklistEntry>> BlacklistTable => Attribute(10, CosemTypes.Array<G3BlacklistEntry>());

    /// <summary>Attribute 11, adp_broadcast_log_table: broadcasts heard.</summary>
    public AttributeProxy<IReadOnlyList<G3BroadcastEntry>> BroadcastLog => Attribute(11, CosemTypes.Array<G3BroadcastEntry>());

    /// <summary>Attribute 12, adp_group_table: groups the device listens to.</summary>
    public AttributeProxy<IReadOnlyList<ushort>> GroupTable => Attribute(12, CosemTypes.Array(CosemTypes.LongUnsigned));

    /// <summary>Attribute 13, adp_max_join_wait_time: seconds to wait while joining.</summary>
    public AttributeProxy<ushort> MaxJoinWait => Attribute(13, CosemTypes.LongUnsigned);

    /// <summary>Attribute 14, adp_path_discovery_time: seconds to wait for a path.</summary>
    public AttributeProxy<byte> PathDiscoveryTime => Attribute(14, CosemTypes.Unsigned);

    /// <summary>Attribute 15, adp_active_key_index: group key in use, 0 or 1.</summary>
    public AttributeProxy<byte> ActiveKeyIndex => Attribute(15, CosemTypes.Unsigned);

    /// <summary>Attribute 16, adp_metric_type: metric of routing.</summary>
    public AttributeProxy<byte> MetricType => Attribute(16, CosemTypes.Unsigned);

    /// <summary>Attribute 17, adp_coord_short_address: address of the coordinator.</summary>
    public AttributeProxy<ushort> CoordinatorAddress => Attribute(17, CosemTypes.LongUnsigned);

    /// <summary>Attribute 18, adp_disable_default_routing: routing is done elsewhere.</summary>
    public AttributeProxy<bool> DisableDefaultRouting => Attribute(18, CosemTypes.Boolean);

    /// <summary>Attribute 19, adp_device_type: part of the device in the network.</summary>
    public AttributeProxy<G3DeviceType> DeviceType => Attribute(19, CosemTypes.Enum<G3DeviceType>());

    /// <summary>Attribute 20, adp_default_coord_route_enabled: a default route to the coordinator is kept.</summary>
    public AttributeProxy<bool> DefaultCoordinatorRoute => Attribute(20, CosemTypes.Boolean);

    /// <summary>Attribute 21, adp_destination_address_set: addresses the device answers route requests for.</summary>
    public AttributeProxy<IReadOnlyList<ushort>> DestinationAddresses => Attribute(21, CosemTypes.Array(CosemTypes.LongUnsigned));

    /// <summary>Attribute 22, adp_low_LQI_value: link quality at or below which the cost is highest.</summary>
    public AttributeProxy<byte> LowLqi => Attribute(22, CosemTypes.Unsigned);

    /// <summary>Attribute 23, adp_high_LQI_value: link quality at or above which the cost is lowest.</summary>
    public AttributeProxy<byte> HighLqi => Attribute(23, CosemTypes.Unsigned);
}
