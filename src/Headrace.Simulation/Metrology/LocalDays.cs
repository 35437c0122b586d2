using System.Collections.Concurrent;
using Headrace.Core.Metering;

namespace Headrace.Simulation.Metrology;

/// <summary>What is the same for all meters on a local day: its length, its light and its weather.</summary>
internal sealed class LocalDay
{
    internal LocalDay(DateOnly day, LocalCalendar calendar)
    {
        var range = calendar.RangeOf(day);
        (Day, Start) = (day, range.From);
        Minutes = Math.Min((int)((range.To - range.From).Ticks / TimeSpan.TicksPerMinute), HouseholdDay.MaximumMinutes);
        SummerMinutes = (int)(calendar.Zone.GetUtcOffset(range.From.AddHours(12)) - calendar.Zone.BaseUtcOffset).TotalMinutes;
        Temperature = Weather.Temperature(day);
        Clearness = Weather.Clearness(day);
        Sunset = Weather.Sunset(day);
        Sunlight = new float[(Minutes + 14) / 15];
        for (var quarter = 0; quarter < Sunlight.Length; quarter++)
        {
            var height = Weather.SunHeight(day, (quarter * 15) + 7.5 - SummerMinutes);
            if (height > 0.01) Sunlight[quarter] = (float)Math.Pow(height, 1.15);
        }
    }

    /// <summary>The day.</summary>
    internal DateOnly Day { get; }

    /// <summary>Local midnight.</summary>
    internal DateTimeOffset Start { get; }

    /// <summary>1440, or 1380 or 1500 where the clock changes.</summary>
    internal int Minutes { get; }

    /// <summary>Minutes by which the wall clock is ahead of standard time at noon.</summary>
    internal int SummerMinutes { get; }

    /// <summary>Mean outside temperature in degrees Celsius.</summary>
    internal double Temperature { get; }

    /// <summary>Share of the clear-sky radiation, 0.1 to 1.</summary>
    internal double Clearness { get; }

    /// <summary>Minutes since midnight of standard time at which the sun sets.</summary>
    internal int Sunset { get; }

    /// <summary>Radiation of a clear sky in each quarter of an hour, 0 to 1.</summary>
    internal float[] Sunlight { get; }
}

/// <summary>The local days of one zone, worked out once for all meters.</summary>
/// <param name="calendar">Local days.</param>
internal sealed class LocalDays(LocalCalendar calendar)
{
    private const int Most = 6_000;
    private readonly ConcurrentDictionary<DateOnly, LocalDay> _days = [];

    /// <summary>The calendar behind it.</summary>
    internal LocalCalendar Calendar => calendar;

    /// <summary>A day.</summary>
    internal LocalDay this[DateOnly day]
    {
        get
        {
            if (_days.TryGetValue(day, out var known)) return known;
            if (_days.Count >= Most) _days.Clear(); // sixteen years of days; begin again rather than grow
            return _days[day] = new LocalDay(day, calendar);
        }
    }
}
