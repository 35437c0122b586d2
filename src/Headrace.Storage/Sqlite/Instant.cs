namespace Headrace.Storage.Sqlite;

/// <summary>Instants as the database keeps them.</summary>
internal static class Instant
{
    /// <summary>Milliseconds since 1970, rounded down.</summary>
    public static long Of(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    /// <summary>
    /// The first whole millisecond that is not before <paramref name="instant"/>: a bound that keeps half-open ranges exact.
    /// </summary>
    public static long NotBefore(DateTimeOffset instant)
    {
        var floor = instant.ToUnixTimeMilliseconds();
        return instant.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? floor : floor + 1;
    }

    /// <summary>The instant in UTC.</summary>
    public static DateTimeOffset From(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
