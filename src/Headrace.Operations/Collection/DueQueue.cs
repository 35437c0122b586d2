namespace Headrace.Operations.Collection;

/// <summary>
/// Meters by the time they fall due. Bounded by the number of meters: the caller queues one again only for an earlier time.
/// </summary>
internal sealed class DueQueue(TimeProvider time)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(10);
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(long MeterId, long Due), long> _queue = new();
    private bool _isAwaited;
    private TaskCompletionSource _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Entries, stale ones among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _queue.Count;
        }
    }

    /// <summary>True while its taker waits and no meter is due.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock) return _isAwaited && !(_queue.TryPeek(out _, out var due) && due <= time.GetUtcNow().UtcTicks);
        }
    }

    /// <summary>Queues a meter for an instant in UTC ticks.</summary>
    public void Add(long meterId, long due)
    {
        lock (_lock)
        {
            var first = !_queue.TryPeek(out _, out var earliest) || due < earliest;
            _queue.Enqueue((meterId, due), due);
            if (!first) return;
            _earlier.TrySetResult();
        }
    }

    /// <summary>Waits until a meter is due and takes it, with the instant it was queued for.</summary>
    public async ValueTask<(long MeterId, long Due)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan sleep;
            Task earlier;
            lock (_lock)
            {
                var now = time.GetUtcNow().UtcTicks;
                _isAwaited = !(_queue.TryPeek(out _, out var due) && due <= now);
                if (!_isAwaited) return _queue.Dequeue();
                sleep = _queue.Count == 0 ? LongestSleep : Timers.AtLeast(TimeSpan.FromTicks(Math.Min(due - now, LongestSleep.Ticks)));
                if (_earlier.Task.IsCompleted) _earlier = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                earlier = _earlier.Task;
            }

            using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(earlier, Task.Delay(sleep, time, woken.Token));
            await woken.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
