using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 77, M-Bus diagnostic, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class MBusDiagnosticProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 77, logicalName)
{
    /// <summary>Attribute 2, received_signal_strength: strength of the last telegram; 0 where not known.</summary>
    public AttributeProxy<byte> SignalStrength => Attribute(2, CosemTypes.Unsigned);

    /// <summary>Attribute 3, channel_id: channel of the last telegram.</summary>
    public AttributeProxy<byte> ChannelId => Attribute(3, CosemTypes.Unsigned);

    /// <summary>Attribute 4, link_status: state of the link.</summary>
    public AttributeProxy<MBusLinkStatus> LinkStatus => Attribute(4, CosemTypes.Enum<MBusLinkStatus>());

    /// <summary>Attribute 5, broadcast_frames_counter: broadcasts heard, by sender.</summary>
    public AttributeProxy<IReadOnlyList<BroadcastCounter>> BroadcastFrames => Attribute(5, CosemTypes.Array<BroadcastCounter>());

    /// <summary>Attribute 6, transmissions_counter: frames sent.</summary>
    public AttributeProxy<uint> Transmissions => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, FCS_OK_frames_counter: frames heard with the right check sum.</summary>
    public AttributeProxy<uint> GoodFrames => Attribute(7, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 8, FCS_NOK_frames_counter: frames heard with a wrong one.</summary>
    public AttributeProxy<uint> BadFrames => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 9, capture_time: which attribute changed last, and when.</summary>
    public AttributeProxy<MBusCaptureTime> CaptureTime => Attribute(9, CosemTypes.Structure<MBusCaptureTime>());

    /// <summary>Method 1, reset: clears the counters.</summary>
    public MethodProxy Reset => Command(1);
}
