using System.Security.Cryptography;
using Headrace.Wire;

namespace Headrace.Dlms.Security;

/// <summary>
/// One ECDSA key of suite 1 or 2, made once and used for many messages: signatures are r ‖ s (IEC 62056-5-3, digital signature;
/// FIPS 186-4).
/// </summary>
/// <remarks>Making the platform's key costs as much as a verification; hashing goes over the parts where they lie. Not for use by two
/// threads at once. The private key is wiped by the platform on disposal.</remarks>
public sealed class SignatureKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly IncrementalHash _hash;

    private SignatureKey(SecuritySuite suite, ECParameters parameters)
    {
        (Suite, CanSign) = (suite, parameters.D is not null);
        _key = EllipticKeys.Wiped(parameters, ECDsa.Create);
        _hash = IncrementalHash.CreateHash(EllipticKeys.HashOf(suite));
        SignatureSize = 2 * EllipticKeys.CoordinateSize(suite);
    }

    /// <summary>Decides curve and hash.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>True where the private key is there.</summary>
    public bool CanSign { get; }

    /// <summary>Bytes of a signature: 64 on P-256, 96 on P-384.</summary>
    public int SignatureSize { get; }

    /// <summary>A key to sign and verify with.</summary>
    /// <param name="suite">1 or 2.</param>
    /// <param name="privateKey">32 or 48 bytes.</param>
    /// <exception cref="ArgumentException">Of another length.</exception>
    public static SignatureKey OfPrivate(SecuritySuite suite, ReadOnlySpan<byte> privateKey) =>
        new(suite, EllipticKeys.Private(suite, privateKey));

    /// <summary>A key to verify with.</summary>
    /// <param name="suite">1 or 2.</param>
    /// <param name="publicKey">x ‖ y: 64 or 96 bytes.</param>
    /// <exception cref="ProtocolException">Of another length, or not on the curve.</exception>
    public static SignatureKey OfPublic(SecuritySuite suite, ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != 2 * EllipticKeys.CoordinateSize(suite))
            throw new ProtocolException($"public key of {publicKey.Length} bytes");
        try
        {
            return new SignatureKey(suite, EllipticKeys.Public(suite, publicKey));
        }
        catch (CryptographicException e)
        {
            throw new ProtocolException("public key that is not on the curve", -1, e);
        }
    }

    /// <summary>Signs a message given in two parts.</summary>
    /// <param name="first">The first part.</param>
    /// <param name="second">What follows it; may be empty.</param>
    /// <param name="signature">At least <see cref="SignatureSize"/> bytes.</param>
    /// <exception cref="InvalidOperationException">There is no private key.</exception>
    public void Sign(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> signature)
    {
        if (!CanSign) throw new InvalidOperationException("No private key.");
        Span<byte> digest = stackalloc byte[48];
        var size = Digest(first, second, digest);
        _key.SignHash(digest[..size], signature[..SignatureSize], DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Signs a message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureSize];
        Sign(message, default, signature);
        return signature;
    }

    /// <summary>Checks a signature over a message given in two parts; false also where its length is wrong.</summary>
    public bool Verify(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize) return false;
        Span<byte> digest = stackalloc byte[48];
        var size = Digest(first, second, digest);
        return _key.VerifyHash(digest[..size], signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Checks a signature; false also where its length is wrong.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Verify(message, default, signature);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _hash.Dispose();
    }

    private int Digest(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        _hash.AppendData(first);
        if (!second.IsEmpty) _hash.AppendData(second);
        return _hash.GetHashAndReset(digest);
    }
}
