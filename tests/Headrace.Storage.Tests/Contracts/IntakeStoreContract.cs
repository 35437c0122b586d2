using Headrace.Core.Metering;
using Headrace.Core.Stores;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every intake must do with counters, events and presence.</summary>
public abstract class IntakeStoreContract : StoreContract
{
    [Fact]
    public async Task A_rising_counter_is_accepted_and_need_not_be_gapless()
    {
        foreach (var counter in new uint[] { 0, 1, 7, uint.MaxValue })
        {
            Assert.Equal(DeliveryVerdict.Stored, (await Commit(Counted(1, counter, 9))).Verdict);
        }
    }

    [Fact]
    public async Task The_same_message_again_is_a_duplicate_and_changes_nothing()
    {
        await Commit(Counted(1, 5, 0xFFFF_FFFF_FFFF_FFFF, Value(1, 1, 0, 10)));
        var outcome = await Commit(Counted(1, 5, 0xFFFF_FFFF_FFFF_FFFF, Value(1, 1, 0, 10)) with { ReceivedAt = Midnight.AddDays(3) });
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Duplicate, 0, 0, 0), outcome);
        Assert.Equal(new MeterPresence(1, Midnight.AddHours(12), 0), await Presence(1));
    }

    [Fact]
    public async Task A_replayed_counter_is_refused_and_counted_and_its_values_are_not_stored()
    {
        await Commit(Counted(1, 5, 1));
        Assert.Equal(DeliveryVerdict.Replayed, (await Commit(Counted(1, 5, 2, Value(1, 1, 0, 1)))).Verdict);
        Assert.Equal(DeliveryVerdict.Replayed, (await Commit(Counted(1, 4, 3, Value(1, 1, 1, 1)))).Verdict);
        Assert.Equal(0, await Stores.Readings.CountAsync(Cancel));
        Assert.Equal(2, (await Presence(1)).Refused);
        Assert.Equal(DeliveryVerdict.Stored, (await Commit(Counted(1, 6, 4))).Verdict);
    }

    [Fact]
    public async Task Counters_of_meters_and_keys_are_kept_apart()
    {
        await Commit(Counted(1, 5, 1));
        Assert.Equal(DeliveryVerdict.Stored, (await Commit(Counted(2, 5, 1))).Verdict);
        Assert.Equal(DeliveryVerdict.Stored, (await Commit(Counted(1, 5, 1).Under(ulong.MaxValue))).Verdict);
        Assert.Equal(DeliveryVerdict.Duplicate, (await Commit(Counted(1, 5, 1).Under(ulong.MaxValue))).Verdict);
    }

    [Fact]
    public async Task A_late_message_under_the_old_key_does_not_hold_up_those_under_the_new_one()
    {
        var outcomes = await Stores.Intake.CommitAsync(
            [Counted(1, 50, 1), Counted(1, 1, 2).Under(2), Counted(1, 51, 3), Counted(1, 2, 4).Under(2), Counted(1, 1, 5).Under(2)],
            Cancel);
        Assert.Equal(
            [DeliveryVerdict.Stored, DeliveryVerdict.Stored, DeliveryVerdict.Stored, DeliveryVerdict.Stored, DeliveryVerdict.Replayed],
            outcomes.Select(o => o.Verdict));
    }

    [Fact]
    public async Task A_key_that_comes_back_goes_on_counting_where_it_ended()
    {
        await Commit(Counted(1, 50, 1));
        for (uint i = 1; i <= 5; i++) await Commit(Counted(1, i, i).Under(1 + i));
        Assert.Equal(DeliveryVerdict.Replayed, (await Commit(Counted(1, 49, 2))).Verdict);
        Assert.Equal(DeliveryVerdict.Stored, (await Commit(Counted(1, 51, 3))).Verdict);
    }

    [Fact]
    public async Task Deliveries_of_one_group_see_each_other_in_their_order()
    {
        var outcomes = await Stores.Intake.CommitAsync(
            [Counted(2, 1, 1), Counted(1, 1, 1), Counted(1, 1, 1), Counted(1, 1, 2), Counted(1, 2, 3), Counted(2, 2, 1)], Cancel);
        Assert.Equal(
            [
                DeliveryVerdict.Stored, DeliveryVerdict.Stored, DeliveryVerdict.Duplicate,
                DeliveryVerdict.Replayed, DeliveryVerdict.Stored, DeliveryVerdict.Stored,
            ],
            outcomes.Select(o => o.Verdict));
    }

    [Fact]
    public async Task A_delivery_without_a_counter_is_always_taken()
    {
        await Commit(Counted(1, 5, 1));
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 1, 0, 0), await Commit(Push(1, Value(1, 1, 0, 1))));
    }

    [Fact]
    public async Task An_empty_group_is_answered_with_nothing() => Assert.Empty(await Stores.Intake.CommitAsync([], Cancel));

    [Fact]
    public async Task A_mark_of_a_day_without_intervals_is_an_error_before_anything_is_stored()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Stores.Intake.CommitAsync([Push(1, Value(1, 1, 0, 1)), Marked(2, Day, 0, 0)], Cancel));
        Assert.Equal(0, await Stores.Readings.CountAsync(Cancel));
    }

    [Fact]
    public async Task Last_seen_never_goes_back()
    {
        await Commit(Push(1) with { ReceivedAt = Midnight.AddHours(2) });
        await Commit(Push(1) with { ReceivedAt = Midnight.AddHours(1) });
        Assert.Equal(Midnight.AddHours(2), (await Presence(1)).LastSeen);
    }

    [Fact]
    public async Task Events_are_kept_once_and_come_newest_first()
    {
        MeterEvent[] events = [.. Enumerable.Range(0, 5).Select(i => new MeterEvent(1, "0-0:99.98.0.255", Midnight.AddMinutes(i), 10 + i))];
        await Commit(Push(1) with { Events = events });
        await Commit(Push(1) with { Events = [events[2], events[4]] });
        var other = new MeterEvent(2, "0-0:99.98.1.255", Midnight.AddMinutes(2.5), 99);
        await Commit(Push(2) with { Events = [other] });

        Assert.Equal([events[4], events[3], other, events[2]], await Stores.Events.NewestAsync(4, Cancel));
        Assert.Equal(events.Reverse(), await Stores.Events.OfMeterAsync(1, WholeDay, 100, Cancel));
        Assert.Equal([events[2], events[1]],
            await Stores.Events.OfMeterAsync(1, new TimeRange(Midnight.AddMinutes(1), Midnight.AddMinutes(3)), 2, Cancel));
    }

    private async Task<DeliveryOutcome> Commit(Delivery delivery) => (await Stores.Intake.CommitAsync([delivery], Cancel))[0];

    private async Task<MeterPresence> Presence(long meterId) => (await Stores.Meters.PresenceAsync([meterId], Cancel))[0];
}
