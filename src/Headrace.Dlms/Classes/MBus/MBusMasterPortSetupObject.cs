using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 74, M-Bus master port setup, of a server (IEC 62056-6-2, 4.8).</summary>
public sealed class MBusMasterPortSetupObject : StateObject<MBusMasterPortSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public MBusMasterPortSetupObject(LogicalName name, MBusMasterPortSetup state)
        : base(74, 0, name, state)
    {
        Keep(2, CosemTypes.Enum<BaudRate>(), s => s.Speed, (s, v) => s with { Speed = v }, Enum.IsDefined);
    }
}
