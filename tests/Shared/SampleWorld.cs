using System.Collections.Concurrent;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Tests.Shared;

/// <summary>Believable consumption of sample meters, the same for the same meter and interval.</summary>
internal sealed class SampleWorld(LocalCalendar calendar, IChannelStore channels)
{
    private const int Quarters = 96 * 60;
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset Origin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentDictionary<(long Meter, bool Export), long[]> _totals = new();

    /// <summary>The rows of a profile whose intervals end within a span, but for those that <paramref name="lost"/> names.</summary>
    public Delivery Deliver(Meter meter, LoadProfile profile, TimeRange range, DateTimeOffset receivedAt, Func<DateTimeOffset,
        bool>? lost = null)
    {
        var readings = new List<Reading>();
        var marks = new List<IntervalMark>();
        var first = calendar.DayOf(range.From).AddDays(-1);
        for (var day = first; calendar.StartOf(day) <= range.To; day = day.AddDays(1))
        {
            var slots = calendar.SlotsOf(day, profile.CapturePeriod);
            for (short slot = 0; slot < slots; slot++)
            {
                var end = calendar.EndOf(day, slot, profile.CapturePeriod);
                if (end < range.From || end > range.To || lost?.Invoke(end) == true) continue;
                marks.Add(new IntervalMark(profile.Number, day, slot, slots));
                readings.AddRange(Row(meter, profile, end));
            }
        }

        return new Delivery
        {
            MeterId = meter.Id,
            Source = DeliverySource.Push,
            ReceivedAt = receivedAt,
            Readings = readings,
            Intervals = marks,
        };
    }

    /// <summary>The values of one row.</summary>
    public IEnumerable<Reading> Row(Meter meter, LoadProfile profile, DateTimeOffset end)
    {
        foreach (var column in profile.Columns.Where((c, i) => c.ClassId == 3 && i != profile.StatusColumn))
        {
            var channel = channels.Resolve(new ChannelKey(profile.Obis, column.Obis, column.Attribute, column.Scaler, column.Unit));
            yield return new Reading(new SeriesKey(meter.Id, channel), end, Total(meter, column.Obis, end), 0);
        }
    }

    /// <summary>The running total of a register at an instant, in Wh.</summary>
    public long Total(Meter meter, string obis, DateTimeOffset at)
    {
        var export = obis.StartsWith("1-0:2.", StringComparison.Ordinal);
        var totals = _totals.GetOrAdd((meter.Id, export), key => Totals(meter, key.Export));
        return totals[(int)Math.Clamp((at - Origin) / Quarter, 0, totals.Length - 1)];
    }

    private long[] Totals(Meter meter, bool export)
    {
        var totals = new long[Quarters];
        totals[0] = (export ? 1_204_311 : 18_431_077) + (meter.Id * 1_013);
        for (var i = 1; i < totals.Length; i++) totals[i] = totals[i - 1] + InQuarter(meter, Origin + (Quarter * (i - 1)), export);
        return totals;
    }

    private long InQuarter(Meter meter, DateTimeOffset start, bool export)
    {
        var hour = calendar.ToLocal(start).TimeOfDay.TotalHours;
        if (export) return (long)Math.Max(0, 260 * Math.Sin((hour - 7) / 12 * Math.PI) * (0.6 + (0.4 * Noise(meter.Id, start))));
        var shape = 28 + (90 * Bell(hour, 7.3, 1.1)) + (60 * Bell(hour, 12.6, 1.4)) + (180 * Bell(hour, 19.4, 1.9));
        return (long)(shape * (0.65 + (0.7 * Noise(meter.Id, start))));
    }

    private static double Bell(double hour, double centre, double width) => Math.Exp(-Math.Pow((hour - centre) / width, 2) / 2);

    private static double Noise(long meter, DateTimeOffset at)
    {
        var x = unchecked(((ulong)at.ToUnixTimeSeconds() / 900 * 0x9E3779B97F4A7C15UL) ^ ((ulong)meter * 0xBF58476D1CE4E5B9UL));
        x = unchecked((x ^ (x >> 31)) * 0x94D049BB133111EBUL);
        return (x >> 40) / (double)(1 << 24);
    }
}
