using Headrace.Core.Metering;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Ledger;

public sealed class ExpectationsTests
{
    [Fact]
    public async Task Pages_are_open_a_day_ahead_and_each_midnight_opens_one_more()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes);
        Assert.NotNull(await bench.PageAsync(meter, new DateOnly(2026, 3, 4)));
        Assert.Null(await bench.PageAsync(meter, new DateOnly(2026, 3, 5)));
        await bench.PassAsync(TimeSpan.FromHours(12.1), TimeSpan.FromMinutes(10));
        Assert.NotNull(await bench.PageAsync(meter, new DateOnly(2026, 3, 5)));
        Assert.Equal(new DateOnly(2026, 3, 5), await bench.Stores.Ledger.ExpectedThroughAsync(TestHeadEnd.Cancel));
    }

    [Theory]
    [InlineData("2026-03-29T10:00:00Z", "2026-03-29", 92)]
    [InlineData("2026-10-25T10:00:00Z", "2026-10-25", 100)]
    [InlineData("2026-10-26T10:00:00Z", "2026-10-26", 96)]
    public async Task A_polled_day_is_complete_with_the_quarters_it_really_has(string start, string dayText, int slots)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var day = DateOnly.Parse(dayText, culture);
        await using var bench = await TestHeadEnd.StartAsync(new FakeTime(DateTimeOffset.Parse(start, culture)));
        var meter = await bench.RegisterAsync("1");
        var page = await bench.PageAsync(meter, day);
        Assert.Equal(slots, page!.Slots);
        await bench.PassAsync(TimeSpan.FromHours(14), TimeSpan.FromMinutes(1));
        page = await bench.PageAsync(meter, day);
        Assert.Equal((slots, LedgerState.Complete), (page!.Received, page.State));
        Assert.Equal(LedgerState.Complete, (await bench.PageAsync(meter, day, profile: 2))!.State);
    }

    [Fact]
    public async Task After_days_of_standstill_the_days_between_are_expected_and_read()
    {
        var directory = TestHeadEnd.NewDirectory();
        Meter meter;
        await using (var first = await TestHeadEnd.StartAsync(directory: directory))
        {
            meter = await first.RegisterAsync("1");
            await first.PassAsync(TimeSpan.FromMinutes(3));
        }

        await using (var second = await TestHeadEnd.StartAsync(new FakeTime(TestHeadEnd.Noon.AddDays(4)), directory: directory))
        {
            await second.PassAsync(TimeSpan.FromMinutes(10));
            for (var day = new DateOnly(2026, 3, 3); day < new DateOnly(2026, 3, 7); day = day.AddDays(1))
                Assert.Equal((day, LedgerState.Complete), (day, (await second.PageAsync(meter, day))!.State));
            Assert.Equal(4, second.Meters["1"].Asked.Count(a => a.Range.To - a.Range.From > TimeSpan.FromHours(1)) + 1);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_meter_that_came_into_service_in_the_midst_of_a_day_owes_the_rest_of_it_only()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes, expectedFrom: TestHeadEnd.Noon.AddMinutes(-40));
        var page = await bench.PageAsync(meter, new DateOnly(2026, 3, 3));
        Assert.Equal(46, page!.FirstSlot); // 11:20 local: the first whole quarter begins at 11:30
        Assert.Null(await bench.PageAsync(meter, new DateOnly(2026, 3, 3), profile: 2));
        Assert.NotNull(await bench.PageAsync(meter, new DateOnly(2026, 3, 4), profile: 2));
    }

    [Fact]
    public async Task A_stop_in_the_midst_of_a_registration_is_made_good_at_the_next_start()
    {
        var directory = TestHeadEnd.NewDirectory();
        await using (var first = await TestHeadEnd.StartAsync(directory: directory))
        {
            await first.RegisterAsync("1");
            // As if the machine had stopped between the meter and its pages.
            var (noon, before) = (TestHeadEnd.Noon, TestHeadEnd.Noon.AddDays(-1));
            var half = new Meter { Serial = "2", DeviceType = "house", ExpectedFrom = before, RegisteredAt = noon };
            await first.Stores.Meters.PutAsync([half], TestHeadEnd.Cancel);
        }

        await using (var second = await TestHeadEnd.StartAsync(directory: directory))
        {
            var meter = second.HeadEnd.Registry.FindBySerial("2")!;
            Assert.NotNull(await second.PageAsync(meter, new DateOnly(2026, 3, 3)));
            Assert.NotNull(await second.PageAsync(meter, new DateOnly(2026, 3, 2)));
        }

        Directory.Delete(directory, recursive: true);
    }
}
