namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>What an object of class 90, G3-PLC MAC layer counters, says (IEC 62056-6-2, 4.13).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record G3MacCounters
{
    /// <summary>Attribute 2, mac_Tx_data_packet_count: unicast data frames sent.</summary>
    public uint TransmittedData { get; init; }

    /// <summary>Attribute 3, mac_Rx_data_packet_count: unicast data frames received.</summary>
    public uint ReceivedData { get; init; }

    /// <summary>Attribute 4, mac_Tx_cmd_packet_count: command frames sent.</summary>
    public uint TransmittedCommands { get; init; }

    /// <summary>Attribute 5, mac_Rx_cmd_packet_count: command frames received.</summary>
    public uint ReceivedCommands { get; init; }

    /// <summary>Attribute 6, mac_CSMA_fail_count: times that no free channel was found.</summary>
    public uint CsmaFailures { get; init; }

    /// <summary>Attribute 7, mac_CSMA_no_ACK_count: frames without an acknowledgement.</summary>
    public uint NoAcknowledgements { get; init; }

    /// <summary>Attribute 8, mac_bad_CRC_count: frames with a wrong check sum.</summary>
    public uint BadChecksums { get; init; }

    /// <summary>Attribute 9, mac_Tx_data_broadcast_count: broadcasts sent.</summary>
    public uint TransmittedBroadcasts { get; init; }

    /// <summary>Attribute 10, mac_Rx_data_broadcast_count: broadcasts received.</summary>
    public uint ReceivedBroadcasts { get; init; }
}
