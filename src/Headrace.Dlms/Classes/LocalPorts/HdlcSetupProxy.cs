using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 23, IEC HDLC setup, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
/// <param name="version">Version of the class, which decides the width of what is written.</param>
public sealed class HdlcSetupProxy(ICosemAccess server, LogicalName logicalName, byte version = 1) : CosemProxy(server, 23, logicalName)
{
    /// <summary>Attribute 2, comm_speed: the speed of the port.</summary>
    public AttributeProxy<BaudRate> Speed => Attribute(2, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 3, window_size_transmit: frames sent without an acknowledgement, 1 to 7.</summary>
    public AttributeProxy<byte> WindowTransmit => Attribute(3, CosemTypes.Unsigned);

    /// <summary>Attribute 4, window_size_receive: frames taken without an acknowledgement, 1 to 7.</summary>
    public AttributeProxy<byte> WindowReceive => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5, max_info_field_length_transmit: longest information field sent, in bytes, 32 to 2030; to 128 in version
    /// 0.</summary>
    public AttributeProxy<ushort> InformationTransmit => Attribute(5, version == 0 ? SetupTypes.NarrowUnsigned : CosemTypes.LongUnsigned);

    /// <summary>Attribute 6, max_info_field_length_receive: longest information field taken, in bytes, 32 to 2030; to 128 in version
    /// 0.</summary>
    public AttributeProxy<ushort> InformationReceive => Attribute(6, version == 0 ? SetupTypes.NarrowUnsigned : CosemTypes.LongUnsigned);

    /// <summary>Attribute 7, inter_octet_time_out: longest silence within a frame, in milliseconds, 20 to 6000; to 1000 in version
    /// 0.</summary>
    public AttributeProxy<ushort> InterOctetTimeout => Attribute(7, CosemTypes.LongUnsigned);

    /// <summary>Attribute 8, inactivity_time_out: silence after which the link is closed, in seconds; 0 for never.</summary>
    public AttributeProxy<ushort> InactivityTimeout => Attribute(8, CosemTypes.LongUnsigned);

    /// <summary>Attribute 9, device_address: physical device address; 16 to 16381, other values are reserved.</summary>
    public AttributeProxy<ushort> DeviceAddress => Attribute(9, CosemTypes.LongUnsigned);
}
