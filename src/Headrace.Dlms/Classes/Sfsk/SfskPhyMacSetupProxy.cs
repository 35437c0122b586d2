using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 50, S-FSK Phy&amp;MAC setup, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskPhyMacSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 50, logicalName)
{
    /// <summary>Attribute 2, initiator_electrical_phase: phase of the initiator, as the client says.</summary>
    public AttributeProxy<ElectricalPhase> InitiatorPhase => Attribute(2, CosemTypes.Enum<ElectricalPhase>());

    /// <summary>Attribute 3, delta_electrical_phase: angle between the phase of the device and that of the initiator.</summary>
    public AttributeProxy<DeltaPhase> DeltaPhase => Attribute(3, CosemTypes.Enum<DeltaPhase>());

    /// <summary>Attribute 4, max_receiving_gain: highest gain in reception, dB times 6 steps.</summary>
    public AttributeProxy<byte> MaxReceivingGain => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5, max_transmitting_gain: largest attenuation in transmission, dB times 6 steps.</summary>
    public AttributeProxy<byte> MaxTransmittingGain => Attribute(5, CosemTypes.Unsigned);

    /// <summary>Attribute 6, search_initiator_threshold: signal of an initiator that ends the search, in dBuV.</summary>
    public AttributeProxy<byte> SearchInitiatorThreshold => Attribute(6, CosemTypes.Unsigned);

    /// <summary>Attribute 7, frequencies: mark and space frequency.</summary>
    public AttributeProxy<SfskFrequencies> Frequencies => Attribute(7, CosemTypes.Structure<SfskFrequencies>());

    /// <summary>Attribute 8, mac_address: address; 0xFFE in the state NEW.</summary>
    public AttributeProxy<ushort> MacAddress => Attribute(8, CosemTypes.LongUnsigned);

    /// <summary>Attribute 9, mac_group_addresses: groups the device listens to.</summary>
    public AttributeProxy<IReadOnlyList<ushort>> GroupAddresses => Attribute(9, CosemTypes.Array(CosemTypes.LongUnsigned));

    /// <summary>Attribute 10, repeater: whether it may repeat.</summary>
    public AttributeProxy<SfskRepeater> Repeater => Attribute(10, CosemTypes.Enum<SfskRepeater>());

    /// <summary>Attribute 11, repeater_status: whether it repeats.</summary>
    public AttributeProxy<bool> RepeaterStatus => Attribute(11, CosemTypes.Boolean);

    /// <summary>Attribute 12, min_delta_credit: least credit lost on the way here, of the frames since the last reset; 0 starts
    /// anew.</summary>
    public AttributeProxy<byte> MinDeltaCredit => Attribute(12, CosemTypes.Unsigned);

    /// <summary>Attribute 13, initiator_mac_address: address of the active initiator.</summary>
    public AttributeProxy<ushort> InitiatorMacAddress => Attribute(13, CosemTypes.LongUnsigned);

    /// <summary>Attribute 14, synchronization_locked: the device stays with its initiator.</summary>
    public AttributeProxy<bool> SynchronizationLocked => Attribute(14, CosemTypes.Boolean);

    /// <summary>Attribute 15, transmission_speed: speed, for 50 Hz.</summary>
    public AttributeProxy<SfskSpeed> TransmissionSpeed => Attribute(15, CosemTypes.Enum<SfskSpeed>());
}
