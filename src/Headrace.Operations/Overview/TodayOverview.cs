using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Live;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Overview;

/// <summary>The overview of today. Answers are reused for about a second, so that many browsers cost one query.</summary>
public sealed class TodayOverview : IDisposable
{
    private const int SilentLimit = 20;
    private static readonly TimeSpan MissingAge = TimeSpan.FromSeconds(15);
    private readonly HeadEndStores _stores;
    private readonly MeterRegistry _registry;
    private readonly ActivityFeed _feed;
    private readonly LocalCalendar _calendar;
    private readonly HeadEndSettings _settings;
    private readonly TimeProvider _time;
    private readonly DaySums _sums;
    private readonly SemaphoreSlim _one = new(1, 1);
    private TodaySummary? _last;
    private (DateTimeOffset At, long Missing)? _missing;

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
        var silent = await _stores.Meters.SilentAsync(now - _settings.SilentAfter, SilentLimit, cancellationToken);
        return new TodaySummary(
            now,
            _registry.Count,
            silent.Total,
            activity.ValuesLastMinute,
            activity.ValuesPerMinute,
            await _sums.AllAsync(today, now, cancellationToken),
            await _sums.AllAsync(today.AddDays(-1), now, cancellationToken),
            await MissingAsync(now, cancellationToken),
            activity.Events,
            [.. silent.Items.Select(s => new SilentMeter(s.Meter, s.Presence.LastSeen))],
            await _stores.Journal.RefusalCountsAsync(cancellationToken));
    }

    // Over every open day, which is dear with many meters: taken again less often than the rest.
    private async ValueTask<long> MissingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_missing is { } known && now >= known.At && now - known.At < MissingAge) return known.Missing;
        long missing = 0;
        foreach (var day in (await _stores.Ledger.OpenDaysAsync(cancellationToken)).Select(d => d.Day).Distinct())
        {
            var sum = await _sums.AllAsync(day, now, cancellationToken);
            missing += sum.Expected - sum.Received;
        }

        _missing = (now, missing);
        return missing;
    }
}
