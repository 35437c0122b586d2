using System.Diagnostics.Metrics;
using System.Net;
using Headrace.Commands;
using Headrace.Drivers.Dlms;
using Headrace.Drivers.Profiles;
using Headrace.Gateway;
using Headrace.Operations;
using Headrace.Operations.Keys;
using Headrace.Storage;
using Headrace.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Hosting;

/// <summary>A whole head-end in this process: stores, keys, drivers, gateway, web. Disposing it ends it in order.</summary>
internal sealed class RunningHeadEnd : IAsyncDisposable
{
    /// <summary>The head-end's own system title as a DLMS client: letters of the FLAG field and a serial (Green Book 9.2.3.2.5).</summary>
    private static readonly byte[] ClientSystemTitle = [.. "HDR"u8, 0, 0, 0, 0, 1];

    private readonly Stack<IAsyncDisposable> _parts = new();

    private RunningHeadEnd()
    {
    }

    /// <summary>The head-end's thinking.</summary>
    public HeadEnd HeadEnd { get; private set; } = null!;

    /// <summary>Address of the web application.</summary>
    public string Web { get; private set; } = "";

    /// <summary>Where meters reach it, TCP and UDP.</summary>
    public IPEndPoint Meters { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Puts everything together and starts it. What was started is ended again where a part fails.</summary>
    /// <exception cref="CommandFailure">Something is in the way; the message says what.</exception>
    public static async Task<RunningHeadEnd> StartAsync(
        HeadEndOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var running = new RunningHeadEnd();
        try
        {
            await running.OpenAsync(options, time, loggers, cancellationToken);
            return running;
        }
        catch (Exception failure)
        {
            await running.DisposeAsync();
            throw failure switch
            {
                StorageException or KeyFileException or GatewayException => new CommandFailure(failure.Message, failure),
                UnauthorizedAccessException or IOException =>
                    new CommandFailure($"The data directory {options.DataDirectory} cannot be used: {failure.Message}", failure),
                _ => failure,
            };
        }
    }

    /// <summary>Closes the listeners, stores what was received, closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }

    private async Task OpenAsync(HeadEndOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var database = Keep(await SqliteStores.OpenAsync(options.DataDirectory, time, loggers, cancellationToken));
        var vault = await KeyVault.OpenAsync(Path.Combine(options.DataDirectory, "master.key"), database.SealedKeys, cancellationToken);
        _parts.Push(new Disposer(vault));
        var stores = new Operations.HeadEndStores(
            database.Meters, database.Intake, database.Channels, database.Readings, database.Ledger, database.Events, database.Journal,
            database.Audit);
        var types = DeviceTypeFiles.Load();
        HeadEnd = Keep(new HeadEnd(new HeadEndSettings { Zone = options.Zone }, stores, types, vault, time, loggers));

        var links = Keep(new DlmsLinks(new DlmsPorts
        {
            Meters = HeadEnd.Registry,
            Types = types,
            Keys = vault,
            SendCounters = database.SendCounters,
            Channels = database.Channels,
            Sink = HeadEnd.Intake,
            Journal = HeadEnd.Journal,
            Calendar = HeadEnd.Calendar,
            ClientSystemTitle = ClientSystemTitle,
            DialledIn = meterId => HeadEnd.Collector.Wake(meterId),
            Time = time,
            Loggers = loggers,
        }));
        var limits = new GatewayLimits();
        var measuring = Keep(new ServiceCollection().AddMetrics().BuildServiceProvider());
        var metrics = new GatewayMetrics(measuring.GetRequiredService<IMeterFactory>());
        var dialer = new TcpDialer(limits, metrics, time, loggers);
        _parts.Push(new Disposer(dialer));
        HeadEnd.UseDrivers([new DlmsDriver(links, dialer)]);
        // Ended after the listeners and the pages, and before the links that its sessions use.
        _parts.Push(new Ending(HeadEnd.StopAsync));
        await HeadEnd.StartAsync(cancellationToken);

        var web = Keep(await WebServer.StartAsync(options.Http, HeadEnd, stores, time, loggers, cancellationToken));
        Web = WebServer.AddressOf(web);
        await ListenAsync(ListenAddress.Parse(options.Dlms), links, limits, metrics, time, loggers, cancellationToken);
    }

    private async Task ListenAsync(
        IPEndPoint endpoint, DlmsLinks links, GatewayLimits limits, GatewayMetrics metrics, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var tcp = Keep(new TcpGateway(links, limits, HeadEnd.Journal, metrics, time, loggers));
        await tcp.StartAsync(endpoint, cancellationToken);
        Meters = tcp.Endpoint!;
        var udp = Keep(new UdpGateway(links, limits, metrics, loggers));
        await udp.StartAsync(Meters, cancellationToken);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private sealed class Ending(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }

    private sealed class Disposer(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
