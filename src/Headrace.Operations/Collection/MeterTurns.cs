namespace Headrace.Operations.Collection;

/// <summary>Sees to it that a meter has one session at a time. Who waits comes before who only tries.</summary>
internal sealed class MeterTurns(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, LinkedList<TaskCompletionSource>> _taken = [];

    /// <summary>The turn, to be disposed when done, or null where somebody has it.</summary>
    public Turn? TryTake(long meterId)
    {
        lock (_lock) return _taken.TryAdd(meterId, []) ? new Turn(this, meterId) : null;
    }

    /// <summary>Waits for the turn; null where it did not come within the limit.</summary>
    public async ValueTask<Turn?> TakeAsync(long meterId, TimeSpan limit, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine;
        lock (_lock)
        {
            if (!_taken.TryGetValue(meterId, out var waiting))
            {
                _taken.Add(meterId, []);
                return new Turn(this, meterId);
            }

            mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.AddLast(mine);
        }

        try
        {
            await mine.Task.WaitAsync(limit, time, cancellationToken);
            return new Turn(this, meterId);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            if (!mine.TrySetCanceled(CancellationToken.None)) Release(meterId); // it came at the last moment
            if (ended is TimeoutException) return null;
            throw;
        }
    }

    private void Release(long meterId)
    {
        lock (_lock)
        {
            var waiting = _taken[meterId];
            while (waiting.First is { } next)
            {
                waiting.RemoveFirst();
                if (next.Value.TrySetResult()) return;
            }

            _taken.Remove(meterId);
        }
    }

    /// <summary>The right to talk to a meter.</summary>
    public sealed class Turn(MeterTurns turns, long meterId) : IDisposable
    {
        private int _over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0) turns.Release(meterId);
        }
    }
}
