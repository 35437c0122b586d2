using Headrace.Dlms.Data;

namespace Headrace.Simulation.Models;

/// <summary>Begin and end of summer time in the form of the clock object: with wildcards for every year.</summary>
/// <param name="Begin">Local standard time at which it begins.</param>
/// <param name="End">Local summer time at which it ends.</param>
/// <param name="Minutes">By how much.</param>
internal readonly record struct Daylight(CosemDateTime Begin, CosemDateTime End, sbyte Minutes)
{
    /// <summary>The changes of this year, found by looking; unspecified where there are none.</summary>
    internal static Daylight Of(TimeZoneInfo zone, int year)
    {
        var none = CosemDateTime.NotSpecified;
        var (begin, end, minutes) = (none, none, 0);
        var start = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var at = start; at.Year == start.Year; at = at.AddHours(1))
        {
            var (before, after) = (zone.GetUtcOffset(at.AddHours(-1)), zone.GetUtcOffset(at));
            if (after == before) continue;
            var change = At(at.ToOffset(before), before);
            if (after > before) (begin, minutes) = (change, (int)(after - before).TotalMinutes);
            else end = change;
        }

        return new Daylight(begin, end, (sbyte)minutes);
    }

    /// <summary>A change on the last such weekday of its month stays there every year; any other keeps its day.</summary>
    private static CosemDateTime At(DateTimeOffset local, TimeSpan offset)
    {
        var exact = CosemDateTime.From(new DateTimeOffset(local.DateTime, offset));
        var isLast = local.Day + 7 > DateTime.DaysInMonth(local.Year, local.Month);
        var date = exact.Date with { Year = CosemDate.NotSpecified.Year };
        return exact with { Date = isLast ? date with { Day = CosemDate.Last } : date with { Weekday = CosemDate.NotSpecified.Weekday } };
    }
}
