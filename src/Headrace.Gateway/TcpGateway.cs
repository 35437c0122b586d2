using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Drivers;
using Headrace.Core.Links;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Headrace.Gateway;

/// <summary>
/// Listens for meters that connect, on a Kestrel server of its own that speaks no HTTP. Each connection becomes a link and is
/// handed to the <see cref="ILinkHandler"/>. Surplus connections are closed at once and counted.
/// </summary>
/// <param name="handler">Serves the links.</param>
/// <param name="limits">What is taken on at most.</param>
/// <param name="journal">Told of refused connections.</param>
/// <param name="metrics">Counters.</param>
/// <param name="time">Clock.</param>
/// <param name="loggers">Loggers.</param>
public sealed class TcpGateway(
    ILinkHandler handler, GatewayLimits limits, ISessionJournal journal, GatewayMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private const int KestrelSlack = 64;
    private readonly ILogger _log = loggers.CreateLogger("Headrace.Gateway");
    private readonly ConcurrentDictionary<TcpLink, byte> _links = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stopping;
    private KestrelServer? _server;
    private Task _sweep = Task.CompletedTask;
    private int _open;

    /// <summary>The address it listens at, with the real port where 0 was asked for; null before it is started.</summary>
    public IPEndPoint? Endpoint { get; private set; }

    /// <summary>
    /// Connections at most, by <see cref="GatewayLimits"/> and the machine's limit on file descriptors; 0 before it is started.
    /// </summary>
    public int Capacity { get; private set; }

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">Where; port 0 for any free one. <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException">The port is in use or not allowed, or the limit on file descriptors is too low.</exception>
    public async Task StartAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (_server is not null) throw new InvalidOperationException("The gateway is started already.");
        var descriptors = DescriptorLimit.Read();
        Capacity = limits.ConnectionsWithin(descriptors);
        if (Capacity < limits.MaxConnections) Log.Held(_log, Capacity, limits.MaxConnections, descriptors);

        ListenOptions? listening = null;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = Capacity + KestrelSlack; // a backstop: ours comes first and is counted
        options.Listen(endpoint, listen =>
        {
            listening = listen;
            listen.Protocols = HttpProtocols.Http1;
            listen.Run(ServeAsync);
        });
        var transport = new SocketTransportFactory(Options.Create(TransportOptions()), loggers);
        _stopping = new CancellationTokenSource();
        _server = new KestrelServer(Options.Create(options), transport, loggers);
        try
        {
            await _server.StartAsync(new NoHttp(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await DiscardAsync();
            throw new GatewayException(Explain(endpoint, e), e);
        }
        catch
        {
            await DiscardAsync();
            throw;
        }

        Endpoint = listening?.IPEndPoint ?? endpoint;
        _sweep = SweepAsync(_stopping.Token);
        Log.ListeningTcp(_log, Endpoint.ToString(), Capacity);
    }

    /// <summary>Stops listening and ends the connections: handlers are told first and have <see cref="GatewayLimits.StopTime"/>.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null || _stopping is null) return;
        await _stopping.CancelAsync();
        using var patience = new CancellationTokenSource(limits.StopTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await _server.StopAsync(either.Token);
        await _sweep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DiscardAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    internal static string Explain(IPEndPoint endpoint, Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                return $"Port {endpoint.Port} at {endpoint.Address} is in use by another program.";
            if (e is SocketException { SocketErrorCode: SocketError.AccessDenied })
                return $"Port {endpoint.Port} at {endpoint.Address} may not be opened by this user.";
            if (e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
                return $"{endpoint.Address} is not an address of this machine.";
        }

        return $"The gateway cannot listen at {endpoint}: {failure.Message}";
    }

    private static SocketTransportOptions TransportOptions() => new()
    {
        CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            KeepAlive.Enable(socket); // accepted sockets inherit it
            return socket;
        },
    };

    private async Task ServeAsync(ConnectionContext connection)
    {
        var remote = TcpLink.Plain(connection.RemoteEndPoint);
        if (Admit(remote) is { } reason)
        {
            metrics.Refused(reason);
            journal.Refused(RefusalKind.Overloaded, 0, $"connection from {remote} refused: {reason}");
            Log.Refused(_log, remote?.ToString(), reason);
            connection.Abort(new ConnectionAbortedException(reason));
            return;
        }

        var link = new TcpLink(connection, inbound: true, time, metrics.Received, close: null);
        metrics.Opened(inbound: true);
        _links.TryAdd(link, 0);
        try
        {
            await using (link) await handler.RunAsync(link, _stopping!.Token);
        }
        catch (OperationCanceledException) when (_stopping!.IsCancellationRequested)
        {
            link.Abort("the gateway stops");
        }
        catch (Exception e)
        {
            Log.LinkFailed(_log, e, link.Id, remote?.ToString());
            link.Abort("the handler failed");
        }
        finally
        {
            _links.TryRemove(link, out _);
            metrics.Closed(inbound: true);
            Leave(remote);
        }
    }

    private string? Admit(EndPoint? remote)
    {
        lock (_gate)
        {
            if (_open >= Capacity) return $"{Capacity} connections are open";
            if (limits.MaxConnectionsPerAddress > 0 && remote is IPEndPoint { Address: var address })
            {
                var from = _byAddress.GetValueOrDefault(address);
                if (from >= limits.MaxConnectionsPerAddress) return $"{from} connections from its address are open";
                _byAddress[address] = from + 1;
            }

            _open++;
            return null;
        }
    }

    private void Leave(EndPoint? remote)
    {
        lock (_gate)
        {
            _open--;
            if (limits.MaxConnectionsPerAddress <= 0 || remote is not IPEndPoint { Address: var address }) return;
            if (_byAddress.TryGetValue(address, out var count) && count > 1) _byAddress[address] = count - 1;
            else _byAddress.Remove(address);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (limits.IdleTime <= TimeSpan.Zero) return;
        var pace = TimeSpan.FromSeconds(Math.Clamp(limits.IdleTime.TotalSeconds / 4, 0.05, 30));
        using var timer = new PeriodicTimer(pace, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var (link, _) in _links)
            {
                var idle = time.GetElapsedTime(link.LastActivity);
                if (idle < limits.IdleTime) continue;
                metrics.Idle();
                Log.Idle(_log, link.Id, idle.TotalSeconds);
                link.Abort("idle");
            }
        }
    }

    private async ValueTask DiscardAsync()
    {
        _server?.Dispose();
        _server = null;
        if (_stopping is not null) await _stopping.CancelAsync();
    }
}
