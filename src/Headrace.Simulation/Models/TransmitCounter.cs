namespace Headrace.Simulation.Models;

/// <summary>
/// The invocation counter of what a virtual meter sends under its global unicast key; rises across restarts without being stored.
/// </summary>
/// <remarks>
/// A counter must never come twice under one key (IEC 62056-5-3, invocation counter), and a head-end refuses one that is not above the
/// last. A real meter keeps it in memory that outlasts power; this one takes it from the clock: never below sixteen for each second since
/// 2025-01-01. It therefore also runs ahead after a burst of more than sixteen messages a second, and after a restart within the burst it
/// has caught up in as many seconds. It lasts until July 2033.
/// </remarks>
/// <param name="clock">The meter's clock.</param>
public sealed class TransmitCounter(MeterClock clock)
{
    private const int PerSecond = 16;
    private static readonly DateTimeOffset Epoch = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Lock _gate = new();
    private uint _last;

    /// <summary>The next counter, higher than all before it.</summary>
    /// <exception cref="InvalidOperationException">The counter is used up; a real meter would need a new key.</exception>
    public uint Next()
    {
        lock (_gate)
        {
            var byTime = Math.Max(0, (clock.UtcNow - Epoch).Ticks / (TimeSpan.TicksPerSecond / PerSecond));
            var next = Math.Max(_last + 1L, byTime);
            if (next >= uint.MaxValue) throw new InvalidOperationException("The invocation counter is used up.");
            return _last = (uint)next;
        }
    }
}
