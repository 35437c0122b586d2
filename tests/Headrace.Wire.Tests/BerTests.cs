using System.Buffers;

namespace Headrace.Wire.Tests;

public sealed class BerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void A_field_of_any_length_comes_back(int length)
    {
        var contents = new byte[length];
        new Random(length).NextBytes(contents);
        var output = new ArrayBufferWriter<byte>();
        new BerWriter(output).Write(0xA1, contents);
        var reader = new BerReader(output.WrittenMemory);
        Assert.Equal(contents, reader.Read(0xA1).ToArray());
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void The_long_form_is_taken_for_short_contents_too()
    {
        var reader = new BerReader(Hex.Parse("61 82 00 02 AA BB"));
        Assert.Equal("AABB", Hex.Format(reader.Read(0x61).Span));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("61", "no length")]
    [InlineData("61 80", "indefinite length")]
    [InlineData("61 02 00", "contents cut short")]
    [InlineData("61 85 00 00 00 00 01 00", "length of five bytes")]
    [InlineData("61 84 FF FF FF FF", "length of four thousand million")]
    [InlineData("5F 1F 00", "tag of several bytes")]
    public void Refuses_hostile_input(string hex, string why)
    {
        var thrown = Record.Exception(() => { var reader = new BerReader(Hex.Parse(hex)); reader.Read(out _); });
        Assert.True(thrown is ProtocolException, why);
    }
}
