using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 52, S-FSK MAC synchronization timeouts, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskTimeoutsObject : StateObject<SfskTimeouts>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskTimeoutsObject(LogicalName name, SfskTimeouts state)
        : base(52, 0, name, state)
    {
        Keep(2, CosemTypes.LongUnsigned, s => s.SearchInitiator, (s, v) => s with { SearchInitiator = v });
        Keep(3, CosemTypes.LongUnsigned, s => s.SynchronizationConfirmation, (s, v) => s with { SynchronizationConfirmation = v });
        Keep(4, CosemTypes.LongUnsigned, s => s.NotAddressed, (s, v) => s with { NotAddressed = v });
        Keep(5, CosemTypes.LongUnsigned, s => s.FrameNotOk, (s, v) => s with { FrameNotOk = v });
    }
}
