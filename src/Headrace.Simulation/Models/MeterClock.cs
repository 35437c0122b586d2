using Headrace.Core.Metering;
using Headrace.Dlms.Data;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Models;

/// <summary>The clock of a virtual meter: local time with deviation and daylight saving bit. It does not drift.</summary>
/// <param name="time">Where the time comes from.</param>
/// <param name="calendar">Local days of the meter's zone.</param>
public sealed class MeterClock(TimeProvider time, LocalCalendar calendar)
{
    private readonly Lazy<Daylight> _daylight = new(() => Daylight.Of(calendar.Zone, time.GetUtcNow().Year));

    /// <summary>Local days of the meter's zone.</summary>
    public LocalCalendar Calendar => calendar;

    /// <summary>The days, worked out once for all meters of this clock.</summary>
    internal LocalDays Days { get; } = new(calendar);

    /// <summary>The instant.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>The time now, to the hundredth of a second.</summary>
    public CosemDateTime Now => At(UtcNow);

    /// <summary>When summer time begins and ends, found once.</summary>
    internal Daylight Rule => _daylight.Value;

    /// <summary>True where summer time is in force.</summary>
    public bool IsDaylightSaving(DateTimeOffset instant) => calendar.Zone.IsDaylightSavingTime(instant);

    /// <summary>How this clock shows an instant.</summary>
    public CosemDateTime At(DateTimeOffset instant) => CosemDateTime.From(calendar.ToLocal(instant), IsDaylightSaving(instant));

    /// <summary>
    /// The instant that a date-time means: by its deviation, or where it has none as local time, whose daylight saving bit decides in the
    /// hour that comes twice.
    /// </summary>
    public DateTimeOffset ToUtc(CosemDateTime value)
    {
        if (value.TryToUtc(out var utc)) return utc;
        if (!value.TryToLocal(out var local)) return DateTimeOffset.MinValue;
        return local.Year is > 1 and < 9999
            ? calendar.ToUtc(local, value.Status == ClockStatus.NotSpecified || value.IsDaylightSaving)
            : DateTimeOffset.MinValue;
    }
}
