using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Data;

public sealed class CosemReaderTests
{
    // structure { octet-string(12) 2026-03-02 12:00:00 UTC, unsigned 8, double-long-unsigned 123456 }; written by hand from IEC 61334-6
    private static readonly byte[] LoadProfileRow = Convert.FromHexString("0203" + "090C07EA0302010C000000000000" + "1108" + "060001E240");

    [Fact]
    public void Reads_a_load_profile_row()
    {
        var reader = new CosemReader(LoadProfileRow);
        reader.ReadStructure(elements: 3);
        Assert.Equal("07EA0302010C000000000000", Convert.ToHexString(reader.ReadOctetString()));
        Assert.Equal(8, reader.ReadInteger());
        Assert.Equal(123_456, reader.ReadInteger());
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void Reading_a_row_allocates_nothing()
    {
        ReadRow();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) ReadRow();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("0FFF", -1)]
    [InlineData("10FF85", -123)]
    [InlineData("1207D0", 2000)]
    [InlineData("1603", 3)]
    [InlineData("147FFFFFFFFFFFFFFF", long.MaxValue)]
    [InlineData("157FFFFFFFFFFFFFFF", long.MaxValue)]
    [InlineData("06FFFFFFFF", 4294967295)]
    [InlineData("1CFF", -1)]
    [InlineData("21FFFFFFFF", 4294967295)]
    [InlineData("0D42", 0x42)]
    public void Widens_every_integer_type(string hex, long expected) =>
        Assert.Equal(expected, new CosemReader(Convert.FromHexString(hex)).ReadInteger());

    [Fact]
    public void Reads_the_other_types()
    {
        var reader = new CosemReader(Hex.Parse("0301 0A0241C4 0C03C3A96B 0403A0 173FC00000 09060000010000FF 00"));
        Assert.True(reader.ReadBoolean());
        Assert.Equal("AÄ", reader.ReadText());
        Assert.Equal("ék", reader.ReadText());
        Assert.Equal(0xA0, reader.ReadBitString(out var bits)[0]);
        Assert.Equal(3, bits);
        Assert.Equal(1.5, reader.ReadFloat());
        Assert.Equal(LogicalName.Parse("0-0:1.0.0.255"), reader.ReadLogicalName());
        Assert.True(reader.TryReadNull());
        reader.ExpectEnd();
    }

    [Fact]
    public void Every_truncation_is_refused_and_never_read_past()
    {
        for (var length = 0; length < LoadProfileRow.Length; length++)
        {
            var cut = LoadProfileRow[..length];
            Assert.Throws<ProtocolException>(() => { var r = new CosemReader(cut); r.Skip(); });
        }
    }

    [Theory]
    [InlineData("0184FFFFFFFF", "array of four thousand million elements in six bytes")]
    [InlineData("0985FFFFFFFFFF", "length of five bytes")]
    [InlineData("0980", "indefinite length")]
    [InlineData("07", "unknown tag")]
    [InlineData("22", "first unknown tag after the deltas")]
    [InlineData("0484FFFFFFFF", "bit-string of four thousand million bits")]
    [InlineData("13130000", "compact-array of compact-arrays")]
    [InlineData("130284FFFFFFFF", "type description of four thousand million members")]
    public void Refuses_hostile_input(string hex, string why)
    {
        var message = Convert.FromHexString(hex);
        var thrown = Record.Exception(() => { var r = new CosemReader(message); r.Skip(); });
        Assert.True(thrown is ProtocolException, why);
    }

    [Fact]
    public void Skips_ten_thousand_nested_structures_without_recursion()
    {
        var message = Enumerable.Repeat<byte[]>([0x02, 0x01], 10_000).SelectMany(b => b).Append((byte)0).ToArray();
        var reader = new CosemReader(message);
        reader.Skip();
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void Raw_values_keep_their_tag_and_leave_the_reader_behind_them()
    {
        var reader = new CosemReader(LoadProfileRow);
        reader.ReadStructure(3);
        reader.Skip();
        Assert.Equal("1108", Convert.ToHexString(reader.ReadRaw()));
        Assert.Equal("060001E240", Convert.ToHexString(reader.ReadRaw()));
    }

    [Fact]
    public void Random_bytes_only_ever_give_a_protocol_exception()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 100_000; i++)
        {
            var noise = new byte[random.Next(0, 40)];
            random.NextBytes(noise);
            var thrown = Record.Exception(() => { var r = new CosemReader(noise); r.Skip(); });
            Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(noise)}: {thrown}");
        }
    }

    private static long ReadRow()
    {
        var reader = new CosemReader(LoadProfileRow);
        reader.ReadStructure(elements: 3);
        var time = reader.ReadDateTime();
        return time.Date.Year + reader.ReadInteger() + reader.ReadInteger();
    }
}
