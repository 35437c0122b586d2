using Headrace.Core.Metering;

namespace Headrace.Core.Tests;

public sealed class MeteringTests
{
    [Theory]
    [InlineData(2301, -1, "230.1")]
    [InlineData(12, 3, "12000")]
    [InlineData(-5, 0, "-5")]
    [InlineData(long.MaxValue, -3, "9223372036854775.807")]
    public void A_channel_scales_raw_counts_exactly(long raw, int scaler, string expected)
    {
        var channel = new Channel(1, new ChannelKey("", "1-0:32.7.0.255", 2, scaler, "V"));
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), channel.Scale(raw));
    }

    [Fact]
    public void A_ledger_page_counts_only_missing_intervals_that_are_due_and_expected()
    {
        var page = new LedgerDay
        {
            Key = new LedgerKey(1, 1, new DateOnly(2026, 11, 20)),
            Slots = 96,
            FirstSlot = 4,
            Present = new byte[] { 0b0011_0000 },
        };
        Assert.True(page.Has(4));
        Assert.False(page.Has(6));
        Assert.False(page.Has(95));
        Assert.Equal(0, page.Missing(6));
        Assert.Equal(2, page.Missing(8));
        Assert.Equal(90, page.Missing(200));
    }

    [Fact]
    public void A_meter_can_be_read_when_it_answers_or_dials_in()
    {
        var meter = new Meter { Serial = "1", DeviceType = "idis-e450" };
        Assert.False(meter.CanBeRead);
        Assert.True((meter with { Contact = ContactModes.Pushes | ContactModes.Answers }).CanBeRead);
        Assert.True((meter with { Contact = ContactModes.DialsIn }).CanBeRead);
    }

    [Fact]
    public void Nothing_expected_is_complete() => Assert.Equal(1, new Completeness(0, 0).Share);
}
