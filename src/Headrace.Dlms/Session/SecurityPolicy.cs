namespace Headrace.Dlms.Session;

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
    public MessageProtection Request => MessageProtection.OfRequests(Value, Version);

    /// <summary>The least protection of responses, and of what a device sends of itself.</summary>
    public MessageProtection Response => MessageProtection.OfResponses(Value, Version);

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
    public static SecurityPolicy Of(MessageProtection request, MessageProtection response) =>
        new(1, (byte)(Bits(request) << 2 | Bits(response) << 5));

    /// <summary>True where a request is protected enough.</summary>
    public bool AllowsRequest(MessageProtection given) => given.Covers(Request);

    /// <summary>True where a response is protected enough.</summary>
    public bool AllowsResponse(MessageProtection given) => given.Covers(Response);

    /// <summary>True where another policy takes nothing away from this one. A policy can only be strengthened.</summary>
    public bool IsStrengthenedBy(SecurityPolicy other) => other.Version == Version && (other.Value & Value) == Value;

    private static int Bits(MessageProtection protection) =>
        (protection.Authenticated ? 1 : 0) | (protection.Encrypted ? 2 : 0) | (protection.Signed ? 4 : 0);
}
