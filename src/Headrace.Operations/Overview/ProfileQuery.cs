using Headrace.Core.Catalogue;
using Headrace.Core.Metering;

namespace Headrace.Operations.Overview;

/// <summary>Lays stored profile values out along the expected intervals.</summary>
internal sealed class ProfileQuery(HeadEndStores stores, LocalCalendar calendar, TimeProvider time)
{
    private const int LongestDays = 400;
    private const ushort ClockClass = 8;
    private static readonly string[] TotalUnits = ["Wh", "varh", "VAh", "kWh", "kvarh", "kVAh", "m3", "m³", "J", "MJ", "GJ"];

    public async ValueTask<ProfileTable> TableAsync(
        Meter meter, LoadProfile profile, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (to > from.AddDays(LongestDays)) from = to.AddDays(-LongestDays);
        var columns = profile.Columns.Where((c, i) => i != profile.StatusColumn && c.ClassId != ClockClass).ToArray();
        var found = new List<(Channel Channel, string Name, Dictionary<DateTimeOffset, long> Values)>();
        foreach (var column in columns) await ColumnAsync(meter, profile, column, from, to, found, cancellationToken);
        var start = calendar.StartOf(from);
        var first = found.SelectMany(f => f.Values.Keys).Where(t => t > start).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var times = Times(meter, profile, from, to, first);
        var series = found.Select(f => Series(f.Channel, f.Name, f.Values, times, profile.CapturePeriod));
        return new ProfileTable(profile, [.. series], times);
    }

    // One more interval at the front: the first difference needs the value before it.
    private async ValueTask ColumnAsync(
        Meter meter, LoadProfile profile, Quantity column, DateOnly from, DateOnly to,
        List<(Channel, string, Dictionary<DateTimeOffset, long>)> found, CancellationToken cancellationToken)
    {
        var any = false;
        var range = new TimeRange(calendar.StartOf(from) - profile.CapturePeriod, calendar.StartOf(to.AddDays(1)).AddTicks(1));
        foreach (var channel in stores.Channels.All())
        {
            if (channel.Key.Profile != profile.Obis || channel.Key.Obis != column.Obis
                || channel.Key.Attribute != column.Attribute) continue;
            var values = new Dictionary<DateTimeOffset, long>();
            await foreach (var reading in stores.Readings.ReadAsync(new SeriesKey(meter.Id, channel.Number), range, cancellationToken))
                values[reading.At] = reading.Value;
            if (values.Count == 0) continue;
            found.Add((channel, column.Name, values));
            any = true;
        }

        if (any) return;
        var unseen = new Channel(0, new ChannelKey(profile.Obis, column.Obis, column.Attribute, column.Scaler, column.Unit));
        found.Add((unseen, column.Name, []));
    }

    private List<DateTimeOffset> Times(Meter meter, LoadProfile profile, DateOnly from, DateOnly to, DateTimeOffset firstStored)
    {
        var times = new List<DateTimeOffset>();
        var now = time.GetUtcNow();
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            var slots = calendar.DueSlots(day, profile.CapturePeriod, now);
            for (var slot = 0; slot < slots; slot++)
            {
                var begin = slot == 0 ? calendar.StartOf(day) : calendar.EndOf(day, slot - 1, profile.CapturePeriod);
                var end = calendar.EndOf(day, slot, profile.CapturePeriod);
                if (begin >= meter.ExpectedFrom || end >= firstStored) times.Add(end);
            }
        }

        return times;
    }

    private ProfileSeries Series(
        Channel channel, string name, Dictionary<DateTimeOffset, long> values, List<DateTimeOffset> times, TimeSpan period)
    {
        var column = new decimal?[times.Count];
        var differences = new decimal?[times.Count];
        var total = IsTotal(channel.Key);
        for (var i = 0; i < times.Count; i++)
        {
            if (!values.TryGetValue(times[i], out var raw)) continue;
            column[i] = channel.Scale(raw);
            if (!total || !values.TryGetValue(Before(times[i], period), out var before)) continue;
            differences[i] = channel.Scale(raw) - channel.Scale(before);
        }

        return new ProfileSeries(channel, name, column, differences);
    }

    private DateTimeOffset Before(DateTimeOffset end, TimeSpan period) =>
        period < TimeSpan.FromDays(1) ? end - period : calendar.StartOf(calendar.DayOf(end).AddDays(-1));

    // Value group D of 29 marks a quantity that is a load profile's own interval value already (OBIS, IEC 62056-6-1).
    private static bool IsTotal(in ChannelKey key)
    {
        if (!TotalUnits.Contains(key.Unit)) return false;
        var colon = key.Obis.IndexOf(':', StringComparison.Ordinal);
        var groups = key.Obis[(colon + 1)..].Split('.');
        return groups.Length < 2 || groups[1] is not ("29" or "9" or "19");
    }
}
