using System.Net;
using System.Threading.Channels;
using Headrace.Core.Metering;
using Headrace.Simulation.Models;
using Microsoft.Extensions.Logging;

namespace Headrace.Simulation.Fleet;

/// <summary>Many virtual meters in one process: they push, listen and dial in as <see cref="FleetOptions"/> says.</summary>
/// <remarks>
/// One queue holds what is due for all meters and a few workers carry it out; there is no thread, timer or COSEM object for a meter at
/// rest. Equal seeds give equal meters, keys and values.
/// </remarks>
public sealed class VirtualFleet : IAsyncDisposable
{
    private const int Workers = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly FleetOptions _options;
    private readonly VirtualMeter[] _meters;
    private readonly PushSchedule _schedule;
    private readonly MeterConnections _connections;
    private readonly ILogger _logger;
    private readonly PushSender? _sender;
    private readonly List<VirtualMeterServer> _servers = [];
    private readonly List<Task> _tasks = [];
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<VirtualMeterInfo>? _described;
    private int _disposed;

    /// <summary>Makes the meters; nothing happens until <see cref="StartAsync"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public VirtualFleet(FleetOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Meters, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Meters, 100_000, nameof(options));
        if (options.Behaviours.Count == 0) throw new ArgumentException("A fleet needs at least one behaviour.", nameof(options));
        if (options.FirstPort != 0 && (options.FirstPort < 1 || options.FirstPort + options.Meters - 1 > IPEndPoint.MaxPort))
            throw new ArgumentException(
                $"{options.Meters} ports from {options.FirstPort} on are not all between 1 and 65535.", nameof(options));
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<VirtualFleet>();
        var clock = new MeterClock(options.TimeProvider, new LocalCalendar(options.Zone));
        _meters = [.. Enumerable.Range(0, options.Meters).Select(index => new VirtualMeter(options, index, clock))];
        _schedule = new PushSchedule(options);
        _connections = new MeterConnections(options, Counters, _logger, PushNow);
        if (options.PushTarget is not null)
            _sender = new PushSender(options, _connections, Counters, _logger, HostAndPort.Parse(options.PushTarget));
    }

    /// <summary>What the fleet has done.</summary>
    public FleetCounters Counters { get; } = new();

    /// <summary>The meters, with addresses once the fleet has started where the system chooses the ports.</summary>
    public IReadOnlyList<VirtualMeterInfo> Meters => _described ??= [.. _meters.Select(meter => DevicesFile.Describe(meter, _options))];

    /// <summary>The device behind a place of the fleet, to look at what it measures.</summary>
    public E450 Device(int index) => _meters[index].Device;

    /// <summary>True where the push of the interval that ends then is lost on purpose.</summary>
    public bool LosesPush(int index, DateTimeOffset intervalEnd) => _meters[index].Loses(intervalEnd);

    /// <summary>Writes the devices file to a stream; see <see cref="DevicesFile"/>.</summary>
    public void DevicesJson(Stream output) => DevicesFile.Write(output, Meters);

    /// <summary>Begins to listen, push and dial.</summary>
    /// <exception cref="IOException">A port is in use, or the listening address is not of this machine.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var meter in _meters) Listen(meter);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        _described = null; // the system may have chosen ports
        cancellationToken.ThrowIfCancellationRequested();
        _connections.LineDownUntil = _options.TimeProvider.GetUtcNow() + _options.LineDown;
        foreach (var server in _servers) _tasks.Add(server.RunAsync(_stopping.Token));
        if (_sender is not null) StartPushing(_sender);
        Log.FleetStarted(
            _logger, _meters.Length, _meters.Count(m => m.Pushes && _sender is not null), _servers.Count,
            _meters.Count(m => m.Behaviour == MeterBehaviour.DialsIn));
    }

    /// <summary>Sends a push at once, whatever the schedule says; false where the head-end could not be reached.</summary>
    /// <param name="index">Which meter.</param>
    /// <param name="kind">What the push carries: the newest rows, or the values of this moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> PushAsync(int index, PushKind kind, CancellationToken cancellationToken) =>
        _sender is not null && await _sender.SendAsync(Order(_meters[index], kind), cancellationToken);

    /// <summary>Stops listening, pushing and dialling and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _stopping.CancelAsync();
        foreach (var server in _servers) server.Dispose();
        await _connections.StopAsync();
        await Task.WhenAll(_tasks);
        await _connections.DisposeAsync();
        _sender?.Dispose();
        _stopping.Dispose();
    }

    private void Listen(VirtualMeter meter)
    {
        if (_options.ListenHost is null || meter.Behaviour == MeterBehaviour.DialsIn) return;
        _servers.Add(VirtualMeterServer.Open(meter, _options, _connections, _logger));
    }

    private void StartPushing(PushSender sender)
    {
        var now = _options.TimeProvider.GetUtcNow();
        foreach (var meter in _meters) _schedule.Start(meter, now);
        // The queue waits while it is full.
        var due = System.Threading.Channels.Channel.CreateBounded<PushOrder>(new BoundedChannelOptions(Workers) { SingleWriter = true });
        _tasks.Add(QueueAsync(due.Writer, _stopping.Token));
        for (var i = 0; i < Workers; i++) _tasks.Add(WorkAsync(sender, due.Reader, _stopping.Token));
        var dialler = new DialIn(_options, sender, _connections, Counters, _logger);
        foreach (var meter in _meters)
        {
            if (meter.Behaviour == MeterBehaviour.DialsIn) _tasks.Add(dialler.RunAsync(meter, _stopping.Token));
        }
    }

    private async Task QueueAsync(ChannelWriter<PushOrder> due, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, _options.TimeProvider);
        try
        {
            do
            {
                while (_schedule.TryTake(_options.TimeProvider.GetUtcNow(), out var order)) await due.WriteAsync(order, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            due.Complete();
        }
    }

    private async Task WorkAsync(PushSender sender, ChannelReader<PushOrder> due, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var order in due.ReadAllAsync(cancellationToken)) await CarryOutAsync(sender, order, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The fleet stops.
        }
    }

    private async Task CarryOutAsync(PushSender sender, PushOrder order, CancellationToken cancellationToken)
    {
        var serial = order.Meter.Device.Identity.Serial;
        try
        {
            if (order is { Kind: PushKind.Interval, Part: null } && order.Meter.Loses(order.RowEnd))
            {
                Counters.CountLost();
                Log.PushLost(_logger, serial, order.Kind, order.RowEnd);
                return;
            }

            if (order is { Kind: PushKind.Alarm, Attempt: 0 } && !order.Meter.Device.Alarms.Raise(0, AlarmRegisters.FraudAttempt)) return;
            if (!await sender.SendAsync(order, cancellationToken)) _schedule.Retry(order, _options.TimeProvider.GetUtcNow());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.Unexpected(_logger, serial, error); // one meter's failure is not the others'
        }
    }

    /// <summary>A client asked for a push: it goes out with the next tick.</summary>
    private bool PushNow(VirtualMeter meter, PushKind kind)
    {
        if (_sender is null || _schedule.Count > _meters.Length * 16) return false;
        _schedule.Add(Order(meter, kind) with { Attempt = 1 });
        return true;
    }

    private PushOrder Order(VirtualMeter meter, PushKind kind) => new(
        meter, kind, _options.TimeProvider.GetUtcNow(),
        kind == PushKind.Daily ? meter.Device.LoadProfile2.LastEnd : meter.Device.LoadProfile1.LastEnd);
}
