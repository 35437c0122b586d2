using Headrace.Core.Metering;
using Headrace.Dlms.Data;

namespace Headrace.Drivers.Dlms;

/// <summary>Judges the times that meters send.</summary>
internal static class MeterClock
{
    /// <summary>
    /// The instant of a meter's time. With a deviation it is the meter's own word; without one the zone of the utility is applied,
    /// with the clock status deciding in the hour that comes twice, and the value is flagged.
    /// </summary>
    /// <param name="time">As sent.</param>
    /// <param name="type">The meter's type, which may say that its deviations have the sign reversed.</param>
    /// <param name="calendar">The utility's zone.</param>
    /// <param name="flags"><see cref="ReadingFlags.ZoneAssumed"/> or none.</param>
    /// <returns>Null where the time has wildcards or cannot be.</returns>
    public static DateTimeOffset? Resolve(in CosemDateTime time, DlmsType type, LocalCalendar calendar, out ReadingFlags flags)
    {
        flags = ReadingFlags.None;
        if ((type.Tolerances.ReversesDeviation ? time.WithReversedDeviation() : time).TryToUtc(out var utc)) return utc;
        if (!time.TryToLocal(out var local) || local.Year is < 1970 or > 2200) return null;
        flags = ReadingFlags.ZoneAssumed;
        return calendar.ToUtc(local, time.Status == ClockStatus.NotSpecified || time.IsDaylightSaving);
    }
}
