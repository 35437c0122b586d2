using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>Class 100, NTP setup, of a server, as a client sees it (IEC 62056-6-2, 4.9).</summary>
/// <param name="server">Where the object is.</param>
/// <param name="logicalName">The object's name.</param>
public sealed class NtpSetupProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 100, logicalName)
{
    /// <summary>Attribute 2, activated: the device sets its clock by NTP.</summary>
    public AttributeProxy<bool> Activated => Attribute(2, CosemTypes.Boolean);

    /// <summary>Attribute 3, server_address: the time server, as name or address.</summary>
    public AttributeProxy<string> ServerAddress => Attribute(3, CosemTypes.Text);

    /// <summary>Attribute 4, server_port: its port.</summary>
    public AttributeProxy<ushort> ServerPort => Attribute(4, CosemTypes.LongUnsigned);

    /// <summary>Attribute 5, authentication_method: how the server proves who it is.</summary>
    public AttributeProxy<NtpAuthentication> AuthenticationMethod => Attribute(5, CosemTypes.Enum<NtpAuthentication>());

    /// <summary>Attribute 6, authentication_keys: the keys; written only, by the methods.</summary>
    public AttributeProxy<IReadOnlyList<NtpKey>> AuthenticationKeys => Attribute(6, CosemTypes.Array<NtpKey>());

    /// <summary>Attribute 7, client_key: key of the client for Autokey; written only.</summary>
    public AttributeProxy<Octets> ClientKey => Attribute(7, SetupTypes.Octets);

    /// <summary>Method 1, synchronize: asks the server for the time now.</summary>
    public MethodProxy Synchronize => Command(1);

    /// <summary>Method 2, add_authentication_key: adds a key, or replaces the one of its number.</summary>
    public MethodProxy<NtpKey> AddKey => Method(2, CosemTypes.Structure<NtpKey>());

    /// <summary>Method 3, delete_authentication_key: deletes a key by its number.</summary>
    public MethodProxy<uint> DeleteKey => Method(3, CosemTypes.DoubleLongUnsigned);
}
