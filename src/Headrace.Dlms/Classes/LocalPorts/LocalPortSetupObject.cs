using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 19, IEC local port setup, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class LocalPortSetupObject : StateObject<LocalPortSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 0, 1.</param>
    public LocalPortSetupObject(LogicalName name, LocalPortSetup state, byte version = 1)
        : base(19, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)1);
        Keep(2, CosemTypes.Enum<LocalPortMode>(), s => s.DefaultMode, (s, v) => s with { DefaultMode = v }, Enum.IsDefined);
        Keep(3, CosemTypes.Enum<BaudRate>(), s => s.DefaultBaud, (s, v) => s with { DefaultBaud = v }, Enum.IsDefined);
        Keep(4, CosemTypes.Enum<BaudRate>(), s => s.ProposedBaud, (s, v) => s with { ProposedBaud = v }, Enum.IsDefined);
        Keep(5, CosemTypes.Enum<LocalPortResponseTime>(), s => s.ResponseTime, (s, v) => s with { ResponseTime = v }, Enum.IsDefined);
        Keep(6, CosemTypes.Text, s => s.DeviceAddress, (s, v) => s with { DeviceAddress = v }, v => v.Length <= 32);
        Keep(7, SetupTypes.Octets, s => s.PasswordP1, (s, v) => s with { PasswordP1 = v });
        WithAccess(7, AttributeAccessMode.WriteOnly);
        Keep(8, SetupTypes.Octets, s => s.PasswordP2, (s, v) => s with { PasswordP2 = v });
        WithAccess(8, AttributeAccessMode.WriteOnly);
        Keep(9, SetupTypes.Octets, s => s.PasswordW5, (s, v) => s with { PasswordW5 = v });
        WithAccess(9, AttributeAccessMode.WriteOnly);
    }
}
