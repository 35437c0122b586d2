using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 44, PPP setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class PppSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 44, logicalName)
{
    /// <summary>Attribute 2, PHY_reference: the object of the physical layer below.</summary>
    public AttributeProxy<LogicalName> PhysicalReference => Attribute(2, CosemTypes.LogicalName);

    /// <summary>Attribute 3, LCP_options: options of the link control protocol (RFC 1661).</summary>
    public AttributeProxy<IReadOnlyList<PppOption>> LcpOptions => Attribute(3, CosemTypes.Array<PppOption>());

    /// <summary>Attribute 4, IPCP_options: options of the IP control protocol (RFC 1332).</summary>
    public AttributeProxy<IReadOnlyList<PppOption>> IpcpOptions => Attribute(4, CosemTypes.Array<PppOption>());

    /// <summary>Attribute 5, PPP_authentication: how the device proves who it is; written only.</summary>
    public AttributeProxy<PppAuthentication> Authentication => Attribute(5, PppAuthentication.Type);
}
