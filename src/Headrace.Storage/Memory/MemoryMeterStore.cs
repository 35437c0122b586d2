using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>The registry in memory.</summary>
internal sealed class MemoryMeterStore(MemoryData data) : IMeterStore
{
    private readonly SortedDictionary<long, Meter> _meters = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Meter>> PutAsync(IReadOnlyList<Meter> meters, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. meters.Select(Put)]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Meter> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Meter[] all;
        lock (data.Gate) all = [.. _meters.Values];
        foreach (var meter in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return meter;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Page<Meter>> SearchAsync(string text, int offset, int limit, CancellationToken cancellationToken)
    {
        var wanted = text.Trim();
        bool Holds(string? field) => field?.Contains(wanted, StringComparison.OrdinalIgnoreCase) == true;
        lock (data.Gate)
        {
            var matching = _meters.Values.Where(m => Holds(m.Serial) || Holds(m.SystemTitle) || Holds(m.DeviceType))
                .OrderBy(m => m.Serial, StringComparer.Ordinal).ToArray();
            return new(new Page<Meter>([.. matching.Skip(offset).Take(limit)], matching.Length));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterPresence>> PresenceAsync(IReadOnlyList<long> meterIds, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. meterIds.Select(data.PresenceOf)]);
    }

    /// <inheritdoc/>
    public ValueTask<Page<(Meter Meter, MeterPresence Presence)>> SilentAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var silent = _meters.Values.Select(meter => (Meter: meter, Presence: data.PresenceOf(meter.Id)))
                .Where(m => m.Presence.LastSeen is not { } seen || seen < since)
                .OrderBy(m => m.Presence.LastSeen ?? DateTimeOffset.MinValue).ThenBy(m => m.Meter.Id).ToArray();
            return new(new Page<(Meter, MeterPresence)>([.. silent.Take(limit)], silent.Length));
        }
    }

    private Meter Put(Meter meter)
    {
        var known = _meters.Values.FirstOrDefault(m => string.Equals(m.Serial, meter.Serial, StringComparison.Ordinal));
        var stored = meter with
        {
            Id = known?.Id ?? _meters.Count + 1,
            ExpectedFrom = MemoryData.Instant(meter.ExpectedFrom),
            RegisteredAt = known?.RegisteredAt ?? MemoryData.Instant(meter.RegisteredAt),
        };
        return _meters[stored.Id] = stored;
    }
}
