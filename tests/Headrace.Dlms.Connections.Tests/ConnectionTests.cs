using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Serial;
using Headrace.Serial.Tests;

namespace Headrace.Dlms.Connections.Tests;

public sealed class ConnectionTests
{
    private const string Host = "127.0.0.1";

    private readonly TestMeter _meter = new();

    private static CancellationToken Cancel => World.Cancel;

    [Fact]
    public async Task A_client_reads_over_tcp()
    {
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var at = server.ListenTcp(World.AnyPort);
        await using (var meter = await DlmsConnection.OpenTcpAsync(Host, at.Port, World.Public, Cancel))
        {
            await World.ReadEnergyAsync(meter.Client);
            Assert.Equal(1, server.Connections);
        }
        Assert.Equal(1, server.Counters.Accepted);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 7)]
    [InlineData(4, 3)]
    public async Task A_client_reads_over_hdlc_on_tcp(int addressLength, int window)
    {
        await using var server = new DlmsServer(new DlmsServerOptions { Hdlc = HdlcParameters.Both(128, window) }, _meter.Device);
        var at = server.ListenTcp(World.AnyPort);
        var hdlc = new HdlcSettings
        {
            PhysicalDevice = addressLength == 0 ? null : 17,
            AddressLength = addressLength,
            Link = new HdlcClientOptions { Proposal = HdlcParameters.Both(128, window) },
        };
        await using var meter = await DlmsConnection.OpenHdlcAsync(Host, at.Port, hdlc, World.Public, Cancel);
        await World.ReadEnergyAsync(meter.Client);
        var rows = 0;
        await foreach (var row in meter.Client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), null, Cancel)) rows++;
        Assert.Equal(96, rows);
    }

    [Fact]
    public async Task A_client_reads_over_udp()
    {
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var at = server.ListenUdp(World.AnyPort);
        await using var meter = await DlmsConnection.OpenUdpAsync(Host, at.Port, DatagramRepetition.None, World.Public, Cancel);
        await World.ReadEnergyAsync(meter.Client);
    }

    [Fact]
    public async Task A_datagram_that_is_lost_is_sent_again_where_that_is_asked_for()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        deaf.Bind(World.AnyPort);
        var heard = 0;
        using var server = new DeviceServer(_meter.Device);
        var serving = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            while (true)
            {
                var from = await deaf.ReceiveFromAsync(buffer, World.AnyPort, Cancel);
                if (++heard % 2 == 1) continue; // every other one is lost
                Wrapper.WrapperFrame.TryRead(buffer.AsMemory(0, from.ReceivedBytes), 4096, out var frame);
                var answer = server.Handle(frame.SourcePort, frame.DestinationPort, frame.Apdu.ToArray());
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                Wrapper.WrapperFrame.Write(output, frame.DestinationPort, frame.SourcePort, answer.Span);
                await deaf.SendToAsync(output.WrittenMemory, from.RemoteEndPoint, Cancel);
            }
        }, Cancel);
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        var repetition = new DatagramRepetition(TimeSpan.FromMilliseconds(50), 5);
        await using (var meter = await DlmsConnection.OpenUdpAsync(Host, port, repetition, World.Public, Cancel))
            await World.ReadEnergyAsync(meter.Client);
        Assert.True(heard >= 4);
        Assert.False(serving.IsFaulted);
    }

    [Fact]
    public async Task A_client_reads_over_tls_and_both_sides_prove_who_they_are()
    {
        using var ours = new Certificates("Utility");
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var at = server.ListenTls(World.AnyPort, new TlsServerSettings
        {
            Certificate = ours.Server("meter.example"),
            ClientAuthorities = ours.Authorities,
        });
        var tls = new TlsClientSettings
        {
            ServerName = "meter.example",
            Authorities = ours.Authorities,
            Certificate = ours.Client("head-end"),
        };
        await using (var meter = await DlmsConnection.OpenTlsAsync(Host, at.Port, tls, World.Public, Cancel))
            await World.ReadEnergyAsync(meter.Client);

        await Assert.ThrowsAnyAsync<Exception>(
            () => DlmsConnection.OpenTlsAsync(Host, at.Port, tls with { Certificate = null }, World.Public, Cancel).AsTask());
        using var theirs = new Certificates("Somebody else");
        await Assert.ThrowsAnyAsync<Exception>(() => DlmsConnection.OpenTlsAsync(
            Host, at.Port, tls with { Certificate = theirs.Client("head-end") }, World.Public, Cancel).AsTask());
        await Assert.ThrowsAsync<AuthenticationException>(() => DlmsConnection.OpenTlsAsync(
            Host, at.Port, tls with { Authorities = theirs.Authorities }, World.Public, Cancel).AsTask());
        await Assert.ThrowsAsync<AuthenticationException>(() => DlmsConnection.OpenTlsAsync(
            Host, at.Port, tls with { ServerName = "other.example" }, World.Public, Cancel).AsTask());
        await using var again = await DlmsConnection.OpenTlsAsync(Host, at.Port, tls, World.Public, Cancel);
        await World.ReadEnergyAsync(again.Client);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_client_reads_over_hdlc_on_a_serial_line()
    {
        using var terminal = new PseudoTerminal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var serving = server.ServeLineAsync(terminal, stop.Token);
        await using (var meter = await DlmsConnection.OpenSerialAsync(
            terminal.Device, SerialSettings.Hdlc, new HdlcSettings { PhysicalDevice = 17 }, World.Public, Cancel))
            await World.ReadEnergyAsync(meter.Client);
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_client_signs_on_in_mode_e_and_reads_over_hdlc()
    {
        using var terminal = new PseudoTerminal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var local = new LocalExchangeServer(
            new LocalExchangeDevice { Identification = new MeterIdentification("HDR", '5', "Meter", OffersHdlc: true) });
        var serving = Task.Run(async () =>
        {
            while (local.State != LocalExchangeState.Hdlc)
            {
                var read = await terminal.Input.ReadAsync(stop.Token);
                var buffer = read.Buffer;
                while (local.TryServe(ref buffer, terminal.Output))
                {
                }
                terminal.Input.AdvanceTo(buffer.Start, buffer.End);
                await terminal.Output.FlushAsync(stop.Token);
            }
            await server.ServeLineAsync(terminal, stop.Token);
        }, stop.Token);
        var timings = LocalExchangeTimings.Usual with { BeforeHdlc = TimeSpan.FromMilliseconds(50) };
        await using (var meter = await DlmsConnection.OpenLocalAsync(
            terminal.Device, "", timings, new HdlcSettings { PhysicalDevice = 17 }, World.Public, Cancel))
        {
            await World.ReadEnergyAsync(meter.Client);
            Assert.Equal(9600u, terminal.Settings().Speed);
        }
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_device_behind_a_gateway_is_read_and_its_neighbour_and_the_gateway_too()
    {
        var neighbour = new TestMeter();
        var first = new GatewayAddress(0, new byte[] { 0x01, 0x02 });
        var second = GatewayAddress.Of("ABC12345");
        var options = new DlmsServerOptions
        {
            DevicesBehind = address => address == first ? [_meter.Device] : address == second ? [neighbour.Device] : null,
        };
        await using var server = new DlmsServer(options, new TestMeter().Device);
        var at = server.ListenTcp(World.AnyPort);
        foreach (GatewayAddress? address in new GatewayAddress?[] { first, second, null })
        {
            await using var meter =
                await DlmsConnection.OpenTcpAsync(Host, at.Port, World.Public with { Gateway = address }, Cancel);
            await World.ReadEnergyAsync(meter.Client);
        }
        var refused = await Assert.ThrowsAsync<AssociationRefusedException>(() => DlmsConnection.OpenTcpAsync(
            Host, at.Port, World.Public with { Gateway = GatewayAddress.Of("nobody") }, Cancel).AsTask());
        Assert.Equal(RejectionReason.Refused, refused.Rejected.Reason);
    }

    [Fact]
    public async Task A_pipe_that_somebody_else_opened_is_served_and_spoken_over()
    {
        var (up, down) = (new Pipe(), new Pipe());
        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var serving = server.ServeAsync(new Joined(up.Reader, down.Writer), ServerFraming.Detect, Cancel);
        await using (var meter = await DlmsConnection.OverWrapperAsync(new Joined(down.Reader, up.Writer), World.Public, Cancel))
            await World.ReadEnergyAsync(meter.Client);
        await up.Writer.CompleteAsync();
        Assert.Equal(ConnectionEnd.Closed, await serving);
    }

    [Fact]
    public async Task Nobody_there_is_an_io_error_and_a_refused_association_says_why()
    {
        var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(World.AnyPort);
        var port = ((IPEndPoint)free.LocalEndPoint!).Port;
        free.Dispose();
        await Assert.ThrowsAsync<IOException>(() => DlmsConnection.OpenTcpAsync(Host, port, World.Public, Cancel).AsTask());

        await using var server = new DlmsServer(new DlmsServerOptions(), _meter.Device);
        var at = server.ListenTcp(World.AnyPort);
        await Assert.ThrowsAsync<AssociationRefusedException>(
            () => DlmsConnection.OpenTcpAsync(Host, at.Port, World.Public with { ClientSap = 2 }, Cancel).AsTask());
    }

    private sealed record Joined(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
