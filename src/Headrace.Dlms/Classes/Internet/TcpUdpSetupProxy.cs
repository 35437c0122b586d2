using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 41, TCP-UDP setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class TcpUdpSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 41, logicalName)
{
    /// <summary>Attribute 2, TCP-UDP_port: the port the device listens on.</summary>
    public AttributeProxy<ushort> Port => Attribute(2, CosemTypes.LongUnsigned);

    /// <summary>Attribute 3, IP_reference: the IPv4 or IPv6 setup object below.</summary>
    public AttributeProxy<LogicalName> IPReference => Attribute(3, CosemTypes.LogicalName);

    /// <summary>Attribute 4, MSS: longest TCP segment, in bytes, 40 or more.</summary>
    public AttributeProxy<ushort> MaximumSegmentSize => Attribute(4, CosemTypes.LongUnsigned);

    /// <summary>Attribute 5, nb_of_sim_conn: connections at once, 1 or more.</summary>
    public AttributeProxy<byte> SimultaneousConnections => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, inactivity_time_out: silence after which a connection is closed, in seconds; 0 for never.</summary>
    public AttributeProxy<ushort> InactivityTimeout => Attribute(6, CosemTypes.LongUnsigned);
}
