namespace Headrace.Operations.Collection;

/// <summary>
/// Pauses after failures, and stable places in time: the same meter always gets the same, and many meters are spread evenly.
/// </summary>
internal static class BackOff
{
    /// <summary>The pause after so many failures in a row: doubled each time up to the limit, then up to a fifth shorter.</summary>
    public static TimeSpan Exponential(TimeSpan first, TimeSpan limit, int failures, long meterId)
    {
        var ticks = (double)first.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, 40));
        return Shortened(TimeSpan.FromTicks((long)Math.Min(ticks, limit.Ticks)), meterId, failures);
    }

    /// <summary>The pause after so many attempts by a table whose last entry repeats, up to a fifth shorter.</summary>
    public static TimeSpan ByTable(IReadOnlyList<TimeSpan> pauses, int attempts, long meterId) =>
        Shortened(pauses[Math.Clamp(attempts - 1, 0, pauses.Count - 1)], meterId, attempts);

    /// <summary>A fraction from 0 to below 1, always the same for a meter and purpose.</summary>
    public static double Place(long meterId, int purpose)
    {
        unchecked
        {
            // SplitMix64 finalizer (Steele, Lea, Flood 2014).
            var x = ((ulong)meterId * 0x9E3779B97F4A7C15) + ((ulong)(uint)purpose * 0xD1B54A32D192ED03);
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
            return (x >> 11) * (1.0 / (1UL << 53));
        }
    }

    private static TimeSpan Shortened(TimeSpan pause, long meterId, int turn) => pause * (1 - (0.2 * Place(meterId, turn)));
}
