using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Access;

/// <summary>Function control, array manager and communication port protection (IEC 62056-6-2, 4.4).</summary>
internal static class ProtectionClasses
{
    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(122, 0, "Function control",
            [new(2, "activation_status", CosemTag.Array), new(3, "function_list", CosemTag.Array)],
            [
                new(1, "set_function_status", CosemTag.Array), new(2, "add_function", CosemTag.Structure),
                new(3, "remove_function", CosemTag.Structure),
            ]),
        InterfaceClass.Define(123, 0, "Array manager",
            [new(2, "array_object_list", CosemTag.Array)],
            [
                new(1, "retrieve_number_of_entries", CosemTag.Unsigned), new(2, "retrieve_entries", CosemTag.Structure),
                new(3, "insert_entry", CosemTag.Structure), new(4, "update_entry", CosemTag.Structure),
                new(5, "remove_entries", CosemTag.Structure),
            ]),
        InterfaceClass.Define(124, 0, "Communication port protection",
            [
                new(2, "protection_mode", CosemTag.Enum), new(3, "allowed_failed_attempts", CosemTag.LongUnsigned),
                new(4, "initial_lockout_time", CosemTag.DoubleLongUnsigned), new(5, "steepness_factor", CosemTag.Unsigned),
                new(6, "max_lockout_time", CosemTag.DoubleLongUnsigned), new(7, "port_reference", CosemTag.OctetString),
                new(8, "protection_status", CosemTag.Enum), new(9, "failed_attempts", CosemTag.DoubleLongUnsigned),
                new(10, "cumulative_failed_attempts", CosemTag.DoubleLongUnsigned),
            ],
            [new(1, "reset", CosemTag.Integer)]),
    ];
}
