using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 53, S-FSK MAC counters, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskMacCounters
{
    /// <summary>Attribute 2, synchronization_register: synchronizations, by MAC address of the initiator.</summary>
    public IReadOnlyList<MacCounter> SynchronizationRegister { get; init; } = [];

    /// <summary>Attribute 3, desynchronization_listing: desynchronizations, by cause.</summary>
    public DesynchronizationListing Desynchronizations { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>Attribute 4, broadcast_frames_counter: broadcasts heard, by MAC address of the initiator.</summary>
    public IReadOnlyList<MacCounter> BroadcastFrames { get; init; } = [];

    /// <summary>Attribute 5, repetitions_counter: frames repeated.</summary>
    public uint Repetitions { get; init; }

    /// <summary>Attribute 6, transmissions_counter: frames sent.</summary>
    public uint Transmissions { get; init; }

    /// <summary>Attribute 7, CRC_OK_frames_counter: frames heard with the right check sum.</summary>
    public uint GoodFrames { get; init; }

    /// <summary>Attribute 8, CRC_NOK_frames_counter: frames heard with a wrong one.</summary>
    public uint BadFrames { get; init; }
}

/// <summary>A counter for one MAC address (IEC 62056-6-2, 4.10).</summary>
/// <param name="MacAddress">The address.</param>
/// <param name="Count">How many.</param>
public sealed record MacCounter(ushort MacAddress, uint Count) : ICosemStructure<MacCounter>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static MacCounter FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new MacCounter(CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.DoubleLongUnsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(MacAddress), CosemTypes.DoubleLongUnsigned.ToData(Count));
}

/// <summary>Desynchronizations by cause (IEC 62056-6-2, 4.10).</summary>
/// <param name="PhysicalLayer">The physical layer lost the frequency or the zero crossing.</param>
/// <param name="NotAddressed">time_out_not_addressed.</param>
/// <param name="FrameNotOk">time_out_frame_not_OK.</param>
/// <param name="WriteRequest">A client asked for it.</param>
/// <param name="WrongInitiator">Another initiator was heard.</param>
public sealed record DesynchronizationListing(
    uint PhysicalLayer, uint NotAddressed, uint FrameNotOk, uint WriteRequest, uint WrongInitiator)
    : ICosemStructure<DesynchronizationListing>
{
    /// <summary>Takes the structure of 5.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static DesynchronizationListing FromData(CosemData data)
    {
        var items = data.AsStructure(5);
        return new DesynchronizationListing(
            CosemTypes.DoubleLongUnsigned.FromData(items[0]), CosemTypes.DoubleLongUnsigned.FromData(items[1]),
            CosemTypes.DoubleLongUnsigned.FromData(items[2]), CosemTypes.DoubleLongUnsigned.FromData(items[3]),
            CosemTypes.DoubleLongUnsigned.FromData(items[4]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.DoubleLongUnsigned.ToData(PhysicalLayer), CosemTypes.DoubleLongUnsigned.ToData(NotAddressed),
        CosemTypes.DoubleLongUnsigned.ToData(FrameNotOk), CosemTypes.DoubleLongUnsigned.ToData(WriteRequest),
        CosemTypes.DoubleLongUnsigned.ToData(WrongInitiator));
}
