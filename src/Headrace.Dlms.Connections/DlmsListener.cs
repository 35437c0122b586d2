using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Headrace.Dlms.Connections;

/// <summary>Receives what servers send unasked: over TCP and TLS in the wrapper, HDLC or wired M-Bus frames, and over UDP in the
/// wrapper.</summary>
/// <remarks>
/// <code>
/// await using var listener = new DlmsListener(new DlmsListenerOptions { FindSender = (origin, _) => new(KeysOf(origin.SystemTitle)) });
/// listener.ListenTcp(new IPEndPoint(IPAddress.Any, 4059));
/// await foreach (var push in listener.ReadAllAsync(cancellationToken)) Store(push.SystemTitle, push.Readings);
/// </code>
/// A protected push is checked by its sender's keys and taken once: its counter must be above the last under the same key. Bad input is
/// counted and never ends the listener.
/// </remarks>
public sealed class DlmsListener : IAsyncDisposable
{
    private readonly DlmsListenerOptions _options;
    private readonly PushReception _reception;
    private readonly PipeLoops _loops;
    private readonly Doors _doors;
    private readonly Channel<DlmsNotification> _taken;
    private readonly List<PushDatagrams> _datagrams = [];

    /// <summary>A listener with no door open yet.</summary>
    public DlmsListener(DlmsListenerOptions options)
    {
        _options = options;
        _reception = new PushReception(options);
        _loops = new PipeLoops(options.Connections, Counters);
        _doors = new Doors(_loops, options.Connections);
        _taken = Channel.CreateBounded<DlmsNotification>(options.MaxNotifications);
    }

    /// <summary>What has happened on connections and datagrams.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Messages of that verdict so far.</summary>
    public long Count(PushVerdict verdict) => _reception.Count(verdict);

    /// <summary>Listens on TCP.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenTcp(IPEndPoint at) => _doors.Open(at, (socket, remote) => ServeAsync(socket, remote, null));

    /// <summary>Listens on TCP for TLS.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenTls(IPEndPoint at, TlsServerSettings tls) =>
        _doors.Open(at, (socket, remote) => ServeAsync(socket, remote, tls));

    /// <summary>Listens on UDP: one push in each datagram.</summary>
    /// <returns>Where: with the port the system chose where 0 was asked for.</returns>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint ListenUdp(IPEndPoint at)
    {
        var door = new PushDatagrams(at, _reception, _taken, _options, Counters);
        _datagrams.Add(door);
        return door.LocalEndPoint;
    }

    /// <summary>Takes the pushes of a connection that somebody else opened: a customer port on a serial line, or a handler of
    /// Kestrel.</summary>
    /// <param name="connection">Stays the caller's, who closes it.</param>
    /// <param name="remote">Where it comes from; null where that cannot be said.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ConnectionEnd> ServeAsync(IDuplexPipe connection, EndPoint? remote, CancellationToken cancellationToken) =>
        _loops.TryEnter(remote)
            ? _loops.RunAsync(connection, null, Frames(remote), remote, cancellationToken)
            : Task.FromResult(ConnectionEnd.Refused);

    /// <summary>Everything that is taken, in order of arrival, for one or more readers; ends when the listener is disposed.</summary>
    public IAsyncEnumerable<DlmsNotification> ReadAllAsync(CancellationToken cancellationToken) =>
        _taken.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Forgets keys and counters of a sender: they have changed. It is looked up anew with its next push.</summary>
    public void Forget(ReadOnlySpan<byte> systemTitle) => _reception.Forget(systemTitle);

    /// <summary>Closes the doors and all connections; what was taken can still be read.</summary>
    public async ValueTask DisposeAsync()
    {
        await _doors.DisposeAsync();
        foreach (var door in _datagrams) await door.DisposeAsync();
        await _loops.DisposeAsync();
        _taken.Writer.TryComplete();
        _reception.Dispose();
    }

    private PushFrames Frames(EndPoint? remote) => new(_reception, _taken.Writer, remote, _options, _doors.Closing);

    private async Task ServeAsync(Socket socket, EndPoint? remote, TlsServerSettings? tls)
    {
        var stream = await Doors.SecureAsync(socket, tls, _options.Connections, _doors.Closing);
        if (stream is null)
        {
            _loops.Leave(remote, ConnectionEnd.NotSecured);
            return;
        }
        await using var link = new StreamLink(stream, _options.Connections.ReadSize);
        await _loops.RunAsync(link, link, Frames(remote), remote, CancellationToken.None);
    }
}
