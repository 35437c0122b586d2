using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 91, G3-PLC MAC setup, of a server (IEC 62056-6-2, 4.13).</summary>
public sealed class G3MacSetupObject : StateObject<G3MacSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 1, 2, 3.</param>
    public G3MacSetupObject(LogicalName name, G3MacSetup state, byte version = 3)
        : base(91, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, (byte)1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)3);
        Keep(2, CosemTypes.LongUnsigned, s => s.ShortAddress, (s, v) => s with { ShortAddress = v });
        Keep(3, CosemTypes.LongUnsigned, s => s.RouteCostToCoordinator, (s, v) => s with { RouteCostToCoordinator = v });
        Keep(4, CosemTypes.LongUnsigned, s => s.PanId, (s, v) => s with { PanId = v });
        Keep(5, CosemTypes.Array<G3MacKey>(), s => s.KeyTable, (s, v) => s with { KeyTable = v });
        WithAccess(5, AttributeAccessMode.WriteOnly);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.FrameCounter, (s, v) => s with { FrameCounter = v });
        Keep(7, CosemTypes.BitString, s => s.ToneMask, (s, v) => s with { ToneMask = v });
        Keep(8, CosemTypes.Unsigned, s => s.ToneMapTtl, (s, v) => s with { ToneMapTtl = v });
        Keep(9, CosemTypes.Unsigned, s => s.MaxFrameRetries, (s, v) => s with { MaxFrameRetries = v }, v => v <= 10);
        Keep(10, CosemTypes.Unsigned, s => s.NeighbourTtl, (s, v) => s with { NeighbourTtl = v });
        Keep(11, CosemTypes.Array<G3Neighbour>(), s => s.Neighbours);
        Keep(12, CosemTypes.Unsigned, s => s.HighPriorityWindow, (s, v) => s with { HighPriorityWindow = v }, v => v is >= 1 and <= 7);
        Keep(13, CosemTypes.Unsigned, s => s.CsmaFairnessLimit, (s, v) => s with { CsmaFairnessLimit = v });
        Keep(14, CosemTypes.Unsigned, s => s.BeaconRandomization, (s, v) => s with { BeaconRandomization = v }, v => v >= 1);
        Keep(15, CosemTypes.Unsigned, s => s.A, (s, v) => s with { A = v }, v => v is >= 3 and <= 20);
        Keep(16, CosemTypes.Unsigned, s => s.K, (s, v) => s with { K = v }, v => v >= 1);
        Keep(17, CosemTypes.Unsigned, s => s.MinContentionAttempts, (s, v) => s with { MinContentionAttempts = v });
        Keep(18, CosemTypes.Unsigned, s => s.CenelecLegacyMode, (s, v) => s with { CenelecLegacyMode = v });
        Keep(19, CosemTypes.Unsigned, s => s.FccLegacyMode, (s, v) => s with { FccLegacyMode = v });
        Keep(20, CosemTypes.Unsigned, s => s.MaxBackoffExponent, (s, v) => s with { MaxBackoffExponent = v }, v => v <= 20);
        Keep(21, CosemTypes.Unsigned, s => s.MaxBackoffs, (s, v) => s with { MaxBackoffs = v });
        Keep(22, CosemTypes.Unsigned, s => s.MinBackoffExponent, (s, v) => s with { MinBackoffExponent = v }, v => v <= 20);
        if (version >= 2) Keep(23, CosemTypes.Boolean, s => s.BroadcastMaxWindow, (s, v) => s with { BroadcastMaxWindow = v });
        if (version >= 2) Keep(24, CosemTypes.Unsigned, s => s.TransmitAttenuation,
            (s, v) => s with { TransmitAttenuation = v }, v => v <= 25);
        if (version >= 2) Keep(25, CosemTypes.Array<G3PosEntry>(), s => s.PosTable);
        if (version >= 3) Keep(26, CosemTypes.Unsigned, s => s.DuplicateDetectionTtl, (s, v) => s with { DuplicateDetectionTtl = v });
        WithMethod(1, CosemTypes.LongUnsigned, v => Find(v));
    }

    private MethodAnswer Find(ushort address) => new(ActionResult.Success,
        CosemTypes.Array<G3Neighbour>().ToData([.. State.Neighbours.Where(n => n.ShortAddress == address)]));
}
