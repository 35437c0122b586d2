using System.Net;
using System.Net.Sockets;
using Headrace.Core.Links;
using Microsoft.Extensions.Logging;

namespace Headrace.Gateway;

/// <summary>
/// Receives datagrams of meters on a thread of its own, which waits in the system call: that took half as much again per second
/// as any of the asynchronous ways when it was measured. The handler runs on that thread and must not wait.
/// </summary>
/// <param name="handler">Takes the datagrams.</param>
/// <param name="limits">Size of the receive buffer.</param>
/// <param name="metrics">Counters.</param>
/// <param name="loggers">Loggers.</param>
public sealed class UdpGateway(IDatagramHandler handler, GatewayLimits limits, GatewayMetrics metrics, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private const int LargestDatagram = 65_535;
    private const int KnownPeers = 4_096;
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(100);
    private readonly ILogger _log = loggers.CreateLogger("Headrace.Gateway");
    private readonly Dictionary<SocketAddress, EndPoint> _peers = [];
    private Socket? _socket;
    private TaskCompletionSource? _ended;
    private readonly ManualResetEventSlim _pause = new();
    private volatile bool _stopping;

    /// <summary>The address it receives at, with the real port where 0 was asked for; null before it is started.</summary>
    public IPEndPoint? Endpoint { get; private set; }

    /// <summary>Begins to receive.</summary>
    /// <param name="endpoint">Where; port 0 for any free one. <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException">The port is in use or not allowed.</exception>
    public Task StartAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        if (_socket is not null) throw new InvalidOperationException("The gateway is started already.");
        var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.ReceiveBufferSize = limits.DatagramBufferBytes;
            socket.Bind(endpoint);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new GatewayException(TcpGateway.Explain(endpoint, e), e);
        }

        _socket = socket;
        _stopping = false;
        _pause.Reset();
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
        new Thread(() => Receive(socket)) { IsBackground = true, Name = "headrace-udp" }.Start();
        Log.ListeningUdp(_log, Endpoint.ToString());
        return Task.CompletedTask;
    }

    /// <summary>Stops receiving; returns when the handler is not called any more.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_socket is not { } socket || _ended is not { } ended) return;
        _stopping = true;
        _pause.Set();
        socket.Dispose();
        await ended.Task.WaitAsync(cancellationToken);
        _socket = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private void Receive(Socket socket)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram);
        var from = new SocketAddress(socket.AddressFamily);
        try
        {
            while (!_stopping) ReceiveOne(socket, buffer, from);
        }
        catch (ObjectDisposedException)
        {
            // stopped
        }
        finally
        {
            _ended!.TrySetResult();
        }
    }

    private void ReceiveOne(Socket socket, byte[] buffer, SocketAddress from)
    {
        int length;
        try
        {
            length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
        }
        catch (SocketException e)
        {
            if (_stopping) return;
            Log.ReceiveFailed(_log, e, Endpoint?.ToString() ?? "");
            _pause.Wait(ErrorPause); // never set before the stop: an error that stays must not take the processor
            return;
        }

        metrics.Datagram(length);
        var remote = PeerOf(from);
        try
        {
            handler.Handle(buffer.AsSpan(0, length), remote);
        }
        catch (Exception e)
        {
            metrics.DatagramFailed();
            Log.DatagramFailed(_log, e, remote.ToString());
        }
    }

    private EndPoint PeerOf(SocketAddress from)
    {
        if (_peers.TryGetValue(from, out var known)) return known;
        if (_peers.Count >= KnownPeers) _peers.Clear();
        var key = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(key.Buffer.Span);
        var template = new IPEndPoint(from.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        var peer = TcpLink.Plain(template.Create(key))!;
        _peers.Add(key, peer);
        return peer;
    }
}
