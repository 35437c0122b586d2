using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Readings;

/// <summary>Every layout of push body seen in the field, with made-up values.</summary>
public sealed class PushBodyReaderTests
{
    private static readonly CosemDateTime Noon = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(1)));
    private static readonly LogicalName Import = LogicalName.Parse("1-0:1.8.0.255");
    private static readonly LogicalName Export = LogicalName.Parse("1-0:2.8.0.255");

    private static readonly CosemData ImportName = CosemData.OctetString(Import);
    private static readonly CosemData ExportName = CosemData.OctetString(Export);
    private static readonly CosemData WattHours = CosemData.Structure(CosemData.Integer(1), CosemData.Enum(30));

    [Fact]
    public void A_body_that_starts_with_its_object_list_names_its_values()
    {
        var list = CosemData.Array(
            new CaptureObjectDefinition(40, LogicalName.Parse("0-0:25.9.0.255"), 2, 0).ToData(),
            new CaptureObjectDefinition(3, Import, 2, 0).ToData(),
            new CaptureObjectDefinition(70, LogicalName.Parse("0-0:96.3.10.255"), 3, 0).ToData());
        var readings = Read(CosemData.Structure(list, CosemData.DoubleLongUnsigned(7), CosemData.Enum(1)), PushLayout.SelfDescribing);
        Assert.Equal([(3, Import, 2), (70, LogicalName.Parse("0-0:96.3.10.255"), 3)], readings.Select(r =>
            ((int)r.ClassId, r.LogicalName, (int)r.Attribute)));
        Assert.Equal([7L, 1L], readings.Select(Integer));
        Assert.All(readings, r => Assert.Equal(Noon, r.Time));
    }

    [Fact]
    public void An_array_of_named_structures_carries_scaler_and_unit()
    {
        var body = CosemData.Array(
            CosemData.Structure(ImportName, CosemData.DoubleLongUnsigned(7), WattHours),
            CosemData.Structure(ExportName, CosemData.LongUnsigned(8)));
        var readings = Read(body, PushLayout.Named);
        Assert.Equal([(7L, (sbyte?)1, (byte?)30), (8L, null, null)], readings.Select(r => (Integer(r), r.Scaler, r.Unit)));
    }

    [Fact]
    public void A_flat_list_with_a_list_id_and_a_trailing_meter_id_gives_its_named_values()
    {
        var body = CosemData.Structure(
            CosemData.VisibleString("LIST_7"), ImportName, CosemData.DoubleLongUnsigned(7), ExportName, CosemData.DoubleLongUnsigned(8),
            CosemData.OctetString("123456"u8.ToArray()));
        Assert.Equal([7L, 8L], Read(body, PushLayout.Named).Select(Integer));
    }

    [Fact]
    public void A_flat_list_of_triplets_dated_by_its_first_element_is_read()
    {
        var clock = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 11, 45, 0, TimeSpan.FromHours(1)));
        var body = CosemData.Structure(
            CosemData.OctetString(clock), ImportName, CosemData.DoubleLongUnsigned(7), WattHours, ExportName,
                CosemData.DoubleLongUnsigned(8), WattHours);
        var readings = Read(body, PushLayout.Named);
        Assert.Equal([70m, 80m], readings.Select(r => r.Value.TryGetDecimal(r.Scaler!.Value, out var scaled) ? scaled : -1));
        Assert.All(readings, r => Assert.Equal(clock, r.Time));
    }

    [Fact]
    public void Pairs_and_nested_structures_may_be_mixed()
    {
        var body = CosemData.Structure(
            CosemData.OctetString(LogicalName.Parse("0-0:1.0.0.255")), CosemData.OctetString(Noon),
            CosemData.Structure(ImportName, CosemData.LongUnsigned(7), WattHours));
        var reading = Assert.Single(Read(body, PushLayout.Named));
        Assert.Equal((Import, 7L, (byte?)30), (reading.LogicalName, Integer(reading), reading.Unit));
    }

    [Fact]
    public void A_positional_body_gives_nothing_without_a_template_and_everything_with_it()
    {
        var body = CosemData.Structure(CosemData.OctetString("MTR0000001"u8.ToArray()), CosemData.OctetString(Noon),
            CosemData.DoubleLongUnsigned(7));
        Assert.Empty(Read(body, PushLayout.Positional));

        var template = new PushTemplate(
        [
            new ReadingColumn(1, LogicalName.Parse("0-0:42.0.0.255")), ReadingColumn.Clock,
            new ReadingColumn(3, Import) { Scaler = 0, Unit = 30 },
        ]);
        var readings = Read(body, PushLayout.Template, template);
        Assert.Equal(2, readings.Length);
        Assert.Equal("MTR0000001", readings[0].Value.ToString());
        Assert.Equal((7L, (byte?)30), (Integer(readings[1]), readings[1].Unit));
    }

    [Fact]
    public void A_template_scales_a_body_that_names_its_objects()
    {
        var template = new PushTemplate([new ReadingColumn(3, Import) { Scaler = 2, Unit = 30 }]);
        var body = CosemData.Structure(CosemData.VisibleString("X"), ImportName, CosemData.DoubleLongUnsigned(7));
        var reading = Assert.Single(Read(body, PushLayout.Named, template));
        Assert.Equal((3, (sbyte?)2, (byte?)30), ((int)reading.ClassId, reading.Scaler, reading.Unit));
    }

    [Fact]
    public void Profile_rows_in_a_push_are_decompressed_and_dated_by_their_own_clock()
    {
        var profile = new ProfileLayout([ReadingColumn.Clock, new ReadingColumn(3, Import)], TimeSpan.FromMinutes(15));
        var template = new PushTemplate([new ReadingColumn(7, LogicalName.Parse("1-0:99.1.0.255")) { Profile = profile }]);
        var rows = CosemData.Array(
            CosemData.Structure(CosemData.OctetString(Noon), CosemData.DoubleLongUnsigned(100)),
            CosemData.Structure(CosemData.Null, CosemData.Null));
        var readings = Read(CosemData.Structure(rows), PushLayout.Template, template);
        Assert.Equal([(0, 100L), (1, 100L)], readings.Select(r => (r.Row, Integer(r))));
        Assert.True(readings[1].Time!.Value.TryToUtc(out var utc));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 11, 15, 0, TimeSpan.Zero), utc);
    }

    [Fact]
    public void More_readings_than_there_is_room_for_are_refused()
    {
        var body = Encode(CosemData.Structure(ImportName, CosemData.Null, ExportName, CosemData.Null));
        Assert.Throws<ProtocolException>(() => new PushBodyReader().Read(body, null, new PushReading[1]));
    }

    private static long Integer(PushReading reading) =>
        reading.Value.TryGetInteger(out var value) ? value : throw new InvalidOperationException("no integer");

    private static PushReading[] Read(CosemData body, PushLayout expected, PushTemplate? template = null)
    {
        var readings = new PushReading[16];
        var reader = new PushBodyReader(template);
        var count = reader.Read(Encode(body), Noon, readings);
        Assert.Equal(expected, reader.Layout);
        return readings[..count];
    }

    private static byte[] Encode(CosemData data) => data.Encode();
}
