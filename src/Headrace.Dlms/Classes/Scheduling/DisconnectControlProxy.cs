using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>Class 70, Disconnect control, of a server (IEC 62056-6-2, Disconnect control).</summary>
public sealed class DisconnectControlProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 70, logicalName)
{
    /// <summary>Attribute 2: whether the switch is closed.</summary>
    public AttributeProxy<bool> OutputState => Attribute(2, CosemTypes.Boolean);

    /// <summary>Attribute 3: what state it is in.</summary>
    public AttributeProxy<DisconnectState> ControlState => Attribute(3, CosemTypes.Enum<DisconnectState>());

    /// <summary>Attribute 4: who may move it, 0 to 6.</summary>
    public AttributeProxy<byte> ControlMode => Attribute(4, new CosemType<byte>(CosemTypes.AsNumber<byte>, CosemData.Enum, CosemTag.Enum));

    /// <summary>Method 1: opens it.</summary>
    public MethodProxy RemoteDisconnect => Command(1);

    /// <summary>Method 2: closes it, or makes it ready to be closed by hand, as the mode says.</summary>
    public MethodProxy RemoteReconnect => Command(2);
}
