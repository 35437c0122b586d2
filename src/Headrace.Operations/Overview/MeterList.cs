using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Operations.Overview;

/// <summary>The list of meters.</summary>
public sealed class MeterList
{
    private readonly HeadEndStores _stores;
    private readonly LocalCalendar _calendar;
    private readonly TimeProvider _time;
    private readonly DaySums _sums;

    internal MeterList(HeadEndStores stores, IDeviceTypes types, LocalCalendar calendar, HeadEndSettings settings, TimeProvider time)
    {
        (_stores, _calendar, _time) = (stores, calendar, time);
        _sums = new DaySums(stores.Ledger, types, calendar, settings.OverviewGrace);
    }

    /// <summary>Meters whose serial, system title or type contains a text, in order of serial.</summary>
    /// <param name="text">The text; empty for all.</param>
    /// <param name="offset">How many to leave out, 0 or more.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async ValueTask<Page<MeterLine>> FindAsync(string text, int offset, int limit, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var today = _calendar.DayOf(now);
        var page = await _stores.Meters.SearchAsync(text ?? "", Math.Max(0, offset), Math.Clamp(limit, 1, 1_000), cancellationToken);
        var ids = page.Items.Select(m => m.Id).ToArray();
        var seen = (await _stores.Meters.PresenceAsync(ids, cancellationToken)).ToDictionary(p => p.MeterId, p => p.LastSeen);
        var sums = await _sums.OfMetersAsync(today, now, ids, cancellationToken);
        var before = await _sums.OfMetersAsync(today.AddDays(-1), now, ids, cancellationToken);
        var lines = page.Items.Select(m =>
            new MeterLine(m, seen.GetValueOrDefault(m.Id), sums.GetValueOrDefault(m.Id), before.GetValueOrDefault(m.Id)));
        return new Page<MeterLine>([.. lines], page.Total);
    }
}
