using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Live;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Overview;

/// <summary>The overview of today. Answers are reused for about a second, so that many browsers cost one query.</summary>
public sealed class TodayOverview : IDisposable
{
    private const int SilentLimit = 20;
    private const int RestPerWork = 20;
    private readonly HeadEndStores _stores;
    private readonly MeterRegistry _registry;
    private readonly ActivityFeed _feed;
    private readonly LocalCalendar _calendar;
    private readonly HeadEndSettings _settings;
    private readonly TimeProvider _time;
    private readonly DaySums _sums;
    private readonly SemaphoreSlim _one = new(1, 1);
    private TodaySummary? _last;
    private OpenDays? _open;

    internal TodayOverview(
        HeadEndStores stores, IDeviceTypes types, MeterRegistry registry, ActivityFeed feed, LocalCalendar calendar,
        HeadEndSettings settings, TimeProvider time)
    {
        (_stores, _registry, _feed, _calendar, _settings, _time) = (stores, registry, feed, calendar, settings, time);
        _sums = new DaySums(stores.Ledger, types, calendar, settings.OverviewGrace);
    }

    /// <summary>The overview, at most about a second old.</summary>
    public async ValueTask<TodaySummary> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } last) return last;
        await _one.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? (_last = await QueryAsync(cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>To be called when nobody uses it any more.</summary>
    public void Dispose() => _one.Dispose();

    private TodaySummary? Fresh()
    {
        var last = Volatile.Read(ref _last);
        return last is not null && (_time.GetUtcNow() - last.At).Duration() < _settings.OverviewAge ? last : null;
    }

    private async ValueTask<TodaySummary> QueryAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var today = _calendar.DayOf(now);
        var activity = _feed.Current;
        var todaySum = await _sums.AllAsync(today, now, cancellationToken);
        var yesterdaySum = await _sums.AllAsync(today.AddDays(-1), now, cancellationToken);
        var open = await OpenAsync(today, now, cancellationToken);
        var silent = await _stores.Meters.SilentAsync(now - _settings.SilentAfter, SilentLimit, cancellationToken);
        return new TodaySummary(
            now,
            _registry.Count,
            silent.Total,
            activity.ValuesLastMinute,
            activity.ValuesPerMinute,
            todaySum,
            yesterdaySum,
            open.Older + (open.Today ? Missing(todaySum) : 0) + (open.Yesterday ? Missing(yesterdaySum) : 0),
            activity.Events,
            [.. silent.Items.Select(s => new SilentMeter(s.Meter, s.Presence.LastSeen))],
            await _stores.Journal.RefusalCountsAsync(cancellationToken));
    }

    // Which days are open and what older ones miss: dear with many meters, so it rests for many times as long as the queries took.
    // Today and yesterday are counted anew each time, so that the figure never contradicts the two beside it.
    private async ValueTask<OpenDays> OpenAsync(DateOnly today, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_open is { } known && known.Day == today && now >= known.At && now < known.Until) return known;
        var started = _time.GetTimestamp();
        var days = (await _stores.Ledger.OpenDaysAsync(cancellationToken)).Select(d => d.Day).ToHashSet();
        var yesterday = today.AddDays(-1);
        long older = 0;
        foreach (var day in days.Where(d => d < yesterday)) older += Missing(await _sums.AllAsync(day, now, cancellationToken));
        var rest = _time.GetElapsedTime(started) * RestPerWork;
        return _open = new OpenDays(today, now, now + rest, days.Contains(today), days.Contains(yesterday), older);
    }

    private static long Missing(Completeness sum) => sum.Expected - sum.Received;

    private sealed record OpenDays(DateOnly Day, DateTimeOffset At, DateTimeOffset Until, bool Today, bool Yesterday, long Older);
}
