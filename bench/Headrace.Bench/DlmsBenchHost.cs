using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Bench;

/// <summary>Kestrel on two loopback ports: a small meter behind the wrapper, and a bare exchange of bytes.</summary>
internal sealed class DlmsBenchHost : IAsyncDisposable
{
    /// <summary>Bytes that say the sizes of a bare exchange.</summary>
    public const int EchoHead = 8;

    /// <summary>A register of the meter.</summary>
    public static readonly LogicalName Energy = LogicalName.Parse("1-0:1.8.0.255");

    /// <summary>Thirty days of quarter hours with clock, status and four registers.</summary>
    public static readonly LogicalName LoadProfile = LogicalName.Parse("1-0:99.1.0.255");

    /// <summary>Rows of the profile.</summary>
    public const int Rows = 2_880;

    private static readonly byte[] ServerTitle = [.. "HRC"u8, 1, 2, 3, 4, 5];
    private static readonly byte[] ClientTitle = [.. "HRC"u8, 9, 9, 9, 9, 9];
    private static readonly byte[] EncryptionKey = Convert.FromHexString("5A17C3E0942D6B88F10E7D3349AC2056");
    private static readonly byte[] AuthenticationKey = Convert.FromHexString("C0FFEE11223344556677889900AABBCC");
    private readonly WebApplication _kestrel;
    private readonly DlmsServer _server;
    private readonly int _echo = FreePort();
    private readonly int _meter = FreePort();
    private uint _counter;

    private DlmsBenchHost()
    {
        _server = new DlmsServer(new DlmsServerOptions { MaxConnections = 100_000 }, Device());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_server);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, _echo, listen => listen.UseConnectionHandler<EchoHandler>());
            kestrel.Listen(IPAddress.Loopback, _meter, listen => listen.UseConnectionHandler<MeterHandler>());
        });
        _kestrel = builder.Build();
    }

    /// <summary>Starts it.</summary>
    public static async Task<DlmsBenchHost> StartAsync()
    {
        var host = new DlmsBenchHost();
        await host._kestrel.StartAsync();
        return host;
    }

    /// <summary>A client that is associated over TCP: the public one, or the one with GMAC and ciphering.</summary>
    public async Task<Meter> ConnectAsync(bool ciphered, Func<IDuplexPipe, IDuplexPipe>? wrap = null)
    {
        var stream = new NetworkStream(await ConnectAsync(_meter), ownsSocket: true);
        IDuplexPipe pipe = new Pipes(PipeReader.Create(stream), PipeWriter.Create(stream));
        return new Meter(await AssociateAsync(wrap?.Invoke(pipe) ?? pipe, ciphered), stream);
    }

    /// <summary>The same over two pipes in memory.</summary>
    public async Task<Meter> ConnectInProcessAsync(bool ciphered)
    {
        var (there, back) = (new Pipe(), new Pipe());
        var serving = _server.ServeAsync(new Pipes(there.Reader, back.Writer), ServerFraming.Wrapper, CancellationToken.None);
        return new Meter(await AssociateAsync(new Pipes(back.Reader, there.Writer), ciphered), new Ending(there.Writer, serving));
    }

    private async Task<DlmsClient> AssociateAsync(IDuplexPipe pipe, bool ciphered)
    {
        var options = ciphered
            ? new ClientOptions
            {
                Authentication = AuthenticationMechanism.HighLevelGmac,
                Ciphering = ClientCiphering.Global,
                SystemTitle = ClientTitle,
                InvocationCounter = () => ++_counter,
            }
            : new ClientOptions();
        var keys = ciphered ? new SecurityKeys(EncryptionKey, AuthenticationKey) : new SecurityKeys();
        var client = DlmsClient.OverWrapper(pipe, ciphered ? (ushort)1 : (ushort)16, 1, options, keys,
            ClientTimings.Usual, TimeProvider.System);
        if (await client.ConnectAsync(CancellationToken.None) is AssociationRejected rejected)
            throw new InvalidOperationException($"rejected: {rejected}");
        return client;
    }

    /// <summary>A socket to the bare exchange.</summary>
    public Task<Socket> ConnectToEchoAsync() => ConnectAsync(_echo);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static LogicalDevice Device()
    {
        var security = new SecuritySetupObject(
            LogicalName.Parse("0-0:43.0.0.255"), new SecurityKeys(EncryptionKey, AuthenticationKey), ServerTitle);
        var device = new LogicalDevice(1, ServerTitle);
        device.Add(security);
        device.Add(new RegisterObject(Energy, () => CosemData.DoubleLongUnsigned(123_456), new ScalerUnit(0, Unit.WattHour)));
        device.Add(Profile());
        device.Add(AssociationSettings.Public(Energy, LoadProfile));
        device.Add(new AssociationSettings
        {
            ClientSap = 1,
            LogicalName = LogicalName.Parse("0-0:40.0.2.255"),
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = security,
        });
        return device;
    }

    private static ProfileGenericObject Profile()
    {
        CaptureObjectDefinition[] columns =
        [
            new(8, LogicalName.Parse("0-0:1.0.0.255"), 2, 0),
            new(1, LogicalName.Parse("0-0:96.10.1.255"), 2, 0),
            .. new[] { 1, 2, 3, 4 }.Select(c => new CaptureObjectDefinition(3, new LogicalName(1, 0, (byte)c, 8, 0, 255), 2, 0)),
        ];
        var buffer = new KeptProfileBuffer(Rows, ProfileGenericObject.AsUtc);
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < Rows; i++)
        {
            buffer.Add(
            [
                CosemData.OctetString(CosemDateTime.From(start.AddMinutes(15 * i))), CosemData.Unsigned(0),
                .. Enumerable.Range(1, 4).Select(c => CosemData.DoubleLongUnsigned((uint)(100_000 * c + i))),
            ]);
        }
        var settings = new ProfileSettings { CaptureObjects = columns, CapturePeriod = TimeSpan.FromMinutes(15), ProfileEntries = Rows };
        return new ProfileGenericObject(LoadProfile, settings, buffer);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A client and its connection.</summary>
    internal sealed class Meter(DlmsClient client, IAsyncDisposable line) : IAsyncDisposable
    {
        public DlmsClient Client => client;

        public async ValueTask DisposeAsync()
        {
            await client.ReleaseAsync(CancellationToken.None);
            await client.DisposeAsync();
            await line.DisposeAsync();
        }
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Ending(PipeWriter output, Task serving) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await output.CompleteAsync();
            await serving;
        }
    }

    /// <summary>Answers so many bytes with so many, as the first eight say.</summary>
    private sealed class EchoHandler : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            var (input, output) = (connection.Transport.Input, connection.Transport.Output);
            var head = (await input.ReadAtLeastAsync(EchoHead)).Buffer;
            var sizes = new byte[EchoHead];
            System.Buffers.BuffersExtensions.CopyTo(head.Slice(0, EchoHead), sizes);
            input.AdvanceTo(head.GetPosition(EchoHead));
            var (request, response) = (BitConverter.ToInt32(sizes), BitConverter.ToInt32(sizes, 4));
            while (true)
            {
                var read = await input.ReadAtLeastAsync(request);
                if (read.Buffer.Length < request) return;
                input.AdvanceTo(read.Buffer.GetPosition(request));
                output.GetSpan(response)[..response].Clear();
                output.Advance(response);
                await output.FlushAsync();
            }
        }
    }

    private sealed class MeterHandler(DlmsServer server) : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) =>
            server.ServeAsync(connection.Transport, ServerFraming.Wrapper, connection.ConnectionClosed);
    }
}
