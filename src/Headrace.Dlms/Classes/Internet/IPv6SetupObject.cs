using System.Net;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 48, IPv6 setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class IPv6SetupObject : StateObject<IPv6Setup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public IPv6SetupObject(LogicalName name, IPv6Setup state)
        : base(48, 0, name, state)
    {
        Keep(2, CosemTypes.LogicalName, s => s.DataLinkReference, (s, v) => s with { DataLinkReference = v });
        Keep(3, CosemTypes.Enum<IPv6ConfigurationMode>(), s => s.ConfigurationMode,
            (s, v) => s with { ConfigurationMode = v }, Enum.IsDefined);
        Keep(4, CosemTypes.Array(SetupTypes.IPv6), s => s.UnicastAddresses, (s, v) => s with { UnicastAddresses = v });
        Keep(5, CosemTypes.Array(SetupTypes.IPv6), s => s.MulticastAddresses, (s, v) => s with { MulticastAddresses = v });
        Keep(6, CosemTypes.Array(SetupTypes.IPv6), s => s.GatewayAddresses, (s, v) => s with { GatewayAddresses = v });
        Keep(7, SetupTypes.IPv6, s => s.PrimaryDns, (s, v) => s with { PrimaryDns = v });
        Keep(8, SetupTypes.IPv6, s => s.SecondaryDns, (s, v) => s with { SecondaryDns = v });
        Keep(9, CosemTypes.Unsigned, s => s.TrafficClass, (s, v) => s with { TrafficClass = v }, v => v <= 63);
        Keep(10, CosemTypes.Array<NeighbourDiscovery>(), s => s.NeighbourDiscovery, (s, v) => s with { NeighbourDiscovery = v });
        WithMethod(1, CosemTypes.Structure<IPv6Entry>(), v => Change(v, add: true));
        WithMethod(2, CosemTypes.Structure<IPv6Entry>(), v => Change(v, add: false));
    }

    private const int MaximumAddresses = 64;

    private MethodAnswer Change(IPv6Entry entry, bool add)
    {
        if (!Enum.IsDefined(entry.Kind)) return ActionResult.OtherReason;
        var list = ListOf(State, entry.Kind);
        var there = list.Contains(entry.Address);
        if (add && there) return MethodAnswer.Done;
        if (add && list.Count >= MaximumAddresses) return ActionResult.OtherReason;
        if (!add && !there) return ActionResult.ObjectUndefined;
        return Write(state =>
        {
            var before = ListOf(state, entry.Kind);
            return With(state, entry.Kind, add ? [.. before, entry.Address] : [.. before.Where(a => !a.Equals(entry.Address))]);
        });
    }

    private static IReadOnlyList<IPAddress> ListOf(IPv6Setup state, IPv6AddressKind kind) => kind switch
    {
        IPv6AddressKind.Unicast => state.UnicastAddresses,
        IPv6AddressKind.Multicast => state.MulticastAddresses,
        _ => state.GatewayAddresses,
    };

    private static IPv6Setup With(IPv6Setup state, IPv6AddressKind kind, IReadOnlyList<IPAddress> list) => kind switch
    {
        IPv6AddressKind.Unicast => state with { UnicastAddresses = list },
        IPv6AddressKind.Multicast => state with { MulticastAddresses = list },
        _ => state with { GatewayAddresses = list },
    };
}
