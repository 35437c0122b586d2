namespace Headrace.Dlms.Security;

/// <summary>How strongly a message is, or has to be, protected, whatever the form it is wrapped in.</summary>
/// <param name="Authenticated">A tag under a symmetric key.</param>
/// <param name="Encrypted">Nobody without the key can read it.</param>
/// <param name="Signed">A digital signature.</param>
public readonly record struct MessageProtection(bool Authenticated, bool Encrypted, bool Signed)
{
    /// <summary>None at all.</summary>
    public static MessageProtection None => default;

    /// <summary>Of a security control byte.</summary>
    public static MessageProtection Of(SecurityControl control) => new(control.Authenticated, control.Encrypted, false);

    /// <summary>True where this has everything that is required.</summary>
    public bool Satisfies(MessageProtection required) =>
        (Authenticated || !required.Authenticated) && (Encrypted || !required.Encrypted) && (Signed || !required.Signed);

    /// <summary>What either has.</summary>
    public MessageProtection With(MessageProtection other) =>
        new(Authenticated || other.Authenticated, Encrypted || other.Encrypted, Signed || other.Signed);
}

/// <summary>The security policy of a security setup object, in the form of its version (IEC 62056-6-2, class 64, attribute 2).</summary>
/// <remarks>
/// Version 0 is an enumeration for all messages: 0 nothing, 1 authenticated, 2 encrypted, 3 both. Version 1 is a set of bits: 2
/// authenticated, 3 encrypted, 4 signed requests; 5 authenticated, 6 encrypted, 7 signed responses.
/// </remarks>
public readonly record struct SecurityPolicy
{
    private SecurityPolicy(byte version, byte value) => (Version, Value) = (version, value);

    /// <summary>Version of the class: 0 or 1.</summary>
    public byte Version { get; }

    /// <summary>The value as the attribute has it.</summary>
    public byte Value { get; }

    /// <summary>The least protection of requests.</summary>
    public MessageProtection Request => Version == 0
        ? new MessageProtection((Value & 1) != 0, (Value & 2) != 0, false)
        : new MessageProtection((Value & 0x04) != 0, (Value & 0x08) != 0, (Value & 0x10) != 0);

    /// <summary>The least protection of responses, and of what a device sends of itself.</summary>
    public MessageProtection Response => Version == 0
        ? Request
        : new MessageProtection((Value & 0x20) != 0, (Value & 0x40) != 0, (Value & 0x80) != 0);

    /// <summary>Takes a value apart; false where the version does not know it.</summary>
    /// <param name="version">Version of the class; above 1 as 1.</param>
    /// <param name="value">The attribute.</param>
    /// <param name="policy">The policy.</param>
    public static bool TryParse(byte version, long value, out SecurityPolicy policy)
    {
        var known = version == 0 ? value is >= 0 and <= 3 : value is >= 0 and <= 0xFF && (value & 0x03) == 0;
        policy = known ? new SecurityPolicy(version == 0 ? (byte)0 : (byte)1, (byte)value) : default;
        return known;
    }

    /// <summary>A value that must be right.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The version does not know it.</exception>
    public static SecurityPolicy Of(byte version, byte value) => TryParse(version, value, out var policy)
        ? policy
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"no security policy of version {version}");

    /// <summary>Puts a policy of version 1 together.</summary>
    public static SecurityPolicy Of(MessageProtection request, MessageProtection response) => new(1, (byte)(
        (request.Authenticated ? 0x04 : 0) | (request.Encrypted ? 0x08 : 0) | (request.Signed ? 0x10 : 0)
        | (response.Authenticated ? 0x20 : 0) | (response.Encrypted ? 0x40 : 0) | (response.Signed ? 0x80 : 0)));

    /// <summary>True where a request is protected enough.</summary>
    public bool AllowsRequest(MessageProtection given) => given.Satisfies(Request);

    /// <summary>True where a response is protected enough.</summary>
    public bool AllowsResponse(MessageProtection given) => given.Satisfies(Response);

    /// <summary>True where another policy takes nothing away from this one. A policy can only be strengthened.</summary>
    public bool IsStrengthenedBy(SecurityPolicy other) => other.Version == Version && (other.Value & Value) == Value;
}
