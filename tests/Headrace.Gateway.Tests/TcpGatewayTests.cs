using System.Net;
using System.Net.Sockets;
using Headrace.Core.Drivers;

namespace Headrace.Gateway.Tests;

public sealed class TcpGatewayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_both_ways_and_the_real_port_is_told()
    {
        await using var rig = await Rig.StartAsync();
        Assert.NotEqual(0, rig.Gateway.Endpoint!.Port);
        using var meter = await rig.ConnectAsync();
        Assert.Equal("hello", await Rig.AskAsync(meter, "hello"));
        Assert.Equal(meter.LocalEndPoint!.ToString(), Assert.Single(rig.Echo.Remotes));
    }

    [Fact]
    public async Task Listens_to_both_families_and_shows_the_plain_address()
    {
        if (!Socket.OSSupportsIPv6) Assert.Skip("This machine has no IPv6.");
        await using var rig = await Rig.StartAsync(at: IPAddress.IPv6Any);
        using var four = await rig.ConnectAsync();
        Assert.Equal("four", await Rig.AskAsync(four, "four"));
        Assert.StartsWith("127.0.0.1:", Assert.Single(rig.Echo.Remotes), StringComparison.Ordinal);

        using var six = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await six.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, rig.Gateway.Endpoint!.Port), Cancel);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.NetworkUnreachable)
        {
            Assert.Skip("This machine has no IPv6 loopback address.");
        }

        Assert.Equal("six", await Rig.AskAsync(six, "six"));
    }

    [Fact]
    public async Task Five_hundred_connections_are_served_at_once()
    {
        await using var rig = await Rig.StartAsync();
        var meters = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => rig.ConnectAsync()));
        var answers = await Task.WhenAll(meters.Select((meter, i) => Rig.AskAsync(meter, $"meter {i:000}")));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"meter {i:000}"), answers);
        Assert.Equal(500, rig.Gateway.Open);
        foreach (var meter in meters) meter.Dispose();
        await Rig.UntilAsync(() => rig.Gateway.Open == 0);
    }

    [Fact]
    public async Task Surplus_connections_are_closed_and_journalled_and_room_is_used_again()
    {
        await using var rig = await Rig.StartAsync(new GatewayLimits { MaxConnections = 8 });
        Assert.Equal(8, rig.Gateway.Capacity);
        var meters = new List<Socket>();
        for (var i = 0; i < 8; i++) meters.Add(await rig.ConnectAsync());
        foreach (var meter in meters) Assert.Equal("in", await Rig.AskAsync(meter, "in"));

        for (var i = 0; i < 40; i++) await rig.AssertTurnedAwayAsync();
        await Rig.UntilAsync(() => rig.Journal.Refusals.Count == 40);
        Assert.All(rig.Journal.Refusals, refusal => Assert.Equal(RefusalKind.Overloaded, refusal.Kind));
        foreach (var meter in meters) Assert.Equal("still in", await Rig.AskAsync(meter, "still in"));

        meters[0].Dispose();
        await Rig.UntilAsync(() => rig.Gateway.Open == 7);
        using var next = await rig.ConnectAsync();
        Assert.Equal("next", await Rig.AskAsync(next, "next"));
        foreach (var meter in meters) meter.Dispose();
    }

    [Fact]
    public async Task One_address_cannot_take_all_connections()
    {
        await using var rig = await Rig.StartAsync(new GatewayLimits { MaxConnectionsPerAddress = 2 });
        using var first = await rig.ConnectAsync();
        using var second = await rig.ConnectAsync();
        Assert.Equal("a", await Rig.AskAsync(first, "a"));
        Assert.Equal("b", await Rig.AskAsync(second, "b"));
        await rig.AssertTurnedAwayAsync();

        second.Dispose();
        await Rig.UntilAsync(() => rig.Gateway.Open == 1);
        using var fourth = await rig.ConnectAsync();
        Assert.Equal("d", await Rig.AskAsync(fourth, "d"));
    }

    [Fact]
    public async Task A_half_closed_connection_still_gets_its_answer_and_ends()
    {
        await using var rig = await Rig.StartAsync();
        using var meter = await rig.ConnectAsync();
        await meter.SendAsync("last words"u8.ToArray(), Cancel);
        meter.Shutdown(SocketShutdown.Send);
        Assert.Equal("last words", await Rig.HearAsync(meter, 100));
        await Rig.UntilAsync(() => rig.Gateway.Open == 0);
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_the_idle_time_and_a_talking_one_is_not()
    {
        await using var rig = await Rig.StartAsync(new GatewayLimits { IdleTime = TimeSpan.FromSeconds(2) });
        using var silent = await rig.ConnectAsync();
        using var talking = await rig.ConnectAsync();
        var closed = Rig.HearAsync(silent, 1);
        while (!closed.IsCompleted)
        {
            Assert.Equal("x", await Rig.AskAsync(talking, "x"));
            await Task.Delay(100, Cancel);
        }

        Assert.Equal("", await closed);
        Assert.Equal("x", await Rig.AskAsync(talking, "x"));
    }

    [Fact]
    public async Task A_failing_handler_ends_its_connection_only()
    {
        await using var rig = await Rig.StartAsync(handler: new FailingHandler());
        for (var i = 0; i < 10; i++) await rig.AssertTurnedAwayAsync();

        await Rig.UntilAsync(() => rig.Gateway.Open == 0);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_sentence()
    {
        await using var rig = await Rig.StartAsync();
        await using var second = new Rig();
        var thrown = await Assert.ThrowsAsync<GatewayException>(() => second.Gateway.StartAsync(rig.Gateway.Endpoint!, Cancel));
        Assert.Equal($"Port {rig.Gateway.Endpoint!.Port} at 127.0.0.1 is in use by another program.", thrown.Message);
    }

    [Fact]
    public async Task A_foreign_address_is_one_clear_sentence()
    {
        await using var rig = new Rig();
        var foreign = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        var thrown = await Assert.ThrowsAsync<GatewayException>(() => rig.Gateway.StartAsync(foreign, Cancel));
        Assert.Equal("192.0.2.1 is not an address of this machine.", thrown.Message);
    }

    [Fact]
    public async Task Stopping_closes_every_connection_and_frees_the_port()
    {
        var rig = await Rig.StartAsync();
        var endpoint = rig.Gateway.Endpoint!;
        using var meter = await rig.ConnectAsync();
        Assert.Equal("a", await Rig.AskAsync(meter, "a"));
        await rig.Gateway.StopAsync(Cancel);
        Assert.Equal("", await Rig.HearAsync(meter, 1));
        Assert.Equal(0, rig.Echo.Now);

        await using var again = new Rig();
        await again.Gateway.StartAsync(endpoint, Cancel);
        using var next = await again.ConnectAsync();
        Assert.Equal("b", await Rig.AskAsync(next, "b"));
        await rig.DisposeAsync();
    }
}
