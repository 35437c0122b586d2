using System.Threading.Channels;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Ledger;
using Headrace.Operations.Live;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Collection;

/// <summary>What the intake has done since the head-end started, and what it holds.</summary>
/// <param name="Waiting">Deliveries queued or being stored.</param>
/// <param name="Stored">Deliveries stored.</param>
/// <param name="Duplicates">Deliveries that had come before.</param>
/// <param name="Replayed">Deliveries refused for their invocation counter.</param>
/// <param name="Dropped">Deliveries dropped because the queue was full.</param>
/// <param name="Parked">Deliveries the store cannot take though it takes others; not acknowledged.</param>
/// <param name="NewValues">Values newly stored.</param>
/// <param name="Stalled">True while the store fails: nothing is acknowledged until it works again.</param>
public readonly record struct IntakeState(
    int Waiting, long Stored, long Duplicates, long Replayed, long Dropped, long Parked, long NewValues, bool Stalled);

/// <summary>
/// Takes deliveries in and makes them durable in groups; a delivery is acknowledged after its group's commit and not before.
/// </summary>
/// <remarks>
/// One task stores. While the store fails it tries again with growing pauses, keeps what it holds and lets senders wait. A delivery that
/// fails where others succeed is parked: its sender gets the exception, the others are not held up.
/// </remarks>
public sealed class Intake : IDeliverySink, IDisposable
{
    // A transaction of more holds readers and the disk up for too long.
    private const int ValuesPerGroup = 50_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly IIntakeStore _store;
    private readonly HeadEndSettings _settings;
    private readonly ExpectedMarks _marks;
    private readonly ActivityFeed _feed;
    private readonly ISessionJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<Waiting> _queue;
    private readonly List<Waiting> _group = [];
    private readonly CancellationTokenSource _giveUp = new();
    private long _stored, _duplicates, _replayed, _dropped, _parked, _new;
    private int _waiting;
    private volatile bool _stalled;
    private Task _storing = Task.CompletedTask;

    internal Intake(
        IIntakeStore store, HeadEndSettings settings, ExpectedMarks marks, ActivityFeed feed, ISessionJournal journal, TimeProvider time,
        ILogger log)
    {
        (_store, _settings, _marks, _feed, _journal, _time, _log) = (store, settings, marks, feed, journal, time, log);
        _queue = System.Threading.Channels.Channel.CreateBounded<Waiting>(
            new BoundedChannelOptions(settings.IntakeCapacity) { SingleReader = true });
    }

    /// <summary>What was done, and what waits.</summary>
    public IntakeState State => new(
        Volatile.Read(ref _waiting), Interlocked.Read(ref _stored), Interlocked.Read(ref _duplicates), Interlocked.Read(ref _replayed),
        Interlocked.Read(ref _dropped), Interlocked.Read(ref _parked), Interlocked.Read(ref _new), _stalled);

