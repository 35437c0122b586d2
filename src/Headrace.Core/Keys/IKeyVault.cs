namespace Headrace.Core.Keys;

/// <summary>The keys and secrets of a meter. Values are stored; never renumber.</summary>
public enum KeyKind
{
    /// <summary>Global unicast encryption key (GUEK).</summary>
    GlobalUnicast = 1,

    /// <summary>Authentication key (GAK).</summary>
    Authentication = 2,

    /// <summary>Master key (KEK).</summary>
    Master = 3,

    /// <summary>Global broadcast encryption key (GBEK).</summary>
    GlobalBroadcast = 4,

    /// <summary>Password of low level security.</summary>
    Password = 5,
}

/// <summary>Keeps the keys of the meters, encrypted at rest.</summary>
public interface IKeyVault
{
    /// <summary>
    /// Stores a key, replacing the one of that kind. Messages are counted by key: under a new encryption key a meter's count begins anew,
    /// under one it had before it goes on. The counter the head-end sends with never goes down.
    /// </summary>
    /// <param name="meterId">The meter.</param>
    /// <param name="kind">Which key.</param>
    /// <param name="key">Key bytes; 16 or 32 for keys, 1 to 64 for a password. The caller wipes its copy.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask PutAsync(long meterId, KeyKind kind, ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Hands the keys of a meter out for one session or message.</summary>
    /// <returns>A lease that wipes its copies on disposal; empty where no key is stored.</returns>
    ValueTask<IKeyLease> LeaseAsync(long meterId, CancellationToken cancellationToken);
}

/// <summary>Key material for one use, wiped on disposal.</summary>
public interface IKeyLease : IDisposable
{
    /// <summary>True where a key of that kind is there.</summary>
    bool Has(KeyKind kind);

    /// <summary>The key bytes; empty where there is none. Not to be kept beyond the lease.</summary>
    ReadOnlySpan<byte> Get(KeyKind kind);
}
