using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 43, MAC address setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class MacAddressSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 43, logicalName)
{
    /// <summary>Attribute 2, MAC_address: the address, 6 bytes for Ethernet.</summary>
    public AttributeProxy<Octets> MacAddress => Attribute(2, SetupTypes.Octets);
}
