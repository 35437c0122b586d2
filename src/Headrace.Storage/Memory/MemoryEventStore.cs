using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Meter events in memory.</summary>
internal sealed class MemoryEventStore(MemoryData data) : IEventStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> NewestAsync(int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. NewestFirst(data.Events).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. NewestFirst(data.Events.Where(e => e.MeterId == meterId && range.Contains(e.At))).Take(limit)]);
    }

    private static IEnumerable<MeterEvent> NewestFirst(IEnumerable<MeterEvent> events) =>
        events.OrderByDescending(e => e.At).ThenBy(e => e.MeterId).ThenBy(e => e.Log, StringComparer.Ordinal).ThenBy(e => e.Code);
}
