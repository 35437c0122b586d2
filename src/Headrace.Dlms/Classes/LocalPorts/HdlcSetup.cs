namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>What an object of class 23, IEC HDLC setup, says (IEC 62056-6-2, 4.7).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record HdlcSetup
{
    /// <summary>Attribute 2, comm_speed: the speed of the port.</summary>
    public BaudRate Speed { get; init; } = BaudRate.Baud9600;

    /// <summary>Attribute 3, window_size_transmit: frames sent without an acknowledgement, 1 to 7.</summary>
    public byte WindowTransmit { get; init; } = 1;

    /// <summary>Attribute 4, window_size_receive: frames taken without an acknowledgement, 1 to 7.</summary>
    public byte WindowReceive { get; init; } = 1;

    /// <summary>Attribute 5, max_info_field_length_transmit: longest information field sent, in bytes, 32 to 2030; to 128 in version
    /// 0.</summary>
    public ushort InformationTransmit { get; init; } = 128;

    /// <summary>Attribute 6, max_info_field_length_receive: longest information field taken, in bytes, 32 to 2030; to 128 in version
    /// 0.</summary>
    public ushort InformationReceive { get; init; } = 128;

    /// <summary>Attribute 7, inter_octet_time_out: longest silence within a frame, in milliseconds, 20 to 6000; to 1000 in version
    /// 0.</summary>
    public ushort InterOctetTimeout { get; init; } = 25;

    /// <summary>Attribute 8, inactivity_time_out: silence after which the link is closed, in seconds; 0 for never.</summary>
    public ushort InactivityTimeout { get; init; } = 120;

    /// <summary>Attribute 9, device_address: physical device address; 16 to 16381, other values are reserved.</summary>
    public ushort DeviceAddress { get; init; } = 16;
}
