using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Headrace.Dlms.Connections;

/// <summary>The listening sockets of a server or listener.</summary>
internal sealed class Doors(PipeLoops loops, DlmsServerOptions options) : IAsyncDisposable
{
    private const int Backlog = 512;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Task> _accepting = [];
    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>Cancelled when the doors close.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Opens a TCP port; each connection in its place is handed to <paramref name="serve"/>, which gives the place back.</summary>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    public IPEndPoint Open(IPEndPoint at, Func<Socket, EndPoint?, Task> serve)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(at);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{at} cannot be listened on: {e.Message}.", e);
        }
        _sockets.Add(socket);
        _accepting.Add(AcceptAsync(socket, serve));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The stream of a connection, behind a TLS handshake where there are settings for one; null, closed, where that
    /// fails.</summary>
    public static async Task<Stream?> SecureAsync(
        Socket socket, TlsServerSettings? tls, DlmsServerOptions options, CancellationToken closing)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is null) return stream;
        var secured = new SslStream(stream);
        using var patience = new CancellationTokenSource(options.HandshakeTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, closing);
        try
        {
            await secured.AuthenticateAsServerAsync(tls.Options(), either.Token);
            return secured;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException or CryptographicException)
        {
            await secured.DisposeAsync();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        foreach (var socket in _sockets) socket.Dispose();
        await Task.WhenAll(_accepting);
    }

    private async Task AcceptAsync(Socket listening, Func<Socket, EndPoint?, Task> serve)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var socket = await listening.AcceptAsync(_closing.Token);
                Enter(socket, serve);
            }
            catch (SocketException) when (!_closing.IsCancellationRequested)
            {
                // No descriptors left, mostly: others have to close first.
                await Task.Delay(PauseAfterFailure, options.Time, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Enter(Socket socket, Func<Socket, EndPoint?, Task> serve)
    {
        EndPoint? remote = null;
        try
        {
            socket.NoDelay = true;
            remote = socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // It has gone already, which its first read will say.
        }
        if (loops.TryEnter(remote)) _ = serve(socket, remote);
        else socket.Dispose();
    }
}
