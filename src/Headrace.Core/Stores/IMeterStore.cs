using Headrace.Core.Metering;

namespace Headrace.Core.Stores;

/// <summary>What is known of a meter's last contact.</summary>
/// <param name="MeterId">The meter.</param>
/// <param name="LastSeen">When something authentic was last received, or null.</param>
/// <param name="Refused">Messages refused (replayed, wrong key, malformed) since registration.</param>
public readonly record struct MeterPresence(long MeterId, DateTimeOffset? LastSeen, long Refused);

/// <summary>A page of a list and the number of all that match.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);

/// <summary>Keeps the registry of meters.</summary>
public interface IMeterStore
{
    /// <summary>Adds meters, or updates those whose serial is there already, in one transaction.</summary>
    /// <returns>The meters with their numbers, in the order given.</returns>
    ValueTask<IReadOnlyList<Meter>> PutAsync(IReadOnlyList<Meter> meters, CancellationToken cancellationToken);

    /// <summary>All meters in order of number.</summary>
    IAsyncEnumerable<Meter> AllAsync(CancellationToken cancellationToken);

    /// <summary>Meters whose serial, system title or device type contains <paramref name="text"/>, in order of serial.</summary>
    ValueTask<Page<Meter>> SearchAsync(string text, int offset, int limit, CancellationToken cancellationToken);

    /// <summary>Last contact of the given meters.</summary>
    ValueTask<IReadOnlyList<MeterPresence>> PresenceAsync(IReadOnlyList<long> meterIds, CancellationToken cancellationToken);

    /// <summary>Meters not seen since <paramref name="since"/>, longest silent first, never seen before all.</summary>
    ValueTask<Page<(Meter Meter, MeterPresence Presence)>> SilentAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken);
}

/// <summary>Keeps sealed (encrypted) keys. Knows nothing of their content.</summary>
public interface ISealedKeyStore
{
    /// <summary>Stores or replaces a sealed key. Invocation counters are not touched.</summary>
    ValueTask PutAsync(long meterId, Keys.KeyKind kind, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellationToken);

    /// <summary>All sealed keys of a meter.</summary>
    ValueTask<IReadOnlyList<(Keys.KeyKind Kind, byte[] Sealed)>> GetAsync(long meterId, CancellationToken cancellationToken);
}

/// <summary>Keeps the invocation counters the head-end sends with. Safe for many callers at once.</summary>
public interface ISendCounterStore
{
    /// <summary>Reserves <paramref name="count"/> counter values for sending, durably, before any is used.</summary>
    /// <returns>The first of the reserved values. Values are never handed out twice, across restarts too.</returns>
    ValueTask<uint> ReserveAsync(long meterId, Keys.KeyKind key, uint count, CancellationToken cancellationToken);

    /// <summary>Raises the next value to at least <paramref name="next"/>, as a meter demanded; never lowers it.</summary>
    ValueTask RaiseAsync(long meterId, Keys.KeyKind key, uint next, CancellationToken cancellationToken);
}
