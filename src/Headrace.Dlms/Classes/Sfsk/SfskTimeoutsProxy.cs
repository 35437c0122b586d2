using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 52, S-FSK MAC synchronization timeouts, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskTimeoutsProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 52, logicalName)
{
    /// <summary>Attribute 2, search_initiator_time_out: how long the better initiator is looked for, in seconds.</summary>
    public AttributeProxy<ushort> SearchInitiator => Attribute(2, CosemTypes.LongUnsigned);

    /// <summary>Attribute 3, synchronization_confirmation_time_out: how long a frame to the device may take after synchronization, in
    /// seconds.</summary>
    public AttributeProxy<ushort> SynchronizationConfirmation => Attribute(3, CosemTypes.LongUnsigned);

    /// <summary>Attribute 4, time_out_not_addressed: how long the device stays with an initiator that does not address it, in
    /// minutes.</summary>
    public AttributeProxy<ushort> NotAddressed => Attribute(4, CosemTypes.LongUnsigned);

    /// <summary>Attribute 5, time_out_frame_not_OK: how long it stays without a good frame, in seconds.</summary>
    public AttributeProxy<ushort> FrameNotOk => Attribute(5, CosemTypes.LongUnsigned);
}
