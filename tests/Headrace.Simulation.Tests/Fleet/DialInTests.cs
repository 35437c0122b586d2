using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Wrapper;
using Headrace.Simulation.Fleet;
using Headrace.Simulation.Models;
using Headrace.Simulation.Tests.Models;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class DialInTests
{
    [Fact]
    public async Task A_meter_that_dials_in_says_who_it_is_is_read_over_its_own_connection_and_comes_back()
    {
        using var listener = Listener(out var address);
        var options = new FleetOptions { Meters = 1, Zone = Bench.Berlin, PushTarget = address, Behaviours = [MeterBehaviour.DialsIn] };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        Assert.Null(fleet.Meters[0].Address);
        using (var socket = await listener.AcceptAsync(Bench.Cancel))
        {
            var body = PushFrameTests.Open(fleet.Device(0), await FrameAsync(socket), out _).Body;
            Assert.Equal(ObisNames.PushSetup(PushKind.Momentary), body.Items[1].AsLogicalName());
            using var client = await SocketClient.ManagementOverAsync(socket, fleet.Meters[0]);
            Assert.Equal(90, (await client.GetAsync(7, "1-0:99.2.0.255")).Items.Count);
        }

        using var again = await listener.AcceptAsync(Bench.Cancel);
        PushFrameTests.Open(fleet.Device(0), await FrameAsync(again), out _);
        Assert.Equal(2, fleet.Counters.ConnectionsDialled);
    }

    [Fact]
    public async Task A_client_can_ask_for_a_push()
    {
        await using var headEnd = new HeadEnd();
        var options = new FleetOptions
        {
            Meters = 1,
            Zone = Bench.Berlin,
            PushTarget = headEnd.Address,
            MomentaryPeriod = TimeSpan.FromHours(1),
        };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        await Bench.Until(() => headEnd.Frames.Count == 1, "the momentary push of the start is missing");
        using var client = await SocketClient.ManagementAsync(fleet.Meters[0]);
        Assert.Equal(Dlms.Apdu.ActionResult.Success, await client.ActAsync(40, "0-1:25.9.0.255", 1, Dlms.Data.CosemData.Integer(0)));
        await Bench.Until(() => headEnd.Frames.Count == 2, "the push that was asked for is missing");
        var body = PushFrameTests.Open(fleet.Device(0), headEnd.Frames.Last(), out _).Body;
        Assert.Equal(ObisNames.PushSetup(PushKind.Daily), body.Items[1].AsLogicalName());
        Assert.Equal(fleet.Device(0).LoadProfile2.Row(fleet.Device(0).LoadProfile2.LastEnd), body.Items[3].Items[0].Items);
    }

    [Fact]
    public async Task A_push_that_failed_is_sent_again_with_the_row_of_its_own_quarter()
    {
        using var listener = Listener(out var address);
        listener.Dispose(); // nobody is there yet
        var time = new ShiftedTime(new DateTimeOffset(2026, 11, 3, 9, 14, 59, TimeSpan.Zero));
        var options = new FleetOptions
        {
            Meters = 1,
            Zone = Bench.Berlin,
            PushTarget = address,
            PushWindow = TimeSpan.FromSeconds(1),
            Transport = PushTransport.Tcp,
            TimeProvider = time,
        };
        await using var fleet = new VirtualFleet(options);
        await fleet.StartAsync(Bench.Cancel);
        await Bench.Until(() => fleet.Counters.PushesFailed >= 2, "the first attempts did not fail");
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        late.Bind(IPEndPoint.Parse(address));
        late.Listen();
        while (true)
        {
            using var socket = await late.AcceptAsync(Bench.Cancel).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Bench.Cancel);
            var body = PushFrameTests.Open(fleet.Device(0), await FrameAsync(socket), out _).Body;
            if (body.Items[1].AsLogicalName() != ObisNames.PushSetup(PushKind.Interval)) continue;
            Assert.Equal(fleet.Device(0).LoadProfile1.Row(new DateTimeOffset(2026, 11, 3, 9, 15, 0, TimeSpan.Zero)),
                body.Items[3].Items[0].Items);
            return;
        }
    }

    private static Socket Listener(out string address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        address = listener.LocalEndPoint!.ToString()!;
        return listener;
    }

    private static async Task<byte[]> FrameAsync(Socket socket)
    {
        var received = Array.Empty<byte>();
        var more = new byte[1_024];
        while (true)
        {
            var sequence = new ReadOnlySequence<byte>(received);
            if (WrapperFrame.TryRead(ref sequence, 4_096, out _)) return received;
            var read = await socket.ReceiveAsync(more, Bench.Cancel).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Bench.Cancel);
            Assert.NotEqual(0, read);
            received = [.. received, .. more.AsSpan(0, read)];
        }
    }
}
