using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>Serves one UDP port. A client is its address and port; one that is silent for the idle time is forgotten.</summary>
/// <remarks>Where there are too many, the one that was silent longest goes, so that senders who make up addresses cannot lock others out
/// for good; a client that is forgotten has to associate anew.</remarks>
internal sealed class DatagramServer : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly DlmsServerOptions _options;
    private readonly ConnectionCounters _counters;
    private readonly Func<IFrameServer> _make;
    private readonly Dictionary<EndPoint, LinkedListNode<Peer>> _peers = [];
    private readonly LinkedList<Peer> _byLastUse = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ArrayBufferWriter<byte> _answer = new();
    private readonly Task _serving;

    private DatagramServer(Socket socket, DlmsServerOptions options, ConnectionCounters counters, Func<IFrameServer> make)
    {
        (_socket, _options, _counters, _make) = (socket, options, counters, make);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _serving = ServeAsync();
    }

    public IPEndPoint LocalEndPoint { get; }

    public static DatagramServer Open(IPEndPoint at, DlmsServerOptions options, ConnectionCounters counters, Func<IFrameServer> make) =>
        new(Datagrams.Bind(at), options, counters, make);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        await _serving;
        foreach (var peer in _byLastUse) peer.Server.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[Datagrams.MaxSize];
        var anybody = Datagrams.Anybody(LocalEndPoint);
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anybody, _closing.Token);
                _answer.ResetWrittenCount();
                Serve(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint);
                if (_answer.WrittenCount > 0) await _socket.SendToAsync(_answer.WrittenMemory, received.RemoteEndPoint, _closing.Token);
            }
            catch (Exception e) when (e is SocketException or ProtocolException)
            {
                _counters.CountDropped(); // no frame, an answer that nobody takes, or one too long for a datagram
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                _counters.CountDropped(); // an object of the device failed: one request is lost, not the port for everybody
            }
        }
    }

    private void Serve(ReadOnlyMemory<byte> datagram, EndPoint remote)
    {
        // Looked at before a place is given to its sender.
        if (!WrapperFrame.TryRead(datagram, _options.MaxApduLength, out _)) throw new ProtocolException("datagram cut short");
        var input = new ReadOnlySequence<byte>(datagram);
        PeerOf(remote).Server.TryServe(ref input, _answer);
        _counters.CountFrames(1);
    }

    private Peer PeerOf(EndPoint remote)
    {
        while (_byLastUse.First is { } oldest && (_peers.Count > _options.MaxConnections || IsIdle(oldest.Value))) Forget(oldest);
        if (_peers.TryGetValue(remote, out var known))
        {
            _byLastUse.Remove(known);
            _byLastUse.AddLast(known);
            known.Value.LastUse = _options.Time.GetTimestamp();
            return known.Value;
        }
        if (_peers.Count == _options.MaxConnections && _byLastUse.First is { } first) Forget(first);
        var peer = new Peer(remote, _make()) { LastUse = _options.Time.GetTimestamp() };
        _peers[remote] = _byLastUse.AddLast(peer);
        _counters.CountAccepted();
        return peer;
    }

    private bool IsIdle(Peer peer) => _options.Time.GetElapsedTime(peer.LastUse) >= _options.IdleTimeout;

    private void Forget(LinkedListNode<Peer> node)
    {
        _byLastUse.Remove(node);
        _peers.Remove(node.Value.Remote);
        node.Value.Server.Dispose();
        var how = IsIdle(node.Value) ? ConnectionEnd.Idle : ConnectionEnd.Refused;
        _counters.CountEnd(how);
        _options.Ended?.Invoke(node.Value.Remote, how);
    }

    private sealed class Peer(EndPoint remote, IFrameServer server)
    {
        public EndPoint Remote { get; } = remote;

        public IFrameServer Server { get; } = server;

        public long LastUse { get; set; }
    }
}

/// <summary>What UDP sockets have in common.</summary>
internal static class Datagrams
{
    /// <summary>The longest payload of a datagram.</summary>
    public const int MaxSize = 65_507;

    private const int ReceiveBuffer = 1 << 20;

    /// <summary>Stands for every sender of the port's family of addresses, as receiving asks for one.</summary>
    public static IPEndPoint Anybody(IPEndPoint at) =>
        new(at.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    /// <summary>Opens a UDP port.</summary>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public static Socket Bind(IPEndPoint at)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        try
        {
            socket.Bind(at);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{at} cannot be listened on: {e.Message}.", e);
        }
    }
}
