using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Collection;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Ledger;

/// <summary>Reads all gaps of a meter in a session that is open, newest first, and notes in the ledger what came of it.</summary>
internal sealed class GapReading(
    ILedgerStore ledger, MissingIntervals missing, Holes holes, ProfileReading reading, LocalCalendar calendar, HeadEndSettings settings,
    TimeProvider time, ILogger log)
{
    /// <summary>Why a page with holes in the meter is closed.</summary>
    public const string Hole = "The meter has no such rows.";
    /// <summary>How long a page with nothing but holes rests while its day lasts.</summary>
    public static readonly TimeSpan HoleLook = TimeSpan.FromHours(1);

    /// <summary>Re-reads. A failure of the session is noted on the pages it left unread and passed on.</summary>
    /// <param name="session">The session.</param>
    /// <param name="meter">The meter.</param>
    /// <param name="type">Its type.</param>
    /// <param name="all">Pages that are put off too.</param>
    /// <param name="outcome">Rows and new values are counted here.</param>
    /// <param name="limit">Ends the reads.</param>
    /// <param name="stopping">Ends everything.</param>
    public async Task RunAsync(
        IMeterSession session, Meter meter, DeviceType type, bool all, VisitOutcome outcome, CancellationToken limit,
        CancellationToken stopping)
    {
        var pages = await PagesAsync(meter, type, all, stopping);
        if (pages.Count == 0) return;
        var got = new HashSet<IntervalMark>();
        var answered = new HashSet<IntervalMark>();
        try
        {
            foreach (var range in Ranges(pages))
            {
                await reading.ReadAsync(session, meter, range.Profile, range.Range, DeliverySource.Reread, got, outcome, limit, stopping);
                answered.UnionWith(range.Missing);
            }
        }
        catch (Exception failed) when (!stopping.IsCancellationRequested)
        {
            var reason = failed is MeterException ? failed.Message : "The session took too long and was broken off.";
            await SettleAsync(pages, got, answered, reason, stopping);
            throw;
        }

        await SettleAsync(pages, got, answered, "", stopping);
    }

    /// <summary>Notes a session that failed before anything could be re-read.</summary>
    public async Task FailedAsync(Meter meter, DeviceType type, string reason, CancellationToken cancellationToken) =>
        await SettleAsync(await PagesAsync(meter, type, all: false, cancellationToken), [], [], reason, cancellationToken);

    /// <summary>The ranges of the newest missing intervals first.</summary>
    private IEnumerable<MissingRange> Ranges(List<Page> pages) =>
        pages.GroupBy(p => p.Profile)
            .SelectMany(g => missing.Merge(g.Key, g.SelectMany(p => p.Wanted.Select(s => MissingIntervals.Mark(p.Day, s)))))
            .OrderByDescending(r => r.Range.From);

    private async Task<List<Page>> PagesAsync(Meter meter, DeviceType type, bool all, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (GapPlanner.MayDeliverBacklog(meter, settings, now)) return [];
        var dueBy = now - GapPlanner.GraceOf(meter, type, settings);
        var depth = type.Profiles.Select(p => p.MemoryDepth).DefaultIfEmpty().Max();
        var found = new List<Page>();
        foreach (var day in await ledger.OfMeterAsync(meter.Id, calendar.DayOf(now - depth), calendar.DayOf(now), cancellationToken))
        {
            if (day.State != LedgerState.Open || (day.NextAttempt > now && !all)) continue;
            if (type.Profiles.FirstOrDefault(p => p.Number == day.Key.Profile) is not { } profile) continue;
            var due = missing.Of(day, profile.CapturePeriod, dueBy, now - profile.MemoryDepth).ToArray();
            if (due.Length > 0) found.Add(new Page(day, profile, due, [.. due.Where(s => !holes.Confirmed(day.Key, s))]));
        }

        return found;
    }

    private async Task SettleAsync(
        List<Page> pages, HashSet<IntervalMark> got, HashSet<IntervalMark> answered, string failure, CancellationToken cancellationToken)
    {
        foreach (var page in pages)
        {
            var left = page.Due.Where(s => !got.Contains(MissingIntervals.Mark(page.Day, s))).ToArray();
            if (left.Length == 0) holes.Forget(page.Day.Key);
            else await SettleAsync(page, left, answered, failure, cancellationToken);
        }
    }

    private async Task SettleAsync(
        Page page, short[] left, HashSet<IntervalMark> answered, string failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = page.Day.Key;
        foreach (var slot in left)
        {
            var mark = MissingIntervals.Mark(page.Day, slot);
            var old = calendar.EndOf(key.Day, slot, page.Profile.CapturePeriod) <= now - settings.HoleAge;
            if (old && answered.Contains(mark)) holes.Absent(key, mark);
        }

        var confirmed = left.All(s => holes.Confirmed(key, s));
        if (confirmed && calendar.StartOf(key.Day.AddDays(1)) <= now - settings.HoleAge)
        {
            await ledger.CloseAsync([key], Hole, cancellationToken);
            holes.Forget(key);
            Log.HoleClosed(log, key.MeterId, key.Profile, key.Day, left.Length);
            return;
        }

        // The rest of the day is still to come: look again later, without asking for the holes.
        var pause = confirmed ? HoleLook : BackOff.ByTable(settings.RereadPauses, page.Day.Attempts + 1, key.MeterId);
        var reason = confirmed ? Hole
            : failure.Length > 0 ? failure
            : $"The meter answered without {left.Length} of {page.Due.Length} missing intervals.";
        await ledger.NoteAttemptAsync(key, now + pause, reason, cancellationToken);
    }

    private sealed record Page(LedgerDay Day, LoadProfile Profile, short[] Due, short[] Wanted);
}
