using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Operations.OnDemand;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Collection;

public sealed class CollectorTests
{
    private static readonly DateOnly Today = new(2026, 3, 3);

    // A minute past noon: the meters have had time to capture the row of noon.
    private static Task<TestHeadEnd> StartAsync(HeadEndSettings? settings = null) =>
        TestHeadEnd.StartAsync(new FakeTime(TestHeadEnd.Noon.AddMinutes(1)), settings);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_polled_meter_is_read_when_registered_and_shortly_after_each_capture()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1");
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(48, (await bench.PageAsync(meter, Today))!.Received);
        await bench.PassAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(49, (await bench.PageAsync(meter, Today))!.Received);
        Assert.Equal(Today, bench.Calendar.DayOf(bench.Time.GetUtcNow()));
    }

    [Fact]
    public async Task What_is_due_together_is_done_in_one_session_and_only_what_is_missing_is_asked_for()
    {
        await using var bench = await StartAsync();
        await bench.RegisterAsync("1");
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        var fake = bench.Meters["1"];
        fake.Opened.Clear();
        fake.Asked.Clear();
        fake.RegisterReads = 0;
        fake.EventRanges.Clear();
        await bench.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(8, fake.Opened.Count);
        Assert.Equal(8, fake.RegisterReads);
        Assert.Equal(2, fake.EventRanges.Count);
        Assert.Equal(8, fake.Asked.Count);
        Assert.All(fake.Asked, a => Assert.Equal(TimeSpan.FromSeconds(1), a.Range.To - a.Range.From));
    }

    [Fact]
    public async Task A_session_is_journalled_with_what_it_brought()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1");
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        var contact = Assert.Single(await bench.Stores.Journal.OfMeterAsync(meter.Id, 10, Cancel));
        Assert.True(contact.Succeeded);
        Assert.Equal("Read 48 profile rows, 1 register.", contact.Detail);
        Assert.Equal((ContactKind.Dialled, 49, 960L), (contact.Kind, contact.Values, contact.BytesReceived));
        Assert.Equal("meter.example:4059", contact.Remote);
    }

    [Fact]
    public async Task A_silent_meter_is_tried_less_and_less_often_down_to_once_an_hour()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1");
        var fake = bench.Meters["1"];
        fake.Fault = new MeterException("The meter fell silent.", isTransient: true);
        await bench.PassAsync(TimeSpan.FromHours(8), TimeSpan.FromSeconds(30));
        var tries = fake.Opened.ToArray();
        var pauses = tries.Zip(tries.Skip(1), (a, b) => b - a).ToArray();
        Assert.True(pauses[0] < TimeSpan.FromMinutes(2), $"{pauses[0]}");
        Assert.InRange(pauses[^1], TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(62));
        Assert.InRange(tries.Length, 10, 20);
        var contact = (await bench.Stores.Journal.OfMeterAsync(meter.Id, 1, Cancel))[0];
        Assert.Equal((false, "The meter fell silent."), (contact.Succeeded, contact.Detail));

        fake.Fault = null;
        await bench.PassAsync(TimeSpan.FromHours(1.5), TimeSpan.FromSeconds(30));
        var page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal(0, page.Missing(page.Received));
        Assert.True(page.Received > 80);
    }

    [Fact]
    public async Task A_failure_that_trying_again_will_not_mend_waits_an_hour_at_once()
    {
        await using var bench = await StartAsync();
        await bench.RegisterAsync("1");
        bench.Meters["1"].Fault = new MeterException("The meter refused the key.", isTransient: false);
        await bench.PassAsync(TimeSpan.FromMinutes(45), TimeSpan.FromSeconds(30));
        Assert.Equal(1, bench.Meters["1"].Opened.Count);
    }

    [Fact]
    public async Task Rows_that_came_before_the_connection_broke_are_kept()
    {
        await using var bench = await StartAsync();
        bench.Meters["1"].BreakAfterRows = 10;
        var meter = await bench.RegisterAsync("1");
        await bench.UntilAsync(() => Task.FromResult(bench.Meters["1"].Opened.Count == 1));
        Assert.Equal(10, (await bench.PageAsync(meter, Today))!.Received);
        await bench.UntilAsync(async () => (await bench.PageAsync(meter, Today))!.Received >= 40);
    }

    [Fact]
    public async Task A_meter_has_one_session_at_a_time_and_a_person_gets_the_next_turn()
    {
        await using var bench = await StartAsync();
        await bench.RegisterAsync("1");
        var fake = bench.Meters["1"];
        var gate = fake.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (bench.HeadEnd.Collector.Running == 0)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, Cancel);
        }

        var reading = bench.HeadEnd.OnDemand.ReadAsync("1", "amelie", Cancel).AsTask();
        await Task.Delay(30, Cancel);
        Assert.False(reading.IsCompleted);
        fake.Gate = null;
        gate.SetResult();
        Assert.Equal(OnDemandVerdict.Read, (await reading).Verdict);
        await bench.SettleAsync();
        Assert.Equal((2, 1), (fake.Opened.Count, fake.MostSessions));
    }

    [Fact]
    public async Task A_session_that_takes_too_long_is_broken_off()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1");
        bench.Meters["1"].Gate = new TaskCompletionSource();
        while (bench.Meters["1"].Opened.Count < 2)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10, Cancel);
        }

        var contact = (await bench.Stores.Journal.OfMeterAsync(meter.Id, 10, Cancel))[^1];
        Assert.Equal("The session took longer than 180 s and was broken off.", contact.Detail);
        Assert.Equal(1, bench.Meters["1"].MostSessions);
    }

    [Fact]
    public async Task A_meter_that_dials_in_is_read_as_soon_as_it_is_there()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.DialsIn);
        var fake = bench.Meters["1"];
        fake.Fault = new MeterException("The meter is not connected.", isTransient: true);
        await bench.PassAsync(TimeSpan.FromHours(3), TimeSpan.FromMinutes(1));
        Assert.Empty(await bench.Stores.Journal.OfMeterAsync(meter.Id, 10, Cancel));
        fake.Fault = null;
        bench.HeadEnd.Collector.Wake(meter.Id);
        await bench.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(60, (await bench.PageAsync(meter, Today))!.Received);
        Assert.Equal(ContactKind.DialledIn, Assert.Single(await bench.Stores.Journal.OfMeterAsync(meter.Id, 10, Cancel)).Kind);
    }

    [Fact]
    public async Task A_meter_that_dials_in_while_it_is_found_absent_is_tried_again_at_once()
    {
        await using var bench = await StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.DialsIn);
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        var fake = bench.Meters["1"];
        fake.Opened.Clear();
        fake.Fault = new MeterException("The meter is not connected.", isTransient: true);
        var gate = fake.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (fake.Opened.Count == 0)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Cancel);
        }

        bench.HeadEnd.Collector.Wake(meter.Id);
        fake.Gate = null;
        gate.SetResult();
        await bench.SettleAsync(); // the clock stands
        Assert.Equal(2, fake.Opened.Count);
        Assert.Single(fake.Opened.Distinct());
        await bench.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, fake.Opened.Count);
    }

    [Fact]
    public async Task Events_are_read_from_the_past_first_and_then_from_where_the_last_reading_ended()
    {
        await using var bench = await StartAsync();
        var fake = bench.Meters["1"];
        fake.Events.Add(new MeterEvent(0, "", TestHeadEnd.Noon.AddDays(-3), 1));
        fake.Events.Add(new MeterEvent(0, "", TestHeadEnd.Noon.AddDays(-40), 2));
        var meter = await bench.RegisterAsync("1");
        await bench.PassAsync(TimeSpan.FromMinutes(70), TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(
            await bench.Stores.Events.OfMeterAsync(meter.Id, new TimeRange(default, DateTimeOffset.MaxValue), 10, Cancel)).Code);
        Assert.Equal(2, fake.EventRanges.Count);
        Assert.InRange(fake.EventRanges[1].From, TestHeadEnd.Noon.AddMinutes(-10), TestHeadEnd.Noon);
        Assert.Equal("Power down", Assert.Single(bench.HeadEnd.Activity.Current.Events).Name);
    }

    [Fact]
    public async Task Many_meters_are_read_with_no_more_sessions_at_once_than_allowed()
    {
        await using var bench = await StartAsync(TestHeadEnd.Settings with { Parallelism = 3, RereadParallelism = 1 });
        for (var i = 0; i < 30; i++) await bench.RegisterAsync($"{i}");
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        Assert.InRange(bench.Meters.MostSessions, 1, 4);
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(1, bench.Meters[$"{i}"].RegisterReads));
    }
}
