using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Translation;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Data;

public sealed class CosemDataTests
{
    [Fact]
    public void Every_vector_decodes_to_its_value_and_encodes_to_its_bytes() => Vectors.Check("axdr", vector =>
    {
        var data = CosemData.Decode(vector.Bytes());
        Assert.True(JsonNode.DeepEquals(vector["expect"], JsonNode.Parse(DataJson.Tree(data).ToJsonString())),
            DataJson.Tree(data).ToJsonString());
        if (data.Tag != CosemTag.Boolean) Assert.Equal(vector.Bytes(), data.Encode()); // true is any byte but zero
    });

    [Fact]
    public void Five_thousand_random_trees_come_back_equal()
    {
        var random = new RandomData(20260302);
        for (var i = 0; i < 5000; i++)
        {
            var value = random.Value();
            var encoded = value.Encode();
            var again = CosemData.Decode(encoded);
            Assert.Equal(value, again);
            Assert.Equal(value.GetHashCode(), again.GetHashCode());
            Assert.Equal(encoded, again.Encode());
            var reader = new CosemReader(encoded);
            reader.Skip();
            Assert.True(reader.AtEnd);
        }
    }

    [Fact]
    public void Cutting_or_altering_a_tree_gives_a_value_or_a_protocol_exception()
    {
        var random = new RandomData(42);
        for (var i = 0; i < 1500; i++)
        {
            var encoded = random.Value().Encode();
            if (encoded.Length > 2000) continue;
            for (var cut = 0; cut < encoded.Length; cut++) Assert.Throws<ProtocolException>(() => CosemData.Decode(encoded.AsSpan(0, cut)));
            for (var n = 0; n < 20 && encoded.Length > 0; n++)
            {
                var altered = (byte[])encoded.Clone();
                altered[random.Random.Next(altered.Length)] = (byte)random.Random.Next(256);
                var thrown = Record.Exception(() => CosemData.Decode(altered).Encode());
                Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(altered)}: {thrown}");
            }
        }
    }

    [Fact]
    public void Bytes_after_the_value_are_refused() => Assert.Throws<ProtocolException>(() => CosemData.Decode([0x11, 0x08, 0x00]));

    [Fact]
    public void Nesting_of_24_is_read_and_of_25_refused()
    {
        Assert.Equal(CosemTag.Structure, CosemData.Decode(Nested(24)).Tag);
        Assert.Throws<ProtocolException>(() => CosemData.Decode(Nested(25)));
        Assert.Throws<ProtocolException>(() => CosemData.Decode(Nested(100_000)));
    }

    [Theory]
    [InlineData("13 00 04 00 00 00 00", "null-data elements with contents")]
    [InlineData("13 02 00 04 00 00 00 00", "empty structures with contents")]
    [InlineData("13 01 00 00 11 02 01 02", "arrays of no elements with contents")]
    [InlineData("13 01 FF FF 01 FF FF 00 01 00", "four thousand million null-data in an array")]
    [InlineData("13 01 FF FF 01 FF FF 01 FF FF 11 01 00", "arrays larger than their contents")]
    [InlineData("13 02 02 11 01 FF FF 00 01 00", "65535 null-data for one byte of contents")]
    [InlineData("13 12 03 00 00 00", "contents that end within an element")]
    [InlineData("13 13 11 00 00", "compact-array in a compact-array")]
    public void Hostile_compact_arrays_are_refused(string hex, string why)
    {
        var thrown = Record.Exception(() => CosemData.Decode(Hex.Parse(hex)));
        Assert.True(thrown is ProtocolException, $"{why}: {thrown}");
    }

    [Fact]
    public void A_compact_array_without_contents_has_no_items()
    {
        var data = CosemData.Decode(Hex.Parse("13 11 00"));
        Assert.Empty(data.Items);
        Assert.Equal(CosemTag.Unsigned, data.ElementType!.Tag);
    }

    [Fact]
    public void A_compact_array_takes_only_what_its_description_says() =>
        Assert.Throws<ArgumentException>(() => CosemData.CompactArray(CompactArrayType.Of(CosemTag.Unsigned), [CosemData.Integer(1)]));

    [Fact]
    public void An_accessor_of_another_type_throws_and_a_try_does_not()
    {
        var text = CosemData.VisibleString("12");
        Assert.Throws<ProtocolException>(() => text.AsInteger());
        Assert.False(text.TryGetInteger(out _));
        Assert.Throws<ProtocolException>(() => CosemData.Unsigned(1).AsOctets());
        Assert.Throws<ProtocolException>(() => CosemData.Unsigned(1).AsText());
        Assert.Throws<ProtocolException>(() => CosemData.Null.AsStructure(0));
        Assert.Throws<ProtocolException>(() => CosemData.OctetString([1, 2]).AsDateTime());
        Assert.Throws<ProtocolException>(() => CosemData.Long64Unsigned(ulong.MaxValue).AsInteger());
        Assert.Throws<ProtocolException>(() => CosemData.Long(-1).AsUnsigned());
    }

    [Fact]
    public void Accessors_give_what_was_put_in()
    {
        var time = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(1)));
        Assert.Equal(-5, CosemData.Integer(-5).AsInteger());
        Assert.Equal(ulong.MaxValue, CosemData.Long64Unsigned(ulong.MaxValue).AsUnsigned());
        Assert.Equal(1.5, CosemData.Float32(1.5f).AsDouble());
        Assert.Equal(7, CosemData.Unsigned(7).AsDouble());
        Assert.True(CosemData.Boolean(true).AsBoolean());
        Assert.Equal(time, CosemData.OctetString(time).AsDateTime());
        Assert.Equal(time, CosemData.DateTime(time).AsDateTime());
        Assert.Equal([true, false, true], CosemData.BitString(3, [0xA0]).AsBits());
        Assert.Equal(LogicalName.Parse("1-0:1.8.0.255"), CosemData.OctetString(LogicalName.Parse("1-0:1.8.0.255")).AsLogicalName());
    }

    [Fact]
    public void Values_of_different_type_are_not_equal_even_where_the_number_is()
    {
        Assert.NotEqual(CosemData.Unsigned(1), CosemData.Integer(1));
        Assert.NotEqual(CosemData.OctetString("A"u8), CosemData.VisibleString("A"));
        Assert.NotEqual(CosemData.BitString(3, [0xA0]), CosemData.BitString(4, [0xA0]));
        Assert.NotEqual(CosemData.Array(CosemData.Null), CosemData.Structure(CosemData.Null));
    }

    private static byte[] Nested(int depth) => [.. Enumerable.Repeat<byte[]>([0x02, 0x01], depth).SelectMany(b => b), 0];
}
