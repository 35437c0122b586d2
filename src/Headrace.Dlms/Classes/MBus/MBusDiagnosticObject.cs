using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 77, M-Bus diagnostic, of a server (IEC 62056-6-2, 4.8).</summary>
public sealed class MBusDiagnosticObject : StateObject<MBusDiagnostic>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public MBusDiagnosticObject(LogicalName name, MBusDiagnostic state)
        : base(77, 0, name, state)
    {
        Keep(2, CosemTypes.Unsigned, s => s.SignalStrength);
        Keep(3, CosemTypes.Unsigned, s => s.ChannelId);
        Keep(4, CosemTypes.Enum<MBusLinkStatus>(), s => s.LinkStatus);
        Keep(5, CosemTypes.Array<BroadcastCounter>(), s => s.BroadcastFrames);
        Keep(6, CosemTypes.DoubleLongUnsigned, s => s.Transmissions);
        Keep(7, CosemTypes.DoubleLongUnsigned, s => s.GoodFrames);
        Keep(8, CosemTypes.DoubleLongUnsigned, s => s.BadFrames);
        Keep(9, CosemTypes.Structure<MBusCaptureTime>(), s => s.CaptureTime);
        WithMethod(1, _ => Write(s => s with { BroadcastFrames = [], Transmissions = 0, GoodFrames = 0, BadFrames = 0 }));
    }
}
