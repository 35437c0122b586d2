using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Operations.Collection;
using Headrace.Operations.Ledger;
using Headrace.Operations.Live;
using Headrace.Operations.OnDemand;
using Headrace.Operations.Overview;
using Headrace.Operations.Registry;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations;

/// <summary>A head-end's own thinking, put together: give it stores and keys, then drivers, then start it.</summary>
/// <remarks>
/// Order: open the stores and <see cref="Keys.KeyVault"/>; make this; make drivers and push handlers with its <see cref="Registry"/>,
/// <see cref="Vault"/>, <see cref="Intake"/> and <see cref="Journal"/>; <see cref="UseDrivers"/>; <see cref="StartAsync"/>; only then open
/// listeners. To end: close listeners, <see cref="StopAsync"/> or dispose of this, then dispose of the stores.
/// </remarks>
public sealed class HeadEnd : IAsyncDisposable
{
    private readonly HeadEndStores _stores;
    private readonly DriverTable _drivers = new();
    private readonly GapPlanner _gaps;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _log;
    private Task[] _running = [];
    private int _state;

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    /// <param name="settings">How it behaves.</param>
    /// <param name="stores">The stores, open.</param>
    /// <param name="types">The catalogue of types of devices.</param>
    /// <param name="vault">The keys of the meters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    public HeadEnd(
        HeadEndSettings settings, HeadEndStores stores, IDeviceTypes types, IKeyVault vault, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stores);
        (Settings, _stores, DeviceTypes, Vault) = (settings, stores, types, vault);
        _log = loggers.CreateLogger("Headrace.HeadEnd");
        Calendar = new LocalCalendar(settings.Zone);
        Registry = new MeterRegistry();
        Activity = new ActivityFeed(Registry, types, time, settings.Watchers);
        Journal = new Journal(stores.Journal, settings, time, loggers.CreateLogger("Headrace.Journal"));
        var marks = new ExpectedMarks(Registry, Calendar, time);
        Intake = new Intake(stores.Intake, settings, marks, Activity, Journal, time, loggers.CreateLogger("Headrace.Intake"));
        var ledgerLog = loggers.CreateLogger("Headrace.Ledger");
        Expectations = new Expectations(stores.Ledger, types, Registry, Calendar, time, ledgerLog);
        Registration = new Registration(Registry, stores, vault, types, Expectations, Calendar, time);

        var missing = new MissingIntervals(Calendar, settings);
        var holes = new Holes(settings.HoleConfirmations);
        var profiles = new ProfileReading(Intake, Calendar, time);
        var rereads = new GapReading(stores.Ledger, missing, holes, profiles, Calendar, settings, time, ledgerLog);
        var turns = new MeterTurns(time);
        var visit = new MeterVisit(_drivers, stores, Intake, Journal, missing, holes, profiles, rereads, Calendar, settings, time);
        var times = new PlanTimes(Calendar, settings);
        Collector = new Collector(Registry, types, turns, visit, times, settings, time, loggers.CreateLogger("Headrace.Collector"));
        _gaps = new GapPlanner(stores.Ledger, types, Registry, Calendar, settings, missing, holes, Collector.WantReread, time, ledgerLog);
        Registration.Registered = Collector.Add;

        Today = new TodayOverview(stores, types, Registry, Activity, Calendar, settings, time);
        Meters = new MeterList(stores, types, Calendar, settings, time);
        Dossier = new MeterDossier(stores, types, Registry, Calendar, time);
        Readings = new ReadingQuery(stores, Registry);
        OnDemand = new OnDemandReading(Registry, types, turns, visit, Dossier, stores.Audit, settings, time);
    }

    /// <summary>How it behaves.</summary>
    public HeadEndSettings Settings { get; }

    /// <summary>The catalogue of types of devices.</summary>
    public IDeviceTypes DeviceTypes { get; }

    /// <summary>The keys of the meters.</summary>
    public IKeyVault Vault { get; }

    /// <summary>The utility's days.</summary>
    public LocalCalendar Calendar { get; }

    /// <summary>All meters.</summary>
    public MeterRegistry Registry { get; }

    /// <summary>Takes meters in.</summary>
    public Registration Registration { get; }

    /// <summary>Takes deliveries in; the <see cref="IDeliverySink"/> of drivers and push handlers.</summary>
    public Intake Intake { get; }

    /// <summary>Notes contacts and refusals; the <see cref="ISessionJournal"/> of drivers and push handlers.</summary>
    public Journal Journal { get; }

    /// <summary>What came in lately.</summary>
    public ActivityFeed Activity { get; }

    /// <summary>Opens ledger pages.</summary>
    public Expectations Expectations { get; }

    /// <summary>Reads meters by schedule.</summary>
    public Collector Collector { get; }

    /// <summary>Reads a meter now.</summary>
    public OnDemandReading OnDemand { get; }

    /// <summary>The overview of today.</summary>
    public TodayOverview Today { get; }

    /// <summary>The list of meters.</summary>
    public MeterList Meters { get; }

    /// <summary>All about one meter.</summary>
    public MeterDossier Dossier { get; }

    /// <summary>Stored values.</summary>
    public ReadingQuery Readings { get; }

    /// <summary>What users did, newest first.</summary>
    public Core.Stores.IAuditStore Audit => _stores.Audit;

    /// <summary>
    /// Gives the drivers. To be called once, before the start; a device type whose driver is not among them cannot be read.
    /// </summary>
    public void UseDrivers(IReadOnlyList<IMeterDriver> drivers) => _drivers.Use(drivers);

    /// <summary>Loads the registry, opens the ledger pages that are due, and starts intake, collector and gap planner.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _state, 1) != 0) throw new InvalidOperationException("A head-end starts once.");
        await Registry.LoadAsync(_stores.Meters, cancellationToken);
        await Activity.LoadAsync(_stores.Events, cancellationToken);
        await Expectations.CatchUpAsync(starting: true, cancellationToken);
        Journal.Start();
        Intake.Start();
        Collector.Start();
        _running = [Quiet(Expectations.RunAsync), Quiet(_gaps.RunAsync)];
        Log.HeadEndStarted(_log, Registry.Count, Collector.Planned);
    }

    /// <summary>
    /// Ends in order: no new sessions, running ones broken off, then all that was taken in is stored. Safe to call twice.
    /// </summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _state, 2) != 1) return;
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        await Collector.StopAsync();
        await Intake.StopAsync();
        await Journal.StopAsync();
        Log.HeadEndStopped(_log);
    }

    /// <summary>Stops it where that was not done.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Collector.Dispose();
        Intake.Dispose();
        Expectations.Dispose();
        Registration.Dispose();
        Today.Dispose();
        _stop.Dispose();
    }

    /// <summary>True while something is read, searched or stored.</summary>
    internal bool Busy => _gaps.Scanning || Expectations.Opening || Collector.Busy || Intake.State.Waiting > 0 || Journal.Waiting > 0;

    private Task Quiet(Func<CancellationToken, Task> run) => Task.Run(async () =>
    {
        try
        {
            await run(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    });
}
