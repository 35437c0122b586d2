using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Drivers.Dlms;
using Headrace.Simulation.Fleet;

namespace Headrace.Drivers.Tests.Dlms;

public sealed class ReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dialled_meter_tells_time_registers_profiles_and_events()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var (fleet, meters) = await Fleet.StartAsync(headEnd, MeterBehaviour.WaitsToBePolled);
        await using var running = fleet;
        var driver = new DlmsDriver(headEnd.Links, headEnd.Dialer);
        var type = headEnd.Ports.Types.Find("idis-e450")!;
        await using var session = await driver.OpenAsync(meters[0], Cancel);

        var now = TimeProvider.System.GetUtcNow();
        Assert.InRange(await session.ReadClockAsync(Cancel), now.AddMinutes(-1), now.AddMinutes(1));

        var registers = await session.ReadRegistersAsync(Cancel);
        Assert.Equal(14, registers.Count);
        Assert.Equal(
            type.Registers.Select(r => (r.Obis, r.Unit)),
            registers.Select(r => headEnd.Channels.Find(r.Series.Channel)!.Key).Select(k => (k.Obis, k.Unit)));
        Assert.InRange(headEnd.Channels.Find(registers[8].Series.Channel)!.Scale(registers[8].Value), 200, 260);

        var today = headEnd.Ports.Calendar.DayOf(now);
        var yesterday = headEnd.Ports.Calendar.RangeOf(today.AddDays(-1));
        var rows = await ToListAsync(
            session.ReadProfileAsync(type.Profiles[0], new TimeRange(yesterday.From.AddMinutes(1), yesterday.To.AddSeconds(1)), Cancel));
        Assert.Equal(headEnd.Ports.Calendar.SlotsOf(today.AddDays(-1), TimeSpan.FromMinutes(15)), rows.Count);
        Assert.Equal(rows.Select(r => r.At).Order(), rows.Select(r => r.At));
        Assert.All(rows, row => Assert.Equal(2, row.Readings.Count));
        Assert.True(rows[^1].Readings[0].Value >= rows[0].Readings[0].Value);

        var days = await ToListAsync(
            session.ReadProfileAsync(type.Profiles[1], new TimeRange(yesterday.From, yesterday.To.AddSeconds(1)), Cancel));
        Assert.Equal([yesterday.From, yesterday.To], days.Select(d => d.At));
        Assert.All(days, row => Assert.Equal(6, row.Readings.Count));

        var events = await session.ReadEventsAsync("0-0:99.98.0.255", new TimeRange(now.AddDays(-60), now), Cancel);
        Assert.All(events, entry => Assert.InRange(entry.Code, 1, 255));
        Assert.True(session.Traffic.Received > 1_000);
        Assert.True(session.Traffic.Sent > 100);
    }

    [Fact]
    public async Task A_second_session_goes_on_with_higher_counters_without_asking_again()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var (fleet, meters) = await Fleet.StartAsync(headEnd, MeterBehaviour.WaitsToBePolled);
        await using var running = fleet;
        var driver = new DlmsDriver(headEnd.Links, headEnd.Dialer);
        for (var i = 0; i < 3; i++)
        {
            await using var session = await driver.OpenAsync(meters[0], Cancel);
            await session.ReadClockAsync(Cancel);
        }

        Assert.True(await headEnd.Meters.ReserveAsync(meters[0].Id, KeyKind.GlobalUnicast, 1, Cancel) >= 3 * 64);
    }

    [Fact]
    public async Task A_counter_that_the_meter_finds_too_low_is_raised_and_tried_again()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var (fleet, meters) = await Fleet.StartAsync(headEnd, MeterBehaviour.WaitsToBePolled);
        await using var running = fleet;
        var driver = new DlmsDriver(headEnd.Links, headEnd.Dialer);
        await headEnd.Meters.RaiseAsync(meters[0].Id, KeyKind.GlobalUnicast, 100_000, Cancel);
        await using (var first = await driver.OpenAsync(meters[0], Cancel)) await first.ReadClockAsync(Cancel);

        // another head-end whose store was restored from an old backup
        await using var restored = await HeadEnd.StartAsync();
        var same = Fleet.Register(restored, fleet.Meters[0]);
        await restored.Meters.RaiseAsync(same.Id, KeyKind.GlobalUnicast, 500, Cancel);
        await using var session = await new DlmsDriver(restored.Links, restored.Dialer).OpenAsync(same, Cancel);
        await session.ReadClockAsync(Cancel);
        Assert.True(await restored.Meters.ReserveAsync(same.Id, KeyKind.GlobalUnicast, 1, Cancel) > 100_000);
    }

    [Fact]
    public async Task A_meter_that_dialled_in_pushes_and_is_read_over_the_same_connection()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var (fleet, meters) = await Fleet.StartAsync(headEnd, MeterBehaviour.DialsIn);
        await using var running = fleet;
        var driver = new DlmsDriver(headEnd.Links, headEnd.Dialer);
        await HeadEnd.UntilAsync(() => headEnd.Links.DialledIn == 1, "the meter dials in and pushes");
        Assert.NotEmpty(headEnd.Sink.Deliveries);
        for (var i = 0; i < 2; i++)
        {
            await using var session = await driver.OpenAsync(meters[0], Cancel);
            Assert.Equal(14, (await session.ReadRegistersAsync(Cancel)).Count);
        }

        Assert.Equal(1, headEnd.Gateway.Open);
        var pushes = headEnd.Sink.Deliveries.Count;
        Assert.True(await fleet.PushAsync(0, Headrace.Simulation.Models.PushKind.Momentary, Cancel));
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count > pushes, "a push after the session");
        Assert.Empty(headEnd.Journal.Refusals);
    }

    [Fact]
    public async Task A_meter_that_has_not_dialled_in_is_a_transient_failure()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = headEnd.Meters.Add(
            new Meter { Serial = "7", DeviceType = "idis-e450", Contact = ContactModes.DialsIn, SystemTitle = "4845410000000007" },
            "000102030405060708090A0B0C0D0E0F", "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF");
        var thrown = await Assert.ThrowsAsync<MeterException>(
            async () => await new DlmsDriver(headEnd.Links, headEnd.Dialer).OpenAsync(meter, Cancel));
        Assert.True(thrown.IsTransient);
        Assert.Equal("Meter 7 has not dialled in.", thrown.Message);
    }

    [Fact]
    public async Task Wrong_keys_are_not_transient_and_say_so()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var (fleet, meters) = await Fleet.StartAsync(headEnd, MeterBehaviour.WaitsToBePolled);
        await using var running = fleet;
        await headEnd.Meters.PutAsync(meters[0].Id, KeyKind.Authentication, new byte[16], Cancel);
        var thrown = await Assert.ThrowsAsync<MeterException>(
            async () => await new DlmsDriver(headEnd.Links, headEnd.Dialer).OpenAsync(meters[0], Cancel));
        Assert.False(thrown.IsTransient, thrown.Message);
    }

    [Fact]
    public async Task Missing_keys_are_one_clear_sentence()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = headEnd.Meters.Add(new Meter
        {
            Serial = "8",
            DeviceType = "idis-e450",
            Contact = ContactModes.Answers,
            Address = "127.0.0.1:9",
        });
        var thrown = await Assert.ThrowsAsync<MeterException>(
            async () => await new DlmsDriver(headEnd.Links, headEnd.Dialer).OpenAsync(meter, Cancel));
        Assert.False(thrown.IsTransient);
        Assert.Equal("The keys of meter 8 are not complete: encryption and authentication key are needed.", thrown.Message);
    }

    private static async Task<List<ProfileRow>> ToListAsync(IAsyncEnumerable<ProfileRow> rows)
    {
        var list = new List<ProfileRow>();
        await foreach (var row in rows) list.Add(row);
        return list;
    }
}
