using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Headrace.Dlms.Security;

/// <summary>What the derived key is for (IEC 62056-5-3, cryptographic algorithm identifiers).</summary>
public enum KeyAlgorithm : byte
{
    /// <summary>AES-GCM-128.</summary>
    AesGcm128 = 0,
    /// <summary>AES-GCM-256.</summary>
    AesGcm256 = 1,
    /// <summary>AES-WRAP-128.</summary>
    AesWrap128 = 2,
    /// <summary>AES-WRAP-256.</summary>
    AesWrap256 = 3,
}

/// <summary>The single-step key derivation of NIST SP 800-56A with the party information of DLMS (IEC 62056-5-3, key agreement).</summary>
public static class KeyAgreement
{
    // 2.16.756.5.8.3
    private static ReadOnlySpan<byte> AlgorithmPrefix => [0x60, 0x85, 0x74, 0x05, 0x08, 0x03];

    /// <summary>Derives a key of the suite's length: hash of 00000001 ‖ Z ‖ algorithm ‖ party U ‖ party V.</summary>
    /// <param name="suite">1 (SHA-256, 16 bytes) or 2 (SHA-384, 32 bytes).</param>
    /// <param name="sharedSecret">Z of the Diffie-Hellman computation; secret.</param>
    /// <param name="algorithm">What the key is for.</param>
    /// <param name="partyU">The originator's system title; with C(0e, 2s) followed by <paramref name="transactionId"/>.</param>
    /// <param name="partyV">The recipient's system title.</param>
    /// <param name="transactionId">With C(0e, 2s) only: the transaction id with its length octet, the nonce of party U.</param>
    public static byte[] DeriveKey(
        SecuritySuite suite, ReadOnlySpan<byte> sharedSecret, KeyAlgorithm algorithm, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV,
        ReadOnlySpan<byte> transactionId = default)
    {
        Span<byte> counter = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, 1);
        using var hash = IncrementalHash.CreateHash(EllipticKeys.HashOf(suite));
        hash.AppendData(counter);
        hash.AppendData(sharedSecret);
        hash.AppendData(AlgorithmPrefix);
        hash.AppendData([(byte)algorithm]);
        hash.AppendData(partyU);
        hash.AppendData(transactionId);
        hash.AppendData(partyV);
        var derived = hash.GetHashAndReset();
        var key = derived[..ApduCipher.KeySize(suite)];
        CryptographicOperations.ZeroMemory(derived);
        return key;
    }
}
