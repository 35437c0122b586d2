using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>The classes of G3-PLC (IEC 62056-6-2, 4.13; ITU-T G.9903).</summary>
internal static class G3PlcClasses
{
    private static readonly AttributeDefinition[] G3MacSetupAttributes =
    [
        new(2, "mac_short_address", CosemTag.LongUnsigned), new(3, "mac_RC_coord", CosemTag.LongUnsigned),
        new(4, "mac_PAN_id", CosemTag.LongUnsigned), new(5, "mac_key_table", CosemTag.Array),
        new(6, "mac_frame_counter", CosemTag.DoubleLongUnsigned), new(7, "mac_tone_mask", CosemTag.BitString),
        new(8, "mac_TMR_TTL", CosemTag.Unsigned), new(9, "mac_max_frame_retries", CosemTag.Unsigned),
        new(10, "mac_neighbour_table_entry_TTL", CosemTag.Unsigned), new(11, "mac_neighbour_table", CosemTag.Array),
        new(12, "mac_high_priority_window_size", CosemTag.Unsigned), new(13, "mac_CSMA_fairness_limit", CosemTag.Unsigned),
        new(14, "mac_beacon_randomization_window_length", CosemTag.Unsigned), new(15, "mac_A", CosemTag.Unsigned),
        new(16, "mac_K", CosemTag.Unsigned), new(17, "mac_min_CW_attempts", CosemTag.Unsigned),
        new(18, "mac_cenelec_legacy_mode", CosemTag.Unsigned), new(19, "mac_FCC_legacy_mode", CosemTag.Unsigned),
        new(20, "mac_max_BE", CosemTag.Unsigned), new(21, "mac_max_CSMA_backoffs", CosemTag.Unsigned),
        new(22, "mac_min_BE", CosemTag.Unsigned), new(23, "mac_broadcast_max_CW_enabled", CosemTag.Boolean),
        new(24, "mac_transmit_atten", CosemTag.Unsigned), new(25, "mac_POS_table", CosemTag.Array),
        new(26, "mac_duplicate_detection_TTL", CosemTag.Unsigned),
    ];

    private static readonly AttributeDefinition[] G3AdaptationSetupAttributes =
    [
        new(2, "adp_max_hops", CosemTag.Unsigned), new(3, "adp_weak_LQI_value", CosemTag.Unsigned),
        new(4, "adp_security_level", CosemTag.Unsigned), new(5, "adp_prefix_table", CosemTag.Array),
        new(6, "adp_routing_configuration", CosemTag.Array), new(7, "adp_broadcast_log_table_entry_TTL", CosemTag.LongUnsigned),
        new(8, "adp_routing_table", CosemTag.Array), new(9, "adp_context_information_table", CosemTag.Array),
        new(10, "adp_blacklist_table", CosemTag.Array), new(11, "adp_broadcast_log_table", CosemTag.Array),
        new(12, "adp_group_table", CosemTag.Array), new(13, "adp_max_join_wait_time", CosemTag.LongUnsigned),
        new(14, "adp_path_discovery_time", CosemTag.Unsigned), new(15, "adp_active_key_index", CosemTag.Unsigned),
        new(16, "adp_metric_type", CosemTag.Unsigned), new(17, "adp_coord_short_address", CosemTag.LongUnsigned),
        new(18, "adp_disable_default_routing", CosemTag.Boolean), new(19, "adp_device_type", CosemTag.Enum),
        new(20, "adp_default_coord_route_enabled", CosemTag.Boolean), new(21, "adp_destination_address_set", CosemTag.Array),
        new(22, "adp_low_LQI_value", CosemTag.Unsigned), new(23, "adp_high_LQI_value", CosemTag.Unsigned),
    ];

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(90, 1, "G3-PLC MAC layer counters",
            [
                new(2, "mac_Tx_data_packet_count", CosemTag.DoubleLongUnsigned),
                new(3, "mac_Rx_data_packet_count", CosemTag.DoubleLongUnsigned),
                new(4, "mac_Tx_cmd_packet_count", CosemTag.DoubleLongUnsigned),
                new(5, "mac_Rx_cmd_packet_count", CosemTag.DoubleLongUnsigned),
                new(6, "mac_CSMA_fail_count", CosemTag.DoubleLongUnsigned), new(7, "mac_CSMA_no_ACK_count", CosemTag.DoubleLongUnsigned),
                new(8, "mac_bad_CRC_count", CosemTag.DoubleLongUnsigned),
                new(9, "mac_Tx_data_broadcast_count", CosemTag.DoubleLongUnsigned),
                new(10, "mac_Rx_data_broadcast_count", CosemTag.DoubleLongUnsigned),
            ],
            [new(1, "reset", CosemTag.Integer)]),
        InterfaceClass.Define(91, 1, "G3-PLC MAC setup", G3MacSetupAttributes[..21],
            [new(1, "mac_get_neighbour_table_entry", CosemTag.LongUnsigned)]),
        InterfaceClass.Define(91, 2, "G3-PLC MAC setup", G3MacSetupAttributes[..24],
            [new(1, "mac_get_neighbour_table_entry", CosemTag.LongUnsigned)]),
        InterfaceClass.Define(91, 3, "G3-PLC MAC setup", G3MacSetupAttributes,
            [new(1, "mac_get_neighbour_table_entry", CosemTag.LongUnsigned)]),
        InterfaceClass.Define(92, 1, "G3-PLC 6LoWPAN adaptation layer setup", G3AdaptationSetupAttributes[..18], []),
        InterfaceClass.Define(92, 2, "G3-PLC 6LoWPAN adaptation layer setup", G3AdaptationSetupAttributes[..20], []),
        InterfaceClass.Define(92, 3, "G3-PLC 6LoWPAN adaptation layer setup", G3AdaptationSetupAttributes, []),
    ];
}
