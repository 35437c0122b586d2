namespace Headrace.Storage;

/// <summary>The run of a sending counter.</summary>
internal static class SendCounters
{
    /// <summary>The first value that is handed out.</summary>
    public const long First = 1;

    /// <summary>The next value after reserving <paramref name="count"/> from <paramref name="first"/>.</summary>
    /// <exception cref="StorageException">
    /// The counter is used up: the key must be changed before the meter can be spoken to again.
    /// </exception>
    public static long After(long first, uint count)
    {
        var next = first + count;
        return next <= uint.MaxValue
            ? next
            : throw new StorageException("The meter's sending counter is used up: change its key.");
    }
}
