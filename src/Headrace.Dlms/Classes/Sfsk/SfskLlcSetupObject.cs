using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 55, IEC 61334-4-32 LLC setup, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskLlcSetupObject : StateObject<SfskLlcSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskLlcSetupObject(LogicalName name, SfskLlcSetup state)
        : base(55, 1, name, state)
    {
        Keep(2, CosemTypes.Unsigned, s => s.MaxFrameLength, (s, v) => s with { MaxFrameLength = v }, v => v is >= 26 and <= 242);
        Keep(3, CosemTypes.Array<ReplyStatus>(), s => s.ReplyStatus);
    }
}
