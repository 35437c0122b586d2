using System.Security.Cryptography;
using Headrace.Wire;

namespace Headrace.Dlms.Security;

/// <summary>Elliptic curve keys and signatures in the raw form DLMS sends (IEC 62056-5-3, suites 1 and 2): x ‖ y, and r ‖ s.</summary>
public static class EllipticKeys
{
    /// <summary>Bytes of a coordinate or private key: 32 on P-256, 48 on P-384.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Suite 0, which has no curve.</exception>
    public static int CoordinateSize(SecuritySuite suite) => suite switch
    {
        SecuritySuite.Suite1 => 32,
        SecuritySuite.Suite2 => 48,
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "the suite has no elliptic curve"),
    };

    /// <summary>Signs with the suite's hash; raw r ‖ s.</summary>
    public static byte[] Sign(SecuritySuite suite, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        using var key = Wiped(Private(suite, privateKey), ECDsa.Create);
        return key.SignData(message, HashOf(suite), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>
    /// Checks a raw signature; false also where the signature or the point has the wrong length or the point is not on the curve.
    /// </summary>
    public static bool Verify(SecuritySuite suite, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != 2 * CoordinateSize(suite) || signature.Length != publicKey.Length) return false;
        try
        {
            using var key = ECDsa.Create(Public(suite, publicKey));
            return key.VerifyData(message, signature, HashOf(suite), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The public key x ‖ y of a private key.</summary>
    public static byte[] PublicKeyOf(SecuritySuite suite, ReadOnlySpan<byte> privateKey)
    {
        using var key = Wiped(Private(suite, privateKey), ECDiffieHellman.Create);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [.. point.X!, .. point.Y!];
    }

    /// <summary>A new key pair: private key, and public key x ‖ y.</summary>
    public static (byte[] PrivateKey, byte[] PublicKey) Generate(SecuritySuite suite)
    {
        using var key = ECDiffieHellman.Create(CurveOf(suite));
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return (parameters.D!, [.. parameters.Q.X!, .. parameters.Q.Y!]);
    }

    /// <summary>The Diffie-Hellman shared secret Z: the x coordinate.</summary>
    /// <exception cref="ProtocolException">The peer's key has the wrong length or is not on the curve.</exception>
    public static byte[] SharedSecret(SecuritySuite suite, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peerPublicKey)
    {
        if (peerPublicKey.Length != 2 * CoordinateSize(suite)) throw new ProtocolException($"public key of {peerPublicKey.Length} bytes");
        using var own = Wiped(Private(suite, privateKey), ECDiffieHellman.Create);
        try
        {
            using var peer = ECDiffieHellman.Create(Public(suite, peerPublicKey));
            using var peerKey = peer.PublicKey;
            return own.DeriveRawSecretAgreement(peerKey);
        }
        catch (CryptographicException e)
        {
            throw new ProtocolException("public key is not on the curve", inner: e);
        }
    }

    /// <summary>Makes a key of the platform and wipes the private part of what it was made from.</summary>
    internal static T Wiped<T>(ECParameters parameters, Func<ECParameters, T> create)
    {
        try
        {
            return create(parameters);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    internal static HashAlgorithmName HashOf(SecuritySuite suite) =>
        suite == SecuritySuite.Suite2 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    internal static ECCurve CurveOf(SecuritySuite suite) =>
        CoordinateSize(suite) == 32 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;

    internal static ECParameters Private(SecuritySuite suite, ReadOnlySpan<byte> key) => key.Length == CoordinateSize(suite)
        ? new ECParameters { Curve = CurveOf(suite), D = key.ToArray() }
        : throw new ArgumentException($"private key of {key.Length} bytes", nameof(key));

    internal static ECParameters Public(SecuritySuite suite, ReadOnlySpan<byte> key)
    {
        var size = CoordinateSize(suite);
        return new ECParameters { Curve = CurveOf(suite), Q = new ECPoint { X = key[..size].ToArray(), Y = key[size..].ToArray() } };
    }
}
