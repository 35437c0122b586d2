using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>What an object of class 91, G3-PLC MAC setup, says (IEC 62056-6-2, 4.13).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record G3MacSetup
{
    /// <summary>Attribute 2, mac_short_address: address in the network; 0xFFFF for none.</summary>
    public ushort ShortAddress { get; init; } = 0xFFFF;

    /// <summary>Attribute 3, mac_RC_coord: cost of the route to the coordinator.</summary>
    public ushort RouteCostToCoordinator { get; init; } = 0xFFFF;

    /// <summary>Attribute 4, mac_PAN_id: the network; 0xFFFF for none.</summary>
    public ushort PanId { get; init; } = 0xFFFF;

    /// <summary>Attribute 5, mac_key_table: group keys; written only.</summary>
    public IReadOnlyList<G3MacKey> KeyTable { get; init; } = [];

    /// <summary>Attribute 6, mac_frame_counter: counter of frames sent.</summary>
    public uint FrameCounter { get; init; }

    /// <summary>Attribute 7, mac_tone_mask: tones in use, 72 bits in FCC, 36 in CENELEC A.</summary>
    public IReadOnlyList<bool> ToneMask { get; init; } = [];

    /// <summary>Attribute 8, mac_TMR_TTL: minutes that a tone map is good for.</summary>
    public byte ToneMapTtl { get; init; } = 2;

    /// <summary>Attribute 9, mac_max_frame_retries: repetitions of a frame.</summary>
    public byte MaxFrameRetries { get; init; } = 5;

    /// <summary>Attribute 10, mac_neighbour_table_entry_TTL: minutes that a neighbour is kept.</summary>
    public byte NeighbourTtl { get; init; } = 255;

    /// <summary>Attribute 11, mac_neighbour_table: the neighbours.</summary>
    public IReadOnlyList<G3Neighbour> Neighbours { get; init; } = [];

    /// <summary>Attribute 12, mac_high_priority_window_size: size of the contention window of high priority, in slots.</summary>
    public byte HighPriorityWindow { get; init; } = 7;

    /// <summary>Attribute 13, mac_CSMA_fairness_limit: failed back-offs after which the exponent starts anew.</summary>
    public byte CsmaFairnessLimit { get; init; } = 25;

    /// <summary>Attribute 14, mac_beacon_randomization_window_length: seconds over which beacons are spread.</summary>
    public byte BeaconRandomization { get; init; } = 12;

    /// <summary>Attribute 15, mac_A: decrease of the contention window.</summary>
    public byte A { get; init; } = 8;

    /// <summary>Attribute 16, mac_K: rate at which the contention window adapts.</summary>
    public byte K { get; init; } = 5;

    /// <summary>Attribute 17, mac_min_CW_attempts: attempts with the least contention window.</summary>
    public byte MinContentionAttempts { get; init; } = 10;

    /// <summary>Attribute 18, mac_cenelec_legacy_mode: legacy mode of CENELEC: 0 on, 1 off.</summary>
    public byte CenelecLegacyMode { get; init; } = 1;

    /// <summary>Attribute 19, mac_FCC_legacy_mode: legacy mode of FCC: 0 on, 1 off.</summary>
    public byte FccLegacyMode { get; init; } = 1;

    /// <summary>Attribute 20, mac_max_BE: largest back-off exponent.</summary>
    public byte MaxBackoffExponent { get; init; } = 8;

    /// <summary>Attribute 21, mac_max_CSMA_backoffs: back-offs before a frame is given up.</summary>
    public byte MaxBackoffs { get; init; } = 50;

    /// <summary>Attribute 22, mac_min_BE: least back-off exponent.</summary>
    public byte MinBackoffExponent { get; init; } = 3;

    /// <summary>Attribute 23, mac_broadcast_max_CW_enabled: broadcasts use the largest contention window.</summary>
    public bool BroadcastMaxWindow { get; init; }

    /// <summary>Attribute 24, mac_transmit_atten: attenuation of the output, 3 dB a step.</summary>
    public byte TransmitAttenuation { get; init; }

    /// <summary>Attribute 25, mac_POS_table: stations heard within the personal operating space.</summary>
    public IReadOnlyList<G3PosEntry> PosTable { get; init; } = [];

    /// <summary>Attribute 26, mac_duplicate_detection_TTL: seconds that a frame is remembered.</summary>
    public byte DuplicateDetectionTtl { get; init; } = 3;
}

