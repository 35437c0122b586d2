namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 46, SMTP setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SmtpSetup
{
    /// <summary>Attribute 2, server_port: port of the mail server.</summary>
    public ushort ServerPort { get; init; } = 25;

    /// <summary>Attribute 3, user_name: user name.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Attribute 4, login_password: password; written only.</summary>
    public Octets Password { get; init; }

    /// <summary>Attribute 5, server_address: the mail server, as name or address.</summary>
    public string ServerAddress { get; init; } = "";

    /// <summary>Attribute 6, sender_address: mail address of the device.</summary>
    public string SenderAddress { get; init; } = "";
}
