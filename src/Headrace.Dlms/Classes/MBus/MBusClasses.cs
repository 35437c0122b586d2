using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>The classes of M-Bus (IEC 62056-6-2, 4.8). Class 75 is not defined in the editions known.</summary>
internal static class MBusClasses
{
    private static readonly AttributeDefinition[] MBusClientAttributes =
    [
        new(2, "mbus_port_reference", CosemTag.OctetString), new(3, "capture_definition", CosemTag.Array),
        new(4, "capture_period", CosemTag.DoubleLongUnsigned), new(5, "primary_address", CosemTag.Unsigned),
        new(6, "identification_number", CosemTag.DoubleLongUnsigned), new(7, "manufacturer_id", CosemTag.LongUnsigned),
        new(8, "version", CosemTag.Unsigned), new(9, "device_type", CosemTag.Unsigned), new(10, "access_number", CosemTag.Unsigned),
        new(11, "status", CosemTag.Unsigned), new(12, "alarm", CosemTag.Unsigned), new(13, "configuration", CosemTag.LongUnsigned),
        new(14, "encryption_key_status", CosemTag.Enum),
    ];

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(25, 0, "M-Bus slave port setup",
            [
                new(2, "default_baud", CosemTag.Enum), new(3, "avail_baud", CosemTag.Enum), new(4, "addr_state", CosemTag.Enum),
                new(5, "bus_address", CosemTag.Unsigned),
            ],
            []),
        InterfaceClass.Define(72, 0, "M-Bus client", MBusClientAttributes[..11],
            [
                new(1, "slave_install", CosemTag.Unsigned), new(2, "slave_deinstall", CosemTag.Integer),
                new(3, "capture", CosemTag.Integer), new(4, "reset_alarm", CosemTag.Integer),
                new(5, "synchronize_clock", CosemTag.Integer), new(6, "data_send", CosemTag.Array),
                new(7, "set_encryption_key", CosemTag.OctetString), new(8, "transfer_key", CosemTag.OctetString),
            ]),
        InterfaceClass.Define(72, 1, "M-Bus client", MBusClientAttributes,
            [
                new(1, "slave_install", CosemTag.Unsigned), new(2, "slave_deinstall", CosemTag.Integer),
                new(3, "capture", CosemTag.Integer), new(4, "reset_alarm", CosemTag.Integer),
                new(5, "synchronize_clock", CosemTag.Integer), new(6, "data_send", CosemTag.Array),
                new(7, "set_encryption_key", CosemTag.OctetString), new(8, "transfer_key", CosemTag.OctetString),
            ]),
        InterfaceClass.Define(73, 1, "Wireless Mode Q channel",
            [
                new(2, "addr_state", CosemTag.Enum), new(3, "device_address", CosemTag.OctetString),
                new(4, "address_mask", CosemTag.OctetString),
            ],
            []),
        InterfaceClass.Define(74, 0, "M-Bus master port setup",
            [new(2, "comm_speed", CosemTag.Enum)],
            []),
        InterfaceClass.Define(76, 0, "DLMS/COSEM server M-Bus port setup",
            [
                new(2, "M-Bus_profile_selection", CosemTag.OctetString), new(3, "M-Bus_port_communication_state", CosemTag.Enum),
                new(4, "M-Bus_Data_Header_Type", CosemTag.Enum), new(5, "primary_address", CosemTag.Unsigned),
                new(6, "identification_number", CosemTag.DoubleLongUnsigned), new(7, "manufacturer_id", CosemTag.LongUnsigned),
                new(8, "version", CosemTag.Unsigned), new(9, "device_type", CosemTag.Unsigned),
                new(10, "max_PDU_size", CosemTag.LongUnsigned), new(11, "listening_window", CosemTag.Array),
            ],
            []),
        InterfaceClass.Define(77, 0, "M-Bus diagnostic",
            [
                new(2, "received_signal_strength", CosemTag.Unsigned), new(3, "channel_id", CosemTag.Unsigned),
                new(4, "link_status", CosemTag.Enum), new(5, "broadcast_frames_counter", CosemTag.Array),
                new(6, "transmissions_counter", CosemTag.DoubleLongUnsigned),
                new(7, "FCS_OK_frames_counter", CosemTag.DoubleLongUnsigned),
                new(8, "FCS_NOK_frames_counter", CosemTag.DoubleLongUnsigned), new(9, "capture_time", CosemTag.Structure),
            ],
            [new(1, "reset", CosemTag.Integer)]),
    ];
}
