using Tag = Headrace.Dlms.Data.CosemTag;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>The classes of time and events (IEC 62056-6-2, interface classes for time- and event-bound control).</summary>
internal static class SchedulingClasses
{
    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(8, 0, "Clock",
        [
            new(2, "time", Tag.OctetString, Tag.DateTime), new(3, "time_zone", Tag.Long), new(4, "status", Tag.Unsigned),
            new(5, "daylight_savings_begin", Tag.OctetString), new(6, "daylight_savings_end", Tag.OctetString),
            new(7, "daylight_savings_deviation", Tag.Integer), new(8, "daylight_savings_enabled", Tag.Boolean),
            new(9, "clock_base", Tag.Enum),
        ],
        [
            new(1, "adjust_to_quarter"), new(2, "adjust_to_measuring_period"), new(3, "adjust_to_minute"),
            new(4, "adjust_to_preset_time"), new(5, "preset_adjusting_time", Tag.Structure), new(6, "shift_time", Tag.Long),
        ],
        0x60),
        InterfaceClass.Define(9, 0, "Script table", [new(2, "scripts", Tag.Array)], [new(1, "execute", Tag.LongUnsigned)], 0x20),
        InterfaceClass.Define(10, 0, "Schedule", [new(2, "entries", Tag.Array)],
            [new(1, "enable_disable", Tag.Structure), new(2, "insert", Tag.Structure), new(3, "delete", Tag.Structure)], 0x20),
        InterfaceClass.Define(11, 0, "Special days table", [new(2, "entries", Tag.Array)],
            [new(1, "insert", Tag.Structure), new(2, "delete", Tag.LongUnsigned)], 0x10),
        InterfaceClass.Define(20, 0, "Activity calendar",
        [
            new(2, "calendar_name_active", Tag.OctetString), new(3, "season_profile_active", Tag.Array),
            new(4, "week_profile_table_active", Tag.Array), new(5, "day_profile_table_active", Tag.Array),
            new(6, "calendar_name_passive", Tag.OctetString), new(7, "season_profile_passive", Tag.Array),
            new(8, "week_profile_table_passive", Tag.Array), new(9, "day_profile_table_passive", Tag.Array),
            new(10, "activate_passive_calendar_time", Tag.OctetString),
        ],
        [new(1, "activate_passive_calendar")], 0x50),
        InterfaceClass.Define(21, 0, "Register monitor",
            [new(2, "thresholds", Tag.Array), new(3, "monitored_value", Tag.Structure), new(4, "actions", Tag.Array)], []),
        InterfaceClass.Define(22, 0, "Single action schedule",
            [new(2, "executed_script", Tag.Structure), new(3, "type", Tag.Enum), new(4, "execution_time", Tag.Array)], []),
        InterfaceClass.Define(65, 0, "Parameter monitor",
        [
            new(2, "changed_parameter", Tag.Structure), new(3, "capture_time", Tag.OctetString, Tag.DateTime),
            new(4, "parameter_list", Tag.Array),
        ],
        [new(1, "add_parameter", Tag.Structure), new(2, "delete_parameter", Tag.Structure)]),
        InterfaceClass.Define(68, 0, "Arbitrator",
        [
            new(2, "actions", Tag.Array), new(3, "permissions_table", Tag.Array), new(4, "weightings_table", Tag.Array),
            new(5, "most_recent_requests_table", Tag.Array), new(6, "last_outcome", Tag.Unsigned),
        ],
        [new(1, "request_action", Tag.Structure), new(2, "reset")]),
        InterfaceClass.Define(70, 0, "Disconnect control",
            [new(2, "output_state", Tag.Boolean), new(3, "control_state", Tag.Enum), new(4, "control_mode", Tag.Enum)],
            [new(1, "remote_disconnect"), new(2, "remote_reconnect")], 0x20),
        InterfaceClass.Define(71, 0, "Limiter",
        [
            new(2, "monitored_value", Tag.Structure), new(3, "threshold_active"), new(4, "threshold_normal"), new(5, "threshold_emergency"),
            new(6, "min_over_threshold_duration", Tag.DoubleLongUnsigned), new(7, "min_under_threshold_duration", Tag.DoubleLongUnsigned),
            new(8, "emergency_profile", Tag.Structure), new(9, "emergency_profile_group_id_list", Tag.Array),
            new(10, "emergency_profile_active", Tag.Boolean), new(11, "actions", Tag.Structure),
        ],
        []),
    ];
}
