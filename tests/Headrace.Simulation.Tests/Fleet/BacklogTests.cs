using System.Net.Sockets;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Fleet;
using Headrace.Simulation.Models;
using Headrace.Simulation.Tests.Models;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class BacklogTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 3, 9, 5, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_backlog_brings_every_row_once_but_those_whose_push_is_lost()
    {
        var from = Bench.Calendar.StartOf(new DateOnly(2026, 11, 2));
        await using var headEnd = new HeadEnd();
        var options = new FleetOptions
        {
            Zone = Bench.Berlin,
            PushTarget = headEnd.Address,
            Meters = 20,
            TimeProvider = new ShiftedTime(Morning),
            BacklogFrom = from,
            BacklogWindow = TimeSpan.FromSeconds(1),
        };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        var quarters = Enumerable.Range(1, 96 + 40).Select(i => from.AddMinutes(15 * i)).ToArray();
        var pushing = fleet.Meters.Index()
            .Where(m => m.Item.Behaviour is MeterBehaviour.Pushes or MeterBehaviour.LosesPushes).Select(m => m.Index).ToArray();
        var expected = pushing.Sum(i => quarters.Count(end => !fleet.LosesPush(i, end)));
        await Bench.Until(
            () => Rows(fleet, headEnd, PushKind.Interval).Sum(m => m.Value.Count) >= expected, "rows of the backlog are missing");
        await Bench.Until(() => Rows(fleet, headEnd, PushKind.Daily).Count == pushing.Length, "daily rows of the backlog are missing");
        var rows = Rows(fleet, headEnd, PushKind.Interval);
        Assert.Equal(pushing, rows.Keys.Order());
        foreach (var (index, ends) in rows) Assert.Equal(quarters.Where(end => !fleet.LosesPush(index, end)), ends);
        Assert.Contains(pushing, i => rows[i].Count < quarters.Length);
        Assert.All(Rows(fleet, headEnd, PushKind.Daily).Values, ends => Assert.Equal([from.AddDays(1)], ends));
    }

    [Fact]
    public async Task While_the_line_is_down_only_meters_that_lose_pushes_hang_up_and_later_they_answer()
    {
        var time = new ShiftedTime(Morning);
        var options = new FleetOptions { Zone = Bench.Berlin, Meters = 4, TimeProvider = time, LineDown = TimeSpan.FromSeconds(6) };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        using (var fine = await SocketClient.PublicAsync(fleet.Meters[0])) Assert.NotNull(fine);
        if (time.GetUtcNow() < Morning.AddSeconds(5)) Assert.True(await HangsUpAsync(fleet.Meters[3].Address!));
        while (time.GetUtcNow() < Morning.AddSeconds(7)) await Task.Delay(100, Bench.Cancel);
        using var later = await SocketClient.PublicAsync(fleet.Meters[3]);
        Assert.NotNull(later);
    }

    private static async Task<bool> HangsUpAsync(string address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(System.Net.IPEndPoint.Parse(address), Bench.Cancel);
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], Bench.Cancel) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The ends of the rows that came by one push setup, in order of arrival, by place in the fleet.</summary>
    private static Dictionary<int, List<DateTimeOffset>> Rows(VirtualFleet fleet, HeadEnd headEnd, PushKind kind)
    {
        var byTitle = fleet.Meters.Index().ToDictionary(m => Convert.ToHexString(m.Item.SystemTitle.Span), m => m.Index);
        var found = new Dictionary<int, List<DateTimeOffset>>();
        foreach (var frame in headEnd.Frames)
        {
            Assert.True(WrapperFrame.TryRead(frame, 2_048, out var wrapper));
            var index = byTitle[Convert.ToHexString(((GeneralGloCiphering)XdlmsApdu.Decode(wrapper.Apdu)).SystemTitle.Span)];
            var body = PushFrameTests.Open(fleet.Device(index), frame, out _).Body;
            if (body.Items[1].AsLogicalName() != ObisNames.PushSetup(kind)) continue;
            if (!found.TryGetValue(index, out var ends)) found.Add(index, ends = []);
            foreach (var row in body.Items[3].Items)
            {
                Assert.True(row.Items[0].AsDateTime().TryToUtc(out var end));
                ends.Add(end);
            }
        }

        return found;
    }
}
