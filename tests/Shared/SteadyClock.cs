namespace Headrace.Tests.Shared;

/// <summary>A clock that starts at a given instant and runs on from there, so that a seeded world looks the same on every day.</summary>
internal sealed class SteadyClock(DateTimeOffset start) : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_started);
}
