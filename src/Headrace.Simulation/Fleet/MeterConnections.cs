using System.Collections.Concurrent;
using System.Net.Sockets;
using Headrace.Simulation.Models;
using Microsoft.Extensions.Logging;

namespace Headrace.Simulation.Fleet;

/// <summary>The live connections of a fleet, and how many each meter has.</summary>
internal sealed class MeterConnections(
    FleetOptions options, FleetCounters counters, ILogger logger, Func<VirtualMeter, PushKind, bool> push) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<MeterConnection, VirtualMeter> _live = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Until then meters that lose pushes hang up. Set before the first connection.</summary>
    internal DateTimeOffset LineDownUntil { get; set; }

    /// <summary>Serves a client that has connected, unless the meter serves too many already or its line is down.</summary>
    internal void Accept(VirtualMeter meter, Socket socket)
    {
        counters.CountAccepted();
        if (meter.Behaviour == MeterBehaviour.LosesPushes && options.TimeProvider.GetUtcNow() < LineDownUntil)
        {
            Log.ConnectionClosed(logger, meter.Device.Identity.Serial,
                socket.RemoteEndPoint?.ToString() ?? "", "the line is down on purpose");
            socket.Dispose();
            return;
        }

        if (_stopping.IsCancellationRequested || _live.Values.Count(m => m == meter) >= options.MaximumConnections)
        {
            Log.ConnectionClosed(logger, meter.Device.Identity.Serial, socket.RemoteEndPoint?.ToString() ?? "", "too many connections");
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        Begin(meter, socket, isKept: false);
    }

    /// <summary>Serves whoever is at the other end of a connection.</summary>
    /// <param name="meter">The meter at this end.</param>
    /// <param name="socket">Closed at the end.</param>
    /// <param name="isKept">The meter opened it, and keeps it however long the other end is silent.</param>
    internal MeterConnection Begin(VirtualMeter meter, Socket socket, bool isKept)
    {
        if (isKept) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        var application = new MeterApplication(meter, options, kind => push(meter, kind));
        var connection = new MeterConnection(socket, application, isKept ? null : options.Inactivity, options.TimeProvider, counters);
        _live[connection] = meter;
        _ = ServeAsync(connection, meter);
        return connection;
    }

    /// <summary>Closes all connections, and at once every one that begins later.</summary>
    internal Task StopAsync() => _stopping.CancelAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_live.Keys.Select(connection => connection.Completion));
        _stopping.Dispose();
    }

    private async Task ServeAsync(MeterConnection connection, VirtualMeter meter)
    {
        try
        {
            var reason = await connection.RunAsync(_stopping.Token);
            Log.ConnectionClosed(logger, meter.Device.Identity.Serial, connection.Remote, reason);
        }
        catch (Exception error)
        {
            Log.Unexpected(logger, meter.Device.Identity.Serial, error); // one connection's failure is not the others'
        }
        finally
        {
            _live.TryRemove(connection, out _);
            connection.Dispose();
        }
    }
}
