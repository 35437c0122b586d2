using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>The classes of S-FSK power line (IEC 62056-6-2, 4.10; IEC 61334-5-1).</summary>
internal static class SfskClasses
{
    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(50, 1, "S-FSK Phy&MAC setup",
            [
                new(2, "initiator_electrical_phase", CosemTag.Enum), new(3, "delta_electrical_phase", CosemTag.Enum),
                new(4, "max_receiving_gain", CosemTag.Unsigned), new(5, "max_transmitting_gain", CosemTag.Unsigned),
                new(6, "search_initiator_threshold", CosemTag.Unsigned), new(7, "frequencies", CosemTag.Structure),
                new(8, "mac_address", CosemTag.LongUnsigned), new(9, "mac_group_addresses", CosemTag.Array),
                new(10, "repeater", CosemTag.Enum), new(11, "repeater_status", CosemTag.Boolean),
                new(12, "min_delta_credit", CosemTag.Unsigned), new(13, "initiator_mac_address", CosemTag.LongUnsigned),
                new(14, "synchronization_locked", CosemTag.Boolean), new(15, "transmission_speed", CosemTag.Enum),
            ],
            []),
        InterfaceClass.Define(51, 0, "S-FSK Active initiator",
            [new(2, "active_initiator", CosemTag.Structure)],
            [new(1, "reset_NEW_not_synchronized", CosemTag.Integer)]),
        InterfaceClass.Define(52, 0, "S-FSK MAC synchronization timeouts",
            [
                new(2, "search_initiator_time_out", CosemTag.LongUnsigned),
                new(3, "synchronization_confirmation_time_out", CosemTag.LongUnsigned),
                new(4, "time_out_not_addressed", CosemTag.LongUnsigned), new(5, "time_out_frame_not_OK", CosemTag.LongUnsigned),
            ],
            []),
        InterfaceClass.Define(53, 0, "S-FSK MAC counters",
            [
                new(2, "synchronization_register", CosemTag.Array), new(3, "desynchronization_listing", CosemTag.Structure),
                new(4, "broadcast_frames_counter", CosemTag.Array), new(5, "repetitions_counter", CosemTag.DoubleLongUnsigned),
                new(6, "transmissions_counter", CosemTag.DoubleLongUnsigned),
                new(7, "CRC_OK_frames_counter", CosemTag.DoubleLongUnsigned),
                new(8, "CRC_NOK_frames_counter", CosemTag.DoubleLongUnsigned),
            ],
            [new(1, "reset", CosemTag.Integer)]),
        InterfaceClass.Define(55, 1, "IEC 61334-4-32 LLC setup",
            [new(2, "max_frame_length", CosemTag.Unsigned), new(3, "reply_status_list", CosemTag.Array)],
            []),
        InterfaceClass.Define(56, 0, "S-FSK Reporting system list",
            [new(2, "reporting_system_list", CosemTag.Array)],
            []),
    ];
}