    /// <inheritdoc/>
    /// <remarks>
    /// A replayed delivery is counted and journalled here. Cancelling ends the wait for a place in the queue; once queued the delivery will
    /// be stored.
    /// </remarks>
    /// <exception cref="OperationCanceledException">Cancelled, or the head-end has stopped before the delivery was durable.</exception>
    public async ValueTask<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<DeliveryOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _waiting);
        try
        {
            await _queue.Writer.WriteAsync(new Waiting(_marks.Only(delivery), done), cancellationToken);
        }
        catch (Exception refused)
        {
            Interlocked.Decrement(ref _waiting);
            if (refused is ChannelClosedException) throw new OperationCanceledException("The head-end is stopping.", refused);
            throw;
        }

        return await done.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryDeliver(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        Interlocked.Increment(ref _waiting);
        if (_queue.Writer.TryWrite(new Waiting(_marks.Only(delivery), null))) return true;
        Interlocked.Decrement(ref _waiting);
        var dropped = Interlocked.Increment(ref _dropped);
        if (dropped % 10_000 == 1) Log.IntakeFull(_log, _settings.IntakeCapacity, dropped);
        _journal.Refused(RefusalKind.Overloaded, delivery.MeterId, "The intake is full; the values will be re-read.");
        return false;
    }

    /// <summary>To be called when nobody uses it any more.</summary>
    public void Dispose() => _giveUp.Dispose();

    internal void Start() => _storing = Task.Run(RunAsync);

    /// <summary>
    /// Takes nothing more, stores what is queued, and ends; gives up after <see cref="HeadEndSettings.IntakeStopLimit"/>.
    /// </summary>
    internal async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        using (_time.CreateTimer(_ => _giveUp.Cancel(), null, _settings.IntakeStopLimit, Timeout.InfiniteTimeSpan)) await _storing;
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            Fill();
            if (_group.Count > 1 && _group.Count < _settings.IntakeGroup && _settings.IntakeLinger > TimeSpan.Zero
                && !_queue.Reader.Completion.IsCompleted)
            {
                await Task.Delay(_settings.IntakeLinger, _time);
                Fill();
            }

            await StoreGroupAsync();
        }
    }

    private void Fill()
    {
        var values = 0;
        foreach (var waiting in _group) values += waiting.Delivery.Readings.Count;
        while (_group.Count < _settings.IntakeGroup && values < ValuesPerGroup && _queue.Reader.TryRead(out var waiting))
        {
            _group.Add(waiting);
            values += waiting.Delivery.Readings.Count;
        }
    }

    // Ends when the group is empty: everything in it is stored, parked, or given up at the stop.
    private async Task StoreGroupAsync()
    {
        var pause = FirstPause;
        for (var attempt = 1; _group.Count > 0; attempt++)
        {
            try
            {
                Complete(_group, await _store.CommitAsync(_group.ConvertAll(w => w.Delivery), CancellationToken.None));
                if (_stalled) Log.IntakeResumed(_log, attempt);
                _stalled = false;
                _group.Clear();
            }
            catch (Exception failed)
            {
                _stalled = true;
                Log.IntakeFailed(_log, _group.Count, attempt, pause.TotalMilliseconds, failed);
                if (await PauseAsync(pause)) pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                else GiveUp(failed);
                Fill();
                if (attempt >= 2 && _group.Count > 1) await OneByOneAsync();
            }
        }
    }

    // A store that takes one and not another works, and the other is at fault; one that takes none is down.
    private async Task OneByOneAsync()
    {
        var refused = new List<(Waiting Waiting, Exception Why)>();
        var taken = 0;
        foreach (var waiting in _group)
        {
            try
            {
                Complete([waiting], await _store.CommitAsync([waiting.Delivery], CancellationToken.None));
                taken++;
            }
            catch (Exception failed)
            {
                refused.Add((waiting, failed));
                if (taken > 0 || refused.Count < 5) continue;
                _group.RemoveRange(0, refused.Count); // nothing was taken: all stay in the group, these behind the others
                _group.AddRange(refused.Select(r => r.Waiting));
                return;
            }
        }

        _group.Clear();
        if (taken == 0)
        {
            _group.AddRange(refused.Select(r => r.Waiting));
            return;
        }

        _stalled = false;
        foreach (var (waiting, why) in refused)
        {
            Interlocked.Increment(ref _parked);
            Interlocked.Decrement(ref _waiting);
            Log.DeliveryParked(_log, waiting.Delivery.MeterId, waiting.Delivery.Source, why);
            waiting.Done?.TrySetException(why);
        }
    }

    private void Complete(List<Waiting> group, DeliveryOutcome[] outcomes)
    {
        for (var i = 0; i < group.Count; i++)
        {
            var (delivery, done) = group[i];
            var outcome = outcomes[i];
            Interlocked.Add(ref _new, outcome.New);
            switch (outcome.Verdict)
            {
                case DeliveryVerdict.Stored: Interlocked.Increment(ref _stored); break;
                case DeliveryVerdict.Duplicate: Interlocked.Increment(ref _duplicates); break;
                case DeliveryVerdict.Replayed:
                    Interlocked.Increment(ref _replayed);
                    _journal.Refused(RefusalKind.Replayed, delivery.MeterId,
                        $"Invocation counter {delivery.Counter?.Value} is not above the last accepted.");
                    break;
                default: break;
            }

            if (outcome.Conflicting > 0) Log.ValuesConflict(_log, delivery.MeterId, outcome.Conflicting, delivery.Source);
            _feed.Stored(delivery, outcome);
            Interlocked.Decrement(ref _waiting);
            done?.TrySetResult(outcome);
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _time, _giveUp.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // The process ends with the store still failing: nothing of this was acknowledged, so nobody was promised anything.
    private void GiveUp(Exception why)
    {
        do
        {
            foreach (var waiting in _group)
            {
                Interlocked.Decrement(ref _waiting);
                waiting.Done?.TrySetException(new OperationCanceledException("The head-end has stopped before the store took this.", why));
            }

            Log.IntakeGaveUp(_log, _group.Count);
            _group.Clear();
            Fill();
        }
        while (_group.Count > 0);
    }

    private readonly record struct Waiting(Delivery Delivery, TaskCompletionSource<DeliveryOutcome>? Done);
}
