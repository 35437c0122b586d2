using Tag = Headrace.Dlms.Data.CosemTag;

namespace Headrace.Dlms.Classes.Measurement;

/// <summary>The classes of measured values (IEC 62056-6-2, interface classes for parameters and measurement data).</summary>
internal static class MeasurementClasses
{
    private static readonly AttributeDefinition[] ProfileAttributes =
    [
        new(2, "buffer", Tag.Array), new(3, "capture_objects", Tag.Array), new(4, "capture_period", Tag.DoubleLongUnsigned),
        new(5, "sort_method", Tag.Enum), new(6, "sort_object", Tag.Structure),
        new(7, "entries_in_use", Tag.DoubleLongUnsigned), new(8, "profile_entries", Tag.DoubleLongUnsigned),
    ];

    private static readonly AttributeDefinition[] CompactDataAttributes =
    [
        new(2, "compact_buffer", Tag.OctetString), new(3, "capture_objects", Tag.Array), new(4, "template_id", Tag.Unsigned),
        new(5, "template_description", Tag.OctetString), new(6, "capture_method", Tag.Enum),
    ];

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(1, 0, "Data", [new(2, "value")], []),
        InterfaceClass.Define(3, 0, "Register", [new(2, "value"), new(3, "scaler_unit", Tag.Structure)], [new(1, "reset")], 0x28),
        InterfaceClass.Define(4, 0, "Extended register",
            [new(2, "value"), new(3, "scaler_unit", Tag.Structure), new(4, "status"), new(5, "capture_time", Tag.OctetString)],
            [new(1, "reset")], 0x38),
        InterfaceClass.Define(5, 0, "Demand register",
        [
            new(2, "current_average_value"), new(3, "last_average_value"), new(4, "scaler_unit", Tag.Structure), new(5, "status"),
            new(6, "capture_time", Tag.OctetString), new(7, "start_time_current", Tag.OctetString),
            new(8, "period", Tag.DoubleLongUnsigned),
            new(9, "number_of_periods", Tag.LongUnsigned),
        ],
        [new(1, "reset"), new(2, "next_period")], 0x48),
        InterfaceClass.Define(6, 0, "Register activation",
            [new(2, "register_assignment", Tag.Array), new(3, "mask_list", Tag.Array), new(4, "active_mask", Tag.OctetString)],
            [new(1, "add_register", Tag.Structure), new(2, "add_mask", Tag.Structure), new(3, "delete_mask", Tag.OctetString)], 0x30),
        InterfaceClass.Define(7, 0, "Profile generic", ProfileAttributes,
            [new(1, "reset"), new(2, "capture"), new(3, "get_buffer_by_range"), new(4, "get_buffer_by_index")], 0x58),
        InterfaceClass.Define(7, 1, "Profile generic", ProfileAttributes, [new(1, "reset"), new(2, "capture")], 0x58),
        InterfaceClass.Define(61, 0, "Register table",
            [new(2, "table_cell_values", Tag.Array), new(3, "table_cell_definition", Tag.Structure), new(4, "scaler_unit", Tag.Structure)],
            [new(1, "reset"), new(2, "capture")], 0x28),
        InterfaceClass.Define(62, 0, "Compact data", CompactDataAttributes, [new(1, "reset"), new(2, "capture")]),
        InterfaceClass.Define(62, 1, "Compact data", CompactDataAttributes, [new(1, "reset"), new(2, "capture")]),
        InterfaceClass.Define(63, 0, "Status mapping", [new(2, "status_word"), new(3, "mapping_table", Tag.Structure)], []),
    ];
}
