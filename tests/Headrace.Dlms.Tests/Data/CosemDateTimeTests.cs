using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Data;

public sealed class CosemDateTimeTests
{
    [Fact]
    public void Every_vector_parses_to_its_fields_and_back() => Vectors.Check("datetime", vector =>
    {
        var bytes = vector.Bytes();
        if (bytes.Length != CosemDateTime.Size)
        {
            Assert.Equal(bytes, CosemData.Decode(bytes).Encode());
            return;
        }

        var value = CosemDateTime.Parse(bytes);
        var expect = vector.Expect();
        Assert.Equal(bytes, value.ToArray());
        Assert.Equal(Number(expect["year"], CosemDate.AnyYear), value.Date.Year);
        Assert.Equal(Number(expect["month"], CosemDate.Any), value.Date.Month);
        Assert.Equal(Number(expect["day"], CosemDate.Any), value.Date.Day);
        Assert.Equal(Number(expect["weekday"], CosemDate.Any), value.Date.Weekday);
        Assert.Equal(Number(expect["hour"], CosemTime.Any), value.Time.Hour);
        Assert.Equal(Number(expect["minute"], CosemTime.Any), value.Time.Minute);
        Assert.Equal(Number(expect["second"], CosemTime.Any), value.Time.Second);
        Assert.Equal(Number(expect["hundredths"], CosemTime.Any), value.Time.Hundredths);
        Assert.Equal(Number(expect["deviation_min"], CosemDateTime.DeviationNotSpecified), value.Deviation);
        if (expect["clock_status"] is JsonObject status) Assert.Equal(status["raw"]!.GetValue<int>(), (int)value.Status);
    });

    [Theory]
    [InlineData("07EA0302010C000000FFC400", "2026-03-02T11:00:00Z")] // CET: add -60 minutes
    [InlineData("07EA0702040C000000FF8880", "2026-07-02T10:00:00Z")] // CEST: add -120 minutes
    [InlineData("07EA0302010C000000012C00", "2026-03-02T17:00:00Z")] // UTC-5: add 300 minutes
    [InlineData("07EA0302FF0C00FFFF000000", "2026-03-02T12:00:00Z")] // second and hundredths not given
    [InlineData("07EA0101FF0000000AFFC400", "2025-12-31T23:00:00.1Z")]
    public void A_deviation_is_added_to_local_time_to_get_UTC(string hex, string utc)
    {
        Assert.True(CosemDateTime.Parse(Convert.FromHexString(hex)).TryToUtc(out var found));
        Assert.Equal(DateTimeOffset.Parse(utc), found);
        Assert.Equal(TimeSpan.Zero, found.Offset);
    }

    [Theory]
    [InlineData("07EA0302010C000000800000", "no deviation")]
    [InlineData("FFFF0302010C000000000000", "every year")]
    [InlineData("07EAFE02010C000000000000", "daylight saving begins")]
    [InlineData("07EA03FE010C000000000000", "last day of the month")]
    [InlineData("07EA021E010C000000000000", "30 February")]
    [InlineData("07EA0302011800000000 0000", "hour 24")]
    [InlineData("07EA030201FF000000000000", "every hour")]
    [InlineData("07EA0302010C3C0000000000", "minute 60")]
    [InlineData("07EA0302010C0000007FFF00", "deviation of three weeks")]
    [InlineData("0001010101000000 00FFC400", "before the year 1")]
    [InlineData("270F0C1FFF173B0000012C00", "after the year 9999")]
    [InlineData("000003020 10C000000000000", "year 0")]
    public void What_is_no_instant_is_not_made_one(string hex, string why) =>
        Assert.False(CosemDateTime.Parse(Hex.Parse(hex.Replace(" ", ""))).TryToUtc(out _), why);

    [Fact]
    public void Without_a_deviation_the_wall_clock_is_still_known()
    {
        Assert.True(CosemDateTime.Parse(Convert.FromHexString("07EA0302010C1E0F32800000")).TryToLocal(out var local));
        Assert.Equal(new DateTime(2026, 3, 2, 12, 30, 15, 500), local);
    }

    [Fact]
    public void An_instant_goes_there_and_back_to_the_hundredth()
    {
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            var ticks = random.NextInt64(DateTime.UnixEpoch.Ticks, new DateTime(2100, 1, 1).Ticks);
            var offset = TimeSpan.FromMinutes(random.Next(-720, 720));
            var time = new DateTimeOffset(ticks - ticks % (TimeSpan.TicksPerMillisecond * 10), offset);
            var value = CosemDateTime.From(time, daylightSaving: (i & 1) != 0);
            Assert.True(CosemDateTime.Parse(value.ToArray()).TryToUtc(out var back));
            Assert.Equal(time, back);
            Assert.Equal((i & 1) != 0, value.IsDaylightSaving);
        }
    }

    [Fact]
    public void Sunday_is_seven_and_an_unspecified_status_is_no_daylight_saving()
    {
        Assert.Equal(7, CosemDate.From(new DateOnly(2026, 3, 1)).Weekday);
        Assert.Equal(1, CosemDate.From(new DateOnly(2026, 3, 2)).Weekday);
        Assert.False(CosemDateTime.NotSpecified.IsDaylightSaving);
    }

    [Fact]
    public void Wildcards_show_as_stars()
    {
        var value = CosemDateTime.Parse(Convert.FromHexString("FFFFFEFEFF02000000800000"));
        Assert.Equal("*-dst-begin-last 02:00:00.00 dev * status 00", value.ToString());
    }

    private static int Number(JsonNode? node, int wildcard) => node switch
    {
        null => wildcard,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => node.GetValue<string>() is "dst-begin" or "last" ? CosemDate.Last : CosemDate.SecondLast,
    };
}
