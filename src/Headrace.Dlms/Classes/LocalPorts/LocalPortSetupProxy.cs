using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.LocalPorts;

/// <summary>Class 19, IEC local port setup, of a server, as a client sees it (IEC 62056-6-2, 4.7).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class LocalPortSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 19, logicalName)
{
    /// <summary>Attribute 2, default_mode: the protocol the port starts with.</summary>
    public AttributeProxy<LocalPortMode> DefaultMode => Attribute(2, CosemTypes.Enum<LocalPortMode>());

    /// <summary>Attribute 3, default_baud: the speed of the opening sequence.</summary>
    public AttributeProxy<BaudRate> DefaultBaud => Attribute(3, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 4, prop_baud: the speed the meter proposes.</summary>
    public AttributeProxy<BaudRate> ProposedBaud => Attribute(4, CosemTypes.Enum<BaudRate>());

    /// <summary>Attribute 5, response_time: the least pause before an answer.</summary>
    public AttributeProxy<LocalPortResponseTime> ResponseTime => Attribute(5, CosemTypes.Enum<LocalPortResponseTime>());

    /// <summary>Attribute 6, device_addr: device address of IEC 62056-21, up to 32 characters.</summary>
    public AttributeProxy<string> DeviceAddress => Attribute(6, CosemTypes.Text);

    /// <summary>Attribute 7, pass_p1: password 1 of IEC 62056-21; written only.</summary>
    public AttributeProxy<Octets> PasswordP1 => Attribute(7, SetupTypes.Octets);

    /// <summary>Attribute 8, pass_p2: password 2 of IEC 62056-21; written only.</summary>
    public AttributeProxy<Octets> PasswordP2 => Attribute(8, SetupTypes.Octets);

    /// <summary>Attribute 9, pass_w5: password W5, for national use; written only.</summary>
    public AttributeProxy<Octets> PasswordW5 => Attribute(9, SetupTypes.Octets);
}
