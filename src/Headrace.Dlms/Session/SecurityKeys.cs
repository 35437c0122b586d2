using System.Security.Cryptography;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Session;

/// <summary>Which key (IEC 62056-6-2, security setup, <c>key_id</c>).</summary>
public enum KeyId : byte
{
    /// <summary>Global unicast encryption key.</summary>
    GlobalUnicast = 0,

    /// <summary>Global broadcast encryption key.</summary>
    GlobalBroadcast = 1,

    /// <summary>Authentication key.</summary>
    Authentication = 2,

    /// <summary>Master key, which wraps the others.</summary>
    Master = 3,
}

/// <summary>The secrets of one association. A copy of what it was given; wiped when disposed.</summary>
public sealed class SecurityKeys : IDisposable
{
    private readonly byte[]?[] _keys = new byte[]?[4];
    private readonly Lock _gate = new();
    private byte[]? _dedicated;
    private byte[]? _secret;

    /// <summary>No secrets yet: enough for an association without authentication.</summary>
    public SecurityKeys()
    {
    }

    /// <summary>The keys of suite 0 to 2; 16 bytes, or 32 in suite 2.</summary>
    /// <param name="globalUnicast">Encryption key.</param>
    /// <param name="authentication">Authentication key.</param>
    public SecurityKeys(ReadOnlySpan<byte> globalUnicast, ReadOnlySpan<byte> authentication) =>
        With(KeyId.GlobalUnicast, globalUnicast).With(KeyId.Authentication, authentication);

    /// <summary>The password of low, or the secret of high authentication 2, 3, 4 and 6.</summary>
    public static SecurityKeys OfSecret(ReadOnlySpan<byte> secret) => new SecurityKeys().WithSecret(secret);

    /// <summary>Sets a key; the one before it is wiped.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys With(KeyId id, ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 32)) throw new ArgumentException("A key has 16 or 32 bytes.", nameof(key));
        Replace(ref _keys[(int)id], key);
        Version++;
        return this;
    }

    /// <summary>Sets the password or HLS secret; the one before it is wiped.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithSecret(ReadOnlySpan<byte> secret)
    {
        Replace(ref _secret, secret);
        return this;
    }

    /// <summary>Sets the dedicated key of one association; the one before it is wiped. Where none is set, a client makes one up.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithDedicated(ReadOnlySpan<byte> key)
    {
        Replace(ref _dedicated, key);
        return this;
    }

    /// <summary>True where the key is there.</summary>
    public bool Has(KeyId id) => _keys[(int)id] is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var key in _keys) CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(_dedicated);
            CryptographicOperations.ZeroMemory(_secret);
            Array.Clear(_keys);
            _dedicated = _secret = null;
        }
    }

    /// <summary>A cipher of a key and the authentication key, where there is one.</summary>
    /// <exception cref="InvalidOperationException">There is no such key, or it has another length than the suite's.</exception>
    internal ApduCipher MakeCipher(KeyId id, SecuritySuite suite)
    {
        lock (_gate) return MakeCipher(Get(id), suite);
    }

    /// <summary>A cipher of a given key and the authentication key, where there is one.</summary>
    internal ApduCipher MakeCipher(ReadOnlySpan<byte> key, SecuritySuite suite)
    {
        lock (_gate) return new ApduCipher(key, _keys[(int)KeyId.Authentication], suite);
    }

    /// <summary>A copy of a key, for the caller to wipe.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal byte[] Copy(KeyId id)
    {
        lock (_gate) return (byte[])Get(id).Clone();
    }

    /// <summary>Counts the changes of keys.</summary>
    internal int Version { get; private set; }

    /// <summary>The password or secret; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The dedicated key; null where there is none.</summary>
    internal byte[]? Dedicated => _dedicated;

    private byte[] Get(KeyId id) => _keys[(int)id] ?? throw new InvalidOperationException($"No {id} key.");

    private void Replace(ref byte[]? place, ReadOnlySpan<byte> value)
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(place);
            place = value.ToArray();
        }
    }
}
