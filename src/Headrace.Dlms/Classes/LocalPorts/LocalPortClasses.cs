using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>The classes that set up local ports and modems (IEC 62056-6-2, 4.7).</summary>
internal static class LocalPortClasses
{
    private static readonly AttributeDefinition[] LocalPortSetupAttributes =
    [
        new(2, "default_mode", CosemTag.Enum), new(3, "default_baud", CosemTag.Enum), new(4, "prop_baud", CosemTag.Enum),
        new(5, "response_time", CosemTag.Enum), new(6, "device_addr", CosemTag.OctetString), new(7, "pass_p1", CosemTag.OctetString),
        new(8, "pass_p2", CosemTag.OctetString), new(9, "pass_w5", CosemTag.OctetString),
    ];

    private static readonly AttributeDefinition[] ModemConfigurationAttributes =
    [
        new(2, "comm_speed", CosemTag.Enum), new(3, "initialization_string", CosemTag.Array), new(4, "modem_profile", CosemTag.Array),
    ];

    private static readonly AttributeDefinition[] AutoAnswerAttributes =
    [
        new(2, "mode", CosemTag.Unsigned), new(3, "listening_window", CosemTag.Array), new(4, "status", CosemTag.Enum),
        new(5, "number_of_calls", CosemTag.Unsigned), new(6, "number_of_rings", CosemTag.Structure),
        new(7, "list_of_allowed_callers", CosemTag.Array),
    ];

    private static readonly AttributeDefinition[] AutoConnectAttributes =
    [
        new(2, "mode", CosemTag.Unsigned), new(3, "repetitions", CosemTag.Unsigned), new(4, "repetition_delay", CosemTag.LongUnsigned),
        new(5, "calling_window", CosemTag.Array), new(6, "destination_list", CosemTag.Array),
    ];

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(19, 0, "IEC local port setup", LocalPortSetupAttributes, []),
        InterfaceClass.Define(19, 1, "IEC local port setup", LocalPortSetupAttributes, []),
        InterfaceClass.Define(23, 0, "IEC HDLC setup",
            [
                new(2, "comm_speed", CosemTag.Enum), new(3, "window_size_transmit", CosemTag.Unsigned),
                new(4, "window_size_receive", CosemTag.Unsigned), new(5, "max_info_field_length_transmit", CosemTag.Unsigned),
                new(6, "max_info_field_length_receive", CosemTag.Unsigned), new(7, "inter_octet_time_out", CosemTag.LongUnsigned),
                new(8, "inactivity_time_out", CosemTag.LongUnsigned), new(9, "device_address", CosemTag.LongUnsigned),
            ],
            []),
        InterfaceClass.Define(23, 1, "IEC HDLC setup",
            [
                new(2, "comm_speed", CosemTag.Enum), new(3, "window_size_transmit", CosemTag.Unsigned),
                new(4, "window_size_receive", CosemTag.Unsigned), new(5, "max_info_field_length_transmit", CosemTag.LongUnsigned),
                new(6, "max_info_field_length_receive", CosemTag.LongUnsigned), new(7, "inter_octet_time_out", CosemTag.LongUnsigned),
                new(8, "inactivity_time_out", CosemTag.LongUnsigned), new(9, "device_address", CosemTag.LongUnsigned),
            ],
            []),
        InterfaceClass.Define(27, 0, "PSTN modem configuration", ModemConfigurationAttributes, []),
        InterfaceClass.Define(27, 1, "Modem configuration", ModemConfigurationAttributes, []),
        InterfaceClass.Define(28, 0, "Auto answer", AutoAnswerAttributes[..5], []),
        InterfaceClass.Define(28, 2, "Auto answer", AutoAnswerAttributes, []),
        InterfaceClass.Define(29, 0, "PSTN auto dial", AutoConnectAttributes, []),
        InterfaceClass.Define(29, 1, "Auto connect", AutoConnectAttributes, []),
        InterfaceClass.Define(29, 2, "Auto connect", AutoConnectAttributes, [new(1, "connect", CosemTag.Integer)]),
    ];
}
