using Headrace.Core.Metering;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Contracts;

/// <summary>What every reading store must do with what the intake has taken.</summary>
public abstract class ReadingStoreContract : StoreContract
{
    private static readonly SeriesKey Import = new(MeterId: 42, Channel: 1);

    [Fact]
    public async Task Returns_what_was_stored_in_order_of_time()
    {
        var day = DayOf(42);
        await Stores.Intake.CommitAsync([Push(42, [.. day.Reverse()])], Cancel);
        Assert.Equal(day, await Read(Import, WholeDay));
    }

    [Fact]
    public async Task Storing_the_same_values_again_changes_nothing_and_counts_them_as_repeated()
    {
        var first = await Stores.Intake.CommitAsync([Push(42, DayOf(42))], Cancel);
        var second = await Stores.Intake.CommitAsync([Push(42, DayOf(42))], Cancel);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 96, 0, 0), first[0]);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 0, 96, 0), second[0]);
        Assert.Equal(96, await Stores.Readings.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_value_that_differs_leaves_the_first_and_is_counted_as_conflicting()
    {
        await Stores.Intake.CommitAsync([Push(42, Value(42, 1, 0, 5), Value(42, 1, 1, 6))], Cancel);
        var outcome = await Stores.Intake.CommitAsync([Push(42, Value(42, 1, 0, -1), Value(42, 1, 1, 6), Value(42, 1, 2, 7))], Cancel);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, New: 1, Repeated: 1, Conflicting: 1), outcome[0]);
        Assert.Equal([5L, 6, 7], (await Read(Import, WholeDay)).Select(r => r.Value));
    }

    [Fact]
    public async Task A_value_twice_in_one_delivery_is_stored_once()
    {
        var outcome = await Stores.Intake.CommitAsync([Push(42, Value(42, 1, 0, 5), Value(42, 1, 0, 5), Value(42, 1, 0, 6))], Cancel);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 1, 1, 1), outcome[0]);
    }

    [Fact]
    public async Task A_range_holds_its_start_and_not_its_end()
    {
        await Stores.Intake.CommitAsync([Push(42, DayOf(42))], Cancel);
        var hour = await Read(Import, new TimeRange(Midnight.AddHours(1), Midnight.AddHours(2)));
        Assert.Equal([4L, 5, 6, 7], hour.Select(r => r.Value));
        var between = await Read(Import, new TimeRange(Midnight.AddHours(1).AddTicks(1), Midnight.AddHours(2).AddTicks(1)));
        Assert.Equal([5L, 6, 7, 8], between.Select(r => r.Value));
    }

    [Fact]
    public async Task Extreme_values_and_statuses_come_back_as_they_were()
    {
        Reading[] readings =
        [
            new(Import, Midnight, long.MinValue, int.MinValue),
            new(Import, Midnight.AddMilliseconds(10), long.MaxValue, int.MaxValue),
            new(Import, Midnight.AddSeconds(1), -1, (int)ReadingFlags.NotAuthenticated | 0xFFFF),
        ];
        await Stores.Intake.CommitAsync([Push(42, readings)], Cancel);
        Assert.Equal(readings, await Read(Import, WholeDay));
    }

    [Fact]
    public async Task Times_are_kept_as_instants_whatever_their_offset()
    {
        var local = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(5.5));
        await Stores.Intake.CommitAsync([Push(42, new Reading(Import, local, 1, 0))], Cancel);
        var stored = Assert.Single(await Read(Import, WholeDay));
        Assert.Equal(local.UtcDateTime, stored.At.UtcDateTime);
        Assert.Equal(TimeSpan.Zero, stored.At.Offset);
    }

    [Fact]
    public async Task Series_of_other_meters_and_channels_are_kept_apart()
    {
        await Stores.Intake.CommitAsync([Push(42, Value(42, 1, 0, 1), Value(42, 2, 0, 2)), Push(43, Value(43, 1, 0, 3))], Cancel);
        Assert.Equal([1L], (await Read(Import, WholeDay)).Select(r => r.Value));
        Assert.Equal([2L], (await Read(new SeriesKey(42, 2), WholeDay)).Select(r => r.Value));
        Assert.Equal([3L], (await Read(new SeriesKey(43, 1), WholeDay)).Select(r => r.Value));
    }

    [Fact]
    public async Task Readings_of_a_meter_come_by_channel_and_time_up_to_the_limit()
    {
        await Stores.Intake.CommitAsync([Push(42, [.. DayOf(42, 2), .. DayOf(42, 1)]), Push(43, DayOf(43))], Cancel);
        var all = await Stores.Readings.OfMeterAsync(42, WholeDay, 1000, Cancel);
        Assert.Equal([.. DayOf(42, 1), .. DayOf(42, 2)], all);
        Assert.Equal(all.Take(100), await Stores.Readings.OfMeterAsync(42, WholeDay, 100, Cancel));
    }

    [Fact]
    public async Task Latest_gives_the_newest_of_each_channel_even_when_older_ones_come_later()
    {
        await Stores.Intake.CommitAsync([Push(42, Value(42, 2, 8, 28), Value(42, 1, 9, 19))], Cancel);
        await Stores.Intake.CommitAsync([Push(42, Value(42, 2, 3, 23), Value(42, 3, 1, 31)), Push(43, Value(43, 1, 95, 0))], Cancel);
        Assert.Equal([19L, 28, 31], (await Stores.Readings.LatestAsync(42, Cancel)).Select(r => r.Value));
        Assert.Empty(await Stores.Readings.LatestAsync(44, Cancel));
    }

    [Fact]
    public async Task Twenty_writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Stores.Intake.CommitAsync([Push(i, DayOf(i))], Cancel).AsTask()));
        for (var i = 0; i < 20; i++) Assert.Equal(96, (await Read(new SeriesKey(i, 1), WholeDay)).Count);
        Assert.Equal(20 * 96, await Stores.Readings.CountAsync(Cancel));
    }

    [Fact]
    public async Task Readers_work_while_values_come_in()
    {
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++) await Stores.Intake.CommitAsync([Push(42, Value(42, 1, i, i))], Cancel);
            },
            Cancel);
        var seen = 0;
        while (!writing.IsCompleted)
        {
            var now = (await Read(Import, WholeDay)).Count;
            Assert.True(now >= seen);
            seen = now;
        }

        await writing;
        Assert.Equal(50, (await Read(Import, WholeDay)).Count);
    }

    [Fact]
    public async Task A_delivery_that_holds_values_of_another_meter_is_an_error_and_stores_nothing()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Stores.Intake.CommitAsync([Push(1, Value(1, 1, 0, 1)), Push(2, Value(3, 1, 0, 1))], Cancel));
        Assert.Equal(0, await Stores.Readings.CountAsync(Cancel));
    }

    private async Task<List<Reading>> Read(SeriesKey series, TimeRange range) =>
        await ToList(Stores.Readings.ReadAsync(series, range, Cancel));
}
