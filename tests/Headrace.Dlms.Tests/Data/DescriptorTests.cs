using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Data;

public sealed class DescriptorTests
{
    private static readonly LogicalName Clock = LogicalName.Parse("0-0:1.0.0.255");

    [Fact]
    public void A_range_by_clock_is_what_meters_expect_and_comes_back()
    {
        var from = CosemDateTime.From(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)).WithoutDeviation();
        var to = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)).WithoutDeviation();
        var access = RangeDescriptor.ByClock(from, to).ToSelectiveAccess();
        Assert.Equal(1, access.Selector);
        Assert.Equal(
            Hex.Parse("0204 0204 120008 0906 0000010000FF 0F02 120000 090C 07EA03010700000000800000 090C 07EA03020100000000800000 0100"),
            access.Parameter.Encode());
        var back = RangeDescriptor.FromData(access.Parameter);
        Assert.Equal(new CaptureObjectDefinition(8, Clock, 2, 0), back.RestrictingObject);
        Assert.Equal(from, back.From.AsDateTime());
        Assert.Empty(back.SelectedValues);
    }

    [Fact]
    public void Selected_columns_are_listed()
    {
        var column = new CaptureObjectDefinition(3, LogicalName.Parse("1-0:1.8.0.255"), 2, 0);
        var range = RangeDescriptor.ByClock(CosemDateTime.NotSpecified, CosemDateTime.NotSpecified) with { SelectedValues = [column] };
        Assert.Equal([column], RangeDescriptor.FromData(range.ToSelectiveAccess().Parameter).SelectedValues);
    }

    [Fact]
    public void An_entry_range_comes_back()
    {
        var entries = new EntryDescriptor(1, 120);
        var access = entries.ToSelectiveAccess();
        Assert.Equal("0204060000000106000000781200011 20000".Replace(" ", ""), Convert.ToHexString(access.Parameter.Encode()));
        Assert.Equal(2, access.Selector);
        Assert.Equal(entries, EntryDescriptor.FromData(access.Parameter));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused() => Assert.Throws<ProtocolException>(() => EntryDescriptor.FromData(CosemData.Structure(
        CosemData.Long(-1), CosemData.Unsigned(1), CosemData.Unsigned(1), CosemData.Unsigned(0))));

    [Theory]
    [InlineData("02020FFE161E", -2, Unit.WattHour, "Wh")]
    [InlineData("020216FE161E", -2, Unit.WattHour, "Wh")] // the signed scaler under an enum tag
    [InlineData("02020F030F21", 3, Unit.Ampere, "A")]
    [InlineData("020210FFFF161B", -1, Unit.Watt, "W")] // the scaler as a long
    public void Scaler_and_unit_are_read_whatever_integer_types_a_meter_uses(string hex, int scaler, Unit unit, string symbol)
    {
        var found = ScalerUnit.FromData(CosemData.Decode(Convert.FromHexString(hex)));
        Assert.Equal(new ScalerUnit((sbyte)scaler, unit), found);
        Assert.Equal(symbol, found.Unit.Symbol());
    }

    [Fact]
    public void A_scaled_value_is_exact()
    {
        Assert.Equal(123.456m, new ScalerUnit(-3, Unit.WattHour).Apply(123_456));
        Assert.Equal(123_000m, new ScalerUnit(3, Unit.WattHour).Apply(123));
        Assert.Equal(0m, new ScalerUnit(-128, Unit.WattHour).Apply(0));
    }

    [Fact]
    public void Every_unit_has_a_symbol_and_an_unknown_one_says_its_number()
    {
        foreach (var unit in Enum.GetValues<Unit>()) Assert.DoesNotContain("unit ", unit.Symbol(), StringComparison.Ordinal);
        Assert.Equal("unit 99", ((Unit)99).Symbol());
    }

    [Fact]
    public void Every_known_tag_has_a_name() =>
        Assert.All(Enum.GetValues<CosemTag>(), tag => Assert.DoesNotContain("tag-", tag.Name(), StringComparison.Ordinal));
}
