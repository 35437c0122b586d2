using System.Runtime.CompilerServices;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Overview;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Live;

/// <summary>What came in lately.</summary>
/// <param name="At">When this was true.</param>
/// <param name="ValuesLastMinute">Values newly stored in the last sixty seconds.</param>
/// <param name="ValuesPerMinute">
/// Values newly stored in each of the last sixty minutes, oldest first, and in the running minute, last: 61 numbers.
/// </param>
/// <param name="Values">Values newly stored since the head-end started.</param>
/// <param name="Events">Newest events, newest first.</param>
public sealed record ActivitySnapshot(
    DateTimeOffset At, long ValuesLastMinute, IReadOnlyList<int> ValuesPerMinute, long Values, IReadOnlyList<EventLine> Events);

/// <summary>Counts values as they are stored and shows them to those who watch. Safe for many threads.</summary>
public sealed class ActivityFeed
{
    private const int Minutes = 61;
    private const int Seconds = 60;
    private const int EventLimit = 50;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private readonly MeterRegistry _registry;
    private readonly IDeviceTypes _types;
    private readonly TimeProvider _time;
    private readonly int _watchersLimit;
    private readonly Lock _lock = new();
    private readonly int[] _perMinute = new int[Minutes];
    private readonly int[] _perSecond = new int[Seconds];
    private readonly List<MeterEvent> _events = [];
    private long _minute;
    private long _second;
    private long _values;
    private long _version;
    private int _watchers;
    private (long Version, ActivitySnapshot Snapshot)? _last;

    internal ActivityFeed(MeterRegistry registry, IDeviceTypes types, TimeProvider time, int watchers)
    {
        (_registry, _types, _time, _watchersLimit) = (registry, types, time, watchers);
        _second = time.GetUtcNow().ToUnixTimeSeconds();
        _minute = _second / 60;
    }

    /// <summary>Number of those who watch.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    /// <summary>What came in lately.</summary>
    public ActivitySnapshot Current
    {
        get
        {
            lock (_lock)
            {
                Advance();
                if (_last is { } last && last.Version == _version) return last.Snapshot;
                var minutes = new int[Minutes];
                for (var i = 0; i < Minutes; i++) minutes[i] = _perMinute[(int)((_minute + 1 + i) % Minutes)];
                long lastMinute = 0;
                foreach (var count in _perSecond) lastMinute += count;
                var snapshot = new ActivitySnapshot(_time.GetUtcNow(), lastMinute, minutes, _values, Lines());
                _last = (_version, snapshot);
                return snapshot;
            }
        }
    }

    /// <summary>
    /// The activity now, then about every second when something changed, and at least every 15 s. A slow watcher misses what was
    /// in between and holds nobody up. When too many watch already, it ends after the first snapshot.
    /// </summary>
    public async IAsyncEnumerable<ActivitySnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _watchers) > _watchersLimit)
        {
            Interlocked.Decrement(ref _watchers);
            yield return Current;
            yield break;
        }

        try
        {
            var shown = Current;
            yield return shown;
            using var timer = new PeriodicTimer(Tick, _time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = Current;
                if (ReferenceEquals(now, shown) && _time.GetUtcNow() - shown.At < Longest) continue;
                if (ReferenceEquals(now, shown)) now = shown with { At = _time.GetUtcNow() };
                shown = now;
                yield return now;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    internal async Task LoadAsync(IEventStore events, CancellationToken cancellationToken)
    {
        var newest = await events.NewestAsync(EventLimit, cancellationToken);
        lock (_lock)
        {
            foreach (var entry in newest) Insert(entry);
            _version++;
        }
    }

    /// <summary>Counts what a delivery brought.</summary>
    internal void Stored(Delivery delivery, in DeliveryOutcome outcome)
    {
        if (outcome.Verdict != DeliveryVerdict.Stored || (outcome.New == 0 && delivery.Events.Count == 0)) return;
        lock (_lock)
        {
            Advance();
            _perMinute[(int)(_minute % Minutes)] += outcome.New;
            _perSecond[(int)(_second % Seconds)] += outcome.New;
            _values += outcome.New;
            foreach (var entry in delivery.Events) Insert(entry);
            _version++;
        }
    }

    private void Insert(in MeterEvent entry)
    {
        var index = 0;
        while (index < _events.Count && _events[index].At > entry.At) index++;
        for (var i = index; i < _events.Count && _events[i].At == entry.At; i++)
        {
            if (_events[i] == entry) return;
        }

        if (index >= EventLimit) return;
        _events.Insert(index, entry);
        if (_events.Count > EventLimit) _events.RemoveAt(EventLimit);
    }

    private List<EventLine> Lines()
    {
        var lines = new List<EventLine>(_events.Count);
        foreach (var entry in _events)
        {
            if (_registry.Find(entry.MeterId) is { } meter) lines.Add(EventLine.Of(meter, entry, _types));
        }

        return lines;
    }

    // Clears what has gone by since the last look; a clock set back changes nothing.
    private void Advance()
    {
        var second = _time.GetUtcNow().ToUnixTimeSeconds();
        if (second <= _second) return;
        for (var s = Math.Max(_second + 1, second - Seconds + 1); s <= second; s++)
        {
            if (_perSecond[(int)(s % Seconds)] != 0) _version++;
            _perSecond[(int)(s % Seconds)] = 0;
        }

        _second = second;
        if (second / 60 <= _minute) return;
        for (var m = Math.Max(_minute + 1, (second / 60) - Minutes + 1); m <= second / 60; m++) _perMinute[(int)(m % Minutes)] = 0;
        _minute = second / 60;
        _version++;
    }
}
