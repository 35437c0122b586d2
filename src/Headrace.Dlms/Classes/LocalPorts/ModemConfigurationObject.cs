using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 27, Modem configuration, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class ModemConfigurationObject : StateObject<ModemConfiguration>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 0, 1.</param>
    public ModemConfigurationObject(LogicalName name, ModemConfiguration state, byte version = 1)
        : base(27, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)1);
        Keep(2, CosemTypes.Enum<BaudRate>(), s => s.Speed, (s, v) => s with { Speed = v }, Enum.IsDefined);
        Keep(3, CosemTypes.Array<InitializationString>(), s => s.InitializationStrings,
            (s, v) => s with { InitializationStrings = v }, v => v.All(s => s.Delay.HasValue == (version >= 1)));
        Keep(4, CosemTypes.Array(CosemTypes.Text), s => s.Profile, (s, v) => s with { Profile = v });
    }
}
