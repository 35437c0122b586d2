using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 41, TCP-UDP setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record TcpUdpSetup
{
    /// <summary>Attribute 2, TCP-UDP_port: the port the device listens on.</summary>
    public ushort Port { get; init; } = 4059;

    /// <summary>Attribute 3, IP_reference: the IPv4 or IPv6 setup object below.</summary>
    public LogicalName IPReference { get; init; }

    /// <summary>Attribute 4, MSS: longest TCP segment, in bytes, 40 or more.</summary>
    public ushort MaximumSegmentSize { get; init; } = 576;

    /// <summary>Attribute 5, nb_of_sim_conn: connections at once, 1 or more.</summary>
    public byte SimultaneousConnections { get; init; } = 1;

    /// <summary>Attribute 6, inactivity_time_out: silence after which a connection is closed, in seconds; 0 for never.</summary>
    public ushort InactivityTimeout { get; init; } = 180;
}
