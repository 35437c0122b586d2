using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>The ledger in memory.</summary>
internal sealed class MemoryLedgerStore(MemoryData data) : ILedgerStore
{
    private DateOnly? _expectedThrough;

    /// <inheritdoc/>
    public ValueTask ExpectAsync(IReadOnlyList<LedgerDay> pages, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            foreach (var page in pages)
            {
                data.Pages.TryAdd(page.Key, new MemoryLedgerPage(LedgerPage.Of(page))
                {
                    Attempts = page.Attempts,
                    NextAttempt = page.NextAttempt,
                    Reason = page.Reason,
                });
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<DateOnly?> ExpectedThroughAsync(CancellationToken cancellationToken)
    {
        lock (data.Gate) return new(_expectedThrough);
    }

    /// <inheritdoc/>
    public ValueTask SetExpectedThroughAsync(DateOnly day, CancellationToken cancellationToken)
    {
        lock (data.Gate) _expectedThrough = day;
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerDay>> GapsAsync(DueSlots due, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return new([.. Of(due)
                .Where(p => p.Value.Page.State == LedgerState.Open && p.Value.NextAttempt <= now)
                .OrderBy(p => p.Value.NextAttempt).ThenBy(p => p.Key.MeterId)
                .Select(p => p.Value.ToDay(p.Key))
                .Where(day => day.Missing(due.Slots) > 0)
                .Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(short Profile, DateOnly Day)>> OpenDaysAsync(CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return new([.. data.Pages.Where(p => p.Value.Page.State == LedgerState.Open)
                .Select(p => (p.Key.Profile, p.Key.Day)).Distinct().OrderBy(p => p.Day).ThenBy(p => p.Profile)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask NoteAttemptAsync(LedgerKey key, DateTimeOffset nextAttempt, string reason, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            if (!data.Pages.TryGetValue(key, out var page)) return default;
            page.Attempts++;
            page.NextAttempt = nextAttempt;
            page.Reason = reason;
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(IReadOnlyList<LedgerKey> keys, string reason, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            foreach (var key in keys)
            {
                if (!data.Pages.TryGetValue(key, out var page) || page.Page.State != LedgerState.Open) continue;
                page.Page.State = LedgerState.Unrecoverable;
                page.Reason = reason;
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<Completeness> CompletenessAsync(DueSlots due, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var sums = Of(due).Select(p => p.Value.CompletenessOf(due.Slots)).ToArray();
            return new(new Completeness(sums.Sum(s => s.Expected), sums.Sum(s => s.Received)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, Completeness>> CompletenessAsync(
        DueSlots due, IReadOnlyList<long> meterIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, Completeness>();
        lock (data.Gate)
        {
            foreach (var meterId in meterIds)
            {
                var page = data.Pages.GetValueOrDefault(new LedgerKey(meterId, due.Profile, due.Day));
                found[meterId] = page is not null && LedgerPage.IsMeant(due, page.Page.Slots) ? page.CompletenessOf(due.Slots) : default;
            }
        }

        return new(found);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerDay>> OfMeterAsync(long meterId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return new([.. data.Pages.Where(p => p.Key.MeterId == meterId && p.Key.Day >= from && p.Key.Day <= to)
                .OrderBy(p => p.Key.Profile).ThenBy(p => p.Key.Day).Select(p => p.Value.ToDay(p.Key))]);
        }
    }

    private IEnumerable<KeyValuePair<LedgerKey, MemoryLedgerPage>> Of(DueSlots due) =>
        data.Pages.Where(p => p.Key.Profile == due.Profile && p.Key.Day == due.Day && LedgerPage.IsMeant(due, p.Value.Page.Slots));
}
