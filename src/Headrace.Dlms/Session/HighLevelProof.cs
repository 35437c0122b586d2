using Headrace.Dlms.Acse;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>The answers of HLS pass 3 and 4, seen from one side (IEC 62056-5-3, 5.4.5).</summary>
/// <param name="Mechanism">2 to 7.</param>
/// <param name="Keys">Secret, or keys for GMAC.</param>
/// <param name="Ciphering">Cipher, titles and counters for GMAC; titles for SHA-256; signature keys for ECDSA.</param>
/// <param name="OwnTitle">Own system title.</param>
/// <param name="PeerTitle">The system title of the peer.</param>
/// <param name="OwnChallenge">What was sent to the peer.</param>
/// <param name="PeerChallenge">What the peer sent.</param>
internal sealed record HighLevelProof(
    AuthenticationMechanism Mechanism, SecurityKeys Keys, AssociationCiphering? Ciphering, ReadOnlyMemory<byte> OwnTitle,
        ReadOnlyMemory<byte> PeerTitle,
    ReadOnlyMemory<byte> OwnChallenge, ReadOnlyMemory<byte> PeerChallenge)
{
    /// <summary>Least and greatest length of a challenge, in bytes.</summary>
    public const int MinChallenge = 8, MaxChallenge = 64;

    /// <summary>Least length of a challenge of mechanism 7, in bytes; the greatest is the same.</summary>
    public const int MinEcdsaChallenge = 32;

    /// <summary>Bytes of a challenge made here.</summary>
    public static int ChallengeSize(AuthenticationMechanism mechanism) =>
        mechanism == AuthenticationMechanism.HighLevelEcdsa ? MinEcdsaChallenge : 16;

    /// <summary>True where a challenge received has a length that the mechanism allows.</summary>
    public static bool IsChallenge(AuthenticationMechanism mechanism, int length) => length <= MaxChallenge
        && length >= (mechanism == AuthenticationMechanism.HighLevelEcdsa ? MinEcdsaChallenge : MinChallenge);

    /// <summary>True where the mechanism needs the ciphering of the association: GMAC its keys, ECDSA its suite.</summary>
    public static bool NeedsCiphering(AuthenticationMechanism mechanism) =>
        mechanism is AuthenticationMechanism.HighLevelGmac or AuthenticationMechanism.HighLevelEcdsa;

    /// <summary>True where both system titles enter the proof.</summary>
    public static bool NeedsTitles(AuthenticationMechanism mechanism) => mechanism >= AuthenticationMechanism.HighLevelGmac;

    /// <summary>True where the mechanism can be done here.</summary>
    public static bool Supports(AuthenticationMechanism mechanism) => mechanism <= AuthenticationMechanism.HighLevelEcdsa;

    /// <summary>What proves this side to the peer.</summary>
    public byte[] Compute() => Mechanism switch
    {
        AuthenticationMechanism.HighLevelManufacturer => HighLevelSecurity.Aes128(PeerChallenge.Span, Keys.Secret),
        AuthenticationMechanism.HighLevelMd5 => HighLevelSecurity.Md5(PeerChallenge.Span, Keys.Secret),
        AuthenticationMechanism.HighLevelSha1 => HighLevelSecurity.Sha1(PeerChallenge.Span, Keys.Secret),
        AuthenticationMechanism.HighLevelGmac => HighLevelSecurity.Gmac(Ciphering!.Global, OwnTitle.Span, Ciphering.NextGlobalCounter(),
            PeerChallenge.Span),
        AuthenticationMechanism.HighLevelSha256 => HighLevelSecurity.Sha256(Keys.Secret, OwnTitle.Span, PeerTitle.Span, PeerChallenge.Span,
            OwnChallenge.Span),
        AuthenticationMechanism.HighLevelEcdsa => Ciphering!.Ciphers.Own().Sign(Signed(OwnTitle, PeerTitle, PeerChallenge, OwnChallenge)),
        _ => throw new NotSupportedException($"Authentication mechanism {(byte)Mechanism}."),
    };

    /// <summary>Checks what the peer gave as its proof, in a time that tells nothing.</summary>
    public bool Verify(ReadOnlySpan<byte> answer) => Mechanism switch
    {
        AuthenticationMechanism.HighLevelManufacturer => HighLevelSecurity.Matches(HighLevelSecurity.Aes128(OwnChallenge.Span,
            Keys.Secret), answer),
        AuthenticationMechanism.HighLevelMd5 => HighLevelSecurity.Matches(HighLevelSecurity.Md5(OwnChallenge.Span, Keys.Secret), answer),
        AuthenticationMechanism.HighLevelSha1 => HighLevelSecurity.Matches(HighLevelSecurity.Sha1(OwnChallenge.Span, Keys.Secret), answer),
        AuthenticationMechanism.HighLevelGmac => HighLevelSecurity.VerifyGmac(Ciphering!.Global, PeerTitle.Span, OwnChallenge.Span, answer,
            out _),
        AuthenticationMechanism.HighLevelSha256 =>
            HighLevelSecurity.Matches(HighLevelSecurity.Sha256(Keys.Secret, PeerTitle.Span, OwnTitle.Span, OwnChallenge.Span,
                PeerChallenge.Span), answer),
        AuthenticationMechanism.HighLevelEcdsa => IsSignature(answer),
        _ => false,
    };

    private bool IsSignature(ReadOnlySpan<byte> answer)
    {
        try
        {
            return Ciphering!.Ciphers.Peer(PeerTitle.Span).Verify(Signed(PeerTitle, OwnTitle, OwnChallenge, PeerChallenge), answer);
        }
        catch (ProtectionException)
        {
            return false; // a peer without a trusted key proves nothing
        }
    }

    private static byte[] Signed(
        ReadOnlyMemory<byte> signer, ReadOnlyMemory<byte> other, ReadOnlyMemory<byte> received, ReadOnlyMemory<byte> sent) =>
        [.. signer.Span, .. other.Span, .. received.Span, .. sent.Span];
}
