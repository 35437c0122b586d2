using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 53, S-FSK MAC counters, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskMacCountersProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 53, logicalName)
{
    /// <summary>Attribute 2, synchronization_register: synchronizations, by MAC address of the initiator.</summary>
    public AttributeProxy<IReadOnlyList<MacCounter>> SynchronizationRegister => Attribute(2, CosemTypes.Array<MacCounter>());

    /// <summary>Attribute 3, desynchronization_listing: desynchronizations, by cause.</summary>
    public AttributeProxy<DesynchronizationListing> Desynchronizations => Attribute(3, CosemTypes.Structure<DesynchronizationListing>());

    /// <summary>Attribute 4, broadcast_frames_counter: broadcasts heard, by MAC address of the initiator.</summary>
    public AttributeProxy<IReadOnlyList<MacCounter>> BroadcastFrames => Attribute(4, CosemTypes.Array<MacCounter>());

    /// <summary>Attribute 5, repetitions_counter: frames repeated.</summary>
    public AttributeProxy<uint> Repetitions => Attribute(5, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 6, transmissions_counter: frames sent.</summary>
    public AttributeProxy<uint> Transmissions => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, CRC_OK_frames_counter: frames heard with the right check sum.</summary>
    public AttributeProxy<uint> GoodFrames => Attribute(7, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 8, CRC_NOK_frames_counter: frames heard with a wrong one.</summary>
    public AttributeProxy<uint> BadFrames => Attribute(8, CosemTypes.DoubleLongUnsigned);

    /// <summary>Method 1, reset: clears the counters.</summary>
    public MethodProxy Reset => Command(1);
}
