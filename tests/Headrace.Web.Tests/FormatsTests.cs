using Headrace.Core.Metering;
using Headrace.Tests.Shared;
using Headrace.Web.Formats;

namespace Headrace.Web.Tests;

public sealed class FormatsTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_234_567, "1\u202f234\u202f567")]
    [InlineData(-1_234, "\u22121\u202f234")]
    public void Counts_are_grouped_by_narrow_spaces(long value, string expected) => Assert.Equal(expected, Numbers.Count(value));

    [Theory]
    [InlineData(1000, 1000, "100\u00a0%")]
    [InlineData(100_000, 99_999, "99.99\u00a0%")]
    [InlineData(100_000_000, 99_999_999, "99.99\u00a0%")]
    [InlineData(3, 1, "33.33\u00a0%")]
    [InlineData(5, 0, "0.00\u00a0%")]
    [InlineData(0, 0, "none due")]
    public void Only_what_is_whole_reads_a_hundred_per_cent(long expected, long received, string text) =>
        Assert.Equal(text, Numbers.Percent(new Completeness(expected, received)));

    [Fact]
    public void Quantities_carry_their_unit()
    {
        Assert.Equal("230.9\u00a0V", Numbers.Quantity(230.9m, "V"));
        Assert.Equal("87\u00a0Wh", Numbers.Quantity(87m, "Wh"));
        Assert.Equal("18\u202f431.077\u00a0kWh", Numbers.Quantity(18_431_077m, "Wh", counter: true));
        Assert.Equal("0.012\u00a0kvarh", Numbers.Quantity(12m, "varh", counter: true));
        Assert.Equal("42", Numbers.Quantity(42m, ""));
    }

    [Fact]
    public void The_hour_that_comes_twice_carries_its_offset()
    {
        var times = new Times(new LocalCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")),
            new SteadyClock(DateTimeOffset.UnixEpoch));
        Assert.Equal("2026-10-25 01:30", times.Minute(new DateTimeOffset(2026, 10, 24, 23, 30, 0, TimeSpan.Zero)));
        Assert.Equal("2026-10-25 02:30 +02:00", times.Minute(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero)));
        Assert.Equal("2026-10-25 02:30 +01:00", times.Minute(new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero)));
        Assert.Equal("2026-10-25T00:30:00Z", Times.Machine(new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.FromHours(2))));
    }
}
