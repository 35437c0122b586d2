using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Overview;

public sealed class OverviewTests
{
    private static readonly DateOnly Today = new(2026, 3, 3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Today_sums_what_is_expected_and_there_and_names_the_silent()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var seen = await bench.RegisterAsync("seen", ContactModes.Pushes);
        await bench.RegisterAsync("silent", ContactModes.Pushes);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(seen, Ends(1, 40)), Cancel);
        var today = await bench.HeadEnd.Today.GetAsync(Cancel);
        Assert.Equal((2, 1), (today.Meters, today.SilentCount));
        Assert.Equal("silent", Assert.Single(today.Silent).Meter.Serial);
        Assert.Null(today.Silent[0].LastSeen);
        Assert.Equal(new Completeness(94, 40), today.Today); // the quarter that ended at noon is within its grace
        Assert.Equal(default, today.Yesterday);
        Assert.Equal(54, today.MissingIntervals);
        Assert.Equal(40, today.ValuesLastMinute);
    }

    [Fact]
    public async Task Today_is_asked_of_the_store_once_a_second_however_many_look()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var first = await bench.HeadEnd.Today.GetAsync(Cancel);
        var many = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => bench.HeadEnd.Today.GetAsync(Cancel).AsTask()));
        Assert.All(many, t => Assert.Same(first, t));
        bench.Time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.NotSame(first, await bench.HeadEnd.Today.GetAsync(Cancel));
    }

    [Fact]
    public async Task What_is_missing_never_contradicts_the_completeness_beside_it()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes, expectedFrom: bench.Calendar.StartOf(Today.AddDays(-3)));
        for (var day = -3; day <= 0; day++)
        {
            var before = await bench.HeadEnd.Today.GetAsync(Cancel);
            var start = bench.Calendar.StartOf(Today.AddDays(day));
            var ends = Enumerable.Range(1, day == 0 ? 47 : 96).Select(i => start.AddMinutes(15 * i));
            await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, ends), Cancel);
            bench.Time.Advance(TimeSpan.FromSeconds(1.1));
            var after = await bench.HeadEnd.Today.GetAsync(Cancel);
            Assert.Equal(before.MissingIntervals - (day == 0 ? 47 : 96), after.MissingIntervals);
            Assert.InRange(
                after.Today.Expected - after.Today.Received + after.Yesterday.Expected - after.Yesterday.Received,
                0, after.MissingIntervals);
        }
    }

    [Fact]
    public async Task The_list_of_meters_pages_and_shows_each_meters_completeness()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        for (var i = 0; i < 5; i++) await bench.RegisterAsync($"M{i}", ContactModes.Pushes);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(bench.HeadEnd.Registry.FindBySerial("M3")!, Ends(1, 47)), Cancel);
        var page = await bench.HeadEnd.Meters.FindAsync("M", offset: 2, limit: 2, Cancel);
        Assert.Equal(5, page.Total);
        Assert.Equal(["M2", "M3"], page.Items.Select(l => l.Meter.Serial));
        Assert.Equal([0, 1], page.Items.Select(l => l.Today.Share));
        Assert.Null(page.Items[0].LastSeen);
        Assert.Equal(bench.Time.GetUtcNow(), page.Items[1].LastSeen);
    }

    [Fact]
    public async Task A_profile_table_shows_gaps_as_gaps_and_differences_only_where_both_ends_are_there()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, Ends(1, 48).Where((_, i) => i is not (10 or 11))), Cancel);
        var table = (await bench.HeadEnd.Dossier.ProfileAsync("1", 1, Today.AddDays(-1), Today, Cancel))!;
        Assert.Equal(Ends(1, 48), table.Times);
        var series = Assert.Single(table.Series);
        Assert.Equal("Active energy import", series.Name);
        Assert.Equal([10, 11], Enumerable.Range(0, 48).Where(i => series.Values[i] is null));
        Assert.Equal([0, 10, 11, 12], Enumerable.Range(0, 48).Where(i => series.Differences[i] is null));
        Assert.Equal(900, series.Differences[20]);
    }

    [Theory]
    [InlineData("2026-03-29", 92)]
    [InlineData("2026-10-25", 100)]
    public async Task A_profile_table_has_as_many_rows_as_the_day_has_quarters(string text, int slots)
    {
        var day = DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        await using var bench =
            await TestHeadEnd.StartAsync(new FakeTime(new DateTimeOffset(day.AddDays(1), new TimeOnly(9, 0), TimeSpan.Zero)));
        var meter = await bench.RegisterAsync("1", ContactModes.Answers, bench.Calendar.StartOf(day));
        await bench.UntilAsync(async () => (await bench.PageAsync(meter, day))!.State == LedgerState.Complete);
        var table = (await bench.HeadEnd.Dossier.ProfileAsync("1", 1, day, day, Cancel))!;
        Assert.Equal(slots, table.Times.Count);
        Assert.Equal(slots, table.Times.Distinct().Count());
        Assert.All(table.Series[0].Differences.Skip(1), d => Assert.Equal(900, d));
        var days = (await bench.HeadEnd.Dossier.ProfileAsync("1", 2, day, day, Cancel))!;
        Assert.Equal(bench.Calendar.StartOf(day.AddDays(1)), Assert.Single(days.Times));
    }

    [Fact]
    public async Task A_profile_nobody_sent_yet_is_a_table_of_gaps()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        await bench.RegisterAsync("1", ContactModes.Pushes);
        var table = (await bench.HeadEnd.Dossier.ProfileAsync("1", 1, Today, Today, Cancel))!;
        Assert.Equal((48, 0), (table.Times.Count, table.Series[0].Channel.Number));
        Assert.All(table.Series[0].Values, v => Assert.Null(v));
        Assert.Null(await bench.HeadEnd.Dossier.ProfileAsync("1", 9, Today, Today, Cancel));
        Assert.Null(await bench.HeadEnd.Dossier.ProfileAsync("2", 1, Today, Today, Cancel));
    }

    [Fact]
    public async Task A_meters_file_holds_registers_ledger_events_and_contacts()
    {
        await using var bench = await TestHeadEnd.StartAsync(new FakeTime(TestHeadEnd.Noon.AddMinutes(1)));
        bench.Meters["1"].Events.Add(new MeterEvent(0, "", TestHeadEnd.Noon.AddHours(-5), 2));
        var meter = await bench.RegisterAsync("1");
        bench.HeadEnd.Journal.Refused(RefusalKind.WrongKey, meter.Id, "tag does not fit");
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        var file = (await bench.HeadEnd.Dossier.GetAsync("1", Cancel))!;
        Assert.Equal(("Household meter", 1), (file.Type.Title, file.Refused));
        var register = Assert.Single(file.Registers); // the profile's import is the same quantity
        Assert.Equal(("Active energy import", "Wh"), (register.Name, register.Channel.Key.Unit));
        Assert.Equal("Power up", Assert.Single(file.Events).Name);
        Assert.Single(file.Contacts);
        Assert.Contains(file.Ledger, p => p.Key.Day == Today && p.Received == 48);
        Assert.Null(await bench.HeadEnd.Dossier.GetAsync("2", Cancel));
    }

    [Fact]
    public async Task Readings_come_scaled_with_unit_and_time_at_once_or_as_a_stream()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        await bench.HeadEnd.Intake.DeliverAsync(bench.Push(meter, Ends(1, 4)), Cancel);
        var range = new TimeRange(Ends(2, 1).Single(), Ends(4, 1).Single());
        var lines = (await bench.HeadEnd.Readings.OfMeterAsync("1", range, Cancel))!;
        Assert.Equal(Ends(2, 2), lines.Select(l => l.Time));
        Assert.Equal(("1-0:99.1.0.255", "1-0:1.8.0.255", "Wh"), (lines[0].Profile, lines[0].Obis, lines[0].Unit));
        Assert.Equal(FakeMeters.CountAt(meter, range.From), lines[0].Value);
        Assert.Equal(lines, await bench.HeadEnd.Readings.StreamAsync("1", range, Cancel).ToListAsync(Cancel));
        Assert.Null(await bench.HeadEnd.Readings.OfMeterAsync("2", range, Cancel));
    }

    private static IEnumerable<DateTimeOffset> Ends(int first, int count) =>
        Enumerable.Range(first, count).Select(i => new LocalCalendar(TestHeadEnd.Zurich).StartOf(Today).AddMinutes(15 * i));
}
