namespace Headrace.Commands;

/// <summary>Waits for the end of a long-running verb.</summary>
internal static class Ending
{
    /// <summary>Returns when the user or the system asks to end, or after a time.</summary>
    public static async Task WaitAsync(TimeSpan? limit, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(limit ?? Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end: that is what was waited for.
        }
    }
}
