using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Session;
using Headrace.Serial;

namespace Headrace.Dlms.Connections;

/// <summary>Hosts logical devices for any number of clients, over TCP, TLS, UDP, serial lines and pipes.</summary>
/// <remarks>
/// <code>
/// await using var server = new DlmsServer(new DlmsServerOptions(), device);
/// var at = server.ListenTcp(new IPEndPoint(IPAddress.Any, 4059));
/// </code>
/// Each connection has associations of its own; the devices are shared. A connection is one task that reads, serves and writes without
/// handing anything over. Nothing a client does ends the server.
/// </remarks>
public sealed class DlmsServer : IAsyncDisposable
{
    private readonly DlmsServerOptions _options;
    private readonly IReadOnlyList<LogicalDevice> _devices;
    private readonly PipeLoops _loops;
    private readonly Doors _doors;
    private readonly Lock? _gate;
    private readonly List<DatagramServer> _datagrams = [];

    /// <summary>A server that listens nowhere yet.</summary>
    /// <param name="options">Its bounds.</param>
    /// <param name="devices">What is hosted: one or more logical devices, each with its SAP.</param>
    public DlmsServer(DlmsServerOptions options, params IReadOnlyList<LogicalDevice> devices)
    {
        (_options, _devices) = (options, devices);
        _gate = options.ServeConcurrently ? null : new Lock();
        _loops = new PipeLoops(options, Counters);
        _doors = new Doors(_loops, options);
    }

    /// <summary>What has happened so far.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Connections served now.</summary>
    public int Connections => _loops.Count;

    /// <summary>Listens on TCP.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenTcp(IPEndPoint at, ServerFraming framing = ServerFraming.Detect) =>
        _doors.Open(at, (socket, remote) => ServeSocketAsync(socket, remote, null, framing));

    /// <summary>Listens on TCP for TLS.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenTls(IPEndPoint at, TlsServerSettings tls, ServerFraming framing = ServerFraming.Detect) =>
        _doors.Open(at, (socket, remote) => ServeSocketAsync(socket, remote, tls, framing));

    /// <summary>Listens on UDP: one request in each datagram, in the wrapper.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenUdp(IPEndPoint at)
    {
        var door = DatagramServer.Open(at, _options, Counters, () => new WrapperFrames(Gateway(), _gate, _options.MaxApduLength));
        _datagrams.Add(door);
        return door.LocalEndPoint;
    }

    /// <summary>Serves HDLC on a serial line until that is unplugged or the token ends it.</summary>
    /// <exception cref="IOException">The line cannot be opened.</exception>
    [SupportedOSPlatform("linux")]
    public async Task ServeSerialAsync(string device, SerialSettings settings, CancellationToken cancellationToken)
    {
        await using var line = SerialLine.Open(device, settings, _options.Time);
        await ServeLineAsync(line, cancellationToken);
    }

    /// <summary>Serves HDLC on a line that lasts: silence and broken frames end links, not the line.</summary>
    /// <param name="line">Stays the caller's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ServeLineAsync(IDuplexPipe line, CancellationToken cancellationToken)
    {
        using var frames = new LastingFrames(() => Frames(ServerFraming.Hdlc), () => Counters.CountEnd(ConnectionEnd.Malformed));
        while (_loops.TryEnter(null))
        {
            var how = await _loops.RunAsync(line, null, new Borrowed(frames), null, cancellationToken);
            if (how != ConnectionEnd.Idle) return;
            frames.Reset();
        }
    }

    /// <summary>Serves one connection that somebody else accepted, such as a handler of Kestrel, until either side ends it.</summary>
    /// <param name="connection">Stays the caller's, who closes it.</param>
    /// <param name="framing">How requests lie in it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ConnectionEnd> ServeAsync(IDuplexPipe connection, ServerFraming framing, CancellationToken cancellationToken) =>
        _loops.TryEnter(null)
            ? _loops.RunAsync(connection, null, Frames(framing), null, cancellationToken)
            : Task.FromResult(ConnectionEnd.Refused);

    /// <summary>Closes the doors and all connections, and waits until the last has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _doors.DisposeAsync();
        foreach (var door in _datagrams) await door.DisposeAsync();
        await _loops.DisposeAsync();
    }

    private async Task ServeSocketAsync(Socket socket, EndPoint? remote, TlsServerSettings? tls, ServerFraming framing)
    {
        var stream = await Doors.SecureAsync(socket, tls, _options, _doors.Closing);
        if (stream is null)
        {
            _loops.Leave(remote, ConnectionEnd.NotSecured);
            return;
        }
        await using var link = new StreamLink(stream, _options.ReadSize);
        await _loops.RunAsync(link, link, Frames(framing), remote, CancellationToken.None);
    }

    private IFrameServer Frames(ServerFraming framing) => framing switch
    {
        ServerFraming.Wrapper => new WrapperFrames(Gateway(), _gate, _options.MaxApduLength),
        ServerFraming.Hdlc => new HdlcFrames(new HdlcServer(_options.Hdlc, _options.PhysicalDevice, _devices), _gate),
        _ => new DetectedFrames(Frames),
    };

    private GatewayServer Gateway() => new(new DeviceServer(_devices), _options.DevicesBehind ?? (static _ => null));

    /// <summary>Lent to a loop that would dispose of it at its end.</summary>
    private sealed class Borrowed(IFrameServer lent) : IFrameServer
    {
        public bool TryServe(ref System.Buffers.ReadOnlySequence<byte> input, System.Buffers.IBufferWriter<byte> output) =>
            lent.TryServe(ref input, output);

        public void Dispose()
        {
            // the lender's
        }
    }
}
