using Headrace.Core.Metering;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Fleet;

/// <summary>What one push of a backlog carries.</summary>
/// <param name="Number">Its place in the meter's backlog of its kind.</param>
/// <param name="Due">When it is to go out.</param>
/// <param name="Ends">Ends of the intervals whose rows it carries, oldest first; at least one.</param>
internal sealed record BacklogPart(int Number, DateTimeOffset Due, IReadOnlyList<DateTimeOffset> Ends);

/// <summary>
/// The rows that meters send at the start of a fleet, cut into pushes. The same for all meters but for what lossy ones leave out.
/// </summary>
internal sealed class Backlog
{
    /// <summary>
    /// Rows of a push: with security and frame they stay below the 1224 bytes of the longest APDU, and so in one datagram.
    /// </summary>
    private const int IntervalRows = 24, DailyRows = 20;
    private static readonly TimeSpan SpreadPerMeter = TimeSpan.FromMilliseconds(20);

    private readonly DateTimeOffset _start;
    private readonly TimeSpan _spread;
    private readonly DateTimeOffset[][] _intervals;
    private readonly DateTimeOffset[][] _days;

    /// <summary>The backlog of a fleet.</summary>
    /// <param name="calendar">Days of the meters.</param>
    /// <param name="start">The start: intervals and days that were over by then.</param>
    /// <param name="options">From when, over how long, for how many meters.</param>
    internal Backlog(LocalCalendar calendar, DateTimeOffset start, FleetOptions options)
    {
        var from = options.BacklogFrom ?? start;
        _start = start;
        _spread = TimeSpan.FromTicks(Math.Max(options.BacklogWindow.Ticks, SpreadPerMeter.Ticks * options.Meters));
        _intervals = [.. Intervals(from, start).Chunk(IntervalRows)];
        _days = [.. Days(calendar, from, start).Chunk(DailyRows)];
    }

    /// <summary>The first part of a meter's backlog from a number on that has rows; null after the last.</summary>
    internal BacklogPart? Part(VirtualMeter meter, PushKind kind, int number)
    {
        var parts = kind == PushKind.Daily ? _days : _intervals;
        for (; number < parts.Length; number++)
        {
            var ends = kind == PushKind.Interval ? Array.FindAll(parts[number], end => !meter.Loses(end)) : parts[number];
            if (ends.Length == 0) continue;
            var place = _spread / parts.Length;
            return new BacklogPart(number, _start + (place * number) + meter.Share(place, number), ends);
        }

        return null;
    }

    private static IEnumerable<DateTimeOffset> Intervals(DateTimeOffset from, DateTimeOffset through)
    {
        var period = QuarterHourProfile.Period;
        var first = ((from.UtcTicks + period.Ticks - 1) / period.Ticks) + 1;
        for (var number = first; number <= through.UtcTicks / period.Ticks; number++)
            yield return new DateTimeOffset(number * period.Ticks, TimeSpan.Zero);
    }

    private static IEnumerable<DateTimeOffset> Days(LocalCalendar calendar, DateTimeOffset from, DateTimeOffset through)
    {
        var day = calendar.DayOf(from);
        if (calendar.StartOf(day) < from) day = day.AddDays(1);
        for (; calendar.StartOf(day.AddDays(1)) <= through; day = day.AddDays(1)) yield return calendar.StartOf(day.AddDays(1));
    }
}
