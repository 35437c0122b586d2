using System.Net.Sockets;
using Headrace.Core.Drivers;
using Headrace.Core.Links;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Headrace.Gateway;

/// <summary>Connects to meters that listen. Holds the number of dialled connections below <see cref="GatewayLimits.MaxDialled"/>.</summary>
public sealed class TcpDialer : ILinkDialer, IDisposable
{
    private readonly GatewayLimits _limits;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _free;
    private readonly SocketConnectionContextFactory _factory;

    /// <summary>Makes a dialler.</summary>
    /// <param name="limits">Number of links and time to connect.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Loggers.</param>
    public TcpDialer(GatewayLimits limits, GatewayMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(loggers);
        _limits = limits;
        _metrics = metrics;
        _time = time;
        _free = new SemaphoreSlim(limits.MaxDialled);
        _factory =
            new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), loggers.CreateLogger("Headrace.Gateway.Dialler"));
    }

    /// <inheritdoc/>
    public async ValueTask<ILink> DialAsync(string address, CancellationToken cancellationToken)
    {
        var (host, port) = Read(address);
        await _free.WaitAsync(cancellationToken);
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await ConnectAsync(socket, host, port, address, cancellationToken);
            KeepAlive.Enable(socket);
            var connection = _factory.Create(socket);
            _metrics.Opened(inbound: false);
            return new TcpLink(connection, inbound: false, _time, _metrics.Received, async () =>
            {
                await connection.DisposeAsync();
                _metrics.Closed(inbound: false);
                _free.Release();
            });
        }
        catch
        {
            socket?.Dispose();
            _metrics.DialFailed();
            _free.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _factory.Dispose();
        _free.Dispose();
    }

    private async ValueTask ConnectAsync(Socket socket, string host, int port, string address, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_limits.DialTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeterException(
                FormattableString.Invariant(
                    $"No connection to {address}: no answer within {_limits.DialTime.TotalSeconds} s."), isTransient: true, e);
        }
        catch (SocketException e)
        {
            throw new MeterException($"No connection to {address}: {Reason(e)}.", isTransient: true, e);
        }
    }

    private static (string Host, int Port) Read(string address)
    {
        try
        {
            var (host, port) = ListenAddress.Split(address, ListenAddress.DlmsPort);
            if (host.Length > 0 && port > 0) return (host, port);
        }
        catch (GatewayException e)
        {
            throw new MeterException($"'{address}' is not an address of a meter: write host:port.", isTransient: false, e);
        }

        throw new MeterException($"'{address}' is not an address of a meter: write host:port.", isTransient: false);
    }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name has no address",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "it cannot be reached",
        SocketError.TimedOut => "no answer",
        SocketError.ConnectionReset => "the connection was reset",
        _ => e.SocketErrorCode.ToString(),
    };
}
