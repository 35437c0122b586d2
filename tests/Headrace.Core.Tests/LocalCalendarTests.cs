using Headrace.Core.Metering;

namespace Headrace.Core.Tests;

public sealed class LocalCalendarTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private static readonly LocalCalendar Berlin = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    [Theory]
    [InlineData(2026, 3, 28, 96)]
    [InlineData(2026, 3, 29, 92)] // the clock goes forward
    [InlineData(2026, 10, 25, 100)] // and back
    public void A_day_has_as_many_quarters_as_the_clock_gives_it(int year, int month, int day, int expected) =>
        Assert.Equal(expected, Berlin.SlotsOf(new DateOnly(year, month, day), Quarter));

    [Fact]
    public void The_value_of_midnight_closes_the_day_before()
    {
        var midnight = Berlin.StartOf(new DateOnly(2026, 11, 20));
        Assert.Equal(new IntervalMark(1, new DateOnly(2026, 11, 19), 95, 96), Berlin.MarkOf(1, midnight, Quarter));
        Assert.Equal(new IntervalMark(2, new DateOnly(2026, 11, 19), 0, 1), Berlin.MarkOf(2, midnight, Daily));
    }

    [Theory]
    [InlineData("2026-03-29")]
    [InlineData("2026-10-25")]
    [InlineData("2026-11-20")]
    public void Every_interval_end_of_a_day_finds_its_own_slot_again(string text)
    {
        var day = DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var slots = Berlin.SlotsOf(day, Quarter);
        for (short slot = 0; slot < slots; slot++)
        {
            Assert.Equal(new IntervalMark(1, day, slot, slots), Berlin.MarkOf(1, Berlin.EndOf(day, slot, Quarter), Quarter));
        }

        Assert.Equal(Berlin.StartOf(day.AddDays(1)), Berlin.EndOf(day, slots - 1, Quarter));
    }

    [Fact]
    public void A_stamp_between_two_interval_ends_has_no_place()
    {
        Assert.Null(Berlin.MarkOf(1, Berlin.StartOf(new DateOnly(2026, 11, 20)).AddMinutes(7), Quarter));
        Assert.Null(Berlin.MarkOf(2, Berlin.StartOf(new DateOnly(2026, 11, 20)).AddMinutes(15), Daily));
    }

    [Fact]
    public void Intervals_fall_due_when_they_end()
    {
        var day = new DateOnly(2026, 11, 20);
        var start = Berlin.StartOf(day);
        Assert.Equal(0, Berlin.DueSlots(day, Quarter, start));
        Assert.Equal(0, Berlin.DueSlots(day, Quarter, start.AddMinutes(14)));
        Assert.Equal(1, Berlin.DueSlots(day, Quarter, start.AddMinutes(15)));
        Assert.Equal(96, Berlin.DueSlots(day, Quarter, start.AddDays(3)));
        Assert.Equal(0, Berlin.DueSlots(day, Daily, start.AddHours(23)));
        Assert.Equal(1, Berlin.DueSlots(day, Daily, start.AddHours(24)));
    }

    [Fact]
    public void The_hour_that_comes_twice_is_told_apart_by_the_daylight_saving_flag()
    {
        var wall = new DateTime(2026, 10, 25, 2, 30, 0, DateTimeKind.Unspecified);
        var summer = Berlin.ToUtc(wall, daylightSaving: true);
        var winter = Berlin.ToUtc(wall, daylightSaving: false);
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), summer);
        Assert.Equal(summer.AddHours(1), winter);
    }

    [Fact]
    public void A_time_the_clock_skips_is_moved_on()
    {
        var skipped = Berlin.ToUtc(new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Unspecified));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero), skipped);
    }
}
