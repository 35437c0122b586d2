using Headrace.Core.Metering;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Tests;

/// <summary>What tests set up again and again.</summary>
internal static class Bench
{
    internal static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    internal static readonly LocalCalendar Calendar = new(Berlin);

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static E450 Meter(DateTimeOffset now, ulong seed = 1) => Meter(new StandingTime(now), seed);

    internal static E450 Meter(TimeProvider time, ulong seed = 1)
    {
        var identity = MeterIdentity.At(seed, 0);
        return new E450(identity, MeterKeys.For(seed, identity.Serial), seed, new MeterClock(time, Calendar));
    }

    /// <summary>Waits until a condition holds, and fails the test after two minutes.</summary>
    internal static async Task Until(Func<bool> condition, string what)
    {
        for (var i = 0; i < 2_400; i++)
        {
            if (condition()) return;
            await Task.Delay(50, Cancel);
        }

        Assert.Fail(what);
    }
}
