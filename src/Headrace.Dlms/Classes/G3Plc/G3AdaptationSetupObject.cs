using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.G3Plc;

/// <summary>Class 92, G3-PLC 6LoWPAN adaptation layer setup, of a server (IEC 62056-6-2, 4.13).</summary>
public sealed class G3AdaptationSetupObject : StateObject<G3AdaptationSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="version">Version of the class: 1, 2, 3.</param>
    public G3AdaptationSetupObject(LogicalName name, G3AdaptationSetup state, byte version = 3)
        : base(92, version, name, state)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, (byte)1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, (byte)3);
        Keep(2, CosemTypes.Unsigned, s => s.MaxHops, (s, v) => s with { MaxHops = v }, v => v is >= 1 and <= 14);
        Keep(3, CosemTypes.Unsigned, s => s.WeakLqi, (s, v) => s with { WeakLqi = v });
        Keep(4, CosemTypes.Unsigned, s => s.SecurityLevel, (s, v) => s with { SecurityLevel = v }, v => v <= 7);
        Keep(5, CosemTypes.Array(CosemTypes.Any), s => s.PrefixTable, (s, v) => s with { PrefixTable = v });
        Keep(6, CosemTypes.Array<G3RoutingConfiguration>(), s => s.RoutingConfiguration, (s, v) => s with { RoutingConfiguration = v });
        Keep(7, CosemTypes.LongUnsigned, s => s.BroadcastLogTtl, (s, v) => s with { BroadcastLogTtl = v });
        Keep(8, CosemTypes.Array<G3Route>(), s => s.RoutingTable);
        Keep(9, CosemTypes.Array<G3Context>(), s => s.ContextTable, (s, v) => s with { ContextTable = v });
        Keep(10, CosemTypes.Array<G3BlacklistEntry>(), s => s.BlacklistTable);
        Keep(11, CosemTypes.Array<G3BroadcastEntry>(), s => s.BroadcastLog);
        Keep(12, CosemTypes.Array(CosemTypes.LongUnsigned), s => s.GroupTable, (s, v) => s with { GroupTable = v });
        Keep(13, CosemTypes.LongUnsigned, s => s.MaxJoinWait, (s, v) => s with { MaxJoinWait = v }, v => v <= 1023);
        Keep(14, CosemTypes.Unsigned, s => s.PathDiscoveryTime, (s, v) => s with { PathDiscoveryTime = v });
        Keep(15, CosemTypes.Unsigned, s => s.ActiveKeyIndex, (s, v) => s with { ActiveKeyIndex = v }, v => v <= 1);
        Keep(16, CosemTypes.Unsigned, s => s.MetricType, (s, v) => s with { MetricType = v }, v => v <= 15);
        Keep(17, CosemTypes.LongUnsigned, s => s.CoordinatorAddress, (s, v) => s with { CoordinatorAddress = v });
        Keep(18, CosemTypes.Boolean, s => s.DisableDefaultRouting, (s, v) => s with { DisableDefaultRouting = v });
        Keep(19, CosemTypes.Enum<G3DeviceType>(), s => s.DeviceType, (s, v) => s with { DeviceType = v }, Enum.IsDefined);
        if (version >= 2) Keep(20, CosemTypes.Boolean, s => s.DefaultCoordinatorRoute, (s, v) => s with { DefaultCoordinatorRoute = v });
        if (version >= 2) Keep(21, CosemTypes.Array(CosemTypes.LongUnsigned), s => s.DestinationAddresses,
            (s, v) => s with { DestinationAddresses = v });
        if (version >= 3) Keep(22, CosemTypes.Unsigned, s => s.LowLqi, (s, v) => s with { LowLqi = v });
        if (version >= 3) Keep(23, CosemTypes.Unsigned, s => s.HighLqi, (s, v) => s with { HighLqi = v });
    }
}
