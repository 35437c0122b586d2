using Headrace.Core.Metering;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Ledger;

/// <summary>
/// Leaves interval marks out that belong to days on which nothing is expected of the meter: before it came into service, or in a future
/// that its clock has made up. The values are kept; but one value of such a day must not open a page on which all others are missing.
/// </summary>
internal sealed class ExpectedMarks(MeterRegistry registry, LocalCalendar calendar, TimeProvider time)
{
    /// <summary>The delivery with expected marks only; the same object where all are.</summary>
    public Delivery Only(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery.Intervals.Count == 0 || registry.Find(delivery.MeterId) is not { } meter) return delivery;
        var first = calendar.DayOf(meter.ExpectedFrom);
        var last = calendar.DayOf(time.GetUtcNow()).AddDays(1);
        foreach (var mark in delivery.Intervals)
        {
            if (mark.Day >= first && mark.Day <= last) continue;
            return delivery with { Intervals = [.. delivery.Intervals.Where(m => m.Day >= first && m.Day <= last)] };
        }

        return delivery;
    }
}
