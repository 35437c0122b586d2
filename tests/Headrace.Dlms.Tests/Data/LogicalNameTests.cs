using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Data;

public sealed class LogicalNameTests
{
    [Theory]
    [InlineData("1-0:1.8.0.255")]
    [InlineData("1-0:1.8.0*255")]
    [InlineData("1.0.1.8.0.255")]
    [InlineData(" 1-0:1.8.0.255 ")]
    public void Reads_the_usual_forms(string text) => Assert.Equal(new LogicalName(1, 0, 1, 8, 0, 255), LogicalName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1-0:1.8.0")]
    [InlineData("1-0:1.8.0.256")]
    [InlineData("1-0:1.8.0.255.1")]
    [InlineData("1:0-1.8.0.255")]
    [InlineData("1-0:1.8.-0.255")]
    [InlineData("1-0:1..0.255")]
    [InlineData("a-0:1.8.0.255")]
    public void Refuses_what_is_none(string text)
    {
        Assert.False(LogicalName.TryParse(text, out _));
        Assert.Throws<FormatException>(() => LogicalName.Parse(text));
    }

    [Fact]
    public void Shows_as_vectors_do_and_copies_its_six_bytes()
    {
        var name = LogicalName.FromBytes([1, 0, 99, 98, 5, 255]);
        Assert.Equal("1-0:99.98.5.255", name.ToString());
        Span<byte> bytes = stackalloc byte[6];
        name.CopyTo(bytes);
        Assert.Equal("01006362 05FF".Replace(" ", ""), Convert.ToHexString(bytes));
        Assert.Throws<ProtocolException>(() => LogicalName.FromBytes([1, 2, 3]));
    }
}
