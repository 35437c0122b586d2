using System.Buffers.Binary;
using System.Security.Cryptography;
using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Security;

/// <summary>
/// The functions f(StoC) and f(CtoS) of high-level authentication, mechanisms 2 to 7 (IEC 62056-5-3, HLS authentication).
/// "Mine" is the side that computes; swap the sides to check the peer's answer. Compare answers with <see cref="Matches"/>.
/// </summary>
public static class HighLevelSecurity
{
    /// <summary>Bytes of a GMAC answer: security control, counter and tag.</summary>
    public const int GmacAnswerSize = CipheredContent.HeaderSize + CipheredContent.TagSize;

    /// <summary>Longest secret of mechanism 2, in bytes.</summary>
    public const int MaxAesSecret = Block;

    private const int Block = 16;

    /// <summary>Mechanism 2 as several makers do it: AES-128-ECB of the zero-padded challenge under the zero-padded secret.</summary>
    /// <exception cref="ArgumentException">A secret of more than 16 bytes.</exception>
    public static byte[] Aes128(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> secret)
    {
        if (secret.Length > Block) throw new ArgumentException("secret of more than 16 bytes", nameof(secret));
        var key = new byte[Block];
        secret.CopyTo(key);
        var padded = new byte[Math.Max(1, (challenge.Length + Block - 1) / Block) * Block];
        challenge.CopyTo(padded);
        using var aes = Aes.Create();
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);
        return aes.EncryptEcb(padded, PaddingMode.None);
    }

    /// <summary>Mechanism 3: MD5 of challenge and secret.</summary>
    public static byte[] Md5(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> secret) => Digest(HashAlgorithmName.MD5, challenge, secret);

    /// <summary>Mechanism 4: SHA-1 of challenge and secret.</summary>
    public static byte[] Sha1(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> secret) => Digest(HashAlgorithmName.SHA1, challenge, secret);

    /// <summary>Mechanism 5: security control, counter and GMAC over the challenge.</summary>
    /// <param name="cipher">Under the keys of the association.</param>
    /// <param name="mySystemTitle">Of the side that computes.</param>
    /// <param name="invocationCounter">Of the side that computes; from the same count as its APDUs.</param>
    /// <param name="challenge">The challenge received.</param>
    public static byte[] Gmac(ApduCipher cipher, ReadOnlySpan<byte> mySystemTitle, uint invocationCounter, ReadOnlySpan<byte> challenge)
    {
        var answer = new byte[GmacAnswerSize];
        var control = SecurityControl.Of(cipher.Suite, authenticated: true, encrypted: false);
        answer[0] = control.Value;
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(1), invocationCounter);
        cipher.Authenticate(mySystemTitle, control, invocationCounter, challenge, answer.AsSpan(CipheredContent.HeaderSize));
        return answer;
    }

    /// <summary>Mechanism 5: checks the peer's answer and gives its counter.</summary>
    /// <param name="cipher">Under the keys of the association.</param>
    /// <param name="peerSystemTitle">Of the side that answered.</param>
    /// <param name="challenge">The challenge that was sent.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="invocationCounter">The counter in the answer.</param>
    public static bool VerifyGmac(ApduCipher cipher, ReadOnlySpan<byte> peerSystemTitle, ReadOnlySpan<byte> challenge,
        ReadOnlySpan<byte> answer, out uint invocationCounter)
    {
        invocationCounter = 0;
        if (answer.Length != GmacAnswerSize || answer[0] != SecurityControl.Of(cipher.Suite, authenticated: true, encrypted: false).Value)
            return false;
        invocationCounter = BinaryPrimitives.ReadUInt32BigEndian(answer[1..]);
        Span<byte> tag = stackalloc byte[CipheredContent.TagSize];
        cipher.Authenticate(peerSystemTitle, new SecurityControl(answer[0]), invocationCounter, challenge, tag);
        return Matches(tag, answer[CipheredContent.HeaderSize..]);
    }

    /// <summary>Mechanism 6: SHA-256 of secret, my title, peer's title, challenge received, challenge sent.</summary>
    public static byte[] Sha256(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> myTitle, ReadOnlySpan<byte> peerTitle, ReadOnlySpan<byte> challengeReceived,
        ReadOnlySpan<byte> challengeSent)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(secret);
        hash.AppendData(myTitle);
        hash.AppendData(peerTitle);
        hash.AppendData(challengeReceived);
        hash.AppendData(challengeSent);
        return hash.GetHashAndReset();
    }

    /// <summary>Mechanism 7: ECDSA over my title, peer's title, challenge received, challenge sent; raw r ‖ s.</summary>
    public static byte[] SignEcdsa(
        SecuritySuite suite, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> myTitle, ReadOnlySpan<byte> peerTitle,
        ReadOnlySpan<byte> challengeReceived, ReadOnlySpan<byte> challengeSent) =>
        EllipticKeys.Sign(suite, privateKey, [.. myTitle, .. peerTitle, .. challengeReceived, .. challengeSent]);

    /// <summary>Mechanism 7: checks the peer's signature.</summary>
    /// <param name="suite">1 or 2.</param>
    /// <param name="peerPublicKey">x ‖ y.</param>
    /// <param name="peerTitle">Of the side that signed.</param>
    /// <param name="myTitle">Of this side.</param>
    /// <param name="challengeSent">The challenge the peer received.</param>
    /// <param name="challengeReceived">The challenge the peer had sent.</param>
    /// <param name="signature">Raw r ‖ s.</param>
    public static bool VerifyEcdsa(
        SecuritySuite suite,
        ReadOnlySpan<byte> peerPublicKey,
        ReadOnlySpan<byte> peerTitle,
        ReadOnlySpan<byte> myTitle,
        ReadOnlySpan<byte> challengeSent,
        ReadOnlySpan<byte> challengeReceived,
        ReadOnlySpan<byte> signature) =>
        EllipticKeys.Verify(suite, peerPublicKey, [.. peerTitle, .. myTitle, .. challengeSent, .. challengeReceived], signature);

    /// <summary>True where two answers are equal, in a time that tells nothing about them.</summary>
    public static bool Matches(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> answer) =>
        CryptographicOperations.FixedTimeEquals(expected, answer);

    private static byte[] Digest(HashAlgorithmName algorithm, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(challenge);
        hash.AppendData(secret);
        return hash.GetHashAndReset();
    }
}
