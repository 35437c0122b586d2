using Headrace.Dlms.Data;
using Headrace.Simulation.Models;

namespace Headrace.Simulation.Tests.Models;

public sealed class LoadProfileTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 3, 9, 20, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_has_96_rows_and_92_or_100_where_the_clock_changes()
    {
        foreach (var (day, rows) in new (DateOnly, int)[] { (new(2026, 3, 29), 92), (new(2026, 7, 1), 96), (new(2026, 10, 25), 100) })
        {
            var range = Bench.Calendar.RangeOf(day);
            var meter = Bench.Meter(range.To.AddDays(3));
            var read = meter.LoadProfile1.ReadBetween(range.From.AddSeconds(1), range.To).ToArray();
            Assert.Equal(rows, read.Length);
            Assert.Equal(rows, read.Select(r => r[0]).Distinct().Count());
            var times = read.Select(r => r[0].AsDateTime().TryToUtc(out var at) ? at : default).ToArray();
            Assert.Equal(Enumerable.Range(1, rows).Select(i => range.From.AddMinutes(15 * i)), times);
            Assert.All(read,
                r => Assert.Equal(r[0].AsDateTime().IsDaylightSaving, (r[1].AsInteger() & (long)ProfileStatus.DaylightSaving) != 0));
        }
    }

    [Fact]
    public void The_buffer_holds_forty_days_and_reads_the_same_by_number_and_by_time()
    {
        var profile = Bench.Meter(Now).LoadProfile1;
        Assert.Equal(3_840, profile.Count);
        var newest = profile.Read(3_839, 1).Single();
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 9, 15, 0, TimeSpan.Zero), newest[0].AsDateTime().TryToUtc(out var at) ? at : default);
        Assert.Equal(profile.ReadBetween(DateTimeOffset.MinValue, DateTimeOffset.MaxValue), profile.Read(0, 3_840));
        Assert.Empty(profile.ReadBetween(Now, Now.AddDays(1)));
    }

    [Fact]
    public void What_was_live_is_the_history_later()
    {
        var time = new StandingTime(Now);
        var meter = Bench.Meter(time);
        var live = new List<IReadOnlyList<CosemData>>();
        for (var i = 0; i < 100; i++)
        {
            live.Add(meter.LoadProfile1.Row(meter.LoadProfile1.LastEnd));
            time.Now += QuarterHourProfile.Period;
        }

        var later = Bench.Meter(new StandingTime(time.Now.AddDays(5))).LoadProfile1.ReadBetween(
            Now.AddMinutes(-10), time.Now.AddMinutes(-15));
        Assert.Equal(live, later);
    }

    [Fact]
    public void Daily_rows_are_stamped_at_local_midnight_and_their_rates_sum()
    {
        var meter = Bench.Meter(Now);
        Assert.Equal(90, meter.LoadProfile2.Count);
        var rows = meter.LoadProfile2.Read(0, 90).ToArray();
        Assert.All(rows, row =>
        {
            Assert.True(row[0].AsDateTime().TryToLocal(out var local));
            Assert.Equal(TimeSpan.Zero, local.TimeOfDay);
            Assert.Equal(row[2].AsInteger(), row[3].AsInteger() + row[4].AsInteger());
            Assert.Equal(row[5].AsInteger(), row[6].AsInteger() + row[7].AsInteger());
        });
        Assert.True(rows.Zip(rows.Skip(1)).All(pair => pair.First[2].AsInteger() < pair.Second[2].AsInteger()));
        var quarter = meter.LoadProfile1.ReadBetween(meter.LoadProfile2.LastEnd, meter.LoadProfile2.LastEnd).Single();
        Assert.Equal(quarter[2], rows[^1][2]);
    }

    [Fact]
    public void The_event_log_holds_a_past_and_what_happens_now_in_order()
    {
        var meter = Bench.Meter(Now);
        Assert.NotEmpty(meter.Log.Entries());
        meter.Log.Add(EventLog.Replay);
        var entries = meter.Log.Entries();
        Assert.Equal(new LoggedEvent(Now, EventLog.Replay), entries[^1]);
        Assert.Equal(entries.OrderBy(e => e.At), entries);
        Assert.Contains(entries,
            e => e.Code == EventLog.DaylightSavingChanged && e.At == new DateTimeOffset(2026, 10, 25, 1, 0, 0, TimeSpan.Zero));
        for (var i = 0; i < 300; i++) meter.Log.Add(EventLog.Replay);
        Assert.Equal(EventLog.Capacity, meter.Log.Count);
    }
}
