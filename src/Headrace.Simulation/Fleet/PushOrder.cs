using Headrace.Simulation.Models;

namespace Headrace.Simulation.Fleet;

/// <summary>A push that is due at some time.</summary>
/// <param name="Meter">Who sends it.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Due">When it is to go out.</param>
/// <param name="RowEnd">Which profile row it carries: that of the interval which ends then.</param>
/// <param name="Attempt">0 at first, then the number of the retry.</param>
/// <param name="Part">The part of the backlog that it carries instead of one row, or null.</param>
internal readonly record struct PushOrder(
    VirtualMeter Meter, PushKind Kind, DateTimeOffset Due, DateTimeOffset RowEnd, int Attempt = 0, BacklogPart? Part = null)
{
    /// <summary>The rows that it carries, by the ends of their intervals.</summary>
    internal IReadOnlyList<DateTimeOffset> RowEnds => Part?.Ends ?? [RowEnd];
}

/// <summary>When the meters of a fleet push: one queue for all of them.</summary>
internal sealed class PushSchedule(FleetOptions options)
{
    private const int Retries = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<PushOrder, DateTimeOffset> _queue = new();
    private Backlog? _backlog;

    /// <summary>Orders that wait.</summary>
    internal int Count
    {
        get { lock (_gate) return _queue.Count; }
    }

    /// <summary>Puts the first pushes of a meter in: a momentary one within seconds, the others at their times.</summary>
    internal void Start(VirtualMeter meter, DateTimeOffset now)
    {
        if (!meter.Pushes) return;
        if (options.BacklogFrom is not null) _backlog ??= new Backlog(meter.Device.Clock.Calendar, now, options);
        AddBacklog(meter, PushKind.Interval, 0);
        AddBacklog(meter, PushKind.Daily, 0);
        var spread = TimeSpan.FromMilliseconds(Math.Clamp(options.Meters * 10, 1_000, 15_000));
        Add(new PushOrder(meter, PushKind.Momentary, now + meter.Share(spread, 1), default));
        AddNext(meter, PushKind.Interval, now);
        AddNext(meter, PushKind.Daily, now);
        AddAlarms(meter, now);
    }

    internal void Add(PushOrder order)
    {
        lock (_gate) _queue.Enqueue(order, order.Due);
    }

    /// <summary>Takes one order that is due, and puts the next of its kind in.</summary>
    internal bool TryTake(DateTimeOffset now, out PushOrder order)
    {
        lock (_gate)
        {
            if (!_queue.TryPeek(out order, out var due) || due > now) return false;
            _queue.Dequeue();
        }

        if (order.Attempt > 0) return true;
        if (order.Part is { } part)
        {
            AddBacklog(order.Meter, order.Kind, part.Number + 1);
            return true;
        }

        if (order.Kind == PushKind.Daily) AddAlarms(order.Meter, now);
        if (order.Kind == PushKind.Momentary) AddMomentary(order, now);
        else if (order.Kind != PushKind.Alarm) AddNext(order.Meter, order.Kind, now);
        return true;
    }

    /// <summary>Puts an order in again that failed, some seconds later, unless it is too late for it.</summary>
    internal void Retry(PushOrder order, DateTimeOffset now)
    {
        if (order.Kind == PushKind.Momentary || order.Attempt == Retries) return;
        var attempt = order.Attempt + 1;
        Add(order with { Attempt = attempt, Due = now + (RetryDelay * attempt) + order.Meter.Share(TimeSpan.FromSeconds(5), attempt) });
    }

    private void AddBacklog(VirtualMeter meter, PushKind kind, int number)
    {
        if (_backlog?.Part(meter, kind, number) is { } part) Add(new PushOrder(meter, kind, part.Due, part.Ends[^1], Part: part));
    }

    private void AddMomentary(PushOrder order, DateTimeOffset now)
    {
        var next = order.Due + options.MomentaryPeriod;
        while (next <= now) next += options.MomentaryPeriod;
        Add(order with { Due = next });
    }

    private void AddNext(VirtualMeter meter, PushKind kind, DateTimeOffset now)
    {
        var calendar = meter.Device.Clock.Calendar;
        var period = QuarterHourProfile.Period;
        var end = kind == PushKind.Daily
            ? calendar.StartOf(calendar.DayOf(now).AddDays(1))
            : new DateTimeOffset(((now.UtcTicks / period.Ticks) + 1) * period.Ticks, TimeSpan.Zero);
        var offset = kind == PushKind.Daily
            ? options.PushWindow + meter.Share(options.PushWindow * 4, end.UtcTicks)
            : meter.Share(options.PushWindow, end.UtcTicks);
        Add(new PushOrder(meter, kind, end + offset, end));
    }

    /// <summary>Today's openings of the meter's cover, if there are any, are pushed as alarms when they happen.</summary>
    private void AddAlarms(VirtualMeter meter, DateTimeOffset now)
    {
        foreach (var seeded in meter.Device.Log.SeededOn(meter.Device.Clock.Calendar.DayOf(now)))
        {
            if (seeded.Code == EventLog.MeterCoverRemoved && seeded.At > now)
                Add(new PushOrder(meter, PushKind.Alarm, seeded.At, seeded.At));
        }
    }
}
