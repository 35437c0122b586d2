using Headrace.Dlms.Acse;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>The answers of HLS pass 3 and 4, seen from one side (IEC 62056-5-3, 5.4.5).</summary>
/// <param name="Mechanism">2 to 6.</param>
/// <param name="Keys">Secret, or keys for GMAC.</param>
/// <param name="Ciphering">Cipher, titles and counters for GMAC; titles for SHA-256.</param>
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

    /// <summary>True where the mechanism can be done here.</summary>
    public static bool Supports(AuthenticationMechanism mechanism) => mechanism <= AuthenticationMechanism.HighLevelSha256;

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
        _ => false,
    };
}
