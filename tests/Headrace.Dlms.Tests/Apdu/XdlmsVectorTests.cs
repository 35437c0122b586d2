using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Tests.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Apdu;

public sealed class XdlmsVectorTests
{
    [Theory]
    [InlineData("xdlms")]
    [InlineData("xdlms-sn")]
    [InlineData("initiate")]
    [InlineData("ciphered")]
    public void Every_vector_decodes_and_encodes_to_its_bytes(string kind)
    {
        if (!Vectors.SharedPresent && kind is "initiate") Assert.Skip("the shared vectors are not beside this checkout");
        Vectors.Check(kind, vector =>
            Assert.Equal(vector.Text("hex"), Hex.Format(XdlmsApdu.Decode(vector.Bytes()).Encode()), ignoreCase: true));
    }

    [Fact]
    public void Cutting_a_vector_anywhere_gives_a_protocol_exception()
    {
        foreach (var kind in new[] { "xdlms", "xdlms-sn", "initiate", "ciphered" })
        {
            foreach (var vector in Vectors.All(kind))
            {
                var bytes = vector.Bytes();
                if (bytes[0] is 0xE6 or 0xE7) continue; // what follows the gateway's header is not looked into
                for (var cut = 0; cut < Math.Min(bytes.Length, 400); cut++) Refuses(bytes[..cut]);
                Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode((byte[])[.. bytes, 0]));
            }
        }

        static void Refuses(byte[] cut)
        {
            // An invocation-counter-error may come without its counter; nothing else is whole when cut.
            if (cut is [0xD8, _, 0x06]) return;
            Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(cut));
        }
    }

    [Fact]
    public void Altering_vectors_gives_apdus_or_protocol_exceptions()
    {
        var random = new Random(20260302);
        foreach (var kind in new[] { "xdlms", "xdlms-sn", "initiate", "ciphered" })
        {
            foreach (var vector in Vectors.All(kind))
            {
                var bytes = vector.Bytes();
                for (var n = 0; n < 300; n++)
                {
                    var altered = (byte[])bytes.Clone();
                    var within = Math.Min(altered.Length, 200);
                    for (var k = random.Next(1, 4); k > 0; k--) altered[random.Next(within)] = (byte)random.Next(256);
                    OnlyProtocolException(altered);
                }
            }
        }
    }

    [Fact]
    public void Random_bytes_behind_every_tag_only_ever_give_a_protocol_exception()
    {
        var random = new Random(7);
        for (var i = 0; i < 200_000; i++)
        {
            var noise = new byte[random.Next(1, 48)];
            random.NextBytes(noise);
            noise[0] = (byte)(i & 0xFF);
            if (noise.Length > 1) noise[1] = (byte)random.Next(0, 8);
            OnlyProtocolException(noise);
        }
    }

    [Theory]
    [InlineData("c401c10001847fffffff06", "array count far above the bytes that are left")]
    [InlineData("c401c10013000400000000", "compact-array of null-data with contents")]
    [InlineData("c401c1000600bc614e00ff", "bytes after the APDU")]
    [InlineData("c8053001234567", "ciphered APDU that ends within its counter")]
    [InlineData("c806300123456700", "ciphered APDU shorter than its tag")]
    [InlineData("c00384ffffffff", "list of four thousand million attributes")]
    [InlineData("c304c1", "method cut away")]
    [InlineData("c009c1", "unknown choice")]
    [InlineData("", "nothing")]
    [InlineData("ff", "unknown tag")]
    [InlineData("c301c10046000060030aff0202", "presence flag 2")]
    [InlineData("0f40000000050102030405 00", "date-time of five bytes")]
    [InlineData("c2010000010000600b00ff02112f", "time present but empty")]
    [InlineData("01000000065f1f05000000007e1f04b0", "conformance of five bytes")]
    [InlineData("01000000065f1f0401007e1f04b0", "conformance with unused bits")]
    public void Hostile_apdus_are_refused(string hex, string why)
    {
        var thrown = Record.Exception(() => XdlmsApdu.Decode(Hex.Parse(hex)));
        Assert.True(thrown is ProtocolException, $"{why}: {thrown}");
    }

    [Fact]
    public void Malformed_vectors_of_apdus_are_refused()
    {
        if (!Vectors.SharedPresent) Assert.Skip("the shared vectors are not beside this checkout");
        string[] apdus = ["malformed-005", "malformed-006", "malformed-007", "malformed-010", "malformed-014"];
        Vectors.Check("malformed", vector =>
        {
            if (!apdus.Contains(vector.Text("id"))) return;
            Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(vector.Bytes()));
            Assert.Throws<ProtocolException>(() => XdlmsApdu.Decode(vector.Bytes(), ApduTolerance.All));
        });
    }

    [Theory]
    [InlineData("xdlms", "get-request-normal")]
    [InlineData("xdlms", "set-request-normal")]
    public void Attributes_and_selections_are_those_of_the_vector(string kind, string apdu) => Vectors.Check(kind, vector =>
    {
        if (vector.Expect()["apdu"]!.GetValue<string>() != apdu) return;
        var (attribute, selection) = XdlmsApdu.Decode(vector.Bytes()) switch
        {
            GetRequestNormal get => (get.Attribute, get.Selection),
            SetRequestNormal set => (set.Target.Attribute, set.Target.Selection),
            var other => throw new InvalidOperationException(other.ToString()),
        };
        var expect = vector.Expect()["attribute"]!;
        Assert.Equal(
            new CosemAttributeDescriptor(expect["class"]!.GetValue<ushort>(), LogicalName.Parse(expect["obis"]!.GetValue<string>()),
                expect["attr"]!.GetValue<sbyte>()), attribute);
        Assert.Equal(vector.Expect()["selection"]?["selector"]?.GetValue<int>(), selection?.Selector);
    });

    [Fact]
    public void Conformance_names_are_those_of_the_vectors()
    {
        if (!Vectors.SharedPresent) Assert.Skip("the shared vectors are not beside this checkout");
        Vectors.Check("initiate", vector =>
        {
            var conformance = XdlmsApdu.Decode(vector.Bytes()) switch
            {
                InitiateRequest request => request.Conformance,
                InitiateResponse response => response.Conformance,
                var other => throw new InvalidOperationException(other.ToString()),
            };
            Assert.Equal(vector.Expect()["conformance"]!.AsArray().Select(n => n!.GetValue<string>()), conformance.ToNames());
        });
    }

    private static void OnlyProtocolException(byte[] bytes)
    {
        var thrown = Record.Exception(() => XdlmsApdu.Decode(bytes, ApduTolerance.All).Encode());
        Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(bytes)}: {thrown}");
    }
}
