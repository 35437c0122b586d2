using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Readings;

public sealed class ProfileRowDecoderTests
{
    private static readonly CosemDateTime Start = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 23, 45, 0, TimeSpan.Zero));
    private static readonly ReadingColumn Energy = new(3, LogicalName.Parse("1-0:1.8.0.255"));
    private static readonly ReadingColumn Status = new(1, LogicalName.Parse("0-0:96.10.1.255"));

    [Fact]
    public void Nulls_repeat_and_a_null_clock_counts_on_over_midnight()
    {
        var rows = new ProfileRowDecoder(Layout());
        Assert.Equal([(0L, 100L), (0L, 101L), (8L, 101L)], Read(rows,
            CosemData.Structure(CosemData.OctetString(Start), CosemData.Unsigned(0), CosemData.DoubleLongUnsigned(100)),
            CosemData.Structure(CosemData.Null, CosemData.Null, CosemData.DoubleLongUnsigned(101)),
            CosemData.Structure(CosemData.Null, CosemData.Unsigned(8), CosemData.Null)));
        Assert.True(rows.ClockWasDerived);
        Assert.Equal("2026-03-03 00:15:00", rows.Clock!.Value.TryToLocal(out var local) ? local.ToString("yyyy-MM-dd HH:mm:ss") : "");
        Assert.Equal(2, rows.Clock.Value.Date.Weekday);
    }

    [Fact]
    public void Deltas_add_to_the_row_before()
    {
        var rows = new ProfileRowDecoder(Layout());
        // structure{date-time, unsigned, double-long-unsigned 100000}, then delta-unsigned 10 and delta-integer -5
        var buffer = Convert.FromHexString(
            "0103" + "0203090C07EA0302010C000000000000" + "1100" + "06000186A0" + "020300001F0A" + "020300001CFB");
        Assert.Equal([100_000L, 100_010L, 100_005L], Read(rows, buffer).Select(r => r.Energy));
    }

    [Fact]
    public void A_row_of_the_wrong_length_is_named_in_the_error()
    {
        var thrown = Assert.Throws<ProtocolException>(() => Read(new ProfileRowDecoder(Layout()),
            CosemData.Structure(CosemData.OctetString(Start), CosemData.Unsigned(0), CosemData.DoubleLongUnsigned(1)),
            CosemData.Structure(CosemData.OctetString(Start), CosemData.Unsigned(0))));
        Assert.Contains("row 2 has 2 elements, the profile 3 columns", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Longer_rows_are_taken_only_where_the_profile_says_so()
    {
        var longer = CosemData.Structure(CosemData.OctetString(Start), CosemData.Unsigned(0), CosemData.DoubleLongUnsigned(1),
            CosemData.Enum(9));
        Assert.Throws<ProtocolException>(() => Read(new ProfileRowDecoder(Layout()), longer));
        var tolerant = new ProfileRowDecoder(new ProfileLayout(Layout().Columns,
            TimeSpan.FromMinutes(15))
        { TolerateSurplusElements = true });
        Assert.Equal([(0L, 1L)], Read(tolerant, longer));
        Assert.Equal(1, tolerant.SurplusRows);
    }

    [Fact]
    public void A_first_row_without_time_or_with_a_difference_is_refused()
    {
        Assert.Throws<ProtocolException>(() => Read(new ProfileRowDecoder(Layout()),
            CosemData.Structure(CosemData.Null, CosemData.Unsigned(0), CosemData.DoubleLongUnsigned(1))));
        Assert.Throws<ProtocolException>(() => Read(new ProfileRowDecoder(Layout()),
            Convert.FromHexString("0101" + "0203090C07EA0302010C000000000000" + "1100" + "1F0A")));
    }

    private static ProfileLayout Layout() => new([ReadingColumn.Clock, Status, Energy], TimeSpan.FromMinutes(15));

    private static List<(long Status, long Energy)> Read(ProfileRowDecoder rows, params CosemData[] data) =>
        Read(rows, CosemData.Array(data).Encode());

    private static List<(long Status, long Energy)> Read(ProfileRowDecoder rows, byte[] buffer)
    {
        var found = new List<(long, long)>();
        var reader = new CosemReader(buffer);
        var count = reader.ReadArray();
        for (var row = 0; row < count; row++)
        {
            rows.ReadRow(ref reader, buffer);
            found.Add((Number(rows.Values[1]), Number(rows.Values[2])));
        }
        reader.ExpectEnd();
        return found;
    }

    private static long Number(ReadingValue value) => value.TryGetInteger(out var number) ? number : -1;
}
