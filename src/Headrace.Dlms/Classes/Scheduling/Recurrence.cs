using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>When a date and a time with wildcards come about (IEC 62056-6-2, date and time formats). Local time throughout.</summary>
public static class Recurrence
{
    /// <summary>How far back is looked; a device that was off for longer runs nothing for what lies before.</summary>
    private const int MaximumDays = 400;

    /// <summary>The last moment after one time and not after another that fits a pattern; seconds are the finest.</summary>
    /// <param name="date">Day, month, year, weekday; wildcards, last and second last day of the month. Beginning and end of daylight
    /// saving fit no day.</param>
    /// <param name="time">Hour, minute, second, with wildcards; hundredths count for nothing.</param>
    /// <param name="after">Excluded.</param>
    /// <param name="until">Included.</param>
    /// <param name="moment">The moment found.</param>
    public static bool TryFindLast(CosemDate date, CosemTime time, DateTime after, DateTime until, out DateTime moment)
    {
        moment = default;
        if (until <= after) return false;
        var day = DateOnly.FromDateTime(until);
        for (var i = 0; i <= MaximumDays && day.ToDateTime(TimeOnly.MaxValue) > after; i++, day = day.AddDays(-1))
        {
            var limit = i == 0 ? TimeOnly.FromDateTime(until) : TimeOnly.MaxValue;
            if (Fits(date, day) && TryFindLast(time, limit, out var found))
            {
                moment = day.ToDateTime(found);
                return moment > after;
            }
            if (day == DateOnly.MinValue) break;
        }
        return false;
    }

    /// <summary>Whether a day fits a date with wildcards.</summary>
    public static bool Fits(CosemDate pattern, DateOnly day)
    {
        var ofMonth = DateTime.DaysInMonth(day.Year, day.Month);
        var weekday = day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;
        return (pattern.Year == CosemDate.AnyYear || pattern.Year == day.Year)
            && (pattern.Month == CosemDate.Any || pattern.Month == day.Month)
            && (pattern.Weekday == CosemDate.Any || pattern.Weekday == weekday)
            && pattern.Day switch
            {
                CosemDate.Any => true,
                CosemDate.Last => day.Day == ofMonth,
                CosemDate.SecondLast => day.Day == ofMonth - 1,
                var wanted => wanted == day.Day,
            };
    }

    private static bool TryFindLast(CosemTime pattern, TimeOnly limit, out TimeOnly found)
    {
        found = default;
        for (var hour = limit.Hour; hour >= 0; hour--)
        {
            if (pattern.Hour != CosemTime.Any && pattern.Hour != hour) continue;
            var lastMinute = hour == limit.Hour ? limit.Minute : 59;
            for (var minute = lastMinute; minute >= 0; minute--)
            {
                if (pattern.Minute != CosemTime.Any && pattern.Minute != minute) continue;
                var lastSecond = hour == limit.Hour && minute == limit.Minute ? limit.Second : 59;
                var second = pattern.Second == CosemTime.Any ? lastSecond : pattern.Second;
                if (second > lastSecond) continue;
                found = new TimeOnly(hour, minute, second);
                return true;
            }
        }
        return false;
    }
}
