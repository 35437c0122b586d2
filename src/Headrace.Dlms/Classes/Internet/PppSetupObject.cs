using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 44, PPP setup, of a server (IEC 62056-6-2, 4.9).</summary>
public sealed class PppSetupObject : StateObject<PppSetup>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public PppSetupObject(LogicalName name, PppSetup state)
        : base(44, 0, name, state)
    {
        Keep(2, CosemTypes.LogicalName, s => s.PhysicalReference, (s, v) => s with { PhysicalReference = v });
        Keep(3, CosemTypes.Array<PppOption>(), s => s.LcpOptions, (s, v) => s with { LcpOptions = v });
        Keep(4, CosemTypes.Array<PppOption>(), s => s.IpcpOptions, (s, v) => s with { IpcpOptions = v });
        Keep(5, PppAuthentication.Type, s => s.Authentication, (s, v) => s with { Authentication = v });
        WithAccess(5, AttributeAccessMode.WriteOnly);
    }
}
