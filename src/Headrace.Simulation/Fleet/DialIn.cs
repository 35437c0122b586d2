using System.Net.Sockets;
using Headrace.Simulation.Models;
using Microsoft.Extensions.Logging;

namespace Headrace.Simulation.Fleet;

/// <summary>Meters that open a connection to the head-end, say who they are by a push, and are read over it.</summary>
internal sealed class DialIn(FleetOptions options, PushSender sender, MeterConnections connections, FleetCounters counters, ILogger logger)
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromSeconds(5), MostDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    /// <summary>Keeps one meter connected until the fleet stops. Never throws.</summary>
    internal async Task RunAsync(VirtualMeter meter, CancellationToken cancellationToken)
    {
        try
        {
            var spread = TimeSpan.FromMilliseconds(Math.Clamp(options.Meters * 10, 1_000, 15_000));
            await Task.Delay(meter.Share(spread, 2), options.TimeProvider, cancellationToken);
            var delay = LeastDelay;
            for (var attempt = 1L; ; attempt++)
            {
                var started = options.TimeProvider.GetTimestamp();
                var reason = await ConnectedAsync(meter, cancellationToken);
                delay = options.TimeProvider.GetElapsedTime(started) > Stable ? LeastDelay : delay;
                var wait = (delay / 2) + meter.Share(delay / 2, attempt);
                Log.DialFailed(logger, meter.Device.Identity.Serial, wait, reason);
                await Task.Delay(wait, options.TimeProvider, cancellationToken);
                delay = delay * 2 < MostDelay ? delay * 2 : MostDelay;
            }
        }
        catch (OperationCanceledException)
        {
            // The fleet stops.
        }
    }

    /// <summary>One connection from its beginning to its end; tells why it ended.</summary>
    private async Task<string> ConnectedAsync(VirtualMeter meter, CancellationToken cancellationToken)
    {
        try
        {
            var connection = connections.Begin(meter, await sender.ConnectAsync(cancellationToken), isKept: true);
            counters.CountDialled();
            meter.Kept = connection;
            using var ended = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
            var heartbeat = HeartbeatAsync(meter, either.Token);
            await connection.Completion;
            await ended.CancelAsync();
            await heartbeat;
            cancellationToken.ThrowIfCancellationRequested();
            return "the connection was closed";
        }
        catch (Exception error)
            when (error is SocketException or IOException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return error.Message;
        }
        finally
        {
            meter.Kept = null;
        }
    }

    private async Task HeartbeatAsync(VirtualMeter meter, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await sender.SendAsync(new PushOrder(meter, PushKind.Momentary, default, default), cancellationToken);
                await Task.Delay(options.DialInHeartbeat, options.TimeProvider, cancellationToken);
            }
            while (true);
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }
}
