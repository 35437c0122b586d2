using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 90, G3-PLC MAC layer counters, of a server, as a client sees it (IEC 62056-6-2, 4.13).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class G3MacCountersProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 90, logicalName)
{
    /// <summary>Attribute 2, mac_Tx_data_packet_count: unicast data frames sent.</summary>
    public AttributeProxy<uint> TransmittedData => Attribute(2, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 3, mac_Rx_data_packet_count: unicast data frames received.</summary>
    public AttributeProxy<uint> ReceivedData => Attribute(3, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 4, mac_Tx_cmd_packet_count: command frames sent.</summary>
    public AttributeProxy<uint> TransmittedCommands => Attribute(4, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 5, mac_Rx_cmd_packet_count: command frames received.</summary>
    public AttributeProxy<uint> ReceivedCommands => Attribute(5, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 6, mac_CSMA_fail_count: times that no free channel was found.</summary>
    public AttributeProxy<uint> CsmaFailures => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, mac_CSMA_no_ACK_count: frames without an acknowledgement.</summary>
    public AttributeProxy<uint> NoAcknowledgements => Attribute(7, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 8, mac_bad_CRC_count: frames with a wrong check sum.</summary>
    public AttributeProxy<uint> BadChecksums => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 9, mac_Tx_data_broadcast_count: broadcasts sent.</summary>
    public AttributeProxy<uint> TransmittedBroadcasts => Attribute(9, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 10, mac_Rx_data_broadcast_count: broadcasts received.</summary>
    public AttributeProxy<uint> ReceivedBroadcasts => Attribute(10, CosemTypes.DoubleLongUnsigned);

    /// <summary>Method 1, reset: clears the counters.</summary>
    public MethodProxy Reset => Command(1);
}
