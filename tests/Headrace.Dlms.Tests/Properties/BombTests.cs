using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>Few bytes that claim to be much are refused, or cost no more than in proportion.</summary>
public sealed class BombTests
{
    private const long Free = 2 << 20;
    private const long BytesPerInputByte = 400;

    public static TheoryData<string, string> Bombs() => new()
    {
        { "lengths of 84 FFFFFFFF", "0984FFFFFFFF" },
        { "an array of 84 FFFFFFFF", "0184FFFFFFFF" },
        { "a structure of millions", "0283FFFFFF" + Repeat("00", 1000) },
        { "an array of as many as there are bytes", "018207D0" + Repeat("00", 2000) },
        { "bits of 84 FFFFFFFF", "0484FFFFFFFF" },
        { "deep nesting", Repeat("0201", 30_000) + "00" },
        { "deep nesting of arrays", Repeat("0101", 30_000) + "00" },
        { "a deep type description", "13" + Repeat("0201", 30_000) + "00" + "0100" },
        { "a deep description of arrays", "13" + Repeat("01FFFF", 30_000) + "00" + "0100" },
        { "four billion values without size", "1301FFFF01FFFF00" + "0100" },
        { "a wide description", "1302" + "82FFFF" + Repeat("00", 65_535) + "0100" },
        { "many small compact-arrays of null-data", "0182" + "0FA0" + Repeat("13" + "0202" + "010F0000" + "11" + "0105", 4000) },
        { "many small compact-arrays of empty structures", "0182" + "0FA0" + Repeat("13" + "0202" + "010F000200" + "11" + "0105", 4000) },
        { "one compact-array of many nothings", "13" + "0202" + "01003F0200" + "11" + "82FFFF" + Repeat("05", 65_535) },
        { "a compact-array of strings that are too long", "1309" + "0584FFFFFFFF" },
        { "a compact-array of empty strings", "1309" + "82FFFF" + Repeat("00", 65_535) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_value_costs_no_more_than_in_proportion_to_its_bytes(string name, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Cheap(name, bytes, b => CosemData.Decode(b));
        Cheap(name, bytes, b => EncodedValue.TryMeasure(b, out _));
        Cheap(name, bytes, b => Skip(b));
        Cheap(name, bytes, b => Rows(b));
        byte[] push = [0x0F, 0x40, 0, 0, 1, 0, .. bytes], set = [0xC1, 1, 0xC1, 0, 1, 0, 0, 96, 1, 9, 255, 2, 0, .. bytes];
        byte[] answer = [0xC4, 1, 0xC1, 0, .. bytes], read = [0x0C, 1, 0, .. bytes];
        byte[] access = [0xDA, 0x40, 0, 0, 1, 0, 0, 1, .. bytes, 1, 1, 0];
        foreach (var apdu in new[] { push, set, answer, read, access }) Cheap(name, apdu, b => XdlmsApdu.Decode(b));
    }

    [Theory]
    [InlineData("05 84FFFFFFFF")]
    [InlineData("0C 84FFFFFFFF")]
    [InlineData("06 83FFFFFF 00")]
    [InlineData("0D 82FFFF")]
    [InlineData("C003C1 84FFFFFFFF")]
    [InlineData("C403C1 84FFFFFFFF")]
    [InlineData("C104C1 84FFFFFFFF")]
    [InlineData("C303C1 82FFFF")]
    [InlineData("C703C1 84FFFFFFFF")]
    [InlineData("C402C1 00 00000001 00 84FFFFFFFF")]
    [InlineData("D9 40000001 00 84FFFFFFFF")]
    [InlineData("DA 40000001 00 01 84FFFFFFFF")]
    [InlineData("E0 80 0001 0000 84FFFFFFFF")]
    [InlineData("DB 84FFFFFFFF")]
    [InlineData("DD 84FFFFFFFF")]
    [InlineData("DF 84FFFFFFFF")]
    [InlineData("DD 00 00 00 00 00 01 02 84FFFFFFFF")]
    [InlineData("C8 84FFFFFFFF 30")]
    [InlineData("01 01 84FFFFFFFF")]
    [InlineData("0F 40000001 84FFFFFFFF")]
    [InlineData("E6 00 84FFFFFFFF")]
    public void A_count_or_length_that_is_not_there_is_refused_before_anything_is_made_for_it(string hex)
    {
        var bytes = Hex.Parse(hex);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    private static void Cheap(string name, byte[] bytes, Action<byte[]> parse)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = Record.Exception(() => parse(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(thrown is null or ProtocolException, $"{name}: {thrown}");
        Assert.True(allocated <= Free + BytesPerInputByte * bytes.Length, $"{name}: {allocated} bytes for {bytes.Length}");
    }

    private static void Skip(byte[] bytes)
    {
        var reader = new CosemReader(bytes);
        while (!reader.AtEnd) reader.Skip();
    }

    private static void Rows(byte[] bytes)
    {
        var rows = new ProfileRows(1 << 20);
        rows.Append(bytes);
        while (rows.TryRead(out _))
        {
        }
    }

    private static string Repeat(string hex, int times) => string.Concat(Enumerable.Repeat(hex, times));
}
