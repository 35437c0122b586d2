using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 91, G3-PLC MAC setup, of a server, as a client sees it (IEC 62056-6-2, 4.13).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class G3MacSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 91, logicalName)
{
    /// <summary>Attribute 2, mac_short_address: address in the network; 0xFFFF for none.</summary>
    public AttributeProxy<ushort> ShortAddress => Attribute(2, CosemTypes.LongUnsigned);

    /// <summary>Attribute 3, mac_RC_coord: cost of the route to the coordinator.</summary>
    public AttributeProxy<ushort> RouteCostToCoordinator => Attribute(3, CosemTypes.LongUnsigned);

    /// <summary>Attribute 4, mac_PAN_id: the network; 0xFFFF for none.</summary>
    public AttributeProxy<ushort> PanId => Attribute(4, CosemTypes.LongUnsigned);

    /// <summary>Attribute 5, mac_key_table: group keys; written only.</summary>
    public AttributeProxy<IReadOnlyList<G3MacKey>> KeyTable => Attribute(5, CosemTypes.Array<G3MacKey>());

    /// <summary>Attribute 6, mac_frame_counter: counter of frames sent.</summary>
    public AttributeProxy<uint> FrameCounter => Attribute(6, CosemTypes.DoubleLongUnsigned);

    /// <summary>Attribute 7, mac_tone_mask: tones in use, 72 bits in FCC, 36 in CENELEC A.</summary>
    public AttributeProxy<IReadOnlyList<bool>> ToneMask => Attribute(7, CosemTypes.BitString);

    /// <summary>Attribute 8, mac_TMR_TTL: minutes that a tone map is good for.</summary>
    public AttributeProxy<byte> ToneMapTtl => Attribute(8, CosemTypes.Unsigned);

    /// <summary>Attribute 9, mac_max_frame_retries: repetitions of a frame.</summary>
    public AttributeProxy<byte> MaxFrameRetries => Attribute(9, CosemTypes.Unsigned);

    /// <summary>Attribute 10, mac_neighbour_table_entry_TTL: minutes that a neighbour is kept.</summary>
    public AttributeProxy<byte> NeighbourTtl => Attribute(10, CosemTypes.Unsigned);

    /// <summary>Attribute 11, mac_neighbour_table: the neighbours.</summary>
    public AttributeProxy<IReadOnlyList<G3Neighbour>> Neighbours => Attribute(11, CosemTypes.Array<G3Neighbour>());

    /// <summary>Attribute 12, mac_high_priority_window_size: size of the contention window of high priority, in slots.</summary>
    public AttributeProxy<byte> HighPriorityWindow => Attribute(12, CosemTypes.Unsigned);

    /// <summary>Attribute 13, mac_CSMA_fairness_limit: failed back-offs after which the exponent starts anew.</summary>
    public AttributeProxy<byte> CsmaFairnessLimit => Attribute(13, CosemTypes.Unsigned);

    /// <summary>Attribute 14, mac_beacon_randomization_window_length: seconds over which beacons are spread.</summary>
    public AttributeProxy<byte> BeaconRandomization => Attribute(14, CosemTypes.Unsigned);

    /// <summary>Attribute 15, mac_A: decrease of the contention window.</summary>
    public AttributeProxy<byte> A => Attribute(15, CosemTypes.Unsigned);

    /// <summary>Attribute 16, mac_K: rate at which the contention window adapts.</summary>
    public AttributeProxy<byte> K => Attribute(16, CosemTypes.Unsigned);

    /// <summary>Attribute 17, mac_min_CW_attempts: attempts with the least contention window.</summary>
    public AttributeProxy<byte> MinContentionAttempts => Attribute(17, CosemTypes.Unsigned);

    /// <summary>Attribute 18, mac_cenelec_legacy_mode: legacy mode of CENELEC: 0 on, 1 off.</summary>
    public AttributeProxy<byte> CenelecLegacyMode => Attribute(18, CosemTypes.Unsigned);

    /// <summary>Attribute 19, mac_FCC_legacy_mode: legacy mode of FCC: 0 on, 1 off.</summary>
    public AttributeProxy<byte> FccLegacyMode => Attribute(19, CosemTypes.Unsigned);

    /// <summary>Attribute 20, mac_max_BE: largest back-off exponent.</summary>
    public AttributeProxy<byte> MaxBackoffExponent => Attribute(20, CosemTypes.Unsigned);

    /// <summary>Attribute 21, mac_max_CSMA_backoffs: back-offs before a frame is given up.</summary>
    public AttributeProxy<byte> MaxBackoffs => Attribute(21, CosemTypes.Unsigned);

    /// <summary>Attribute 22, mac_min_BE: least back-off exponent.</summary>
    public AttributeProxy<byte> MinBackoffExponent => Attribute(22, CosemTypes.Unsigned);

    /// <summary>Attribute 23, mac_broadcast_max_CW_enabled: broadcasts use the largest contention window.</summary>
    public AttributeProxy<bool> BroadcastMaxWindow => Attribute(23, CosemTypes.Boolean);

    /// <summary>Attribute 24, mac_transmit_atten: attenuation of the output, 3 dB a step.</summary>
    public AttributeProxy<byte> TransmitAttenuation => Attribute(24, CosemTypes.Unsigned);

    /// <summary>Attribute 25, mac_POS_table: stations heard within the personal operating space.</summary>
    public AttributeProxy<IReadOnlyList<G3PosEntry>> PosTable => Attribute(25, CosemTypes.Array<G3PosEntry>());

    /// <summary>Attribute 26, mac_duplicate_detection_TTL: seconds that a frame is remembered.</summary>
    public AttributeProxy<byte> DuplicateDetectionTtl => Attribute(26, CosemTypes.Unsigned);

    /// <summary>Method 1, mac_get_neighbour_table_entry: the neighbour of a short address: an array of one, or of none.</summary>
    public MethodProxy<ushort, IReadOnlyList<G3Neighbour>> GetNeighbour =>
        Method(1, CosemTypes.LongUnsigned, CosemTypes.Array<G3Neighbour>());
}
