namespace Headrace.Dlms.Session;

/// <summary>How one message is protected, or how it has to be (IEC 62056-5-3, 5.3; the bits of security policy and access
/// rights).</summary>
/// <param name="Authenticated">It carries an authentication tag.</param>
/// <param name="Encrypted">Its content is encrypted.</param>
/// <param name="Signed">It carries a digital signature.</param>
public readonly record struct MessageProtection(bool Authenticated, bool Encrypted, bool Signed = false)
{
    /// <summary>Plain.</summary>
    public static MessageProtection None => default;

    /// <summary>True for a plain message.</summary>
    public bool IsNone => this == default;

    /// <summary>Whether a message protected like this is protected enough.</summary>
    public bool Covers(MessageProtection required) =>
        (Authenticated || !required.Authenticated) && (Encrypted || !required.Encrypted) && (Signed || !required.Signed);

    /// <summary>What both ask for together.</summary>
    public static MessageProtection operator |(MessageProtection left, MessageProtection right) => new(
        left.Authenticated || right.Authenticated, left.Encrypted || right.Encrypted, left.Signed || right.Signed);

    /// <summary>What both have: the protection of a transfer is that of its weakest message.</summary>
    public static MessageProtection operator &(MessageProtection left, MessageProtection right) => new(
        left.Authenticated && right.Authenticated, left.Encrypted && right.Encrypted, left.Signed && right.Signed);

    /// <summary>What a security policy asks of requests (IEC 62056-6-2, security setup, <c>security_policy</c>).</summary>
    /// <param name="policy">Version 0: 0 none, 1 authenticated, 2 encrypted, 3 both. From version 1 on a mask of bits 2 to 7.</param>
    /// <param name="version">Version of the security setup class.</param>
    public static MessageProtection OfRequests(byte policy, byte version) => version == 0 ? OfPair(policy) : OfTriple(policy >> 2);

    /// <summary>What a security policy asks of responses; in version 0 the same as of requests.</summary>
    /// <inheritdoc cref="OfRequests"/>
    public static MessageProtection OfResponses(byte policy, byte version) => version == 0 ? OfPair(policy) : OfTriple(policy >> 5);

    internal static MessageProtection OfTriple(int bits) => new((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);

    private static MessageProtection OfPair(byte policy) => new((policy & 1) != 0, (policy & 2) != 0);
}
