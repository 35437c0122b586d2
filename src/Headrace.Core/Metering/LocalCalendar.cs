namespace Headrace.Core.Metering;

/// <summary>Local days and the intervals in them; the only place that knows about daylight saving time.</summary>
/// <remarks>
/// A value is stamped with the end of its interval, and an interval belongs to the day in which it began: the value of
/// midnight closes the day before. A day has 92 or 100 quarters of an hour where the clock changes.
/// </remarks>
/// <param name="zone">Zone of the utility.</param>
public sealed class LocalCalendar(TimeZoneInfo zone)
{
    /// <summary>The zone of the utility.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The local day an instant lies in.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>The instant at which a local day begins.</summary>
    public DateTimeOffset StartOf(DateOnly day) => ToUtc(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The span of a local day: 23, 24 or 25 hours.</summary>
    public TimeRange RangeOf(DateOnly day) => new(StartOf(day), StartOf(day.AddDays(1)));

    /// <summary>The local wall clock of an instant with its offset.</summary>
    public DateTimeOffset ToLocal(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>The instant of a local wall clock time. A time the clock skips is moved on by the gap.</summary>
    /// <param name="local">Wall clock time in the zone.</param>
    /// <param name="daylightSaving">In the hour that comes twice: true for the first, summer time one.</param>
    public DateTimeOffset ToUtc(DateTime local, bool daylightSaving = true)
    {
        var wall = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(wall)) return new DateTimeOffset(wall, Zone.GetUtcOffset(wall.AddHours(-2))).ToUniversalTime();
        if (!Zone.IsAmbiguousTime(wall)) return new DateTimeOffset(wall, Zone.GetUtcOffset(wall)).ToUniversalTime();
        var offsets = Zone.GetAmbiguousTimeOffsets(wall);
        return new DateTimeOffset(wall, daylightSaving ? offsets.Max() : offsets.Min()).ToUniversalTime();
    }

    /// <summary>Number of intervals that begin in a day; 1 for periods of a day and longer.</summary>
    public short SlotsOf(DateOnly day, TimeSpan period)
    {
        if (period >= TimeSpan.FromDays(1)) return 1;
        var range = RangeOf(day);
        return checked((short)((range.To - range.From).Ticks / period.Ticks));
    }

    /// <summary>The instant at which an interval ends, which is the stamp of its value.</summary>
    public DateTimeOffset EndOf(DateOnly day, int slot, TimeSpan period) =>
        period >= TimeSpan.FromDays(1) ? StartOf(day.AddDays(1)) : StartOf(day) + (period * (slot + 1));

    /// <summary>Number of intervals of a day that have ended at an instant.</summary>
    public short DueSlots(DateOnly day, TimeSpan period, DateTimeOffset now)
    {
        var range = RangeOf(day);
        if (period >= TimeSpan.FromDays(1)) return (short)(now >= range.To ? 1 : 0);
        if (now <= range.From) return 0;
        return (short)Math.Min(SlotsOf(day, period), (now - range.From).Ticks / period.Ticks);
    }

    /// <summary>
    /// The place in the ledger of a value stamped <paramref name="at"/>, or null where it falls between two intervals' ends.
    /// </summary>
    public IntervalMark? MarkOf(short profile, DateTimeOffset at, TimeSpan period)
    {
        if (period >= TimeSpan.FromDays(1))
        {
            var ended = DayOf(at);
            return StartOf(ended) == at ? new IntervalMark(profile, ended.AddDays(-1), 0, 1) : null;
        }

        var day = DayOf(at - TimeSpan.FromTicks(1));
        var sinceStart = at - StartOf(day);
        if (sinceStart.Ticks % period.Ticks != 0) return null;
        return new IntervalMark(profile, day, checked((short)((sinceStart.Ticks / period.Ticks) - 1)), SlotsOf(day, period));
    }
}