/// <summary>A group key (IEC 62056-6-2, 4.13).</summary>
/// <param name="Id">Its number, 0 or 1.</param>
/// <param name="Key">16 bytes.</param>
public sealed record G3MacKey(byte Id, Octets Key) : ICosemStructure<G3MacKey>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3MacKey FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new G3MacKey(CosemTypes.Unsigned.FromData(items[0]), SetupTypes.Octets.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(CosemTypes.Unsigned.ToData(Id), SetupTypes.Octets.ToData(Key));
}

/// <summary>A neighbour (IEC 62056-6-2, 4.13; ITU-T G.9903).</summary>
/// <param name="ShortAddress">Its address.</param>
/// <param name="CoherentModulation">Payload modulation: false differential, true coherent.</param>
/// <param name="ToneMap">Groups of tones it can be reached with.</param>
/// <param name="Modulation">0 robust, 1 DBPSK, 2 DQPSK, 3 D8PSK, 4 16-QAM.</param>
/// <param name="TransmitGain">Gain to send with.</param>
/// <param name="TransmitResolution">Step of the gain: 0 is 6 dB, 1 is 3 dB.</param>
/// <param name="TransmitCoefficients">Gain for each group of tones.</param>
/// <param name="Lqi">Link quality, a tenth of a dB a step from -10 dB.</param>
/// <param name="PhaseDifferential">Phase against this station, 60 degrees a step.</param>
/// <param name="ToneMapValid">Minutes the tone map is still good for.</param>
/// <param name="Valid">Minutes the neighbour is still kept.</param>
public sealed record G3Neighbour(
    ushort ShortAddress, bool CoherentModulation, IReadOnlyList<bool> ToneMap, byte Modulation, sbyte TransmitGain, byte
    TransmitResolution, IReadOnlyList<bool> TransmitCoefficients, byte Lqi, sbyte PhaseDifferential, byte ToneMapValid, byte Valid)
    : ICosemStructure<G3Neighbour>
{
    /// <summary>Takes the structure of 11.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3Neighbour FromData(CosemData data)
    {
        var items = data.AsStructure(11);
        return new G3Neighbour(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.Boolean.FromData(items[1]), CosemTypes.BitString.FromData(items[2]),
            SetupTypes.EnumNumber.FromData(items[3]), CosemTypes.Integer.FromData(items[4]), SetupTypes.EnumNumber.FromData(items[5]),
            CosemTypes.BitString.FromData(items[6]), CosemTypes.Unsigned.FromData(items[7]), CosemTypes.Integer.FromData(items[8]),
            CosemTypes.Unsigned.FromData(items[9]), CosemTypes.Unsigned.FromData(items[10]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(ShortAddress), CosemTypes.Boolean.ToData(CoherentModulation),
        CosemTypes.BitString.ToData(ToneMap), SetupTypes.EnumNumber.ToData(Modulation), CosemTypes.Integer.ToData(TransmitGain),
        SetupTypes.EnumNumber.ToData(TransmitResolution), CosemTypes.BitString.ToData(TransmitCoefficients),
        CosemTypes.Unsigned.ToData(Lqi), CosemTypes.Integer.ToData(PhaseDifferential), CosemTypes.Unsigned.ToData(ToneMapValid),
        CosemTypes.Unsigned.ToData(Valid));
}

/// <summary>A station heard (IEC 62056-6-2, 4.13).</summary>
/// <param name="ShortAddress">Its address.</param>
/// <param name="Lqi">Link quality.</param>
/// <param name="Valid">Minutes it is still kept.</param>
public sealed record G3PosEntry(ushort ShortAddress, byte Lqi, byte Valid) : ICosemStructure<G3PosEntry>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static G3PosEntry FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new G3PosEntry(
            CosemTypes.LongUnsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]), CosemTypes.Unsigned.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.LongUnsigned.ToData(ShortAddress), CosemTypes.Unsigned.ToData(Lqi), CosemTypes.Unsigned.ToData(Valid));
}
