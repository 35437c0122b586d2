using System.Net;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 42, IPv4 setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class IPv4SetupObject : StateObject<IPv4Setup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public IPv4SetupObject(LogicalName name, IPv4Setup state)
        : base(42, 0, name, state)
    {
        Keep(2, CosemTypes.LogicalName, s => s.DataLinkReference, (s, v) => s with { DataLinkReference = v });
        Keep(3, SetupTypes.IPv4, s => s.Address, (s, v) => s with { Address = v });
        Keep(4, CosemTypes.Array(SetupTypes.IPv4), s => s.MulticastAddresses, (s, v) => s with { MulticastAddresses = v });
        Keep(5, CosemTypes.Array<IPOption>(), s => s.Options, (s, v) => s with { Options = v });
        Keep(6, SetupTypes.IPv4, s => s.SubnetMask, (s, v) => s with { SubnetMask = v });
        Keep(7, SetupTypes.IPv4, s => s.Gateway, (s, v) => s with { Gateway = v });
        Keep(8, CosemTypes.Boolean, s => s.UseDhcp, (s, v) => s with { UseDhcp = v });
        Keep(9, SetupTypes.IPv4, s => s.PrimaryDns, (s, v) => s with { PrimaryDns = v });
        Keep(10, SetupTypes.IPv4, s => s.SecondaryDns, (s, v) => s with { SecondaryDns = v });
        WithMethod(1, SetupTypes.IPv4, v => Add(v));
        WithMethod(2, SetupTypes.IPv4, v => Delete(v));
        WithMethod(3, CosemTypes.Integer, v => new MethodAnswer(ActionResult.Success,
            CosemTypes.LongUnsigned.ToData((ushort)State.MulticastAddresses.Count)));
    }

    private const int MaximumGroups = 64;

    private MethodAnswer Add(IPAddress group)
    {
        var found = State.MulticastAddresses;
        if (found.Contains(group)) return MethodAnswer.Done;
        if (found.Count >= MaximumGroups) return ActionResult.OtherReason;
        return Write(s => s with { MulticastAddresses = [.. s.MulticastAddresses, group] });
    }

    private MethodAnswer Delete(IPAddress group) => State.MulticastAddresses.Contains(group)
        ? Write(s => s with { MulticastAddresses = [.. s.MulticastAddresses.Where(a => !a.Equals(group))] })
        : ActionResult.ObjectUndefined;
}
