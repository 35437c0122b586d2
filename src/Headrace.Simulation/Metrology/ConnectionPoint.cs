using Headrace.Core.Metering;

namespace Headrace.Simulation.Metrology;

/// <summary>
/// The measured point behind one meter: power and energy registers at any instant, computed on demand from seed and time.
/// </summary>
/// <remarks>
/// Nothing is stored but the sums at the start of every sixteenth day and the minutes of the last day asked for, so that
/// years of history cost 2 KB and a register at any instant some microseconds. Safe for several callers at once.
/// </remarks>
public sealed class ConnectionPoint
{
    private const int CheckpointDays = 16;
    private const int Rate1From = 6 * 60, Rate1To = 22 * 60;

    private readonly ulong _seed;
    private readonly LocalDays _days;
    private readonly LocalCalendar _calendar;
    private readonly Lock _gate = new();
    private readonly List<EnergyAccount> _checkpoints = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _disconnections = [];
    private CachedDay? _cached;

    /// <summary>The point of a seed.</summary>
    /// <param name="seed">Everything about the household follows from it.</param>
    /// <param name="calendar">Local days; they decide tariffs and habits.</param>
    public ConnectionPoint(ulong seed, LocalCalendar calendar) : this(seed, new LocalDays(calendar))
    {
    }

    /// <summary>The point of a seed, one of many that share their days.</summary>
    internal ConnectionPoint(ulong seed, LocalDays days)
    {
        (_seed, _days, _calendar) = (seed, days, days.Calendar);
        Household = Household.Of(seed);
        Interruptions = new Interruptions(seed, _calendar);
        var initial = Household.InitialWattHours * 3_600;
        _checkpoints.Add(new EnergyAccount(initial * 7 / 10, initial * 3 / 10, 0, 0));
    }

    /// <summary>The day on which all virtual meters were taken into service; before it nothing is counted.</summary>
    public static DateOnly FirstDay { get; } = new(2025, 1, 1);

    /// <summary>Who draws current here.</summary>
    public Household Household { get; }

    /// <summary>Short interruptions of supply.</summary>
    public Interruptions Interruptions { get; }

    /// <summary>True while the contactor of the meter is open.</summary>
    public bool IsDisconnected
    {
        get { lock (_gate) return _disconnections is [.., { To: var to }] && to == DateTimeOffset.MaxValue; }
    }

