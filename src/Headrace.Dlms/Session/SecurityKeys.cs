using System.Buffers.Binary;
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

/// <summary>The secrets of one side, and the public keys it trusts. A copy of what it was given; wiped when disposed.</summary>
/// <remarks>Symmetric keys have 16 bytes, 32 in suite 2. Elliptic keys are raw: private 32 or 48 bytes, public x ‖ y.</remarks>
public sealed class SecurityKeys : IDisposable
{
    private readonly byte[]?[] _keys = new byte[]?[4];
    private readonly Dictionary<PartyUse, byte[]> _parties = [];
    private readonly Lock _gate = new();
    private byte[]? _dedicated;
    private byte[]? _secret;
    private byte[]? _signature;
    private byte[]? _agreement;

    private readonly record struct PartyUse(ulong Title, bool Agreement);

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
        return this;
    }

    /// <summary>Sets the password or HLS secret; the one before it is wiped.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithSecret(ReadOnlySpan<byte> secret)
    {
        Replace(ref _secret, secret);
        return this;
    }

    /// <summary>Sets the dedicated key of the next association, which uses it up; the one before it is wiped. Where none is set, a client
    /// makes one up.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithDedicated(ReadOnlySpan<byte> key)
    {
        Replace(ref _dedicated, key);
        return this;
    }

    /// <summary>Sets the own private key for signatures: HLS 7, general-signing, ephemeral keys.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithSignatureKey(ReadOnlySpan<byte> privateKey)
    {
        RequireCoordinates(privateKey, 1);
        Replace(ref _signature, privateKey);
        return this;
    }

    /// <summary>Sets the own static private key for key agreement.</summary>
    /// <returns>This object.</returns>
    public SecurityKeys WithAgreementKey(ReadOnlySpan<byte> privateKey)
    {
        RequireCoordinates(privateKey, 1);
        Replace(ref _agreement, privateKey);
        return this;
    }

    /// <summary>Trusts a public key for signatures.</summary>
    /// <param name="publicKey">x ‖ y.</param>
    /// <param name="title">Whose; empty for a peer of any title.</param>
    /// <returns>This object.</returns>
    public SecurityKeys WithPeerSignatureKey(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> title = default) =>
        Trust(publicKey, title, agreement: false);

    /// <summary>Trusts a static public key for key agreement.</summary>
    /// <param name="publicKey">x ‖ y.</param>
    /// <param name="title">Whose; empty for a peer of any title.</param>
    /// <returns>This object.</returns>
    public SecurityKeys WithPeerAgreementKey(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> title = default) =>
        Trust(publicKey, title, agreement: true);

    /// <summary>Trusts a party's public key no longer; those without a title stay.</summary>
    public void Forget(ReadOnlySpan<byte> title, bool agreement)
    {
        lock (_gate)
        {
            if (_parties.Remove(new PartyUse(Number(title), agreement))) Version++;
        }
    }

    /// <summary>True where the key is there.</summary>
    public bool Has(KeyId id) => _keys[(int)id] is not null;

    /// <summary>True where this side can sign.</summary>
    public bool HasSignatureKey => _signature is not null;

    /// <summary>True where this side has a static key for agreement.</summary>
    public bool HasAgreementKey => _agreement is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var key in _keys) CryptographicOperations.ZeroMemory(key);
            foreach (var key in new[] { _dedicated, _secret, _signature, _agreement }) CryptographicOperations.ZeroMemory(key);
            Array.Clear(_keys);
            _dedicated = _secret = _signature = _agreement = null;
        }
    }

    /// <summary>A cipher of a key and the authentication key, where there is one.</summary>
    /// <exception cref="InvalidOperationException">There is no such key.</exception>
    /// <exception cref="ArgumentException">It has another length than the suite's.</exception>
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

    /// <summary>True where there is a password or secret.</summary>
    internal bool HasSecret => _secret is { Length: > 0 };

    /// <summary>A copy of the password or secret, for the caller to wipe; empty where there is none.</summary>
    internal byte[] CopySecret()
    {
        lock (_gate) return (byte[]?)_secret?.Clone() ?? [];
    }

    /// <summary>True where a key is the one that is held already.</summary>
    internal bool IsSame(KeyId id, ReadOnlySpan<byte> key)
    {
        lock (_gate) return _keys[(int)id] is { } held && CryptographicOperations.FixedTimeEquals(held, key);
    }

    /// <summary>The dedicated key, for the caller to wipe, and only once: its counters begin anew with each association. Null where there
    /// is none.</summary>
    internal byte[]? TakeDedicated()
    {
        lock (_gate)
        {
            var taken = _dedicated;
            _dedicated = null;
            return taken;
        }
    }

    /// <summary>A copy of the own private signature key, for the caller to wipe; null where there is none.</summary>
    internal byte[]? CopySignatureKey()
    {
        lock (_gate) return (byte[]?)_signature?.Clone();
    }

    /// <summary>A copy of the own private agreement key, for the caller to wipe; null where there is none.</summary>
    internal byte[]? CopyAgreementKey()
    {
        lock (_gate) return (byte[]?)_agreement?.Clone();
    }

    /// <summary>The public key trusted for a title, else the one for any; null where there is none.</summary>
    internal byte[]? PublicKeyOf(ReadOnlySpan<byte> title, bool agreement)
    {
        lock (_gate)
        {
            return _parties.TryGetValue(new PartyUse(Number(title), agreement), out var own) ? own
                : _parties.GetValueOrDefault(new PartyUse(0, agreement));
        }
    }

    /// <summary>True where a party beside the peer of the association is known by its title.</summary>
    internal bool KnowsParty(ReadOnlySpan<byte> title)
    {
        var number = Number(title);
        lock (_gate)
            return _parties.ContainsKey(new PartyUse(number, false)) || _parties.ContainsKey(new PartyUse(number, true));
    }

    /// <summary>A system title as a number; 0 for none.</summary>
    internal static ulong Number(ReadOnlySpan<byte> title) => title.Length switch
    {
        0 => 0,
        ApduCipher.SystemTitleSize => BinaryPrimitives.ReadUInt64BigEndian(title),
        _ => throw new ArgumentException("A system title has eight bytes.", nameof(title)),
    };

    private SecurityKeys Trust(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> title, bool agreement)
    {
        RequireCoordinates(publicKey, 2);
        lock (_gate)
        {
            _parties[new PartyUse(Number(title), agreement)] = publicKey.ToArray();
            Version++;
        }
        return this;
    }

    private byte[] Get(KeyId id) => _keys[(int)id] ?? throw new InvalidOperationException($"No {id} key.");

    private static void RequireCoordinates(ReadOnlySpan<byte> key, int count)
    {
        if (key.Length != 32 * count && key.Length != 48 * count)
            throw new ArgumentException($"A key of {key.Length} bytes is of no curve used.", nameof(key));
    }

    private void Replace(ref byte[]? place, ReadOnlySpan<byte> value)
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(place);
            place = value.ToArray();
            Version++;
        }
    }
}
