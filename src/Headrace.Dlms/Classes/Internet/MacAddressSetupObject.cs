using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 43, MAC address setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class MacAddressSetupObject : StateObject<MacAddressSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public MacAddressSetupObject(LogicalName name, MacAddressSetup state)
        : base(43, 0, name, state)
    {
        Keep(2, SetupTypes.Octets, s => s.MacAddress, (s, v) => s with { MacAddress = v });
    }
}
