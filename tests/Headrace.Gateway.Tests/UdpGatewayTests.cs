using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Gateway.Tests;

public sealed class UdpGatewayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_burst_comes_through_in_order_with_the_sender()
    {
        var heard = new Listener();
        await using var rig = new Rig();
        await using var gateway = new UdpGateway(heard, new GatewayLimits(), rig.Metrics, NullLoggerFactory.Instance);
        await gateway.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        using var meter = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await meter.ConnectAsync(gateway.Endpoint!, Cancel);

        const int Burst = 2_000; // of 200 bytes: well within the receive buffer
        var datagram = new byte[200];
        for (var i = 0; i < Burst; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(datagram, i);
            await meter.SendAsync(datagram, Cancel);
            if (i % 100 == 99) await Rig.UntilAsync(() => heard.Numbers.Count > i - 100);
        }

        await Rig.UntilAsync(() => heard.Numbers.Count == Burst);
        Assert.Equal(Enumerable.Range(0, Burst), heard.Numbers);
        Assert.Equal(meter.LocalEndPoint!.ToString(), heard.LastRemote?.ToString());
    }

    [Fact]
    public async Task A_failing_handler_does_not_end_the_receiver()
    {
        var heard = new Listener { FailOn = 1 };
        await using var rig = new Rig();
        await using var gateway = new UdpGateway(heard, new GatewayLimits(), rig.Metrics, NullLoggerFactory.Instance);
        await gateway.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        using var meter = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await meter.ConnectAsync(gateway.Endpoint!, Cancel);
        for (var i = 0; i < 3; i++) await meter.SendAsync(new byte[] { 0, 0, 0, (byte)i }, Cancel);
        await Rig.UntilAsync(() => heard.Numbers.Count == 2);
        Assert.Equal([0, 2], heard.Numbers);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_sentence()
    {
        await using var rig = new Rig();
        await using var first = new UdpGateway(new Listener(), new GatewayLimits(), rig.Metrics, NullLoggerFactory.Instance);
        await using var second = new UdpGateway(new Listener(), new GatewayLimits(), rig.Metrics, NullLoggerFactory.Instance);
        await first.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        var thrown = await Assert.ThrowsAsync<GatewayException>(() => second.StartAsync(first.Endpoint!, Cancel));
        Assert.Equal($"Port {first.Endpoint!.Port} at 127.0.0.1 is in use by another program.", thrown.Message);
    }

    [Fact]
    public async Task Stopping_ends_the_receiver_and_it_can_be_started_again()
    {
        await using var rig = new Rig();
        var heard = new Listener();
        await using var gateway = new UdpGateway(heard, new GatewayLimits(), rig.Metrics, NullLoggerFactory.Instance);
        for (var round = 0; round < 3; round++)
        {
            await gateway.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
            using var meter = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await meter.SendToAsync(new byte[] { 0, 0, 0, (byte)round }, gateway.Endpoint!, Cancel);
            await Rig.UntilAsync(() => heard.Numbers.Count == round + 1);
            await gateway.StopAsync(Cancel);
        }
    }

    private sealed class Listener : IDatagramHandler
    {
        public ConcurrentQueue<int> Numbers { get; } = [];

        public int FailOn { get; init; } = -1;

        public EndPoint? LastRemote { get; private set; }

        public void Handle(ReadOnlySpan<byte> datagram, EndPoint? remote)
        {
            var number = BinaryPrimitives.ReadInt32BigEndian(datagram);
            if (number == FailOn) throw new InvalidOperationException("a defect");
            LastRemote = remote;
            Numbers.Enqueue(number);
        }
    }
}
