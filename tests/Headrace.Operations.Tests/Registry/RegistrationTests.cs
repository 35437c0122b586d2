using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;
using Headrace.Operations.Tests.Bench;

namespace Headrace.Operations.Tests.Registry;

public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Good_rows_are_taken_and_bad_ones_refused_with_field_expectation_and_finding()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        DeviceRegistration[] rows =
        [
            Row("1"),
            Row(""),
            Row("3") with { SystemTitle = "4B464D10" },
            Row("4") with { DeviceType = "toaster" },
            Row("5") with { Guek = new byte[15] },
            Row("6") with { Address = "meter.example", Contact = ContactModes.Answers },
            Row("7") with { Contact = ContactModes.Answers },
            Row("8") with { Address = "10.0.0.1:0" },
            Row("1"),
            Row("9") with { Address = "[2001:db8::1]:4059" },
        ];
        var answers = await bench.HeadEnd.Registration.ImportAsync(rows, "test", Cancel);
        Assert.Equal(
            ["", "serial", "system_title", "device_type", "guek", "address", "address", "address", "serial", ""],
            answers.Select(a => a.Field ?? ""));
        Assert.Equal(
            "Row 5: guek: expected 16 bytes (32 hex digits) of suites 0 and 1 or 32 bytes of suite 2, got 15 bytes.", answers[4].Reason);
        Assert.Equal("Row 4: device_type: expected one of hourly, house, got 'toaster'.", answers[3].Reason);
        Assert.Equal(2, bench.HeadEnd.Registry.Count);
    }

    [Fact]
    public async Task Importing_the_same_file_again_updates_and_adds_no_meter()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        await bench.HeadEnd.Registration.ImportAsync([Row("1"), Row("2")], "test", Cancel);
        var before = bench.HeadEnd.Registry.FindBySerial("1")!;
        var answers = await bench.HeadEnd.Registration.ImportAsync([Row("1") with { LogicalDeviceName = "KFM0000000000001" }, Row("3")],
            "test", Cancel);
        Assert.Equal([ImportVerdict.Updated, ImportVerdict.Accepted], answers.Select(a => a.Verdict));
        Assert.Equal(3, bench.HeadEnd.Registry.Count);
        Assert.Equal(before.Id, bench.HeadEnd.Registry.FindByLogicalDeviceName("KFM0000000000001")!.Id);
        Assert.Equal(before.ExpectedFrom, bench.HeadEnd.Registry.Find(before.Id)!.ExpectedFrom);
    }

    [Fact]
    public async Task A_system_title_belongs_to_one_meter_only()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        await bench.HeadEnd.Registration.ImportAsync([Row("1") with { SystemTitle = "4b464d1020006a5c" }], "test", Cancel);
        var answers = await bench.HeadEnd.Registration.ImportAsync([Row("2") with { SystemTitle = "4B464D1020006A5C" }], "test", Cancel);
        Assert.Equal("that of meter 1", answers[0].Got);
        Assert.Equal("1", bench.HeadEnd.Registry.FindBySystemTitle(Convert.FromHexString("4B464D1020006A5C"))!.Serial);
    }

    [Fact]
    public async Task Keys_reach_the_vault_and_the_rows_are_wiped_even_where_refused()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var good = Row("1") with { Guek = Key(7), Gak = Key(8), Password = [1, 2, 3] };
        var bad = Row("2") with { Guek = Key(9), DeviceType = "toaster" };
        await bench.HeadEnd.Registration.ImportAsync([good, bad], "test", Cancel);
        Assert.All(good.Guek.Concat(good.Gak).Concat(good.Password).Concat(bad.Guek), b => Assert.Equal(0, b));
        using var lease = await bench.HeadEnd.Vault.LeaseAsync(bench.HeadEnd.Registry.FindBySerial("1")!.Id, Cancel);
        Assert.Equal(Key(7), lease.Get(KeyKind.GlobalUnicast).ToArray());
        Assert.Equal(Key(8), lease.Get(KeyKind.Authentication).ToArray());
        Assert.Equal([1, 2, 3], lease.Get(KeyKind.Password).ToArray());
        Assert.False(lease.Has(KeyKind.Master));
    }

    [Fact]
    public async Task An_import_is_audited_with_its_counts()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        await bench.HeadEnd.Registration.ImportAsync([Row("1"), Row("")], "amelie", Cancel);
        var entry = Assert.Single(await bench.Stores.Audit.NewestAsync(10, Cancel));
        Assert.Equal(("amelie", "device.import", "2 meters", false), (entry.Actor, entry.Action, entry.Subject, entry.Succeeded));
        Assert.Equal("1 accepted, 0 updated, 1 refused", entry.Detail);
    }

    [Fact]
    public async Task Intervals_are_expected_from_the_start_of_the_local_day_where_nothing_else_is_said()
    {
        await using var bench = await TestHeadEnd.StartAsync();
        var meter = await bench.RegisterAsync("1");
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 23, 0, 0, TimeSpan.Zero), meter.ExpectedFrom);
        Assert.NotNull(await bench.PageAsync(meter, new DateOnly(2026, 3, 3)));
        Assert.NotNull(await bench.PageAsync(meter, new DateOnly(2026, 3, 3), profile: 2));
        Assert.Null(await bench.PageAsync(meter, new DateOnly(2026, 3, 2)));
    }

    [Fact]
    public async Task Registered_meters_are_there_after_a_restart()
    {
        var directory = TestHeadEnd.NewDirectory();
        await using (var first = await TestHeadEnd.StartAsync(directory: directory))
            await first.HeadEnd.Registration.ImportAsync([Row("1") with { SystemTitle = "4B464D1020006A5C", Guek = Key(3) }], "test",
                Cancel);
        await using (var second = await TestHeadEnd.StartAsync(directory: directory))
        {
            var meter = second.HeadEnd.Registry.FindBySystemTitle(Convert.FromHexString("4B464D1020006A5C"))!;
            using var lease = await second.HeadEnd.Vault.LeaseAsync(meter.Id, Cancel);
            Assert.Equal(Key(3), lease.Get(KeyKind.GlobalUnicast).ToArray());
        }

        Directory.Delete(directory, recursive: true);
    }

    private static DeviceRegistration Row(string serial) => new() { Serial = serial, DeviceType = "house" };

    private static byte[] Key(byte fill) => [.. Enumerable.Repeat(fill, 16)];
}
