using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Collection;

public sealed class IntakeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_acknowledged_value_is_in_the_store_and_counted()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        var outcome = await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, Ends(4)), Cancel);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 4, 0, 0), outcome);
        Assert.Equal(4, await bench.Stores.Readings.CountAsync(Cancel));
        Assert.Equal(4, (await bench.PageAsync(meter, new DateOnly(2026, 3, 3)))!.Received);
        Assert.Equal(4, bench.HeadEnd.Activity.Current.ValuesLastMinute);
    }

    [Fact]
    public async Task The_same_values_again_add_nothing_and_other_values_change_nothing()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        var push = bench.Push(meter, Ends(4));
        await bench.HeadEnd.Intake.DeliverAsync(push, Cancel);
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 0, 4, 0), await bench.HeadEnd.Intake.DeliverAsync(push, Cancel));
        var forged = push with { Readings = [.. push.Readings.Select(r => r with { Value = -1 })] };
        Assert.Equal(new DeliveryOutcome(DeliveryVerdict.Stored, 0, 0, 4), await bench.HeadEnd.Intake.DeliverAsync(forged, Cancel));
        Assert.Equal(push.Readings[0].Value, (await bench.Stores.Readings.OfMeterAsync(meter.Id, Always, 10, Cancel))[0].Value);
        Assert.Equal(4, bench.HeadEnd.Intake.State.NewValues);
    }

    [Fact]
    public async Task A_replayed_push_is_refused_and_counted_and_a_repeated_one_is_a_duplicate_also_after_a_restart()
    {
        var directory = TestHeadEnd.NewDirectory();
        Delivery Counted(TestHeadEnd bench, Meter meter, uint counter, ulong print) =>
            bench.Push(meter, Ends(1)) with { Counter = new CounterUse(1, counter, print) };

        await using (var bench = await TestHeadEnd.StartAsync(directory: directory))
        {
            var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
            Assert.Equal(DeliveryVerdict.Stored, (await bench.HeadEnd.Intake.DeliverAsync(Counted(bench, meter, 10, 1), Cancel)).Verdict);
            Assert.Equal(DeliveryVerdict.Duplicate,
                (await bench.HeadEnd.Intake.DeliverAsync(Counted(bench, meter, 10, 1), Cancel)).Verdict);
            Assert.Equal(DeliveryVerdict.Replayed, (await bench.HeadEnd.Intake.DeliverAsync(Counted(bench, meter, 10, 2), Cancel)).Verdict);
        }

        await using (var bench = await TestHeadEnd.StartAsync(directory: directory))
        {
            var meter = bench.HeadEnd.Registry.FindBySerial("1")!;
            Assert.Equal(DeliveryVerdict.Replayed, (await bench.HeadEnd.Intake.DeliverAsync(Counted(bench, meter, 9, 3), Cancel)).Verdict);
            Assert.True(bench.HeadEnd.Intake.TryDeliver(Counted(bench, meter, 8, 4)));
            await bench.SettleAsync();
            Assert.Equal(2, bench.HeadEnd.Intake.State.Replayed);
            await bench.UntilAsync(async () =>
                (await bench.Stores.Journal.RefusalCountsAsync(Cancel)).GetValueOrDefault(RefusalKind.Replayed) == 3);
            Assert.Equal(3, (await bench.Stores.Meters.PresenceAsync([meter.Id], Cancel))[0].Refused);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_full_intake_makes_streams_wait_and_drops_and_counts_datagrams()
    {
        var store = new TroubledStore();
        await using var intake = new LooseIntake(store, TestHeadEnd.Settings with { IntakeCapacity = 4, IntakeGroup = 2 });
        store.Hold();
        var first = intake.Intake.DeliverAsync(Delivery(1), Cancel).AsTask();
        await store.Entered.WaitAsync(Cancel); // one is with the store; the queue is empty
        for (var i = 0; i < 4; i++) Assert.True(intake.Intake.TryDeliver(Delivery(1)));
        Assert.False(intake.Intake.TryDeliver(Delivery(1)));
        Assert.False(intake.Intake.TryDeliver(Delivery(1)));
        var waiting = intake.Intake.DeliverAsync(Delivery(1), Cancel).AsTask();
        await Task.Delay(20, Cancel);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(2, intake.Intake.State.Dropped);
        Assert.Equal(2, intake.Journal.RefusedSinceStart(RefusalKind.Overloaded));
        store.LetGo();
        await Task.WhenAll(first, waiting);
        Assert.Equal(0, intake.Intake.State.Waiting);
        Assert.Equal(6, intake.Intake.State.Stored);
        Assert.True(store.LargestGroup <= 2);
    }

    [Fact]
    public async Task While_the_store_fails_nothing_is_acknowledged_and_afterwards_everything_is()
    {
        var store = new TroubledStore { Down = true };
        await using var intake = new LooseIntake(store, TestHeadEnd.Settings);
        var waiting = Enumerable.Range(0, 20).Select(i => intake.Intake.DeliverAsync(Delivery(1), Cancel).AsTask()).ToArray();
        for (var i = 0; i < 30; i++) await intake.TickAsync(TimeSpan.FromSeconds(5));
        Assert.True(intake.Intake.State.Stalled);
        Assert.DoesNotContain(waiting, t => t.IsCompleted);
        store.Down = false;
        while (!Task.WhenAll(waiting).IsCompleted) await intake.TickAsync(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(waiting), o => Assert.Equal(DeliveryVerdict.Stored, o.Verdict));
        Assert.False(intake.Intake.State.Stalled);
        Assert.Equal(20, store.Taken);
    }

    [Fact]
    public async Task A_delivery_that_the_store_cannot_take_does_not_hold_the_others_up()
    {
        var store = new TroubledStore { Poison = 66 };
        await using var intake = new LooseIntake(store, TestHeadEnd.Settings);
        var bad = intake.Intake.DeliverAsync(Delivery(66), Cancel).AsTask();
        var good = Enumerable.Range(1, 10).Select(i => intake.Intake.DeliverAsync(Delivery(i), Cancel).AsTask()).ToArray();
        while (!Task.WhenAll(good).IsCompleted || !bad.IsCompleted) await intake.TickAsync(TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(good), o => Assert.Equal(DeliveryVerdict.Stored, o.Verdict));
        await Assert.ThrowsAsync<InvalidDataException>(() => bad);
        Assert.Equal((1, 10, 10), (intake.Intake.State.Parked, intake.Intake.State.Stored, store.Taken));
    }

    [Fact]
    public async Task A_stop_stores_what_was_queued()
    {
        var store = new TroubledStore();
        var intake = new LooseIntake(store, TestHeadEnd.Settings with { IntakeGroup = 3 });
        store.Hold();
        for (var i = 0; i < 100; i++) Assert.True(intake.Intake.TryDeliver(Delivery(1)));
        store.LetGo();
        await intake.DisposeAsync();
        Assert.Equal(100, store.Taken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await intake.Intake.DeliverAsync(Delivery(1), Cancel));
    }

    [Fact]
    public async Task A_stop_with_a_failing_store_ends_and_acknowledges_nothing()
    {
        var store = new TroubledStore { Down = true };
        var intake = new LooseIntake(store, TestHeadEnd.Settings);
        var waiting = intake.Intake.DeliverAsync(Delivery(1), Cancel).AsTask();
        await intake.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, store.Taken);
    }

    [Fact]
    public async Task Values_of_days_nobody_expects_are_kept_and_open_no_page()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        var past = bench.Calendar.StartOf(new DateOnly(2026, 3, 1)).AddHours(1);
        var future = bench.Calendar.StartOf(new DateOnly(2099, 3, 1)).AddHours(1);
        var outcome = await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, past, future, Ends(1).Single()), Cancel);
        Assert.Equal(3, outcome.New);
        var pages = await bench.Stores.Ledger.OfMeterAsync(meter.Id, new DateOnly(2020, 1, 1), new DateOnly(2100, 1, 1), Cancel);
        Assert.DoesNotContain(pages, p => p.Key.Day < new DateOnly(2026, 3, 3) || p.Key.Day > new DateOnly(2026, 3, 4));
    }

    private static TimeRange Always => new(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    private static IEnumerable<DateTimeOffset> Ends(int count) =>
        Enumerable.Range(0, count).Select(i => TestHeadEnd.Noon.AddMinutes(-15 * i)).Reverse();

    private static Delivery Delivery(long meterId) =>
        new() { MeterId = meterId, Source = DeliverySource.Push, ReceivedAt = TestHeadEnd.Noon };

    /// <summary>A store that fails, holds or refuses one meter as it is told.</summary>
    private sealed class TroubledStore : IIntakeStore
    {
        private TaskCompletionSource? _held;

        public bool Down { get; set; }

        public long Poison { get; set; }

        public int Taken { get; private set; }

        public int LargestGroup { get; private set; }

        public SemaphoreSlim Entered { get; } = new(0);

        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void LetGo() => _held?.TrySetResult();

        public async ValueTask<DeliveryOutcome[]> CommitAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
        {
            Entered.Release();
            if (_held is { } held) await held.Task;
            if (Down) throw new IOException("No space left on device");
            if (deliveries.Any(d => d.MeterId == Poison)) throw new InvalidDataException("poison");
            Taken += deliveries.Count;
            LargestGroup = Math.Max(LargestGroup, deliveries.Count);
            return [.. deliveries.Select(_ => new DeliveryOutcome(DeliveryVerdict.Stored, 1, 0, 0))];
        }
    }
}
