using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 90, G3-PLC MAC layer counters, of a server (IEC 62056-6-2, 4.13).</summary>
public sealed class G3MacCountersObject : StateObject<G3MacCounters>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public G3MacCountersObject(LogicalName name, G3MacCounters state)
        : base(90, 1, name, state)
    {
        Keep(2, CosemTypes.DoubleLongUnsigned, s => s.TransmittedData);
        Keep(3, CosemTypes.DoubleLongUnsigned, s => s.ReceivedData);
        Keep(4, CosemTypes.DoubleLongUnsigned, s => s.TransmittedCommands);
        Keep(5, CosemTypes.DoubleLongUnsigned, s => s.ReceivedCommands);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.CsmaFailures);
        Keep(7, CosemTypes.DoubleLongUnsigned, s => s.NoAcknowledgements);
        Keep(8, CosemTypes.DoubleLongUnsigned, s => s.BadChecksums);
        Keep(9, CosemTypes.DoubleLongUnsigned, s => s.TransmittedBroadcasts);
        Keep(10, CosemTypes.DoubleLongUnsigned, s => s.ReceivedBroadcasts);
        WithMethod(1, _ => Write(_ => new G3MacCounters()));
    }
}
