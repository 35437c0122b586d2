using System.Collections.Concurrent;
using System.Security.Cryptography;
using Headrace.Core.Keys;
using Headrace.Core.Stores;

namespace Headrace.Operations.Keys;

/// <summary>Keeps the keys of the meters, sealed under the key file. Plain key bytes live in leases only. Safe for many threads.</summary>
public sealed class KeyVault : IKeyVault, IDisposable
{
    // Kept among the sealed keys under a number no meter has: it opens with the right key file only.
    private const long CheckMeter = 0;
    private const KeyKind CheckKind = KeyKind.Master;
    private readonly ISealedKeyStore _store;
    private readonly KeySeal _seal;
    private readonly int _cached;
    private readonly ConcurrentDictionary<long, (KeyKind Kind, byte[] Sealed)[]> _cache = new();
    private long _changes;

    private KeyVault(ISealedKeyStore store, KeySeal seal, int cached) => (_store, _seal, _cached) = (store, seal, cached);

    /// <summary>Opens the vault. At the very first start the key file is made, mode 0600.</summary>
    /// <param name="keyFile">Path of the key file.</param>
    /// <param name="store">Where sealed keys are kept.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="cachedMeters">Meters whose sealed keys are kept in memory.</param>
    /// <exception cref="KeyFileException">
    /// The file is open to others, broken, missing though keys are sealed under it, or not the one they are sealed under.
    /// </exception>
    public static async ValueTask<KeyVault> OpenAsync(
        string keyFile, ISealedKeyStore store, CancellationToken cancellationToken, int cachedMeters = 200_000)
    {
        ArgumentNullException.ThrowIfNull(store);
        var kept = await store.GetAsync(CheckMeter, cancellationToken);
        var check = kept.Where(k => k.Kind == CheckKind).Select(k => k.Sealed).FirstOrDefault();
        var master = KeyFile.Read(keyFile);
        if (master is null && check is not null)
            throw new KeyFileException($"The key file {keyFile} is missing, and the keys of the meters are sealed under it: put it back.");
        var seal = new KeySeal(master ?? KeyFile.Create(keyFile));
        try
        {
            var fresh = seal.Seal(CheckMeter, CheckKind, "headrace"u8);
            if (check is null) await store.PutAsync(CheckMeter, CheckKind, fresh, cancellationToken);
            else seal.Open(CheckMeter, CheckKind, check, new byte[check.Length - KeySeal.Overhead]);
        }
        catch (Exception failed)
        {
            seal.Dispose();
            if (failed is not CryptographicException) throw;
            throw new KeyFileException($"The key file {keyFile} is not the one the keys of the meters are sealed under.", failed);
        }

        return new KeyVault(store, seal, Math.Max(1, cachedMeters));
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(long meterId, KeyKind kind, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(meterId, 1);
        if (key.Length is 0 or > 64) throw new ArgumentException($"A key of {key.Length} bytes.", nameof(key));
        try
        {
            await _store.PutAsync(meterId, kind, _seal.Seal(meterId, kind, key.Span), cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _changes);
            _cache.TryRemove(meterId, out _);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IKeyLease> LeaseAsync(long meterId, CancellationToken cancellationToken) =>
        _cache.TryGetValue(meterId, out var keys) ? new(Open(meterId, keys)) : LoadAsync(meterId, cancellationToken);

    /// <summary>Wipes the master key. Leases that are out stay valid.</summary>
    public void Dispose() => _seal.Dispose();

    private async ValueTask<IKeyLease> LoadAsync(long meterId, CancellationToken cancellationToken)
    {
        var changes = Interlocked.Read(ref _changes);
        var keys = (await _store.GetAsync(meterId, cancellationToken)).ToArray();
        if (_cache.Count >= _cached) Shrink();
        _cache[meterId] = keys;
        if (Interlocked.Read(ref _changes) != changes) _cache.TryRemove(meterId, out _); // a key was stored meanwhile: ask again next time
        return Open(meterId, keys);
    }

    // Which ones go does not matter: they are asked for again at the cost of one query.
    private void Shrink()
    {
        foreach (var key in _cache.Keys.Take(Math.Max(1, _cached / 8))) _cache.TryRemove(key, out _);
    }

    private KeyLease Open(long meterId, (KeyKind Kind, byte[] Sealed)[] keys)
    {
        var bytes = 0;
        foreach (var key in keys) bytes += Math.Max(0, key.Sealed.Length - KeySeal.Overhead);
        var lease = new KeyLease(bytes);
        try
        {
            foreach (var (kind, box) in keys) _seal.Open(meterId, kind, box, lease.Add(kind, box.Length - KeySeal.Overhead));
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
