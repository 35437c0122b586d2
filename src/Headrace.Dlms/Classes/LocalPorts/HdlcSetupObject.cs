using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 23, IEC HDLC setup, of a server (IEC 62056-6-2, 4.7).</summary>
public sealed class HdlcSetupObject : StateObject<HdlcSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 0, 1.</param>
    public HdlcSetupObject(LogicalName name, HdlcSetup state, byte version = 1)
        : base(23, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)1);
        Keep(2, CosemTypes.Enum<BaudRate>(), s => s.Speed, (s, v) => s with { Speed = v }, Enum.IsDefined);
        Keep(3, CosemTypes.Unsigned, s => s.WindowTransmit, (s, v) => s with { WindowTransmit = v }, v => v is >= 1 and <= 7);
        Keep(4, CosemTypes.Unsigned, s => s.WindowReceive, (s, v) => s with { WindowReceive = v }, v => v is >= 1 and <= 7);
        Keep(5, version == 0 ? SetupTypes.NarrowUnsigned : CosemTypes.LongUnsigned, s => s.InformationTransmit,
            (s, v) => s with { InformationTransmit = v }, v => v >= 32 && v <= (version == 0 ? 128 : 2030));
        Keep(6, version == 0 ? SetupTypes.NarrowUnsigned : CosemTypes.LongUnsigned, s => s.InformationReceive,
            (s, v) => s with { InformationReceive = v }, v => v >= 32 && v <= (version == 0 ? 128 : 2030));
        Keep(7, CosemTypes.LongUnsigned, s => s.InterOctetTimeout,
            (s, v) => s with { InterOctetTimeout = v }, v => v >= 20 && v <= (version == 0 ? 1000 : 6000));
        Keep(8, CosemTypes.LongUnsigned, s => s.InactivityTimeout, (s, v) => s with { InactivityTimeout = v });
        Keep(9, CosemTypes.LongUnsigned, s => s.DeviceAddress, (s, v) => s with { DeviceAddress = v }, v => v is >= 0x10 and <= 0x3FFD);
    }
}
