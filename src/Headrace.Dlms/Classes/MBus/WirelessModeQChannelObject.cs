using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 73, Wireless Mode Q channel, of a server (IEC 62056-6-2, 4.8).</summary>
public sealed class WirelessModeQChannelObject : StateObject<WirelessModeQChannel>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public WirelessModeQChannelObject(LogicalName name, WirelessModeQChannel state)
        : base(73, 1, name, state)
    {
        Keep(2, CosemTypes.Enum<AddressState>(), s => s.AddressState, (s, v) => s with { AddressState = v }, Enum.IsDefined);
        Keep(3, SetupTypes.Octets, s => s.DeviceAddress, (s, v) => s with { DeviceAddress = v });
        Keep(4, SetupTypes.Octets, s => s.AddressMask, (s, v) => s with { AddressMask = v });
    }
}
