using System.Security.Cryptography;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>One side of the ephemeral unified key agreement C(2e, 0s), as method key_agreement of the security setup carries it out for one
/// key (IEC 62056-5-3, key agreement; NIST SP 800-56A).</summary>
/// <remarks>Both sides send an ephemeral public key, signed together with the key id. Party U is the client, party V the server.</remarks>
public sealed class EphemeralAgreement : IDisposable
{
    private readonly SecuritySuite _suite;
    private readonly byte[] _private;

    /// <summary>Makes an ephemeral key and signs it.</summary>
    /// <param name="id">The key to be agreed.</param>
    /// <param name="own">The own signature key; decides the suite.</param>
    public EphemeralAgreement(KeyId id, SignatureKey own)
    {
        (Id, _suite) = (id, own.Suite);
        (_private, var publicKey) = EllipticKeys.Generate(_suite);
        var data = new byte[publicKey.Length + own.SignatureSize];
        publicKey.CopyTo(data, 0);
        own.Sign([(byte)id], publicKey, data.AsSpan(publicKey.Length));
        Data = data;
    }

    /// <summary>The key to be agreed.</summary>
    public KeyId Id { get; }

    /// <summary>The key data to send: ephemeral public key and signature.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Derives the key. The caller wipes it.</summary>
    /// <param name="peerData">What the other side sent for the same key.</param>
    /// <param name="peer">Its signature key.</param>
    /// <param name="clientTitle">Party U.</param>
    /// <param name="serverTitle">Party V.</param>
    /// <exception cref="ProtectionException">The data has a wrong length, an invalid signature, or a point off the curve.</exception>
    public byte[] Complete(
        ReadOnlySpan<byte> peerData, SignatureKey peer, ReadOnlySpan<byte> clientTitle, ReadOnlySpan<byte> serverTitle)
    {
        var size = 2 * EllipticKeys.CoordinateSize(_suite);
        if (peerData.Length != 2 * size || peer.Suite != _suite)
            throw new ProtectionException(ProtectionFailure.AgreedKey, $"ephemeral key and signature of {peerData.Length} bytes");
        if (!peer.Verify([(byte)Id], peerData[..size], peerData[size..]))
            throw new ProtectionException(ProtectionFailure.InvalidSignature, "ephemeral key with an invalid signature");
        byte[] z = [];
        try
        {
            z = EllipticKeys.SharedSecret(_suite, _private, peerData[..size]);
            return KeyAgreement.DeriveKey(_suite, z, Algorithm, clientTitle, serverTitle);
        }
        catch (ProtocolException e)
        {
            throw new ProtectionException(ProtectionFailure.AgreedKey, "keys that cannot be agreed on", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(z);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_private);

    private KeyAlgorithm Algorithm => (Id == KeyId.Master, _suite == SecuritySuite.Suite2) switch
    {
        (false, false) => KeyAlgorithm.AesGcm128,
        (false, true) => KeyAlgorithm.AesGcm256,
        (true, false) => KeyAlgorithm.AesWrap128,
        _ => KeyAlgorithm.AesWrap256,
    };
}
