using Headrace.Core.Catalogue;
using Headrace.Core.Metering;

namespace Headrace.Operations.Ledger;

/// <summary>A stretch of a profile to be read, with the missing intervals it is to bring.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Range">Stamps from the first missing interval's end through the last one's.</param>
/// <param name="Missing">The missing intervals in it, oldest first.</param>
internal sealed record MissingRange(LoadProfile Profile, TimeRange Range, IReadOnlyList<IntervalMark> Missing);

/// <summary>Finds missing intervals in ledger pages and merges them to few ranges.</summary>
internal sealed class MissingIntervals(LocalCalendar calendar, HeadEndSettings settings)
{
    // Half-open ranges end after the last stamp; meters count whole seconds.
    private static readonly TimeSpan AfterLast = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Missing slots of a page whose intervals ended by <paramref name="dueBy"/>, and not before <paramref name="memory"/>.
    /// </summary>
    public IEnumerable<short> Of(LedgerDay page, TimeSpan period, DateTimeOffset dueBy, DateTimeOffset memory)
    {
        var due = Math.Min(page.Slots, calendar.DueSlots(page.Key.Day, period, dueBy));
        for (var slot = page.FirstSlot; slot < due; slot++)
        {
            if (!page.Has(slot) && calendar.EndOf(page.Key.Day, slot, period) > memory) yield return slot;
        }
    }

    /// <summary>Merges missing intervals of one profile to ranges, newest first.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="missing">Missing intervals in any order.</param>
    public List<MissingRange> Merge(LoadProfile profile, IEnumerable<IntervalMark> missing)
    {
        var period = profile.CapturePeriod;
        // a day may have 25 hours
        var reach = period * (1 + settings.BridgedIntervals) + (period >= TimeSpan.FromDays(1) ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        var ranges = new List<MissingRange>();
        var open = new List<IntervalMark>();
        DateTimeOffset first = default, last = default;
        foreach (var mark in missing.OrderBy(m => m.Day).ThenBy(m => m.Slot))
        {
            var end = calendar.EndOf(mark.Day, mark.Slot, period);
            if (open.Count > 0 && (end - last > reach || end - first > settings.RangeLimit))
            {
                ranges.Add(new MissingRange(profile, new TimeRange(first, last + AfterLast), open));
                open = [];
            }

            if (open.Count == 0) first = end;
            last = end;
            open.Add(mark);
        }

        if (open.Count > 0) ranges.Add(new MissingRange(profile, new TimeRange(first, last + AfterLast), open));
        ranges.Reverse();
        return ranges;
    }

    /// <summary>The mark of a slot of a page.</summary>
    public static IntervalMark Mark(LedgerDay page, short slot) => new(page.Key.Profile, page.Key.Day, slot, page.Slots);
}
