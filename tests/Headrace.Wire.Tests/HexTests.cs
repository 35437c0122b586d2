namespace Headrace.Wire.Tests;

public sealed class HexTests
{
    [Theory]
    [InlineData("C001c1", "C001C1")]
    [InlineData("c0 01\tc1\r\n", "C001C1")]
    [InlineData("c0:01:c1", "C001C1")]
    [InlineData("0xC0, 0x01, 0xC1", "C001C1")]
    [InlineData("c0-01-c1", "C001C1")]
    [InlineData("", "")]
    [InlineData(" \n ", "")]
    [InlineData("00 0x00", "0000")]
    public void Reads_what_people_paste(string text, string expected) => Assert.Equal(expected, Hex.Format(Hex.Parse(text)));

    [Theory]
    [InlineData("c0 0", "character 4")]
    [InlineData("c0 zz", "character 4")]
    [InlineData("c 0", "character 2")]
    public void Says_where_the_text_is_wrong(string text, string where) =>
        Assert.Contains(where, Assert.Throws<FormatException>(() => Hex.Parse(text)).Message, StringComparison.Ordinal);
}
