using System.Net;
using System.Net.Sockets;
using Headrace.Simulation.Models;
using Microsoft.Extensions.Logging;

namespace Headrace.Simulation.Fleet;

/// <summary>Carries pushes to the head-end: over a connection for each, over a kept one, or by datagram.</summary>
internal sealed class PushSender(
    FleetOptions options, MeterConnections connections, FleetCounters counters, ILogger logger, EndPoint target) : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>So long the head-end has to close its side after the last byte of a push.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    /// <summary>Between two pushes of one meter, so that the first is taken in before the second arrives.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Socket _datagrams = new(
        target.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
        SocketType.Dgram, ProtocolType.Udp);

    /// <summary>Sends a push; false where the head-end could not be reached.</summary>
    internal async Task<bool> SendAsync(PushOrder order, CancellationToken cancellationToken)
    {
        var meter = order.Meter;
        await meter.Turn.WaitAsync(cancellationToken);
        try
        {
            var wait = meter.NotBefore - options.TimeProvider.GetUtcNow();
            if (wait > TimeSpan.Zero && wait <= Pause) await Task.Delay(wait, options.TimeProvider, cancellationToken);
            await CarryAsync(meter, order, cancellationToken);
            meter.NotBefore = options.TimeProvider.GetUtcNow() + Pause;
            counters.CountSent();
            return true;
        }
        catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            counters.CountFailed();
            Log.PushFailed(logger, meter.Device.Identity.Serial, order.Kind, order.Attempt, error.Message);
            return false;
        }
        finally
        {
            meter.Turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _datagrams.Dispose();

    /// <summary>Opens a connection to the head-end.</summary>
    internal async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(ConnectTime, options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await socket.ConnectAsync(target, either.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task CarryAsync(VirtualMeter meter, PushOrder order, CancellationToken cancellationToken)
    {
        if (meter.Behaviour == MeterBehaviour.DialsIn || meter.Line == PushLine.KeptConnection)
        {
            var kept = meter.Kept;
            if (kept is null or { IsClosed: true })
            {
                if (meter.Behaviour == MeterBehaviour.DialsIn) throw new IOException("The meter has no connection to the head-end.");
                kept = meter.Kept = connections.Begin(meter, await ConnectAsync(cancellationToken), isKept: true);
            }

            await kept.SendAsync(PushFrame.Make(meter.Device, order.Kind, order.RowEnds), cancellationToken);
        }
        else if (meter.Line == PushLine.Datagram)
        {
            await _datagrams.SendToAsync(PushFrame.Make(meter.Device, order.Kind, order.RowEnds),
                await ResolveAsync(cancellationToken), cancellationToken);
        }
        else
        {
            using var socket = await ConnectAsync(cancellationToken);
            await SendAllAsync(socket, PushFrame.Make(meter.Device, order.Kind, order.RowEnds), cancellationToken);
            await TakeLeaveAsync(socket, cancellationToken);
        }
    }

    internal static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Closes the sending side and waits a moment for the head-end to close its own, having taken in what was sent.</summary>
    private async Task TakeLeaveAsync(Socket socket, CancellationToken cancellationToken)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var limit = new CancellationTokenSource(FarewellTime, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var rest = new byte[64];
            while (await socket.ReceiveAsync(rest, either.Token) > 0)
            {
                // Whatever it says: a push is not answered.
            }
        }
        catch (Exception error)
            when (error is SocketException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It stays silent or hangs up: the push has been sent.
        }
    }

    private async ValueTask<EndPoint> ResolveAsync(CancellationToken cancellationToken)
    {
        if (target is not DnsEndPoint name) return target;
        var addresses = await Dns.GetHostAddressesAsync(name.Host, AddressFamily.InterNetwork, cancellationToken);
        return addresses.Length > 0 ? new IPEndPoint(addresses[0], name.Port) : throw new IOException($"{name.Host} has no address.");
    }
}
