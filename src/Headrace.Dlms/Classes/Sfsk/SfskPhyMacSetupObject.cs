using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 50, S-FSK Phy&amp;MAC setup, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskPhyMacSetupObject : StateObject<SfskPhyMacSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskPhyMacSetupObject(LogicalName name, SfskPhyMacSetup state)
        : base(50, 1, name, state)
    {
        Keep(2, CosemTypes.Enum<ElectricalPhase>(), s => s.InitiatorPhase, (s, v) => s with { InitiatorPhase = v }, Enum.IsDefined);
        Keep(3, CosemTypes.Enum<DeltaPhase>(), s => s.DeltaPhase);
        Keep(4, CosemTypes.Unsigned, s => s.MaxReceivingGain, (s, v) => s with { MaxReceivingGain = v });
        Keep(5, CosemTypes.Unsigned, s => s.MaxTransmittingGain, (s, v) => s with { MaxTransmittingGain = v });
        Keep(6, CosemTypes.Unsigned, s => s.SearchInitiatorThreshold, (s, v) => s with { SearchInitiatorThreshold = v });
        Keep(7, CosemTypes.Structure<SfskFrequencies>(), s => s.Frequencies, (s, v) => s with { Frequencies = v });
        Keep(8, CosemTypes.LongUnsigned, s => s.MacAddress, (s, v) => s with { MacAddress = v }, v => v <= 0xFFF);
        Keep(9, CosemTypes.Array(CosemTypes.LongUnsigned), s => s.GroupAddresses, (s, v) => s with { GroupAddresses = v });
        Keep(10, CosemTypes.Enum<SfskRepeater>(), s => s.Repeater, (s, v) => s with { Repeater = v }, Enum.IsDefined);
        Keep(11, CosemTypes.Boolean, s => s.RepeaterStatus);
        Keep(12, CosemTypes.Unsigned, s => s.MinDeltaCredit, (s, v) => s with { MinDeltaCredit = v });
        Keep(13, CosemTypes.LongUnsigned, s => s.InitiatorMacAddress);
        Keep(14, CosemTypes.Boolean, s => s.SynchronizationLocked, (s, v) => s with { SynchronizationLocked = v });
        Keep(15, CosemTypes.Enum<SfskSpeed>(), s => s.TransmissionSpeed);
    }
}
