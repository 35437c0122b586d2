namespace Headrace.Simulation.Metrology;

/// <summary>The weather of a day, the same for all meters: a temperate climate of the northern hemisphere at 47 degrees.</summary>
internal static class Weather
{
    private const ulong Region = 0x6865_6164_7261_6365;
    private const double Latitude = 47 * Math.PI / 180;

    /// <summary>Mean outside temperature in degrees Celsius.</summary>
    internal static double Temperature(DateOnly day)
    {
        var season = 10.0 - (9.5 * Math.Cos(2 * Math.PI * (day.DayOfYear - 18) / 365.25));
        return season + SeededRandom.For(Region, 1, day.DayNumber / 4).Between(-4, 4)
            + SeededRandom.For(Region, 2, day.DayNumber).Between(-1.5, 1.5);
    }

    /// <summary>Share of the clear-sky radiation, 0.1 to 1.</summary>
    internal static double Clearness(DateOnly day)
    {
        var spell = SeededRandom.For(Region, 3, day.DayNumber / 3).NextDouble();
        return Math.Clamp((0.65 * spell) + (0.5 * SeededRandom.For(Region, 4, day.DayNumber).NextDouble()), 0.1, 1);
    }

    /// <summary>Sine of the sun's height, below 0 at night.</summary>
    /// <param name="day">Day of the year decides the declination.</param>
    /// <param name="solarMinute">Minutes since midnight of the standard time of the zone.</param>
    internal static double SunHeight(DateOnly day, double solarMinute)
    {
        var declination = -0.4091 * Math.Cos(2 * Math.PI * (day.DayOfYear + 10) / 365.25);
        var hour = (solarMinute - 720) * Math.PI / 720;
        return (Math.Sin(Latitude) * Math.Sin(declination)) + (Math.Cos(Latitude) * Math.Cos(declination) * Math.Cos(hour));
    }

    /// <summary>Minutes since midnight of standard time at which the sun sets, within a quarter of an hour.</summary>
    internal static int Sunset(DateOnly day)
    {
        var declination = -0.4091 * Math.Cos(2 * Math.PI * (day.DayOfYear + 10) / 365.25);
        var hour = Math.Acos(Math.Clamp(-Math.Tan(Latitude) * Math.Tan(declination), -1, 1));
        return 720 + (int)(hour * 720 / Math.PI);
    }
}
