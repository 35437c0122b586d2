using System.Text.Json;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Fleet;
using Headrace.Simulation.Models;
using Headrace.Simulation.Tests.Models;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class PushingTests
{
    private static readonly DateTimeOffset BeforeQuarter = new(2026, 11, 3, 9, 14, 57, TimeSpan.Zero);

    [Fact]
    public async Task Every_pushing_meter_shows_itself_within_seconds_and_sends_its_interval_after_the_quarter()
    {
        await using var headEnd = new HeadEnd();
        var options = Options(headEnd) with
        {
            Meters = 40,
            PushWindow = TimeSpan.FromSeconds(2),
            TimeProvider = new ShiftedTime(BeforeQuarter),
        };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        var pushing = Pushing(fleet);
        await Bench.Until(() => Bodies(fleet, headEnd, PushKind.Momentary).Keys.Intersect(pushing).Count() == pushing.Length,
            "not every meter sent its momentary push");
        var end = new DateTimeOffset(2026, 11, 3, 9, 15, 0, TimeSpan.Zero);
        var expected = pushing.Where(i => !fleet.LosesPush(i, end)).ToArray();
        await Bench.Until(() => Bodies(fleet, headEnd, PushKind.Interval).Count >= expected.Length, "interval pushes are missing");
        var intervals = Bodies(fleet, headEnd, PushKind.Interval);
        Assert.Equal(expected, intervals.Keys.Order());
        foreach (var (index, body) in intervals) Assert.Equal(fleet.Device(index).LoadProfile1.Row(end), body.Items[3].Items[0].Items);
        Assert.True(headEnd.Datagrams > 0);
        Assert.Equal(pushing.Count(i => fleet.LosesPush(i, end)), fleet.Counters.PushesLost);
    }

    [Fact]
    public void A_lossy_meter_loses_about_a_third_and_always_the_same()
    {
        var options = new FleetOptions { Meters = 4, Zone = Bench.Berlin };
        var (fleet, again) = (new VirtualFleet(options), new VirtualFleet(options));
        var ends = Enumerable.Range(0, 3_000).Select(i => BeforeQuarter.AddMinutes(15 * i)).ToArray();
        Assert.Equal(MeterBehaviour.LosesPushes, fleet.Meters[3].Behaviour);
        Assert.InRange(ends.Count(e => fleet.LosesPush(3, e)), 900, 1_100);
        Assert.All(ends, e => Assert.Equal(fleet.LosesPush(3, e), again.LosesPush(3, e)));
        Assert.DoesNotContain(ends, e => fleet.LosesPush(0, e));
    }

    [Fact]
    public async Task The_counters_of_one_meter_rise_in_the_order_of_arrival()
    {
        await using var headEnd = new HeadEnd();
        await using var fleet = new VirtualFleet(Options(headEnd) with { Meters = 1, Transport = PushTransport.Tcp });
        for (var i = 0; i < 6; i++)
            Assert.True(await fleet.PushAsync(0, i % 2 == 0 ? PushKind.Momentary : PushKind.Interval, Bench.Cancel));
        await Bench.Until(() => headEnd.Frames.Count == 6, "pushes are missing");
        uint last = 0;
        foreach (var frame in headEnd.Frames)
        {
            PushFrameTests.Open(fleet.Device(0), frame, out var counter);
            Assert.True(counter > last);
            last = counter;
        }
    }

    [Fact]
    public async Task Without_a_head_end_pushes_fail_are_counted_and_the_fleet_goes_on()
    {
        var options = new FleetOptions { Meters = 20, Zone = Bench.Berlin, PushTarget = "127.0.0.1:1", Transport = PushTransport.Tcp };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        await Bench.Until(() => fleet.Counters.PushesFailed >= 12, "failures are not counted");
        Assert.Equal(0, fleet.Counters.PushesSent);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_sentence()
    {
        await using var first = new VirtualFleet(new FleetOptions { Meters = 1, Zone = Bench.Berlin });
        await first.StartAsync(Bench.Cancel);
        var port = int.Parse(first.Meters[0].Address!.Split(':')[1]);
        await using var second = new VirtualFleet(new FleetOptions { Meters = 1, Zone = Bench.Berlin, FirstPort = port });
        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(Bench.Cancel));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_devices_file_names_every_meter_and_nobody_else_can_read_it()
    {
        var fleet = new VirtualFleet(new FleetOptions
        {
            Meters = 20,
            Zone = Bench.Berlin,
            FirstPort = 41_000,
            ExpectedFrom = BeforeQuarter,
        });
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.json");
        try
        {
            DevicesFile.Write(path, fleet.Meters);
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var rows = document.RootElement.EnumerateArray().ToArray();
            Assert.Equal(20, rows.Length);
            Assert.Equal(["pushes", "answers"], rows[0].GetProperty("contact").EnumerateArray().Select(c => c.GetString()));
            Assert.Equal("127.0.0.1:41000", rows[0].GetProperty("address").GetString());
            Assert.Equal(["dials-in"], rows[2].GetProperty("contact").EnumerateArray().Select(c => c.GetString()));
            Assert.Equal(JsonValueKind.Null, rows[2].GetProperty("address").ValueKind);
            Assert.Equal(Convert.ToHexStringLower(fleet.Device(5).Keys.GlobalUnicast.Span), rows[5].GetProperty("guek").GetString());
            Assert.Equal("idis-e450", rows[5].GetProperty("device_type").GetString());
            Assert.Equal(BeforeQuarter, rows[5].GetProperty("expected_from").GetDateTimeOffset());
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static FleetOptions Options(HeadEnd headEnd) => new() { Zone = Bench.Berlin, PushTarget = headEnd.Address };

    private static int[] Pushing(VirtualFleet fleet) =>
        [.. fleet.Meters.Index().Where(m => m.Item.Behaviour is MeterBehaviour.Pushes or MeterBehaviour.LosesPushes).Select(m => m.Index)];

    /// <summary>The first body of each meter for one push setup, by place in the fleet.</summary>
    private static Dictionary<int, Dlms.Data.CosemData> Bodies(VirtualFleet fleet, HeadEnd headEnd, PushKind kind)
    {
        var byTitle = fleet.Meters.Index().ToDictionary(m => Convert.ToHexString(m.Item.SystemTitle.Span), m => m.Index);
        var found = new Dictionary<int, Dlms.Data.CosemData>();
        foreach (var frame in headEnd.Frames)
        {
            Assert.True(WrapperFrame.TryRead(frame, 2_048, out var wrapper));
            var index = byTitle[Convert.ToHexString(((GeneralGloCiphering)XdlmsApdu.Decode(wrapper.Apdu)).SystemTitle.Span)];
            var body = PushFrameTests.Open(fleet.Device(index), frame, out _).Body;
            if (body.Items[1].AsLogicalName() == ObisNames.PushSetup(kind)) found.TryAdd(index, body);
        }

        return found;
    }
}
