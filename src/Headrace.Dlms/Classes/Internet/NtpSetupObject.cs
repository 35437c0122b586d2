using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 100, NTP setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class NtpSetupObject : StateObject<NtpSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    /// <param name="synchronize">Carries out method 1.</param>
    public NtpSetupObject(LogicalName name, NtpSetup state, Func<MethodAnswer> synchronize)
        : base(100, 0, name, state)
    {
        Keep(2, CosemTypes.Boolean, s => s.Activated, (s, v) => s with { Activated = v });
        Keep(3, CosemTypes.Text, s => s.ServerAddress, (s, v) => s with { ServerAddress = v });
        Keep(4, CosemTypes.LongUnsigned, s => s.ServerPort, (s, v) => s with { ServerPort = v });
        Keep(5, CosemTypes.Enum<NtpAuthentication>(), s => s.AuthenticationMethod,
            (s, v) => s with { AuthenticationMethod = v }, Enum.IsDefined);
        Keep(6, CosemTypes.Array<NtpKey>(), s => s.AuthenticationKeys, (s, v) => s with { AuthenticationKeys = v });
        WithAccess(6, AttributeAccessMode.WriteOnly);
        Keep(7, SetupTypes.Octets, s => s.ClientKey, (s, v) => s with { ClientKey = v });
        WithAccess(7, AttributeAccessMode.WriteOnly);
        WithMethod(1, _ => synchronize());
        WithMethod(2, CosemTypes.Structure<NtpKey>(), v => Add(v));
        WithMethod(3, CosemTypes.DoubleLongUnsigned, v => Delete(v));
    }

    private const int MaximumKeys = 32;

    private MethodAnswer Add(NtpKey key)
    {
        if (State.AuthenticationKeys.Count(k => k.Id != key.Id) >= MaximumKeys) return ActionResult.OtherReason;
        return Write(s => s with { AuthenticationKeys = [.. s.AuthenticationKeys.Where(k => k.Id != key.Id), key] });
    }

    private MethodAnswer Delete(uint id) => State.AuthenticationKeys.Any(k => k.Id == id)
        ? Write(s => s with { AuthenticationKeys = [.. s.AuthenticationKeys.Where(k => k.Id != id)] })
        : ActionResult.ObjectUndefined;
}
