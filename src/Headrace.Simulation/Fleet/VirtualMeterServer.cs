using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Headrace.Simulation.Fleet;

/// <summary>Listens for the clients of one meter.</summary>
internal sealed class VirtualMeterServer : IDisposable
{
    private const int Backlog = 4;

    private readonly VirtualMeter _meter;
    private readonly FleetOptions _options;
    private readonly MeterConnections _connections;
    private readonly ILogger _logger;
    private readonly Socket _listener;

    private VirtualMeterServer(VirtualMeter meter, FleetOptions options, MeterConnections connections, ILogger logger, Socket listener) =>
        (_meter, _options, _connections, _logger, _listener) = (meter, options, connections, logger, listener);

    /// <summary>Opens the port of a meter.</summary>
    /// <exception cref="IOException">The port is in use or the address is not of this machine.</exception>
    internal static VirtualMeterServer Open(VirtualMeter meter, FleetOptions options, MeterConnections connections, ILogger logger)
    {
        var host = options.ListenHost!.Trim('[', ']');
        var address = string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var parsed) ? parsed
            : throw new IOException($"'{options.ListenHost}' is not an address to listen on.");
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, meter.Port));
            listener.Listen(Backlog);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new IOException($"Virtual meter {meter.Device.Identity.Serial} cannot listen on " +
                $"{HostAndPort.Format(host, meter.Port)}: {error.Message}", error);
        }

        meter.Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return new VirtualMeterServer(meter, options, connections, logger, listener);
    }

    /// <summary>Accepts connections until the fleet stops. Never throws.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _connections.Accept(_meter, await _listener.AcceptAsync(cancellationToken));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                if (cancellationToken.IsCancellationRequested) return;
                Log.AcceptFailed(_logger, _meter.Device.Identity.Serial, error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _options.TimeProvider, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
