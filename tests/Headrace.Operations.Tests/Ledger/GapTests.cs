using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Ledger;

public sealed class GapTests
{
    private static readonly DateOnly Today = new(2026, 3, 3);

    private static HeadEndSettings RereadsOnly =>
        TestHeadEnd.Settings with { RegisterInterval = TimeSpan.Zero, EventInterval = TimeSpan.Zero };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_push_is_re_read_after_the_grace_with_the_smallest_range_and_the_gap_closes()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly);
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers);
        var lost = new[] { TestHeadEnd.Noon.AddHours(-3), TestHeadEnd.Noon.AddHours(-3).AddMinutes(15) };
        var all = Enumerable.Range(1, 48).Select(i => bench.Calendar.StartOf(Today).AddMinutes(15 * i));
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, all.Except(lost)), Cancel);
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        var page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal((48, 0), (page.Received, page.Missing(48)));
        Assert.Equal((1, new TimeRange(lost[0], lost[1].AddSeconds(1))), Assert.Single(bench.Meters["1"].Asked));
        var contact = Assert.Single(await bench.Stores.Journal.OfMeterAsync(meter.Id, 10, Cancel));
        Assert.Equal("Read 2 profile rows.", contact.Detail);
    }

    [Fact]
    public async Task A_new_meter_that_pushes_may_deliver_its_backlog_before_it_is_dialled_and_one_that_answers_is_read_at_once()
    {
        var settings = TestHeadEnd.Settings with { BacklogGrace = TimeSpan.FromSeconds(25) };
        await using var bench = await TestHeadEnd.StartAsync(settings: settings);
        var pushes = await bench.RegisterAsync("pushes", ContactModes.Pushes | ContactModes.Answers);
        await bench.RegisterAsync("answers");
        var day = bench.Calendar.StartOf(Today);
        var all = Enumerable.Range(1, 48).Select(i => day.AddMinutes(15 * i)).ToArray();
        await bench.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, bench.Meters["pushes"].Opened.Count);
        Assert.Equal(1, bench.Meters["answers"].Opened.Count);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(pushes, all.Except([all[9]])), Cancel);
        await bench.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((1, new TimeRange(all[9], all[9].AddSeconds(1))), Assert.Single(bench.Meters["pushes"].Asked));
        Assert.Equal(48, (await bench.PageAsync(pushes, Today))!.Received);
    }

    [Fact]
    public async Task A_push_that_is_still_within_its_grace_is_waited_for()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly);
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers, expectedFrom: TestHeadEnd.Noon);
        await bench.PassAsync(TimeSpan.FromMinutes(17));
        Assert.Equal(0, bench.Meters["1"].Opened.Count);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, TestHeadEnd.Noon.AddMinutes(15)), Cancel);
        await bench.PassAsync(TimeSpan.FromMinutes(12));
        Assert.Equal(0, bench.Meters["1"].Opened.Count);
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, bench.Meters["1"].Opened.Count);
        Assert.Equal(2, (await bench.PageAsync(meter, Today))!.Received);
    }

    [Fact]
    public async Task All_gaps_of_a_meter_are_read_in_one_session_newest_first()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly with { RangeLimit = TimeSpan.FromDays(1) });
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers, expectedFrom: TestHeadEnd.Noon.AddDays(-4));
        await bench.UntilAsync(() => Task.FromResult(bench.Meters["1"].Opened.Count > 0));
        Assert.Equal(1, bench.Meters["1"].Opened.Count);
        var asked = bench.Meters["1"].Asked.Where(a => a.Profile == 1).Select(a => a.Range.From).ToArray();
        Assert.True(asked.Length >= 4);
        Assert.Equal(asked.OrderDescending(), asked);
        for (var day = Today.AddDays(-4); day < Today; day = day.AddDays(1))
            Assert.Equal(LedgerState.Complete, (await bench.PageAsync(meter, day))!.State);
    }

    [Fact]
    public async Task A_failed_re_read_is_noted_on_the_page_with_its_reason_and_tried_again_later()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly);
        bench.Meters["1"].Fault = new MeterException("The meter fell silent.", isTransient: true);
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers);
        await bench.UntilAsync(async () => (await bench.PageAsync(meter, Today))!.Attempts == 1, TimeSpan.FromSeconds(1));
        var page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal("The meter fell silent.", page.Reason);
        Assert.InRange(page.NextAttempt - bench.Time.GetUtcNow(), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        await bench.UntilAsync(async () => (await bench.PageAsync(meter, Today))!.Attempts == 3);
        page = (await bench.PageAsync(meter, Today))!;
        Assert.InRange(page.NextAttempt - bench.Time.GetUtcNow(), TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(10));
        bench.Meters["1"].Fault = null;
        await bench.UntilAsync(async () => (await bench.PageAsync(meter, Today))!.Received >= 48);
    }

    [Fact]
    public async Task A_meter_that_comes_back_after_an_outage_is_re_read_at_once_however_long_its_pages_were_put_off()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        bench.Meters["1"].Fault = new MeterException("The meter is not connected.", isTransient: true);
        var meter = await bench.RegisterAsync("1", ContactModes.DialsIn, expectedFrom: TestHeadEnd.Noon.AddDays(-3));
        await bench.PassAsync(TimeSpan.FromHours(9), TimeSpan.FromMinutes(2));
        var page = (await bench.PageAsync(meter, Today.AddDays(-2)))!;
        Assert.True(page.NextAttempt > bench.Time.GetUtcNow().AddMinutes(5), $"{page.NextAttempt}");
        bench.Meters["1"].Fault = null;
        bench.HeadEnd.Collector.Wake(meter.Id);
        await bench.PassAsync(TimeSpan.FromSeconds(1));
        for (var day = Today.AddDays(-3); day < Today; day = day.AddDays(1))
            Assert.Equal(LedgerState.Complete, (await bench.PageAsync(meter, day))!.State);
    }

    [Fact]
    public async Task A_hole_in_the_meter_is_asked_for_a_few_times_and_closed_when_its_day_is_over()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var hole = TestHeadEnd.Noon.AddHours(-2);
        bench.Meters["1"].Holes.Add(hole);
        var meter = await bench.RegisterAsync("1");
        await bench.PassAsync(TimeSpan.FromHours(14), TimeSpan.FromMinutes(1));
        var page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal((LedgerState.Unrecoverable, 95, "The meter has no such rows."), (page.State, page.Received, page.Reason));
        Assert.InRange(bench.Meters["1"].Asked.Count(a => a.Profile == 1 && a.Range.Contains(hole)), 2, 5);
        bench.Meters["1"].Asked.Clear();
        await bench.PassAsync(TimeSpan.FromHours(3), TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(bench.Meters["1"].Asked, a => a.Range.Contains(hole));
    }

    [Fact]
    public async Task What_is_older_than_the_meters_memory_is_closed_with_the_reason_and_the_rest_is_read()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly);
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers,
            expectedFrom: bench.Calendar.StartOf(Today.AddDays(-13)));
        await bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(LedgerState.Complete, (await bench.PageAsync(meter, Today.AddDays(-9)))!.State);
        var edge = (await bench.PageAsync(meter, Today.AddDays(-10)))!;
        Assert.Equal((LedgerState.Open, 48), (edge.State, (int)edge.Received));
        var old = (await bench.PageAsync(meter, Today.AddDays(-11)))!;
        Assert.Equal((LedgerState.Unrecoverable, "Older than the meter's memory of 10 days."), (old.State, old.Reason));
        await bench.PassAsync(TimeSpan.FromHours(13), TimeSpan.FromMinutes(5));
        edge = (await bench.PageAsync(meter, Today.AddDays(-10)))!;
        Assert.Equal((LedgerState.Unrecoverable, 48), (edge.State, (int)edge.Received));
    }

    [Fact]
    public async Task The_page_of_a_meter_that_only_pushes_waits_and_is_closed_when_its_memory_is_past()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        await bench.PassAsync(TimeSpan.FromDays(10), TimeSpan.FromHours(1));
        var page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal((LedgerState.Open, 0), (page.State, page.Attempts));
        await bench.PassAsync(TimeSpan.FromHours(13), TimeSpan.FromHours(1));
        page = (await bench.PageAsync(meter, Today))!;
        Assert.Equal(LedgerState.Unrecoverable, page.State);
        Assert.Equal("The meter only pushes and cannot be asked, and its memory of 10 days is past.", page.Reason);
        Assert.Equal(0, bench.Meters["1"].Opened.Count);
    }

    [Fact]
    public async Task Two_types_with_one_profile_number_and_different_periods_do_not_disturb_each_other()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: RereadsOnly);
        var quarters = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers);
        var hours = await bench.RegisterAsync("2", ContactModes.Pushes | ContactModes.Answers, type: "hourly");
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal((48, 12), ((await bench.PageAsync(quarters, Today))!.Received, (await bench.PageAsync(hours, Today))!.Received));
        bench.Meters["1"].Opened.Clear();
        bench.Meters["2"].Opened.Clear();
        await bench.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal((0, 0), (bench.Meters["1"].Opened.Count, bench.Meters["2"].Opened.Count));
        var today = (await bench.HeadEnd.Today.GetAsync(Cancel)).Today;
        Assert.Equal(new Completeness(60, 60), today);
    }

    [Fact]
    public async Task Re_reads_that_hang_do_not_hold_up_what_is_live()
    {
        var settings = TestHeadEnd.Settings with { Parallelism = 1, RereadParallelism = 1 };
        await using var bench = await TestHeadEnd.StartAsync(settings: settings);
        var stuck = bench.Meters["stuck"].Gate = new TaskCompletionSource();
        await bench.RegisterAsync("stuck", ContactModes.Pushes | ContactModes.Answers, type: "hourly");
        bench.HeadEnd.Collector.WantReread(bench.HeadEnd.Registry.FindBySerial("stuck")!.Id);
        while (bench.Meters["stuck"].Opened.Count == 0) await Task.Delay(5, Cancel);
        var live = await bench.RegisterAsync("live");
        for (var i = 0; i < 1_000 && (await bench.PageAsync(live, Today))!.Received < 48; i++)
        {
            if (i < 15) bench.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10, Cancel);
        }

        Assert.Equal(48, (await bench.PageAsync(live, Today))!.Received);
        stuck.SetResult();
    }
}
