namespace Headrace.Core.Metering;

/// <summary>One quantity of one meter over time. <paramref name="Channel"/> is the number of a <see cref="Metering.Channel"/>.</summary>
public readonly record struct SeriesKey(long MeterId, short Channel);

/// <summary>One value as the meter gave it: raw counts, scaled nowhere but at the edge, and the meter's own status bits.</summary>
/// <param name="Series">Meter and channel.</param>
/// <param name="At">The instant the meter gave: the end of the interval for profile values.</param>
/// <param name="Value">Raw count; times ten to the channel's scaler it is the quantity in the channel's unit.</param>
/// <param name="Status">Low 16 bits as the meter's status word; above them <see cref="ReadingFlags"/>.</param>
public readonly record struct Reading(SeriesKey Series, DateTimeOffset At, long Value, int Status);

/// <summary>What the head-end itself has to say about a value, in the upper half of <see cref="Reading.Status"/>.</summary>
[Flags]
public enum ReadingFlags
{
    /// <summary>Nothing to remark.</summary>
    None = 0,

    /// <summary>The meter sent no time; the time of receipt stands in.</summary>
    StampedOnReceipt = 1 << 16,

    /// <summary>No authentication key is known: the bytes were decrypted but their origin is not proven.</summary>
    NotAuthenticated = 1 << 17,

    /// <summary>The meter sent local time without a deviation; the head-end's zone was applied.</summary>
    ZoneAssumed = 1 << 18,
}

/// <summary>A half-open span of time, in UTC: <paramref name="From"/> is in it, <paramref name="To"/> is not.</summary>
public readonly record struct TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>True where <paramref name="instant"/> lies in the range.</summary>
    public bool Contains(DateTimeOffset instant) => instant >= From && instant < To;
}
