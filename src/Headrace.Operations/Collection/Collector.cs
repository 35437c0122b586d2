using System.Collections.Concurrent;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Collection;

/// <summary>
/// Reads the meters that can be read: each meter has one plan, all plans share one queue by due time, and whatever is due with a meter is
/// done in one session. Re-reads of gaps have a lane and a budget of their own, so that they never hold up what is live.
/// </summary>
public sealed class Collector : IDisposable
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(2);
    private readonly MeterRegistry _registry;
    private readonly IDeviceTypes _types;
    private readonly MeterTurns _turns;
    private readonly MeterVisit _visit;
    private readonly PlanTimes _times;
    private readonly HeadEndSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<long, MeterPlan> _plans = new();
    private readonly DueQueue _live;
    private readonly DueQueue _reread;
    private readonly SemaphoreSlim _livePermits;
    private readonly SemaphoreSlim _rereadPermits;
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private Task[] _lanes = [];

    internal Collector(
        MeterRegistry registry, IDeviceTypes types, MeterTurns turns, MeterVisit visit, PlanTimes times, HeadEndSettings settings,
        TimeProvider time, ILogger log)
    {
        (_registry, _types, _turns, _visit, _times, _settings, _time, _log) = (registry, types, turns, visit, times, settings, time, log);
        (_live, _reread) = (new DueQueue(time), new DueQueue(time));
        _livePermits = new SemaphoreSlim(settings.Parallelism, settings.Parallelism);
        _rereadPermits = new SemaphoreSlim(settings.RereadParallelism, settings.RereadParallelism);
    }

    /// <summary>Meters that are read by schedule.</summary>
    public int Planned => _plans.Count;

    /// <summary>Sessions running now.</summary>
    public int Running => _running.Count;

    /// <summary>
    /// Does at once, or after the session that is just running, whatever is due with a meter and forgets its back-off: for a meter that has
    /// just dialled in.
    /// </summary>
    public void Wake(long meterId)
    {
        if (!_plans.TryGetValue(meterId, out var plan)) return;
        lock (plan)
        {
            plan.NotBefore = 0;
            plan.Woken = plan.Visiting;
            Queue(plan);
        }
    }

    /// <summary>True while a session runs or a meter is due.</summary>
    internal bool Busy => Running > 0 || !_live.IsResting || !_reread.IsResting;

    /// <summary>Plans a meter that is new or has changed; one that cannot be read is left out.</summary>
    internal void Add(Meter meter)
    {
        if (!meter.CanBeRead || _types.Find(meter.DeviceType) is not { } type)
        {
            _plans.TryRemove(meter.Id, out _);
            return;
        }

        var plan = _plans.GetOrAdd(meter.Id, static id => new MeterPlan(id));
        lock (plan)
        {
            _times.First(plan, meter, type, _time.GetUtcNow());
            plan.NotBefore = 0;
            Queue(plan);
        }
    }

    /// <summary>Has the gaps of a meter read in its next session, or in one of their own when there is room.</summary>
    internal void WantReread(long meterId)
    {
        if (!_plans.TryGetValue(meterId, out var plan)) return;
        lock (plan)
        {
            plan.RereadWanted = true;
            Queue(plan);
        }
    }

    internal void Start()
    {
        foreach (var meter in _registry.All) Add(meter);
        _lanes =
        [
            Task.Run(() => RunLaneAsync(_live, _livePermits, reread: false)),
            Task.Run(() => RunLaneAsync(_reread, _rereadPermits, reread: true)),
        ];
    }

    /// <summary>Breaks running sessions off and ends. What they had delivered stays; the ledger knows the rest.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_lanes);
        await Task.WhenAll(_running.Keys);
    }

    /// <summary>To be called when it has stopped.</summary>
    public void Dispose()
    {
        _livePermits.Dispose();
        _rereadPermits.Dispose();
        _stop.Dispose();
    }

    private async Task RunLaneAsync(DueQueue queue, SemaphoreSlim permits, bool reread)
    {
        try
        {
            while (true)
            {
                await permits.WaitAsync(_stop.Token);
                var (meterId, due) = await queue.TakeAsync(_stop.Token);
                if (Begin(meterId, due, reread) is not { } begun)
                {
                    permits.Release();
                    continue;
                }

                var visit = Task.Run(() => VisitAsync(begun.Plan, begun.Turn, new Permit(permits), reread));
                _running.TryAdd(visit, 0);
                _ = visit.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private (MeterPlan Plan, MeterTurns.Turn Turn)? Begin(long meterId, long due, bool reread)
    {
        if (!_plans.TryGetValue(meterId, out var plan)) return null;
        lock (plan)
        {
            if (due != (reread ? plan.QueuedReread : plan.QueuedLive)) return null; // stale
            if (reread) plan.QueuedReread = MeterPlan.Never;
            else plan.QueuedLive = MeterPlan.Never;
            if (plan.Visiting) return null; // queued again when the visit is over
            if ((reread ? plan.NotBefore : plan.DueLive) > _time.GetUtcNow().UtcTicks)
            {
                Queue(plan); // put off, or done meanwhile by the other lane
                return null;
            }

            if (_turns.TryTake(meterId) is not { } turn)
            {
                plan.NotBefore = Math.Max(plan.NotBefore, (_time.GetUtcNow() + BusyPause).UtcTicks);
                Queue(plan);
                return null;
            }

            plan.Visiting = true;
            return (plan, turn);
        }
    }

    private async Task VisitAsync(MeterPlan plan, MeterTurns.Turn turn, Permit permit, bool reread)
    {
        VisitWork work = default;
        VisitOutcome? outcome = null;
        var meter = _registry.Find(plan.MeterId);
        var type = meter is null ? null : _types.Find(meter.DeviceType);
        try
        {
            if (meter is null || type is null) return;
            DateTimeOffset? events;
            lock (plan)
            {
                work = plan.DueBy(_times.Horizon(meter, _time.GetUtcNow()).UtcTicks);
                events = plan.EventsThrough == 0 ? null : new DateTimeOffset(plan.EventsThrough, TimeSpan.Zero);
                plan.RereadWanted = false;
            }

            outcome = await _visit.RunAsync(meter, type, work, events, () => reread || permit.MoveTo(_rereadPermits), _stop.Token);
            if (outcome.Failure is { } failure) Log.VisitFailed(_log, meter.Serial, failure);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception failed)
        {
            Log.VisitBroke(_log, meter?.Serial ?? "", failed);
        }
        finally
        {
            permit.Release();
            turn.Dispose();
            lock (plan)
            {
                plan.Visiting = false;
                if (meter is not null && type is not null) _times.Next(plan, meter, type, work, outcome, _time.GetUtcNow());
                if (plan.Woken) plan.NotBefore = 0;
                plan.Woken = false;
                if (!_stop.IsCancellationRequested) Queue(plan);
            }
        }
    }

    // Puts a plan into the queues for which it is due earlier than it stands there. The caller holds the plan's lock.
    private void Queue(MeterPlan plan)
    {
        if (plan.Visiting) return;
        if (plan.DueLive < plan.QueuedLive) _live.Add(plan.MeterId, plan.QueuedLive = plan.DueLive);
        if (!plan.RereadWanted) return;
        var due = Math.Max(plan.NotBefore, _time.GetUtcNow().UtcTicks);
        if (due < plan.QueuedReread) _reread.Add(plan.MeterId, plan.QueuedReread = due);
    }

    /// <summary>A place in a lane. A session that goes on to re-reads moves to their lane and makes room in its own.</summary>
    private sealed class Permit(SemaphoreSlim held)
    {
        private SemaphoreSlim _held = held;

        public bool MoveTo(SemaphoreSlim other)
        {
            if (_held == other) return true;
            if (!other.Wait(0)) return false;
            _held.Release();
            _held = other;
            return true;
        }

        public void Release() => _held.Release();
    }
}
