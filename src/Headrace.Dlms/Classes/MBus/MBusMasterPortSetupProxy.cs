using Headrace.Dlms.Classes.LocalPorts;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>Class 74, M-Bus master port setup, of a server, as a client sees it (IEC 62056-6-2, 4.8).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class MBusMasterPortSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 74, logicalName)
{
    /// <summary>Attribute 2, comm_speed: speed of the bus.</summary>
    public AttributeProxy<BaudRate> Speed => Attribute(2, CosemTypes.Enum<BaudRate>());
}
