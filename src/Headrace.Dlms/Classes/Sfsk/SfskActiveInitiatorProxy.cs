using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>Class 51, S-FSK Active initiator, of a server, as a client sees it (IEC 62056-6-2, 4.10).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SfskActiveInitiatorProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 51, logicalName)
{
    /// <summary>Attribute 2, active_initiator: the initiator that registered the device.</summary>
    public AttributeProxy<InitiatorDescriptor> Initiator => Attribute(2, CosemTypes.Structure<InitiatorDescriptor>());

    /// <summary>Method 1, reset_NEW_not_synchronized: forgets the initiator: the device is NEW again.</summary>
    public MethodProxy ResetNewNotSynchronized => Command(1);
}
