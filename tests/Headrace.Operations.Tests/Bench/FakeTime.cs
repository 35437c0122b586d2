namespace Headrace.Operations.Tests.Bench;

/// <summary>A clock that stands until it is moved; timers fire in order of their due time while it moves.</summary>
public class FakeTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what falls due on the way.</summary>
    /// <returns>False where nothing fell due: nothing has happened then that would have to be waited for.</returns>
    public bool Advance(TimeSpan span)
    {
        var target = GetUtcNow() + span;
        var fired = false;
        while (true)
        {
            FakeTimer? next;
            lock (_lock)
            {
                next = _timers.Where(t => t.Due <= target).MinBy(t => t.Due);
                if (next is null)
                {
                    _now = target;
                    return fired;
                }

                if (next.Due > _now) _now = next.Due!.Value;
                next.Rearm();
            }

            fired = true;
            next.Fire();
        }
    }

    private sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                time._timers.Remove(this);
                if (Due is not null) time._timers.Add(this);
            }

            if (dueTime == TimeSpan.Zero) ThreadPool.QueueUserWorkItem(_ => FireDue());
            return true;
        }

        public void Rearm()
        {
            if (_period > TimeSpan.Zero) Due += _period;
            else
            {
                Due = null;
                time._timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
            {
                Due = null;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void FireDue()
        {
            lock (time._lock)
            {
                if (Due is null || Due > time._now) return;
                Rearm();
            }

            Fire();
        }
    }
}
