namespace Headrace.Simulation.Metrology;

/// <summary>Power of one household through one local day, one value a minute; computed anew whenever it is wanted.</summary>
/// <remarks>Appliances are switched on and off at whole minutes, so that energy is an exact sum of whole watt-minutes.</remarks>
internal ref struct HouseholdDay
{
    /// <summary>Minutes of the longest local day.</summary>
    internal const int MaximumMinutes = 1_560;

    /// <summary>No meter of this kind measures more, in W; keeps a value inside 16 bits.</summary>
    private const int MaximumWatts = 32_000;

    private readonly Household _household;
    private readonly LocalDay _day;
    private readonly int _shift;
    private readonly Span<short> _watts;
    private readonly bool _weekend;
    private SeededRandom _random;

    private HouseholdDay(ulong seed, Household household, LocalDay day, Span<short> watts)
    {
        (_household, _day) = (household, day);
        _watts = watts;
        _shift = watts.Length - 1440;
        _weekend = day.Day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        _random = SeededRandom.For(seed, purpose: 2, day.Day.DayNumber);
    }

    /// <summary>Fills in the power in W, positive for import and negative for export.</summary>
    /// <param name="seed">Seed of the meter.</param>
    /// <param name="household">What draws current.</param>
    /// <param name="day">Local day.</param>
    /// <param name="watts">One place for each minute of the day.</param>
    /// <param name="interruption">Minutes without supply.</param>
    internal static void Fill(ulong seed, Household household, LocalDay day, Span<short> watts, Range interruption)
    {
        var filled = new HouseholdDay(seed, household, day, watts);
        filled.AlwaysOn();
        filled.Kitchen();
        filled.Rooms();
        filled.Laundry();
        filled.SmallThings();
        if (household.HeatPumpWatts > 0) filled.HeatPump();
        if (household.ChargerWatts > 0) filled.Charger();
        if (household.SolarPeakWatts > 0) filled.Solar();
        watts[interruption].Clear();
    }

    private void AlwaysOn()
    {
        var heating = _day.Temperature < 14 ? 35 : 0;
        _watts.Fill((short)(_household.StandbyWatts + heating));
        // Refrigerator: the compressor runs about a third of the time, more on warm days.
        var period = _random.Whole(42, 61);
        var running = (period * (30 + (int)Math.Clamp(_day.Temperature, 0, 25)) / 100) + 1;
        for (var start = -_random.Whole(0, period); start < _watts.Length; start += period) AddElapsed(start, running, 85);
        if (_household.Occupants > 2)
        {
            for (var start = -_random.Whole(0, 75); start < _watts.Length; start += 75) AddElapsed(start, 28, 110);
        }
    }

    private void Kitchen()
    {
        var wake = WakeMinute();
        Add(wake + _random.Whole(5, 20), 4, 1_950);
        Add(wake + _random.Whole(10, 35), _random.Whole(6, 14), 1_050);
        if (_random.Chance(0.3)) Add(wake + _random.Whole(15, 40), 3, 850);
        if (_random.Chance(_weekend ? 0.75 : _household.HomeByDay ? 0.6 : 0.1)) Cook(_random.Whole(690, 760), _random.Whole(15, 35), 1_500);
        if (_random.Chance(0.86))
            Cook(_household.DinnerMinute + _random.Whole(-45, 50), _random.Whole(20, 30 + (7 * _household.Occupants)), 1_750);
        if (_random.Chance(_weekend ? 0.45 : 0.2)) Add(_household.DinnerMinute + _random.Whole(-70, 10), _random.Whole(25, 55), 1_900);
        if (_random.Chance(0.3)) Add(_random.Whole(1170, 1320), 4, 1_950);
        if (_random.Chance(0.22 + (0.11 * _household.Occupants)))
        {
            var start = _household.DinnerMinute + _random.Whole(60, 150);
            Add(start + 3, 14, 2_000);
            Add(start, 75, 60);
            Add(start + 55, 11, 2_000);
        }
    }

    /// <summary>A hob switches its plates on and off while the meal is cooked.</summary>
    private void Cook(int start, int minutes, int watts)
    {
        Add(start, 5, watts);
        for (var minute = start + 5; minute < start + minutes; minute += 4) Add(minute, _random.Whole(1, 4), watts * 2 / 3);
    }

    private void Rooms()
    {
        var wake = WakeMinute();
        var bed = _random.Whole(1330, 1420);
        var dusk = _day.Sunset + _day.SummerMinutes;
        var lights = 40 + (22 * _household.Occupants);
        if (dusk < bed) Add(dusk, bed - dusk, lights);
        var dawn = 1440 - _day.Sunset + _day.SummerMinutes;
        if (wake < dawn) Add(wake, dawn - wake, lights * 2 / 3);
        var evening = _random.Whole(1090, 1200);
        Add(evening, Math.Max(30, bed - evening - _random.Whole(0, 40)), 95);
        Add(wake, bed - wake, _household.HomeByDay || _weekend ? 55 : 20);
        if (_household.HomeByDay && !_weekend) Add(_random.Whole(500, 560), _random.Whole(240, 480), 90);
        if (_household.Occupants > 1 && _random.Chance(0.6)) Add(_random.Whole(1020, 1150), _random.Whole(60, 180), 130);
    }

    private void Laundry()
    {
        if (!_random.Chance((_weekend ? 0.22 : 0.11) * _household.Occupants)) return;
        var start = _weekend || _household.HomeByDay ? _random.Whole(520, 960) : _random.Whole(1020, 1200);
        Add(start + 6, _random.Whole(12, 24), 2_050);
        Add(start, 80, 140);
        Add(start + 70, 9, 450);
        if (_random.Chance(0.4)) Add(start + 95, _random.Whole(50, 85), 820);
    }

    private void SmallThings()
    {
        var times = _random.Whole(2, 4 + (2 * _household.Occupants));
        for (var i = 0; i < times; i++)
        {
            var start = _weekend || _household.HomeByDay ? _random.Whole(480, 1350)
                : _random.Chance(0.3) ? _random.Whole(WakeMinute(), 480)
                : _random.Whole(1000, 1350);
            Add(start, _random.Whole(2, 25), _random.Whole(15, 150) * 10);
        }
    }

    private void HeatPump()
    {
        var kelvin = 16 - _day.Temperature;
        var hotWater = _random.Whole(720, 900);
        Add(hotWater, 35, _household.HeatPumpWatts);
        if (kelvin <= 0) return;
        var share = Math.Min(0.95, kelvin * 50 / _household.HeatPumpWatts);
        var period = _random.Whole(70, 110);
        var running = Math.Max(8, (int)(period * share));
        for (var start = -_random.Whole(0, period); start < _watts.Length; start += period)
            AddElapsed(start, running, _household.HeatPumpWatts);
    }

    private void Charger()
    {
        if (!_random.Chance(0.42)) return;
        var wattMinutes = _random.Whole(50, 170) * 100 * 60;
        Add(_random.Whole(1040, 1290), wattMinutes / _household.ChargerWatts, _household.ChargerWatts);
    }

    private void Solar()
    {
        for (var quarter = 0; quarter < _day.Sunlight.Length; quarter++)
        {
            if (_day.Sunlight[quarter] == 0) continue;
            var cloud = _day.Clearness > 0.85 ? 1 : Math.Clamp(_day.Clearness * _random.Between(0.6, 1.4), 0.05, 1);
            AddElapsed(quarter * 15, 15, -(int)(_household.SolarPeakWatts * 0.86 * _day.Sunlight[quarter] * cloud));
        }
    }

    private readonly int WakeMinute() => _household.WakeMinute + (_weekend ? 105 : 0);

    /// <summary>Adds an appliance by wall clock; clocks change in the small hours, before anything is switched on by time.</summary>
    private readonly void Add(int wallMinute, int minutes, int watts) =>
        AddElapsed(wallMinute + (wallMinute >= 240 ? _shift : 0), minutes, watts);

    private readonly void AddElapsed(int start, int minutes, int watts)
    {
        var from = Math.Clamp(start, 0, _watts.Length);
        var to = Math.Clamp(start + minutes, from, _watts.Length);
        foreach (ref var minute in _watts[from..to]) minute = (short)Math.Clamp(minute + watts, -MaximumWatts, MaximumWatts);
    }
}
