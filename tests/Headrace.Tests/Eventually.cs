namespace Headrace.Tests;

/// <summary>Waits for something that is bound to come true; never the measure of a speed.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(
        Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? within = null, Func<bool>? stop = null)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var limit = within ?? TimeSpan.FromMinutes(2);
        while (time.GetElapsedTime(started) < limit && stop?.Invoke() != true)
        {
            if (await condition()) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        if (await condition()) return;
        Assert.Fail(otherwise());
    }
}
