using System.Text;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Tests.Registry;

public sealed class DevicesFileTests
{
    [Fact]
    public void Reads_snake_case_and_camel_case_and_ignores_what_it_does_not_know()
    {
        var file = Parse("""
            [
              {"serial": "1", "system_title": "4B464D1020006A5C", "device_type": "house", "guek": "000102030405060708090A0B0C0D0E0F",
               "address": "10.0.0.1:4059", "contact": ["answers", "dials-in"],
               "expected_from": "2026-03-01T00:00:00+01:00", "colour": "grey"},
              {"serial": 2, "systemTitle": "4B464D1020006A5D", "deviceType": "house", "logicalDeviceName": "KFM1",
               "contact": "pushes, answers"}
            ]
            """);
        Assert.Empty(file.Refused);
        Assert.Equal(["1", "2"], file.Rows.Select(r => r.Serial));
        Assert.Equal([1, 2], file.Rows.Select(r => r.Row));
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (byte)i), file.Rows[0].Guek);
        Assert.Equal(ContactModes.Answers | ContactModes.DialsIn, file.Rows[0].Contact);
        Assert.Equal(ContactModes.Answers | ContactModes.Pushes, file.Rows[1].Contact);
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 23, 0, 0, TimeSpan.Zero), file.Rows[0].ExpectedFrom!.Value.ToUniversalTime());
        Assert.Equal("KFM1", file.Rows[1].LogicalDeviceName);
    }

    [Theory]
    [InlineData("""{"serial": "1", "guek": "00010203F"}""", "guek", "an even number of hex digits")]
    [InlineData("""{"serial": "1", "gak": "zz"}""", "gak", "an even number of hex digits")]
    [InlineData("""{"serial": "1", "password": 17}""", "password", "a string of hex digits")]
    [InlineData("""{"serial": "1", "contact": ["shouts"]}""", "contact", "pushes, answers or dials-in")]
    [InlineData("""{"serial": "1", "expected_from": "yesterday"}""", "expected_from", "a date and time of ISO 8601")]
    [InlineData("""{"serial": "1", "address": {}}""", "address", "a string")]
    [InlineData("17", "row", "an object")]
    public void A_row_of_the_wrong_form_is_refused_by_number_and_field_and_the_others_stand(string row, string field, string expected)
    {
        var file = Parse($$"""[{"serial": "0"}, {{row}}]""");
        Assert.Equal("0", Assert.Single(file.Rows).Serial);
        var refused = Assert.Single(file.Refused);
        Assert.Equal((2, field, expected), (refused.Row, refused.Field, refused.Expected));
    }

    [Fact]
    public void A_key_is_never_repeated_in_a_refusal()
    {
        var refused = Assert.Single(Parse("""[{"serial": "1", "guek": "DEADBEEFDEADBEEFDEADBEEFDEADBEEX"}]""").Refused);
        Assert.DoesNotContain("DEAD", refused.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Row 1: guek: expected an even number of hex digits, got 32 characters that are not.", refused.Reason);
    }

    [Theory]
    [InlineData("""[{"serial": ]""", "not JSON: line 1")]
    [InlineData("17", "not an array of meters but Number")]
    public void A_file_that_is_none_is_refused_as_a_whole(string text, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<FormatException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutated_files_give_rows_refusals_or_a_format_exception_and_nothing_else()
    {
        var good = Encoding.UTF8.GetBytes(
            """[{"serial": "1", "guek": "000102030405060708090A0B0C0D0E0F", "contact": ["answers"], "expected_from": "2026-03-01"}]""");
        var random = new Random(20260303);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var thrown = Record.Exception(() => DevicesFile.Parse(new MemoryStream(bytes)));
            Assert.True(thrown is null or FormatException, $"{Convert.ToHexString(bytes)}: {thrown}");
        }
    }

    private static DevicesFile Parse(string text) => DevicesFile.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
