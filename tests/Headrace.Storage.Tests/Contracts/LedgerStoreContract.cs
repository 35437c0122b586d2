using Headrace.Core.Metering;
using Headrace.Core.Stores;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every ledger must do.</summary>
public abstract class LedgerStoreContract : StoreContract
{
    private static readonly DueSlots WholeDayDue = new(1, Day, 96);

    [Fact]
    public async Task A_mark_opens_its_page_and_sets_its_bit_once()
    {
        await Mark(1, 96, 5, 5, 7);
        await Mark(1, 96, 7);
        var page = await Page(1);
        Assert.Equal((96, 0, 2, LedgerState.Open), (page.Slots, page.FirstSlot, page.Received, page.State));
        Assert.Equal([5, 7], Enumerable.Range(0, 96).Where(page.Has));
        Assert.Equal(94, page.Missing(96));
    }

    [Theory]
    [InlineData(92)]
    [InlineData(96)]
    [InlineData(100)]
    [InlineData(24)]
    [InlineData(1)]
    public async Task A_day_of_any_length_is_complete_with_its_last_interval(short slots)
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, slots)], Cancel);
        await Mark(1, slots, [.. Enumerable.Range(0, slots).Skip(1)]);
        if (slots > 1) Assert.Equal(LedgerState.Open, (await Page(1)).State);
        await Mark(1, slots, 0);
        var page = await Page(1);
        Assert.Equal((slots, LedgerState.Complete), (page.Received, page.State));
        Assert.Equal(new Completeness(slots, slots), await Stores.Ledger.CompletenessAsync(new DueSlots(1, Day, slots), Cancel));
        Assert.Empty(await Stores.Ledger.GapsAsync(new DueSlots(1, Day, slots), Midnight, 10, Cancel));
        Assert.Empty(await Stores.Ledger.OpenDaysAsync(Cancel));
    }

    [Fact]
    public async Task Expecting_a_page_again_leaves_it_as_it_is()
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, firstSlot: 40)], Cancel);
        await Mark(1, 96, 41);
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day), Samples.Page(2, Day)], Cancel);
        var page = await Page(1);
        Assert.Equal((40, 1), (page.FirstSlot, page.Received));
        Assert.Equal(0, (await Page(2)).Received);
    }

    [Fact]
    public async Task Intervals_before_the_first_expected_are_kept_but_not_counted()
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, firstSlot: 94)], Cancel);
        await Mark(1, 96, 93, 94);
        var page = await Page(1);
        Assert.True(page.Has(93));
        Assert.Equal((1, LedgerState.Open), (page.Received, page.State));
        Assert.Equal(new Completeness(2, 1), await Stores.Ledger.CompletenessAsync(WholeDayDue, Cancel));
        await Mark(1, 96, 95);
        Assert.Equal(LedgerState.Complete, (await Page(1)).State);
    }

    [Fact]
    public async Task A_mark_beyond_the_page_changes_nothing()
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, 92)], Cancel);
        await Mark(1, 96, 92, 95, -1);
        Assert.Equal(0, (await Page(1)).Received);
    }

    [Fact]
    public async Task Intervals_stamped_in_the_future_do_not_hide_missing_ones()
    {
        await Mark(1, 96, 0, 1, 3, 50); // slot 2 is missing, slot 50 is not due yet
        await Mark(2, 96, 0, 1, 2, 3);
        var due = new DueSlots(1, Day, 4);
        Assert.Equal(new Completeness(8, 7), await Stores.Ledger.CompletenessAsync(due, Cancel));
        Assert.Equal([1L], (await Stores.Ledger.GapsAsync(due, Midnight, 10, Cancel)).Select(p => p.Key.MeterId));
        var byMeter = await Stores.Ledger.CompletenessAsync(due, [2, 1, 3], Cancel);
        Assert.Equal((new Completeness(4, 3), new Completeness(4, 4), default), (byMeter[1], byMeter[2], byMeter[3]));
    }

    [Fact]
    public async Task Completeness_agrees_with_counting_bit_by_bit()
    {
        var random = new Random(20260302);
        for (var meter = 1; meter <= 40; meter++)
        {
            await Stores.Ledger.ExpectAsync([Samples.Page(meter, Day, firstSlot: (short)random.Next(0, 97))], Cancel);
            await Mark(meter, 96, [.. Enumerable.Range(0, 96).Where(_ => random.Next(10) < meter % 10)]);
        }

        var pages = new List<LedgerDay>();
        for (var meter = 1; meter <= 40; meter++) pages.Add(await Page(meter));
        foreach (var due in new short[] { 0, 1, 7, 8, 9, 40, 95, 96, 100 })
        {
            var expected = pages.Sum(p => Math.Max(0, Math.Min(due, p.Slots) - p.FirstSlot));
            var missing = pages.Sum(p => p.Missing(due));
            Assert.Equal(new Completeness(expected, expected - missing),
                await Stores.Ledger.CompletenessAsync(new DueSlots(1, Day, due), Cancel));
            var gaps = await Stores.Ledger.GapsAsync(new DueSlots(1, Day, due), Midnight, 100, Cancel);
            Assert.Equal(pages.Where(p => p.State == LedgerState.Open && p.Missing(due) > 0).Select(p => p.Key.MeterId),
                gaps.Select(p => p.Key.MeterId));
        }
    }

    [Fact]
    public async Task Gaps_wait_for_their_next_attempt_and_come_in_its_order()
    {
        await Stores.Ledger.ExpectAsync(
            [Samples.Page(1, Day), Samples.Page(2, Day), Samples.Page(3, Day), Samples.Page(4, Day, profile: 2)], Cancel);
        await Stores.Ledger.NoteAttemptAsync(Key(1), Midnight.AddHours(2), "no answer", Cancel);
        await Stores.Ledger.NoteAttemptAsync(Key(2), Midnight.AddHours(1), "busy", Cancel);
        await Stores.Ledger.NoteAttemptAsync(Key(2), Midnight.AddHours(1), "busy again", Cancel);

        Assert.Equal([3L, 2], (await Stores.Ledger.GapsAsync(WholeDayDue, Midnight.AddHours(1), 10, Cancel)).Select(p => p.Key.MeterId));
        Assert.Equal([3L, 2], (await Stores.Ledger.GapsAsync(WholeDayDue, Midnight.AddHours(3), 2, Cancel)).Select(p => p.Key.MeterId));
        Assert.Equal([3L, 2, 1], (await Stores.Ledger.GapsAsync(WholeDayDue, Midnight.AddHours(3), 10, Cancel)).Select(p => p.Key.MeterId));
        var page = await Page(2);
        Assert.Equal((2, Midnight.AddHours(1), "busy again"), (page.Attempts, page.NextAttempt, page.Reason));
        Assert.Equal(default, (await Page(3)).NextAttempt);
    }

    [Fact]
    public async Task A_closed_page_is_no_gap_and_a_late_day_still_completes_it()
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, 24)], Cancel);
        await Stores.Ledger.CloseAsync([Key(1)], "past the meter's memory", Cancel);
        Assert.Empty(await Stores.Ledger.GapsAsync(new DueSlots(1, Day, 24), Midnight, 10, Cancel));
        Assert.Empty(await Stores.Ledger.OpenDaysAsync(Cancel));
        await Mark(1, 24, 3);
        Assert.Equal((LedgerState.Unrecoverable, 1, "past the meter's memory"),
            ((await Page(1)).State, (await Page(1)).Received, (await Page(1)).Reason));
        await Mark(1, 24, [.. Enumerable.Range(0, 24)]);
        Assert.Equal(LedgerState.Complete, (await Page(1)).State);
        await Stores.Ledger.CloseAsync([Key(1)], "again", Cancel);
        Assert.Equal(LedgerState.Complete, (await Page(1)).State);
    }

    [Fact]
    public async Task Pages_of_another_period_may_be_left_out()
    {
        await Stores.Ledger.ExpectAsync([Samples.Page(1, Day, 96), Samples.Page(2, Day, 24)], Cancel);
        await Mark(1, 96, 0, 1);
        var hours = new DueSlots(1, Day, 2, DaySlots: 24);
        Assert.Equal(new Completeness(2, 0), await Stores.Ledger.CompletenessAsync(hours, Cancel));
        Assert.Equal(new Completeness(4, 2), await Stores.Ledger.CompletenessAsync(hours with { DaySlots = 0 }, Cancel));
        Assert.Equal([2L], (await Stores.Ledger.GapsAsync(hours, Midnight, 10, Cancel)).Select(p => p.Key.MeterId));
        Assert.Equal(default, (await Stores.Ledger.CompletenessAsync(hours, [1], Cancel))[1]);
    }

    [Fact]
    public async Task Open_days_come_once_and_oldest_first()
    {
        await Stores.Ledger.ExpectAsync(
            [
                Samples.Page(1, Day.AddDays(1)), Samples.Page(2, Day.AddDays(1)), Samples.Page(1, Day, profile: 2),
                Samples.Page(1, Day), Samples.Page(1, Day.AddDays(-7), 1),
            ],
            Cancel);
        Assert.Equal(
            [((short)1, Day.AddDays(-7)), (1, Day), (2, Day), (1, Day.AddDays(1))],
            await Stores.Ledger.OpenDaysAsync(Cancel));
    }

    [Fact]
    public async Task Pages_of_a_meter_come_by_profile_and_day_both_ends_included()
    {
        await Stores.Ledger.ExpectAsync(
            [
                Samples.Page(1, Day, profile: 2), .. Enumerable.Range(0, 5).Select(i => Samples.Page(1, Day.AddDays(i))),
                Samples.Page(2, Day),
            ],
            Cancel);
        var pages = await Stores.Ledger.OfMeterAsync(1, Day, Day.AddDays(2), Cancel);
        Assert.Equal([((short)1, Day), (1, Day.AddDays(1)), (1, Day.AddDays(2)), (2, Day)], pages.Select(p => (p.Key.Profile, p.Key.Day)));
    }

    [Fact]
    public async Task The_day_through_which_pages_are_open_is_remembered()
    {
        Assert.Null(await Stores.Ledger.ExpectedThroughAsync(Cancel));
        await Stores.Ledger.SetExpectedThroughAsync(Day, Cancel);
        await Stores.Ledger.SetExpectedThroughAsync(Day.AddDays(1), Cancel);
        Assert.Equal(Day.AddDays(1), await Stores.Ledger.ExpectedThroughAsync(Cancel));
    }

    [Fact]
    public async Task A_reread_over_several_days_and_profiles_marks_each_page()
    {
        var marks = Enumerable.Range(0, 96 * 3).Select(i => new IntervalMark(1, Day.AddDays(i / 96), (short)(i % 96), 96))
            .Append(new IntervalMark(2, Day, 0, 1)).Append(new IntervalMark(1, Day.AddDays(5), 3, 96)).ToArray();
        await Stores.Intake.CommitAsync([Push(1) with { Intervals = marks }], Cancel);
        var pages = await Stores.Ledger.OfMeterAsync(1, Day, Day.AddDays(9), Cancel);
        Assert.Equal([96, 96, 96, 1, 1], pages.Select(p => (int)p.Received));
    }

    private static LedgerKey Key(long meterId) => new(meterId, 1, Day);

    private async Task Mark(long meterId, short slots, params int[] marks) =>
        await Stores.Intake.CommitAsync([Marked(meterId, Day, slots, marks)], Cancel);

    private async Task<LedgerDay> Page(long meterId) =>
        (await Stores.Ledger.OfMeterAsync(meterId, Day, Day, Cancel)).Single(p => p.Key.Profile == 1);
}
