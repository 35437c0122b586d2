using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Operations.OnDemand;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.OnDemand;

public sealed class OnDemandReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_clock_registers_and_missing_rows_stores_them_and_is_audited()
    {
        await using var bench = await TestHeadEnd.StartAsync(settings: TestHeadEnd.Settings with { GapScan = TimeSpan.FromHours(1) });
        bench.Meters["1"].ClockAhead = TimeSpan.FromSeconds(-7);
        var meter = await bench.RegisterAsync("1", ContactModes.Pushes | ContactModes.Answers);
        var result = await bench.HeadEnd.OnDemand.ReadAsync("1", "amelie", Cancel);
        Assert.Equal((OnDemandVerdict.Read, "Read the clock, 48 profile rows, 1 register."), (result.Verdict, result.Detail));
        Assert.Equal((TimeSpan.FromSeconds(-7), 49), (result.ClockDeviation, result.NewValues));
        Assert.Equal("Active energy import", Assert.Single(result.Registers).Name);
        Assert.Equal(48, (await bench.PageAsync(meter, new DateOnly(2026, 3, 3)))!.Received);
        var entry = (await bench.Stores.Audit.NewestAsync(1, Cancel))[0];
        Assert.Equal(("amelie", "meter.read", "1", true), (entry.Actor, entry.Action, entry.Subject, entry.Succeeded));
    }

    [Fact]
    public async Task Says_why_where_nothing_can_be_read_and_audits_that_too()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        await bench.RegisterAsync("pushes", ContactModes.Pushes);
        Assert.Equal(OnDemandVerdict.NotReadable, (await bench.HeadEnd.OnDemand.ReadAsync("pushes", "amelie", Cancel)).Verdict);
        Assert.Equal(OnDemandVerdict.UnknownMeter, (await bench.HeadEnd.OnDemand.ReadAsync("nobody", "amelie", Cancel)).Verdict);
        bench.Meters["1"].Fault = new MeterException("The meter refused the key.", isTransient: false);
        await bench.RegisterAsync("1");
        var failed = await bench.HeadEnd.OnDemand.ReadAsync("1", "amelie", Cancel);
        Assert.Equal((OnDemandVerdict.Failed, "The meter refused the key."), (failed.Verdict, failed.Detail));
        Assert.Equal(3, (await bench.Stores.Audit.NewestAsync(10, Cancel)).Count(e => e is { Action: "meter.read", Succeeded: false }));
    }
}
