using System.Security.Cryptography;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>The keys of general-ciphering: identified, wrapped or agreed for one message (IEC 62056-5-3, <c>key-info</c>).</summary>
internal sealed class PartyKeys(SecurityKeys keys, SecuritySuite suite, KeyedCiphers ciphers)
{
    private const byte OnePassParameter = 1, StaticUnifiedParameter = 2;

    private KeyAlgorithm Algorithm => suite == SecuritySuite.Suite2 ? KeyAlgorithm.AesGcm256 : KeyAlgorithm.AesGcm128;

    /// <summary>Which kind a key-info is.</summary>
    /// <exception cref="ProtectionException">It names a key or a scheme that there is not.</exception>
    public static PartyKey KindOf(KeyInformation? information) => information switch
    {
        null => PartyKey.Unnamed,
        IdentifiedKey { KeyId: 0 } => PartyKey.GlobalUnicast,
        IdentifiedKey { KeyId: 1 } => PartyKey.GlobalBroadcast,
        IdentifiedKey other => throw new ProtectionException(ProtectionFailure.UnknownKey, $"identified key {other.KeyId}"),
        WrappedKey { KekId: 0 } => PartyKey.Wrapped,
        WrappedKey other => throw new ProtectionException(ProtectionFailure.UnknownKey, $"key encryption key {other.KekId}"),
        AgreedKey { KeyParameters: { Length: 1 } parameters } when parameters.Span[0] == OnePassParameter => PartyKey.OnePass,
        AgreedKey { KeyParameters: { Length: 1 } parameters } when parameters.Span[0] == StaticUnifiedParameter => PartyKey.StaticUnified,
        _ => throw new ProtectionException(ProtectionFailure.AgreedKey, "parameters of a key agreement that is not known"),
    };

    /// <summary>Bytes of key-info.</summary>
    public int Size(PartyKey key) => key switch
    {
        PartyKey.Unnamed => 1,
        PartyKey.GlobalUnicast or PartyKey.GlobalBroadcast => 3,
        PartyKey.Wrapped => 4 + 8 + ApduCipher.KeySize(suite),
        PartyKey.OnePass => 7 + 4 * EllipticKeys.CoordinateSize(suite),
        _ => 5,
    };

    /// <summary>The cipher of what is sent, and how to tell the recipient.</summary>
    public (ApduCipher Cipher, KeyInformation? Information) ForSending(PartyKey key, GeneralProtectionHeader header)
    {
        switch (key)
        {
            case PartyKey.Unnamed:
                return (ciphers.Of(KeyId.GlobalUnicast), null);
            case PartyKey.GlobalUnicast:
                return (ciphers.Of(KeyId.GlobalUnicast), new IdentifiedKey(0));
            case PartyKey.GlobalBroadcast:
                return (ciphers.Of(KeyId.GlobalBroadcast), new IdentifiedKey(1));
            case PartyKey.Wrapped:
                return Wrap();
            case PartyKey.OnePass:
                return AgreeOnePass(header);
            default:
                var z = StaticSecret(header.RecipientSystemTitle.Span);
                return (Derive(z, header, staticUnified: true), new AgreedKey(new[] { StaticUnifiedParameter }, default));
        }
    }

    /// <summary>The cipher of what was received.</summary>
    /// <exception cref="ProtectionException">The key is not known, does not unwrap, or cannot be agreed.</exception>
    public ApduCipher ForReceiving(PartyKey key, KeyInformation? information, GeneralProtectionHeader header) => key switch
    {
        PartyKey.Unnamed or PartyKey.GlobalUnicast => ciphers.Of(KeyId.GlobalUnicast),
        PartyKey.GlobalBroadcast => ciphers.Of(KeyId.GlobalBroadcast),
        PartyKey.Wrapped => Unwrap(((WrappedKey)information!).KeyCipheredData.Span),
        PartyKey.OnePass => AcceptOnePass(((AgreedKey)information!).KeyCipheredData.Span, header),
        _ when !((AgreedKey)information!).KeyCipheredData.IsEmpty =>
            throw new ProtectionException(ProtectionFailure.AgreedKey, "static unified key agreement with data of its own"),
        _ => Derive(StaticSecret(header.OriginatorSystemTitle.Span), header, staticUnified: true),
    };

