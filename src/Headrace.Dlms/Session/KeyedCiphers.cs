using System.Security.Cryptography;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>The ciphers and signature keys of one connection, made once for each key and anew when keys have changed.</summary>
/// <remarks>The platform's keys are not shared between threads, so each connection has its own.</remarks>
internal sealed class KeyedCiphers(SecurityKeys keys, SecuritySuite suite) : IDisposable
{
    private readonly ApduCipher?[] _ciphers = new ApduCipher?[2];
    private SignatureKey? _own;
    private SignatureKey? _peer;
    private byte[]? _peerKey;
    private int _version;

    /// <summary>The cipher of the global unicast or broadcast key.</summary>
    /// <exception cref="ProtectionException">There is no such key, or it is of another suite.</exception>
    public ApduCipher Of(KeyId id)
    {
        Renew();
        if (_ciphers[(int)id] is { } made) return made;
        if (!keys.Has(id)) throw new ProtectionException(ProtectionFailure.UnknownKey, $"no {id} key");
        try
        {
            return _ciphers[(int)id] = keys.MakeCipher(id, suite);
        }
        catch (ArgumentException e)
        {
            throw new ProtectionException(ProtectionFailure.UnknownKey, $"the {id} key is of another suite", e);
        }
    }

    /// <summary>The own signature key.</summary>
    /// <exception cref="ProtectionException">There is none, or it is of another curve.</exception>
    public SignatureKey Own()
    {
        Renew();
        if (_own is not null) return _own;
        var key = keys.CopySignatureKey() ?? throw new ProtectionException(ProtectionFailure.UnknownKey, "no own signature key");
        try
        {
            RequireCurve(key.Length);
            return _own = SignatureKey.OfPrivate(suite, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The signature key trusted for a party. The last one used is kept.</summary>
    /// <exception cref="ProtectionException">There is none, or it is of another curve.</exception>
    public SignatureKey Peer(ReadOnlySpan<byte> title)
    {
        Renew();
        var key = keys.PublicKeyOf(title, agreement: false)
            ?? throw new ProtectionException(ProtectionFailure.UnknownKey, "no signature key of the originator");
        if (_peer is not null && ReferenceEquals(key, _peerKey)) return _peer;
        RequireCurve(key.Length / 2);
        _peer?.Dispose();
        (_peer, _peerKey) = (null, null);
        try
        {
            _peer = SignatureKey.OfPublic(suite, key);
        }
        catch (ProtocolException e)
        {
            throw new ProtectionException(ProtectionFailure.UnknownKey, e.Message, e);
        }
        _peerKey = key;
        return _peer;
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private void Renew()
    {
        if (_version == keys.Version) return;
        Drop();
        _version = keys.Version;
    }

    private void Drop()
    {
        foreach (var cipher in _ciphers) cipher?.Dispose();
        Array.Clear(_ciphers);
        _own?.Dispose();
        _peer?.Dispose();
        (_own, _peer, _peerKey) = (null, null, null);
    }

    private void RequireCurve(int coordinate)
    {
        if (suite == SecuritySuite.Suite0 || coordinate != EllipticKeys.CoordinateSize(suite))
            throw new ProtectionException(ProtectionFailure.UnknownKey, "the signature key is not of the suite's curve");
    }
}
