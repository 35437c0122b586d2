using System.Globalization;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Tests.Registry;

public sealed class MeterRegistryTests
{
    [Fact]
    public void Finds_a_meter_by_all_its_names()
    {
        var registry = new MeterRegistry();
        registry.Put([Meter(1) with { LogicalDeviceName = "KFM1" }]);
        Assert.Equal(1, registry.Find(1)!.Id);
        Assert.Equal(1, registry.FindBySerial("M1")!.Id);
        Assert.Equal(1, registry.FindByLogicalDeviceName("KFM1")!.Id);
        Assert.Equal(1, registry.FindBySystemTitle(Convert.FromHexString("0000000000000001"))!.Id);
        Assert.Null(registry.FindBySystemTitle([1, 2, 3]));
        Assert.Null(registry.FindBySerial("M2"));
    }

    [Fact]
    public void A_changed_meter_is_not_found_by_its_old_title_whichever_layer_it_lies_in()
    {
        var registry = new MeterRegistry();
        registry.Put([.. Enumerable.Range(1, 5_000).Select(i => Meter(i))]);
        registry.Put([Meter(7) with { SystemTitle = "FFFFFFFFFFFFFFFF" }]);
        Assert.Null(registry.FindBySystemTitle(Convert.FromHexString("0000000000000007")));
        Assert.Equal(7, registry.FindBySystemTitle(Convert.FromHexString("FFFFFFFFFFFFFFFF"))!.Id);
        registry.Put([Meter(7) with { SystemTitle = "FFFFFFFFFFFFFFFE" }]);
        Assert.Null(registry.FindBySystemTitle(Convert.FromHexString("FFFFFFFFFFFFFFFF")));
        Assert.Equal(5_000, registry.Count);
        Assert.Equal(5_000, registry.All.Select(m => m.Id).Distinct().Count());
    }

    [Fact]
    public async Task Readers_never_miss_a_meter_while_others_are_added()
    {
        var registry = new MeterRegistry();
        registry.Put([Meter(1)]);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var missed = 0;
            while (!done.IsCancellationRequested) missed += registry.FindBySerial("M1") is null || registry.Find(1) is null ? 1 : 0;
            return missed;
        }, TestContext.Current.CancellationToken);
        for (var i = 2; i < 3_000; i++) registry.Put([Meter(i)]);
        await done.CancelAsync();
        Assert.Equal(0, await reading);
        Assert.Equal(2_999, registry.Count);
    }

    [Fact]
    public void A_hundred_thousand_meters_take_less_than_60_megabytes()
    {
        var registry = new MeterRegistry();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var batch in Enumerable.Range(1, 100_000).Chunk(500)) registry.Put([.. batch.Select(i => Meter(i))]);
        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(used < 60_000_000, $"{used:n0} bytes");
        Assert.Equal(100_000, registry.Count);
    }

    private static Meter Meter(long id) => new()
    {
        Id = id,
        Serial = $"M{id}",
        DeviceType = "house",
        SystemTitle = id.ToString("X16", CultureInfo.InvariantCulture),
    };
}
