using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 27, Modem configuration, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class ModemConfigurationProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 27, logicalName)
{
    /// <summary>Attribute 2, comm_speed: the speed between device and modem.</summary>
    public AttributeProxy<BaudRate> Speed => Attribute(2, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 3, initialization_string: the commands that set the modem up, in order.</summary>
    public AttributeProxy<IReadOnlyList<InitializationString>> InitializationStrings =>
        Attribute(3, CosemTypes.Array<InitializationString>());

    /// <summary>Attribute 4, modem_profile: the answers of the modem, by their place: OK, CONNECT, RING, NO CARRIER, ERROR and so
    /// on.</summary>
    public AttributeProxy<IReadOnlyList<string>> Profile => Attribute(4, CosemTypes.Array(CosemTypes.Text));
}
