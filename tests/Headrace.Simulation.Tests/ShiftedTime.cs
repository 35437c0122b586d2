namespace Headrace.Simulation.Tests;

/// <summary>Real time that began at an instant of the test's choice: it runs as fast as the machine's.</summary>
public sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private readonly long _begun = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_begun);
}

/// <summary>Time that stands still until it is set.</summary>
public sealed class StandingTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
