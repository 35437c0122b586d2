using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Wrapper;

namespace Headrace.Simulation.Tests.Fleet;

/// <summary>Takes pushes on TCP and UDP of one port and keeps the frames as they came.</summary>
internal sealed class HeadEnd : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly List<Task> _tasks = [];

    internal HeadEnd()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _tasks.Add(AcceptAsync());
        _tasks.Add(DatagramsAsync());
    }

    internal int Port { get; }

    internal string Address => $"127.0.0.1:{Port}";

    /// <summary>Every frame, header included.</summary>
    internal ConcurrentQueue<byte[]> Frames { get; } = new();

    /// <summary>Frames that came by datagram.</summary>
    internal int Datagrams { get; private set; }

    /// <summary>Connections that are open now or were.</summary>
    internal IReadOnlyCollection<Socket> Connections => _open;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _datagrams.Dispose();
        foreach (var socket in _open) socket.Dispose();
        await Task.WhenAll(_tasks);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                _open.Add(socket);
                _ = ReadAsync(socket);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ReadAsync(Socket socket)
    {
        var received = new List<byte>();
        var buffer = new byte[2_048];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                received.AddRange(buffer.AsSpan(0, read));
                var sequence = new ReadOnlySequence<byte>(received.ToArray());
                while (WrapperFrame.TryRead(ref sequence, 4_096, out var frame))
                {
                    var whole = new ArrayBufferWriter<byte>();
                    frame.WriteTo(whole);
                    Frames.Enqueue(whole.WrittenSpan.ToArray());
                }

                received = [.. sequence.ToArray()];
            }

            socket.Dispose();
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task DatagramsAsync()
    {
        var buffer = new byte[2_048];
        try
        {
            while (true)
            {
                var read = await _datagrams.ReceiveAsync(buffer, _stop.Token);
                Frames.Enqueue(buffer[..read]);
                Datagrams++;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
