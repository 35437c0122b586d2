namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 52, S-FSK MAC synchronization timeouts, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskTimeouts
{
    /// <summary>Attribute 2, search_initiator_time_out: how long the better initiator is looked for, in seconds.</summary>
    public ushort SearchInitiator { get; init; }

    /// <summary>Attribute 3, synchronization_confirmation_time_out: how long a frame to the device may take after synchronization, in
    /// seconds.</summary>
    public ushort SynchronizationConfirmation { get; init; }

    /// <summary>Attribute 4, time_out_not_addressed: how long the device stays with an initiator that does not address it, in
    /// minutes.</summary>
    public ushort NotAddressed { get; init; }

    /// <summary>Attribute 5, time_out_frame_not_OK: how long it stays without a good frame, in seconds.</summary>
    public ushort FrameNotOk { get; init; }
}
