using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 25, M-Bus slave port setup, of a server (IEC 62056-6-2, 4.8).</summary>
public sealed class MBusSlavePortSetupObject : StateObject<MBusSlavePortSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public MBusSlavePortSetupObject(LogicalName name, MBusSlavePortSetup state)
        : base(25, 0, name, state)
    {
        Keep(2, CosemTypes.Enum<BaudRate>(), s => s.DefaultBaud, (s, v) => s with { DefaultBaud = v }, Enum.IsDefined);
        Keep(3, CosemTypes.Enum<BaudRate>(), s => s.AvailableBaud, (s, v) => s with { AvailableBaud = v }, Enum.IsDefined);
        Keep(4, CosemTypes.Enum<AddressState>(), s => s.AddressState, (s, v) => s with { AddressState = v }, Enum.IsDefined);
        Keep(5, CosemTypes.Unsigned, s => s.BusAddress, (s, v) => s with { BusAddress = v }, v => v <= 250);
    }
}
