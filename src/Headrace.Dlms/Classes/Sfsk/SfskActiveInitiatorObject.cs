using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 51, S-FSK Active initiator, of a server (IEC 62056-6-2, 4.10).</summary>
public sealed class SfskActiveInitiatorObject : StateObject<SfskActiveInitiator>
{
    /// <summary>An object with what it says at first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it says.</param>
    public SfskActiveInitiatorObject(LogicalName name, SfskActiveInitiator state)
        : base(51, 0, name, state)
    {
        Keep(2, CosemTypes.Structure<InitiatorDescriptor>(), s => s.Initiator);
        WithMethod(1, _ => Write(s => s with { Initiator = InitiatorDescriptor.None }));
    }
}
