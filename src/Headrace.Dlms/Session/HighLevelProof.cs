using System.Security.Cryptography;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

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
    private static int ChallengeSize(AuthenticationMechanism mechanism) =>
        mechanism == AuthenticationMechanism.HighLevelEcdsa ? MinEcdsaChallenge : 16;

    /// <summary>True where a challenge received has a length that the mechanism allows, and is no message: the tag of GMAC over it would
    /// be the tag of that message too.</summary>
    public static bool IsChallenge(AuthenticationMechanism mechanism, ReadOnlyMemory<byte> challenge) => challenge.Length <= MaxChallenge
        && challenge.Length >= (mechanism == AuthenticationMechanism.HighLevelEcdsa ? MinEcdsaChallenge : MinChallenge)
        && !(mechanism == AuthenticationMechanism.HighLevelGmac && IsMessage(challenge));

    /// <summary>True where a password or secret has a length that the mechanism allows.</summary>
    public static bool IsSecret(AuthenticationMechanism mechanism, int length) =>
        length > 0 && (mechanism != AuthenticationMechanism.HighLevelManufacturer || length <= HighLevelSecurity.MaxAesSecret);

    /// <summary>A challenge to the peer.</summary>
    public static byte[] NewChallenge(AuthenticationMechanism mechanism)
    {
        while (true)
        {
            var challenge = RandomNumberGenerator.GetBytes(ChallengeSize(mechanism));
            if (IsChallenge(mechanism, challenge)) return challenge;
        }
    }

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
        AuthenticationMechanism.HighLevelGmac => HighLevelSecurity.Gmac(Ciphering!.Global, OwnTitle.Span, Ciphering.NextGlobalCounter(),
            PeerChallenge.Span),
        AuthenticationMechanism.HighLevelEcdsa => Ciphering!.Ciphers.Own().Sign(Signed(OwnTitle, PeerTitle, PeerChallenge, OwnChallenge)),
        _ => OfSecret(PeerChallenge, OwnChallenge, OwnTitle, PeerTitle),
    };

    /// <summary>Checks what the peer gave as its proof, in a time that tells nothing. Without a secret nothing proves anything.</summary>
    public bool Verify(ReadOnlySpan<byte> answer) => Mechanism switch
    {
        AuthenticationMechanism.HighLevelGmac => Ciphering!.Global.CanAuthenticate
            && HighLevelSecurity.VerifyGmac(Ciphering.Global, PeerTitle.Span, OwnChallenge.Span, answer, out _),
        AuthenticationMechanism.HighLevelEcdsa => IsSignature(answer),
        _ => Keys.HasSecret && HighLevelSecurity.Matches(OfSecret(OwnChallenge, PeerChallenge, PeerTitle, OwnTitle), answer),
    };

    private byte[] OfSecret(
        ReadOnlyMemory<byte> received, ReadOnlyMemory<byte> sent, ReadOnlyMemory<byte> prover, ReadOnlyMemory<byte> verifier)
    {
        var secret = Keys.CopySecret();
        try
        {
            return Mechanism switch
            {
                AuthenticationMechanism.HighLevelManufacturer => HighLevelSecurity.Aes128(received.Span, secret),
                AuthenticationMechanism.HighLevelMd5 => HighLevelSecurity.Md5(received.Span, secret),
                AuthenticationMechanism.HighLevelSha1 => HighLevelSecurity.Sha1(received.Span, secret),
                AuthenticationMechanism.HighLevelSha256 =>
                    HighLevelSecurity.Sha256(secret, prover.Span, verifier.Span, received.Span, sent.Span),
                _ => throw new NotSupportedException($"Authentication mechanism {(byte)Mechanism}."),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

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

    private static bool IsMessage(ReadOnlyMemory<byte> challenge)
    {
        if (!Enum.IsDefined((ApduTag)challenge.Span[0])) return false;
        try
        {
            XdlmsApdu.Decode(challenge);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    private static byte[] Signed(
        ReadOnlyMemory<byte> signer, ReadOnlyMemory<byte> other, ReadOnlyMemory<byte> received, ReadOnlyMemory<byte> sent) =>
        [.. signer.Span, .. other.Span, .. received.Span, .. sent.Span];
}
