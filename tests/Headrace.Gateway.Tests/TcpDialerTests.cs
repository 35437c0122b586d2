using System.Net;
using System.Net.Sockets;
using System.Text;
using Headrace.Core.Drivers;
using Headrace.Core.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Gateway.Tests;

public sealed class TcpDialerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_go_both_ways()
    {
        await using var rig = await Rig.StartAsync();
        using var dialer = new TcpDialer(rig.Limits, rig.Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        await using var link = await dialer.DialAsync(rig.Gateway.Endpoint!.ToString(), Cancel);
        Assert.False(link.Inbound);
        Assert.Equal("hello", await AskAsync(link, "hello"));
    }

    [Fact]
    public async Task A_dialled_link_that_is_disposed_is_closed_and_gives_its_place_back()
    {
        await using var rig = await Rig.StartAsync();
        using var dialer =
            new TcpDialer(new GatewayLimits { MaxDialled = 1 }, rig.Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        for (var i = 0; i < 5; i++)
        {
            var link = await dialer.DialAsync(rig.Gateway.Endpoint!.ToString(), Cancel);
            Assert.Equal("x", await AskAsync(link, "x"));
            await link.DisposeAsync();
            await link.DisposeAsync();
        }

        await Rig.UntilAsync(() => rig.Gateway.Open == 0);
    }

    [Fact]
    public async Task A_refused_connection_is_transient_and_says_so()
    {
        await using var rig = new Rig();
        using var dialer = new TcpDialer(rig.Limits, rig.Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        var free = FreePort();
        var thrown = await Assert.ThrowsAsync<MeterException>(async () => await dialer.DialAsync($"127.0.0.1:{free}", Cancel));
        Assert.True(thrown.IsTransient);
        Assert.Equal($"No connection to 127.0.0.1:{free}: the connection was refused.", thrown.Message);
    }

    [Fact]
    public async Task A_silent_address_is_given_up_in_time()
    {
        // a listener whose backlog is full drops what comes after
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(1);
        var address = deaf.LocalEndPoint!.ToString()!;
        await using var rig = new Rig(new GatewayLimits { DialTime = TimeSpan.FromMilliseconds(500) });
        using var dialer = new TcpDialer(rig.Limits, rig.Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        MeterException? thrown = null;
        for (var i = 0; i < 10 && thrown is null; i++)
        {
            try
            {
                await dialer.DialAsync(address, Cancel);
            }
            catch (MeterException e)
            {
                thrown = e;
            }
        }

        Assert.NotNull(thrown);
        Assert.True(thrown.IsTransient);
        Assert.Equal($"No connection to {address}: no answer within 0.5 s.", thrown.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:port")]
    public async Task What_is_no_address_is_not_transient(string address)
    {
        await using var rig = new Rig();
        using var dialer = new TcpDialer(rig.Limits, rig.Metrics, TimeProvider.System, NullLoggerFactory.Instance);
        var thrown = await Assert.ThrowsAsync<MeterException>(async () => await dialer.DialAsync(address, Cancel));
        Assert.False(thrown.IsTransient);
    }

    private static async Task<string> AskAsync(ILink link, string text)
    {
        await link.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);
        var read = await link.Transport.Input.ReadAtLeastAsync(text.Length, Cancel);
        var heard = Encoding.ASCII.GetString(read.Buffer);
        link.Transport.Input.AdvanceTo(read.Buffer.End);
        return heard;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
