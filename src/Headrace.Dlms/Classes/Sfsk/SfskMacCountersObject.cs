using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 53, S-FSK MAC counters, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskMacCountersObject : StateObject<SfskMacCounters>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskMacCountersObject(LogicalName name, SfskMacCounters state)
        : base(53, 0, name, state)
    {
        Keep(2, CosemTypes.Array<MacCounter>(), s => s.SynchronizationRegister);
        Keep(3, CosemTypes.Structure<DesynchronizationListing>(), s => s.Desynchronizations);
        Keep(4, CosemTypes.Array<MacCounter>(), s => s.BroadcastFrames);
        Keep(5, CosemTypes.DoubleLongUnsigned, s => s.Repetitions);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.Transmissions);
        Keep(7, CosemTypes.DoubleLongUnsigned, s => s.GoodFrames);
        Keep(8, CosemTypes.DoubleLongUnsigned, s => s.BadFrames);
        WithMethod(1, _ => Write(_ => new SfskMacCounters()));
    }
}
