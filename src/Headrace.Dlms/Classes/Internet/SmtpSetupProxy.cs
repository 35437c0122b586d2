using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 46, SMTP setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class SmtpSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 46, logicalName)
{
    /// <summary>Attribute 2, server_port: port of the mail server.</summary>
    public AttributeProxy<ushort> ServerPort => Attribute(2, CosemTypes.LongUnsigned);

    /// <summary>Attribute 3, user_name: user name.</summary>
    public AttributeProxy<string> UserName => Attribute(3, CosemTypes.Text);

    /// <summary>Attribute 4, login_password: password; written only.</summary>
    public AttributeProxy<Octets> Password => Attribute(4, SetupTypes.Octets);

    /// <summary>Attribute 5, server_address: the mail server, as name or address.</summary>
    public AttributeProxy<string> ServerAddress => Attribute(5, CosemTypes.Text);

    /// <summary>Attribute 6, sender_address: mail address of the device.</summary>
    public AttributeProxy<string> SenderAddress => Attribute(6, CosemTypes.Text);
}
