namespace Headrace.Simulation.Metrology;

/// <summary>
/// A small generator whose numbers depend on its seed alone, on every machine and in every version (SplitMix64, public domain algorithm).
/// </summary>
/// <param name="seed">Equal seeds give equal numbers.</param>
public struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator for one purpose among many: seed, and what it is for.</summary>
    public static SeededRandom For(ulong seed, ulong purpose, long index = 0) =>
        new(Mix(unchecked(seed ^ Mix((purpose * 0x9E3779B97F4A7C15UL) + (ulong)index))));

    /// <summary>Spreads the bits of a number.</summary>
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15UL);
        return Mix(_state);
    }

    /// <summary>A number from 0 up to but not including 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    public double Between(double from, double to) => from + ((to - from) * NextDouble());

    /// <summary>A whole number from <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    public int Whole(int from, int to) => to <= from ? from : from + (int)(Next() % (ulong)(to - from));

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool Chance(double probability) => NextDouble() < probability;
}
