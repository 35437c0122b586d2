using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Translation;

namespace Headrace.Dlms.Tests.Translation;

/// <summary>Values as people write them.</summary>
public sealed class DataTextTests
{
    [Theory]
    [InlineData("double-long-unsigned 900", "0600000384")]
    [InlineData("integer -1", "0FFF")]
    [InlineData("enum 3", "1603")]
    [InlineData("long-unsigned 0xFFFE", "12FFFE")]
    [InlineData("long64-unsigned 18446744073709551615", "15FFFFFFFFFFFFFFFF")]
    [InlineData("boolean true", "03FF")]
    [InlineData("null-data", "00")]
    [InlineData("bit-string 10110", "0405B0")]
    [InlineData("octet-string 00FF", "090200FF")]
    [InlineData("octet-string 1-0:1.8.0.255", "09060100010800FF")]
    [InlineData("octet-string 2026-03-01T00:15:00", "090C07EA030107000F00008000FF")]
    [InlineData("date-time 2026-03-01T00:15:00+01:00", "1907EA030107000F0000FFC400")]
    [InlineData("visible-string hello there", "0A0B68656C6C6F207468657265")]
    [InlineData("float32 1.5", "173FC00000")]
    [InlineData("""{"t":"structure","v":[{"t":"unsigned","v":1},{"t":"array","v":[{"t":"null-data"}]}]}""", "020211010101" + "00")]
    public void Type_and_text_make_a_value(string text, string hex) =>
        Assert.Equal(hex, Convert.ToHexString(DataText.Parse(text).Encode()));

    [Theory]
    [InlineData("unsigned 256", "out of the range of unsigned")]
    [InlineData("unsigned -1", "out of the range")]
    [InlineData("unsigned x", "no value of unsigned")]
    [InlineData("uint 1", "no type")]
    [InlineData("structure 1", "value tree")]
    [InlineData("octet-string 0", "no value of octet-string")]
    [InlineData("""{"t":"array"}""", "list")]
    [InlineData("""{"v":1}""", "\"t\"")]
    [InlineData("{", "not JSON")]
    public void What_is_wrong_is_named(string text, string word) =>
        Assert.Contains(word, Assert.Throws<FormatException>(() => DataText.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_takes_the_type_of_another_down_to_its_elements()
    {
        var pattern = CosemData.Structure(CosemData.Enum(1), CosemData.Array(CosemData.LongUnsigned(7)), CosemData.OctetString([1]));
        var expected = CosemData.Structure(
            CosemData.Enum(2), CosemData.Array(CosemData.LongUnsigned(8), CosemData.LongUnsigned(9)), CosemData.OctetString([2, 3]));
        Assert.Equal(expected, DataText.Like(pattern, """[2, [8, 9], "0203"]"""));
        Assert.Equal(CosemData.DoubleLong(-5), DataText.Like(CosemData.DoubleLong(1), "-5"));
        Assert.Throws<FormatException>(() => DataText.Like(pattern, "[1]"));
    }

    [Fact]
    public void A_value_tree_gives_the_value_it_was_written_from()
    {
        foreach (var vector in SharedVectors.Read(SharedVectors.OwnDirectory).Where(v => v["kind"]!.GetValue<string>() == "axdr"))
        {
            var value = CosemData.Decode(Convert.FromHexString(vector["hex"]!.GetValue<string>()));
            if (value.ElementType is not null) continue; // a compact-array is written as its elements only
            Assert.Equal(value, DataText.FromTree(JsonNode.Parse(DataJson.Tree(value).ToJsonString())));
        }
    }
}
