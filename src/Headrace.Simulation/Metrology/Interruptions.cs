using Headrace.Core.Metering;

namespace Headrace.Simulation.Metrology;

/// <summary>Short interruptions of supply, about four a year for each meter, always inside one quarter of an hour.</summary>
/// <param name="seed">Seed of the meter.</param>
/// <param name="calendar">Local days.</param>
public sealed class Interruptions(ulong seed, LocalCalendar calendar)
{
    private const double PerDay = 4 / 365.25;

    /// <summary>The interruption of a local day, or null.</summary>
    public TimeRange? On(DateOnly day)
    {
        var minutes = MinutesOf(day);
        if (minutes.Start.Value == minutes.End.Value) return null;
        var start = calendar.StartOf(day);
        return new TimeRange(start.AddMinutes(minutes.Start.Value), start.AddMinutes(minutes.End.Value));
    }

    /// <summary>True where supply failed inside the interval that ends at the given instant.</summary>
    public bool Within(DateTimeOffset end, TimeSpan period)
    {
        if (On(calendar.DayOf(end - period)) is not { } interruption) return false;
        return interruption.From >= end - period && interruption.To <= end;
    }

    /// <summary>The same in minutes since local midnight; empty without one. Always by day, when no clock changes.</summary>
    internal Range MinutesOf(DateOnly day)
    {
        var random = SeededRandom.For(seed, purpose: 3, day.DayNumber);
        if (!random.Chance(PerDay)) return default;
        var start = (random.Whole(20, 88) * 15) + random.Whole(1, 7);
        return new Range(start, start + random.Whole(1, 7));
    }
}
