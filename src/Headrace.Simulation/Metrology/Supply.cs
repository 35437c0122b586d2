namespace Headrace.Simulation.Metrology;

/// <summary>Voltage, current and frequency at an instant, consistent with the power of the <see cref="ConnectionPoint"/>.</summary>
/// <param name="seed">Seed of the meter.</param>
/// <param name="point">The measured point.</param>
public sealed class Supply(ulong seed, ConnectionPoint point)
{
    /// <summary>Ohms of the way from the transformer.</summary>
    private readonly double _impedance = SeededRandom.For(seed, purpose: 4).Between(0.08, 0.45);

    /// <summary>Voltage of a phase, 1 to 3, in tenths of a volt; 0 for a phase that is not connected or without supply.</summary>
    public int Decivolts(int phase, DateTimeOffset at)
    {
        if (phase > point.Household.Phases || IsInterrupted(at)) return 0;
        var seconds = (double)at.ToUnixTimeSeconds();
        var offset = SeededRandom.For(seed, purpose: 5, phase).Between(0, 2 * Math.PI);
        var level = 231.5 + (1.8 * Math.Sin((2 * Math.PI * seconds / 86_400) + 2.1))
            + (0.9 * Math.Sin((2 * Math.PI * seconds / 5_400) + offset));
        var flicker = SeededRandom.For(seed, purpose: 6, (at.ToUnixTimeSeconds() / 10 * 3) + phase).Between(-0.4, 0.4);
        return (int)((level + flicker - (PhaseWatts(phase, at) / 231.5 * _impedance)) * 10);
    }

    /// <summary>Current of a phase, 1 to 3, in hundredths of an ampere; never negative.</summary>
    public int Centiamperes(int phase, DateTimeOffset at)
    {
        var decivolts = Decivolts(phase, at);
        return decivolts == 0 ? 0 : (int)(Math.Abs(PhaseWatts(phase, at)) / (decivolts / 10.0) / 0.96 * 100);
    }

    /// <summary>Frequency of the network, the same for all meters, in hundredths of a hertz.</summary>
    public static int Centihertz(DateTimeOffset at)
    {
        var seconds = (double)at.ToUnixTimeSeconds();
        return 5_000 + (int)Math.Round((2.5 * Math.Sin(seconds / 311)) + (1.5 * Math.Sin(seconds / 47)));
    }

    /// <summary>The power of a phase in W: large loads hang on one phase, which changes from quarter to quarter.</summary>
    private double PhaseWatts(int phase, DateTimeOffset at)
    {
        var watts = point.PowerAt(at);
        if (point.Household.Phases == 1) return watts;
        var heavy = 1 + (int)(SeededRandom.For(seed, purpose: 7, at.ToUnixTimeSeconds() / 900).Next() % 3);
        return watts * (phase == heavy ? 0.6 : 0.2);
    }

    private bool IsInterrupted(DateTimeOffset at) => point.InterruptionAt(at) is not null;
}
