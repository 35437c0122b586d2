using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 50, S-FSK Phy&amp;MAC setup, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskPhyMacSetup
{
    /// <summary>Attribute 2, initiator_electrical_phase: phase of the initiator, as the client says.</summary>
    public ElectricalPhase InitiatorPhase { get; init; }

    /// <summary>Attribute 3, delta_electrical_phase: angle between the phase of the device and that of the initiator.</summary>
    public DeltaPhase DeltaPhase { get; init; }

    /// <summary>Attribute 4, max_receiving_gain: highest gain in reception, dB times 6 steps.</summary>
    public byte MaxReceivingGain { get; init; }

    /// <summary>Attribute 5, max_transmitting_gain: largest attenuation in transmission, dB times 6 steps.</summary>
    public byte MaxTransmittingGain { get; init; }

    /// <summary>Attribute 6, search_initiator_threshold: signal of an initiator that ends the search, in dBuV.</summary>
    public byte SearchInitiatorThreshold { get; init; } = 98;

    /// <summary>Attribute 7, frequencies: mark and space frequency.</summary>
    public SfskFrequencies Frequencies { get; init; } = new(63_300, 74_000);

    /// <summary>Attribute 8, mac_address: address; 0xFFE in the state NEW.</summary>
    public ushort MacAddress { get; init; } = 0x0FFE;

    /// <summary>Attribute 9, mac_group_addresses: groups the device listens to.</summary>
    public IReadOnlyList<ushort> GroupAddresses { get; init; } = [];

    /// <summary>Attribute 10, repeater: whether it may repeat.</summary>
    public SfskRepeater Repeater { get; init; }

    /// <summary>Attribute 11, repeater_status: whether it repeats.</summary>
    public bool RepeaterStatus { get; init; }

    /// <summary>Attribute 12, min_delta_credit: least credit lost on the way here, of the frames since the last reset; 0 starts
    /// anew.</summary>
    public byte MinDeltaCredit { get; init; }

    /// <summary>Attribute 13, initiator_mac_address: address of the active initiator.</summary>
    public ushort InitiatorMacAddress { get; init; }

    /// <summary>Attribute 14, synchronization_locked: the device stays with its initiator.</summary>
    public bool SynchronizationLocked { get; init; }

    /// <summary>Attribute 15, transmission_speed: speed, for 50 Hz.</summary>
    public SfskSpeed TransmissionSpeed { get; init; }
}

/// <summary>A phase of the network (IEC 62056-6-2, 4.10).</summary>
public enum ElectricalPhase : byte
{
    /// <summary>Not known.</summary>
    NotDefined = 0,
    /// <summary>Phase 1.</summary>
    Phase1 = 1,
    /// <summary>Phase 2.</summary>
    Phase2 = 2,
    /// <summary>Phase 3.</summary>
    Phase3 = 3,
}

/// <summary>Angle between two phases (IEC 62056-6-2, 4.10).</summary>
public enum DeltaPhase : byte
{
    /// <summary>Not known.</summary>
    NotDefined = 0,
    /// <summary>The same phase.</summary>
    Same = 1,
    /// <summary>60 degrees.</summary>
    Degrees60 = 2,
    /// <summary>120 degrees.</summary>
    Degrees120 = 3,
    /// <summary>180 degrees.</summary>
    Degrees180 = 4,
    /// <summary>-120 degrees.</summary>
    DegreesMinus120 = 5,
    /// <summary>-60 degrees.</summary>
    DegreesMinus60 = 6,
}

/// <summary>Whether a device repeats (IEC 62056-6-2, 4.10).</summary>
public enum SfskRepeater : byte
{
    /// <summary>Never.</summary>
    Never = 0,
    /// <summary>Always.</summary>
    Always = 1,
    /// <summary>As the initiator calls repeaters.</summary>
    Dynamic = 2,
}

/// <summary>Transmission speed of S-FSK at 50 Hz (IEC 62056-6-2, 4.10).</summary>
public enum SfskSpeed : byte
{
    /// <summary>300 baud.</summary>
    Baud300 = 0,
    /// <summary>600 baud.</summary>
    Baud600 = 1,
    /// <summary>1200 baud.</summary>
    Baud1200 = 2,
    /// <summary>2400 baud.</summary>
    Baud2400 = 3,
    /// <summary>4800 baud.</summary>
    Baud4800 = 4,
}

/// <summary>Mark and space (IEC 62056-6-2, 4.10).</summary>
/// <param name="Mark">Mark frequency, in Hz.</param>
/// <param name="Space">Space frequency, in Hz.</param>
public sealed record SfskFrequencies(uint Mark, uint Space) : ICosemStructure<SfskFrequencies>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static SfskFrequencies FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new SfskFrequencies(CosemTypes.DoubleLongUnsigned.FromData(items[0]), CosemTypes.DoubleLongUnsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.DoubleLongUnsigned.ToData(Mark), CosemTypes.DoubleLongUnsigned.ToData(Space));
}
