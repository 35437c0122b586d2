using System.Buffers;
using System.Net.Sockets;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections.Tests;

public sealed class HostileClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly TestMeter _meter = new();

    private static CancellationToken Cancel => World.Cancel;

    [Theory]
    [InlineData("00010010")]
    [InlineData("7EA00A")]
    [InlineData("")]
    public async Task Half_a_frame_is_waited_for_no_longer_than_the_idle_time(string hex)
    {
        await using var server = new DlmsServer(new DlmsServerOptions { IdleTimeout = Short }, _meter.Device);
        using var client = await Meter.ConnectAsync(server.ListenTcp(World.AnyPort));
        await client.Client.SendAsync(Convert.FromHexString(hex), Cancel);
        await ClosedAsync(client);
        await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Idle) == 1);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Bytes_that_never_become_a_frame_do_not_keep_a_connection()
    {
        await using var server = new DlmsServer(new DlmsServerOptions { IdleTimeout = Short }, _meter.Device);
        using var client = await Meter.ConnectAsync(server.ListenTcp(World.AnyPort, ServerFraming.Hdlc));
        try
        {
            while (true)
            {
                await client.Client.SendAsync(new byte[] { 0x7E, 0xA0, 0x20, 0xFF }, Cancel);
                await Task.Delay(10, Cancel);
            }
        }
        catch (SocketException)
        {
            // cut off
        }
        await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Idle) == 1);
    }

    [Fact]
    public async Task A_client_that_takes_no_answers_is_cut_off_and_costs_a_bounded_amount()
    {
        await using var server = new DlmsServer(new DlmsServerOptions { WriteTimeout = Short, MaxUnsent = 4096 }, _meter.Device);
        using var client = await Meter.ConnectAsync(server.ListenTcp(World.AnyPort));
        client.ReceiveBufferSize = 4096;
        using var association = new ClientAssociation(World.Public.Association, World.Public.Keys);
        var open = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(open, 16, 1, association.Open().Span);
        await client.Client.SendAsync(open.WrittenMemory, Cancel);
        var ask = new ArrayBufferWriter<byte>();
        var get = new GetRequestNormal(InvokeIdAndPriority.Of(1), TestMeter.Attribute(15, new LogicalName(0, 0, 40, 0, 0, 255)), null);
        for (var i = 0; i < 50; i++) WrapperFrame.Write(ask, 16, 1, get.Encode());
        try
        {
            while (true) await client.Client.SendAsync(ask.WrittenMemory, Cancel);
        }
        catch (SocketException)
        {
            // cut off
        }
        await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Slow) == 1);
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed_and_counted()
    {
        await using var server = new DlmsServer(new DlmsServerOptions { MaxConnections = 3 }, _meter.Device);
        var at = server.ListenTcp(World.AnyPort);
        var clients = new List<TcpClient>();
        for (var i = 0; i < 5; i++) clients.Add(await Meter.ConnectAsync(at));
        await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Refused) == 2);
        Assert.Equal(3, server.Connections);
        foreach (var client in clients) client.Dispose();
        await EventuallyAsync(() => server.Connections == 0);
        await using var again = await DlmsConnection.OpenTcpAsync("127.0.0.1", at.Port, World.Public, Cancel);
    }

    [Fact]
    public async Task Noise_ends_its_connection_and_no_other()
    {
        await using var server = new DlmsServer(new DlmsServerOptions { IdleTimeout = TimeSpan.FromSeconds(30) }, _meter.Device);
        var at = server.ListenTcp(World.AnyPort);
        await using var good = await DlmsConnection.OpenTcpAsync("127.0.0.1", at.Port, World.Public, Cancel);
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            using var bad = await Meter.ConnectAsync(at);
            var noise = new byte[random.Next(1, 5000)];
            random.NextBytes(noise);
            if (i % 3 != 0) noise[0] = i % 3 == 1 ? (byte)0x7E : (byte)0;
            if (i % 6 == 2) (noise[1 % noise.Length], noise[^1]) = (1, 0);
            try
            {
                await bad.Client.SendAsync(noise, Cancel);
            }
            catch (SocketException)
            {
                // The server was quicker.
            }
        }
        await World.ReadEnergyAsync(good.Client);
        Assert.True(server.Counters.Ended(ConnectionEnd.Malformed) > 0);
    }

    [Fact]
    public async Task A_client_without_a_handshake_is_let_go()
    {
        using var ours = new Certificates("Utility");
        await using var server = new DlmsServer(new DlmsServerOptions { HandshakeTimeout = Short }, _meter.Device);
        var at = server.ListenTls(World.AnyPort, new TlsServerSettings { Certificate = ours.Server("meter.example") });
        using var silent = await Meter.ConnectAsync(at);
        using var wrong = await Meter.ConnectAsync(at);
        await wrong.Client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancel);
        await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.NotSecured) == 2);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Datagrams_from_made_up_senders_stay_within_bounds_and_lock_nobody_out()
    {
        await using var server = new DlmsServer(new DlmsServerOptions { MaxConnections = 4 }, _meter.Device);
        var at = server.ListenUdp(World.AnyPort);
        for (var i = 0; i < 20; i++)
        {
            using var socket = new UdpClient(at.Address.ToString(), at.Port);
            await socket.SendAsync(i % 2 == 0 ? Convert.FromHexString("0001001000010000") : new byte[i], Cancel);
        }
        await using var meter = await DlmsConnection.OpenUdpAsync(
            "127.0.0.1", at.Port, new DatagramRepetition(TimeSpan.FromMilliseconds(200), 20), World.Public, Cancel);
        await World.ReadEnergyAsync(meter.Client);
        await EventuallyAsync(() => server.Counters.DatagramsDropped >= 10);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_line_outlives_broken_frames_and_silence()
    {
        using var terminal = new Serial.Tests.PseudoTerminal();
        await using var server = new DlmsServer(new DlmsServerOptions { IdleTimeout = Short }, _meter.Device);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = server.ServeLineAsync(terminal, stop.Token);
        var hdlc = new HdlcSettings { PhysicalDevice = 17 };
        await using (var line = Serial.SerialLine.Open(terminal.Device, Serial.SerialSettings.Hdlc))
        {
            var (server17, client) = (HdlcAddress.Server(1, 17), HdlcAddress.Client(16));
            var broken = new ArrayBufferWriter<byte>();
            new HdlcFrame(server17, client, HdlcControl.SetNormalResponseMode, false, default).Write(broken);
            new HdlcFrame(server17, client, HdlcControl.Information(0, 0, true), false, new byte[] { 1, 2, 3, 4 }).Write(broken);
            await line.Output.WriteAsync(broken.WrittenMemory, Cancel);
            await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Malformed) == 1);
            await EventuallyAsync(() => server.Counters.Ended(ConnectionEnd.Idle) >= 2);
            await using var meter = await DlmsConnection.OverHdlcAsync(line, hdlc, World.Public, Cancel);
            await World.ReadEnergyAsync(meter.Client);
        }
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task Stopping_ends_connections_that_wait()
    {
        var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        using var client = await Meter.ConnectAsync(server.ListenTcp(World.AnyPort));
        await EventuallyAsync(() => server.Connections == 1);
        await server.DisposeAsync();
        await ClosedAsync(client);
        Assert.Equal(1, server.Counters.Ended(ConnectionEnd.Stopped));
    }

    private static async Task ClosedAsync(TcpClient client)
    {
        try
        {
            while (await client.Client.ReceiveAsync(new byte[4096], Cancel) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // reset is closed too
        }
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(5, Cancel);
    }
}
