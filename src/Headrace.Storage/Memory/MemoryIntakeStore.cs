using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Takes deliveries into memory.</summary>
internal sealed class MemoryIntakeStore(MemoryData data) : IIntakeStore
{
    /// <inheritdoc/>
    public ValueTask<DeliveryOutcome[]> CommitAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DeliveryCheck.Require(deliveries);
        lock (data.Gate) return new([.. deliveries.Select(Take)]);
    }

    private DeliveryOutcome Take(Delivery delivery)
    {
        if (delivery.Counter is { } counter)
        {
            var verdict = Accept(delivery.MeterId, counter);
            if (verdict == DeliveryVerdict.Replayed) data.CountRefused(delivery.MeterId);
            if (verdict != DeliveryVerdict.Stored) return new DeliveryOutcome(verdict, 0, 0, 0);
        }

        int added = 0, repeated = 0, conflicting = 0;
        foreach (var reading in delivery.Readings)
        {
            if (!data.Series.TryGetValue(reading.Series, out var series)) data.Series[reading.Series] = series = [];
            var at = MemoryData.Instant(reading.At);
            if (series.TryAdd(at, (reading.Value, reading.Status))) added++;
            else if (series[at].Value == reading.Value) repeated++;
            else conflicting++;
        }

        foreach (var mark in delivery.Intervals) Mark(new LedgerKey(delivery.MeterId, mark.Profile, mark.Day), mark);
        foreach (var entry in delivery.Events) data.Events.Add(entry with { At = MemoryData.Instant(entry.At) });
        var presence = data.PresenceOf(delivery.MeterId);
        var seen = MemoryData.Instant(delivery.ReceivedAt);
        data.Presence[delivery.MeterId] = presence with { LastSeen = presence.LastSeen > seen ? presence.LastSeen : seen };
        return new DeliveryOutcome(DeliveryVerdict.Stored, added, repeated, conflicting);
    }

    private DeliveryVerdict Accept(long meterId, CounterUse use)
    {
        if (data.Counters.TryGetValue((meterId, use.Key), out var last))
        {
            if (use == last) return DeliveryVerdict.Duplicate;
            if (use.Value <= last.Value) return DeliveryVerdict.Replayed;
        }

        data.Counters[(meterId, use.Key)] = use;
        return DeliveryVerdict.Stored;
    }

    private void Mark(LedgerKey key, IntervalMark mark)
    {
        if (!data.Pages.TryGetValue(key, out var page)) data.Pages[key] = page = new MemoryLedgerPage(new LedgerPage(mark.Slots));
        page.Page.Mark(mark.Slot);
    }
}