    private (ApduCipher, KeyInformation?) Wrap()
    {
        var master = Master();
        var key = RandomNumberGenerator.GetBytes(ApduCipher.KeySize(suite));
        try
        {
            return (keys.MakeCipher(key, suite), new WrappedKey(0, KeyWrap.Wrap(master, key)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private ApduCipher Unwrap(ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != ApduCipher.KeySize(suite) + 8)
            throw new ProtectionException(ProtectionFailure.WrappedKey, $"wrapped key of {wrapped.Length} bytes");
        var master = Master();
        byte[] key = [];
        try
        {
            if (!KeyWrap.TryUnwrap(master, wrapped, out key))
                throw new ProtectionException(ProtectionFailure.WrappedKey, "wrapped key that is not authentic");
            return keys.MakeCipher(key, suite);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private (ApduCipher, KeyInformation?) AgreeOnePass(GeneralProtectionHeader header)
    {
        RequireCurve();
        var (ephemeral, publicKey) = EllipticKeys.Generate(suite);
        var z = Secret(ephemeral, StaticKeyOf(header.RecipientSystemTitle.Span));
        var own = ciphers.Own();
        var data = new byte[publicKey.Length + own.SignatureSize];
        publicKey.CopyTo(data, 0);
        own.Sign([OnePassParameter], publicKey, data.AsSpan(publicKey.Length));
        return (Derive(z, header, staticUnified: false), new AgreedKey(new[] { OnePassParameter }, data));
    }

    private ApduCipher AcceptOnePass(ReadOnlySpan<byte> data, GeneralProtectionHeader header)
    {
        RequireCurve();
        var size = 2 * EllipticKeys.CoordinateSize(suite);
        if (data.Length != 2 * size)
            throw new ProtectionException(ProtectionFailure.AgreedKey, $"ephemeral key and signature of {data.Length} bytes");
        if (!ciphers.Peer(header.OriginatorSystemTitle.Span).Verify([OnePassParameter], data[..size], data[size..]))
            throw new ProtectionException(ProtectionFailure.InvalidSignature, "ephemeral key with an invalid signature");
        return Derive(Secret(OwnStatic(), data[..size]), header, staticUnified: false);
    }

    private byte[] StaticSecret(ReadOnlySpan<byte> peer)
    {
        RequireCurve();
        return Secret(OwnStatic(), StaticKeyOf(peer));
    }

    /// <summary>Z; the private key is wiped.</summary>
    private byte[] Secret(byte[] privateKey, ReadOnlySpan<byte> publicKey)
    {
        try
        {
            return EllipticKeys.SharedSecret(suite, privateKey, publicKey);
        }
        catch (Exception e) when (e is ProtocolException or ArgumentException or CryptographicException)
        {
            throw new ProtectionException(ProtectionFailure.AgreedKey, "keys that cannot be agreed on", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>The cipher of the derived key; Z and the key are wiped.</summary>
    private ApduCipher Derive(byte[] z, GeneralProtectionHeader header, bool staticUnified)
    {
        // The nonce of C(0e, 2s): length octet and transaction id.
        byte[] nonce = staticUnified ? [(byte)header.TransactionId.Length, .. header.TransactionId.Span] : [];
        var key = KeyAgreement.DeriveKey(suite, z, Algorithm, header.OriginatorSystemTitle.Span, header.RecipientSystemTitle.Span, nonce);
        CryptographicOperations.ZeroMemory(z);
        try
        {
            return keys.MakeCipher(key, suite);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Master() => keys.Has(KeyId.Master)
        ? keys.Copy(KeyId.Master)
        : throw new ProtectionException(ProtectionFailure.UnknownKey, "no master key");

    private byte[] OwnStatic() =>
        keys.CopyAgreementKey() ?? throw new ProtectionException(ProtectionFailure.UnknownKey, "no own key for agreement");

    private byte[] StaticKeyOf(ReadOnlySpan<byte> title) => keys.PublicKeyOf(title, agreement: true)
        ?? throw new ProtectionException(ProtectionFailure.UnknownKey, "no agreement key of the other party");

    private void RequireCurve()
    {
        if (suite == SecuritySuite.Suite0) throw new ProtectionException(ProtectionFailure.AgreedKey, "suite 0 has no key agreement");
    }
}
