namespace Headrace.Simulation.Metrology;

/// <summary>What kind of household draws current behind a meter. Follows from the seed alone.</summary>
public sealed record Household
{
    /// <summary>Persons, 1 to 5.</summary>
    public required int Occupants { get; init; }

    /// <summary>Power that is never switched off, in W.</summary>
    public required int StandbyWatts { get; init; }

    /// <summary>Usual time of getting up on a working day, in minutes since midnight.</summary>
    public required int WakeMinute { get; init; }

    /// <summary>Usual time of cooking in the evening, in minutes since midnight.</summary>
    public required int DinnerMinute { get; init; }

    /// <summary>True where somebody is at home on working days.</summary>
    public required bool HomeByDay { get; init; }

    /// <summary>Rated electrical power of a heat pump in W; 0 without one.</summary>
    public required int HeatPumpWatts { get; init; }

    /// <summary>Power of a car charger in W; 0 without one.</summary>
    public required int ChargerWatts { get; init; }

    /// <summary>Peak power of a solar plant in W; 0 without one.</summary>
    public required int SolarPeakWatts { get; init; }

    /// <summary>Connected phases, 1 or 3.</summary>
    public required int Phases { get; init; }

    /// <summary>Energy that the registers showed at <see cref="ConnectionPoint.FirstDay"/>, in Wh.</summary>
    public required long InitialWattHours { get; init; }

    /// <summary>
    /// The household of a seed: one in eight heats with a heat pump, one in ten charges a car, one in five has a solar plant.
    /// </summary>
    public static Household Of(ulong seed)
    {
        var random = SeededRandom.For(seed, purpose: 1);
        var occupants = 1 + (random.Whole(0, 100) switch { < 28 => 0, < 60 => 1, < 78 => 2, < 93 => 3, _ => 4 });
        return new Household
        {
            Occupants = occupants,
            StandbyWatts = random.Whole(45, 110) + (12 * occupants),
            WakeMinute = random.Whole(340, 440),
            DinnerMinute = random.Whole(1050, 1170),
            HomeByDay = random.Chance(0.35),
            HeatPumpWatts = random.Chance(0.125) ? random.Whole(16, 30) * 100 : 0,
            ChargerWatts = random.Chance(0.10) ? (random.Chance(0.6) ? 3_700 : 11_000) : 0,
            SolarPeakWatts = random.Chance(0.20) ? random.Whole(35, 95) * 100 : 0,
            Phases = random.Chance(0.75) ? 3 : 1,
            InitialWattHours = random.Whole(120, 18_000) * 1_000L,
        };
    }
}
