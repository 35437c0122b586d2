using System.Security.Cryptography;

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
        foreach (var key in _keys) CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(_dedicated);
        CryptographicOperations.ZeroMemory(_secret);
        Array.Clear(_keys);
        _dedicated = _secret = null;
    }

    /// <summary>A key.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal byte[] Get(KeyId id) => _keys[(int)id] ?? throw new InvalidOperationException($"No {id} key.");

    /// <summary>The authentication key; empty where there is none.</summary>
    internal ReadOnlySpan<byte> AuthenticationOrEmpty => _keys[(int)KeyId.Authentication];

    /// <summary>Counts the changes of keys.</summary>
    internal int Version { get; private set; }

    /// <summary>The password or secret; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The dedicated key; null where there is none.</summary>
    internal byte[]? Dedicated => _dedicated;

    private static void Replace(ref byte[]? place, ReadOnlySpan<byte> value)
    {
        CryptographicOperations.ZeroMemory(place);
        place = value.ToArray();
    }
}
