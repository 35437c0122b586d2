using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>What an object of class 100, NTP setup, says (IEC 62056-6-2, 4.9).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record NtpSetup
{
    /// <summary>Attribute 2, activated: the device sets its clock by NTP.</summary>
    public bool Activated { get; init; }

    /// <summary>Attribute 3, server_address: the time server, as name or address.</summary>
    public string ServerAddress { get; init; } = "";

    /// <summary>Attribute 4, server_port: its port.</summary>
    public ushort ServerPort { get; init; } = 123;

    /// <summary>Attribute 5, authentication_method: how the server proves who it is.</summary>
    public NtpAuthentication AuthenticationMethod { get; init; }

    /// <summary>Attribute 6, authentication_keys: the keys; written only, by the methods.</summary>
    public IReadOnlyList<NtpKey> AuthenticationKeys { get; init; } = [];

    /// <summary>Attribute 7, client_key: key of the client for Autokey; written only.</summary>
    public Octets ClientKey { get; init; }
}

/// <summary>How a time server proves who it is (IEC 62056-6-2, 4.9).</summary>
public enum NtpAuthentication : byte
{
    /// <summary>Not at all.</summary>
    None = 0,
    /// <summary>Shared secrets.</summary>
    SharedSecret = 1,
    /// <summary>Autokey with IFF.</summary>
    Autokey = 2,
}

/// <summary>A key of a time server (IEC 62056-6-2, 4.9).</summary>
/// <param name="Id">Number of the key.</param>
/// <param name="Key">The key.</param>
public sealed record NtpKey(uint Id, Octets Key) : ICosemStructure<NtpKey>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static NtpKey FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new NtpKey(CosemTypes.DoubleLongUnsigned.FromData(items[0]), SetupTypes.Octets.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.DoubleLongUnsigned.ToData(Id), SetupTypes.Octets.ToData(Key));
}