    /// <summary>Opens the contactor: from this instant no current flows. Without effect where it is open.</summary>
    public void Disconnect(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_disconnections is not [.., { To: var to }] || to != DateTimeOffset.MaxValue)
                _disconnections.Add((at, DateTimeOffset.MaxValue));
        }
    }

    /// <summary>Closes the contactor. Without effect where it is closed.</summary>
    public void Reconnect(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_disconnections is [.., var last] && last.To == DateTimeOffset.MaxValue) _disconnections[^1] = (last.From, at);
        }
    }

    /// <summary>What the energy registers show at an instant; never falls with time.</summary>
    public EnergyReading EnergyAt(DateTimeOffset at)
    {
        lock (_gate)
        {
            var account = Consumed(at);
            foreach (var (from, to) in _disconnections)
            {
                if (from < at) account -= Consumed(to < at ? to : at) - Consumed(from);
            }

            return account.ToReading();
        }
    }

    /// <summary>Power at an instant in W: positive for import, negative for export.</summary>
    public int PowerAt(DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var (from, to) in _disconnections)
            {
                if (at >= from && at < to) return 0;
            }

            var day = _calendar.DayOf(at);
            if (day < FirstDay) return 0;
            var cached = Day(day);
            return cached.Watts[Math.Min((int)((at - cached.Start).Ticks / TimeSpan.TicksPerMinute), cached.Watts.Length - 1)];
        }
    }

    /// <summary>The interruption of supply at an instant, or null.</summary>
    public TimeRange? InterruptionAt(DateTimeOffset at) =>
        Interruptions.On(_calendar.DayOf(at)) is { } interruption && interruption.Contains(at) ? interruption : null;

    /// <summary>The rate in force: 1 from 06:00 to 22:00 local time, else 2.</summary>
    public int RateAt(DateTimeOffset at) => _calendar.ToLocal(at).Hour is >= Rate1From / 60 and < Rate1To / 60 ? 1 : 2;

    private EnergyAccount Consumed(DateTimeOffset at)
    {
        var day = _calendar.DayOf(at);
        if (day < FirstDay) return _checkpoints[0];
        var cached = Day(day);
        return cached.Before + cached.SumTo((int)((at - cached.Start).Ticks / TimeSpan.TicksPerSecond));
    }

    private CachedDay Day(DateOnly day)
    {
        if (_cached is { } cached && cached.Day == day) return cached;
        if (_cached is { } previous && previous.Day.AddDays(1) == day)
            return Compute(day, previous.Before + previous.Total, previous.Watts);

        var index = day.DayNumber - FirstDay.DayNumber;
        for (var last = _checkpoints.Count - 1; last < index / CheckpointDays; last++)
            _checkpoints.Add(Walk(last, (last + 1) * CheckpointDays));
        return Compute(day, Walk(index / CheckpointDays, index), null);
    }

    /// <summary>Sums at the start of a day, from the checkpoint before it.</summary>
    private EnergyAccount Walk(int checkpoint, int toIndex)
    {
        var account = _checkpoints[checkpoint];
        for (var index = checkpoint * CheckpointDays; index < toIndex; index++)
        {
            account += Compute(FirstDay.AddDays(index), account, _cached?.Watts).Total;
        }

        return account;
    }

    private CachedDay Compute(DateOnly day, EnergyAccount before, short[]? reuse)
    {
        var local = _days[day];
        var watts = reuse?.Length == local.Minutes ? reuse : new short[local.Minutes];
        HouseholdDay.Fill(_seed, Household, local, watts, Interruptions.MinutesOf(day));
        var shift = local.Minutes - 1440;
        _cached = new CachedDay(day, local.Start, watts, before, Rate1From + shift, Rate1To + shift);
        return _cached;
    }

    /// <summary>One computed day; minutes count from local midnight.</summary>
    private sealed class CachedDay(DateOnly day, DateTimeOffset start, short[] watts, EnergyAccount before, int rate1From, int rate1To)
    {
        internal DateOnly Day => day;

        internal DateTimeOffset Start => start;

        internal short[] Watts => watts;

        internal EnergyAccount Before => before;

        internal EnergyAccount Total { get; } = Sum(watts, watts.Length, rate1From, rate1To);

        internal EnergyAccount SumTo(int seconds)
        {
            var minute = Math.Min(seconds / 60, watts.Length);
            var sum = Sum(watts, minute, rate1From, rate1To);
            return minute < watts.Length ? sum.Add(watts[minute], seconds % 60, minute >= rate1From && minute < rate1To) : sum;
        }

        private static EnergyAccount Sum(ReadOnlySpan<short> watts, int minutes, int rate1From, int rate1To)
        {
            var (early, day) = (Math.Min(minutes, rate1From), Math.Min(minutes, rate1To));
            var (nightImport, nightExport) = Sum(watts[..early]);
            var (dayImport, dayExport) = Sum(watts[early..day]);
            var (lateImport, lateExport) = Sum(watts[day..minutes]);
            return new EnergyAccount(dayImport * 60, (nightImport + lateImport) * 60, dayExport * 60, (nightExport + lateExport) * 60);
        }

        private static (long Import, long Export) Sum(ReadOnlySpan<short> watts)
        {
            int import = 0, net = 0; // at most 1560 minutes of 32 kW
            foreach (var value in watts)
            {
                net += value;
                import += Math.Max((int)value, 0);
            }

            return (import, import - net);
        }
    }
}
