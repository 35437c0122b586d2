using Headrace.Core.Metering;
using Headrace.Operations.Ledger;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Ledger;

public sealed class MissingIntervalsTests
{
    private static readonly LocalCalendar Calendar = new(TestHeadEnd.Zurich);
    private static readonly DateOnly Day = new(2026, 3, 3);
    private readonly MissingIntervals _missing = new(Calendar, TestHeadEnd.Settings);

    [Fact]
    public void Neighbours_become_one_range_that_holds_just_their_stamps()
    {
        var range = Assert.Single(_missing.Merge(Catalogue.Quarters, Marks(Day, 5, 6, 7)));
        Assert.Equal(new TimeRange(End(Day, 5), End(Day, 7).AddSeconds(1)), range.Range);
        Assert.Equal(3, range.Missing.Count);
    }

    [Fact]
    public void Two_present_intervals_are_bridged_and_three_are_not()
    {
        Assert.Single(_missing.Merge(Catalogue.Quarters, Marks(Day, 5, 8)));
        var ranges = _missing.Merge(Catalogue.Quarters, Marks(Day, 5, 9));
        Assert.Equal([End(Day, 9), End(Day, 5)], ranges.Select(r => r.Range.From));
    }

    [Fact]
    public void A_gap_over_midnight_is_one_range_and_ranges_come_newest_first()
    {
        var marks = Marks(Day, 95).Concat(Marks(Day.AddDays(1), 0)).Concat(Marks(Day.AddDays(-1), 40));
        var ranges = _missing.Merge(Catalogue.Quarters, marks);
        Assert.Equal(2, ranges.Count);
        Assert.Equal(new TimeRange(End(Day, 95), End(Day.AddDays(1), 0).AddSeconds(1)), ranges[0].Range);
    }

    [Fact]
    public void A_range_is_no_longer_than_allowed()
    {
        var marks = Enumerable.Range(0, 20).SelectMany(d => Marks(Day.AddDays(d), [.. Enumerable.Range(0, 96).Select(s => (short)s)]));
        var ranges = _missing.Merge(Catalogue.Quarters, marks);
        Assert.Equal(3, ranges.Count);
        Assert.All(ranges, r => Assert.True(r.Range.To - r.Range.From <= TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1)));
        Assert.Equal(20 * 96, ranges.Sum(r => r.Missing.Count));
    }

    [Theory]
    [InlineData("2026-03-29", 92)]
    [InlineData("2026-10-25", 100)]
    public void A_day_on_which_the_clock_changes_is_one_range_of_all_its_quarters(string text, int slots)
    {
        var day = DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var page = Page(day, (short)slots);
        var due = _missing.Of(page, TimeSpan.FromMinutes(15), DateTimeOffset.MaxValue.AddDays(-1), DateTimeOffset.MinValue).ToArray();
        Assert.Equal(slots, due.Length);
        var range = Assert.Single(_missing.Merge(Catalogue.Quarters, due.Select(s => MissingIntervals.Mark(page, s))));
        Assert.Equal(TimeSpan.FromMinutes(15 * (slots - 1)) + TimeSpan.FromSeconds(1), range.Range.To - range.Range.From);
    }

    [Fact]
    public void Days_of_a_daily_profile_become_one_range_also_where_the_clock_changes()
    {
        var marks = Enumerable.Range(26, 5).Select(d => new IntervalMark(2, new DateOnly(2026, 3, d), 0, 1));
        Assert.Single(_missing.Merge(Catalogue.Days, marks));
    }

    [Fact]
    public void Only_what_is_due_and_in_memory_counts_as_missing()
    {
        var page = Page(Day, 96);
        var slots = _missing.Of(page, TimeSpan.FromMinutes(15), dueBy: End(Day, 10), memory: End(Day, 4)).ToArray();
        Assert.Equal([5, 6, 7, 8, 9, 10], slots.Select(s => (int)s));
    }

    private static LedgerDay Page(DateOnly day, short slots) => new() { Key = new LedgerKey(1, 1, day), Slots = slots };

    private static DateTimeOffset End(DateOnly day, int slot) => Calendar.EndOf(day, slot, TimeSpan.FromMinutes(15));

    private static IEnumerable<IntervalMark> Marks(DateOnly day, params short[] slots) =>
        slots.Select(s => new IntervalMark(1, day, s, 96));
}
