namespace Headrace.Operations;

/// <summary>Timers know whole milliseconds and cut the rest off.</summary>
internal static class Timers
{
    /// <summary>
    /// A pause in whole milliseconds, at least one, that is over no sooner than the one given. A wait for an instant that is cut short
    /// ends before the instant; the wait for what is left then is none at all, and a loop around it spins.
    /// </summary>
    public static TimeSpan AtLeast(TimeSpan pause) =>
        TimeSpan.FromMilliseconds(Math.Max(1, ((pause.Ticks - 1) / TimeSpan.TicksPerMillisecond) + 1));
}
