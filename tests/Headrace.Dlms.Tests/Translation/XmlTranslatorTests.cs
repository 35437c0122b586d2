using System.Text.Json.Nodes;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Translation.Xml;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Translation;

/// <summary>XML and back gives the same bytes, and XML that is wrong is told where it is wrong.</summary>
public sealed class XmlTranslatorTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, DlmsFraming> Framings = new(StringComparer.Ordinal)
    {
        ["axdr"] = DlmsFraming.Axdr,
        ["object-list-entry"] = DlmsFraming.Axdr,
        ["object-list"] = DlmsFraming.Axdr,
        ["profile-buffer"] = DlmsFraming.Axdr,
        ["push-body"] = DlmsFraming.Axdr,
        ["acse"] = DlmsFraming.Apdu,
        ["initiate"] = DlmsFraming.Apdu,
        ["xdlms"] = DlmsFraming.Apdu,
        ["xdlms-sn"] = DlmsFraming.Apdu,
        ["ciphered"] = DlmsFraming.Apdu,
        ["push-apdu"] = DlmsFraming.Apdu,
        ["wrapper-apdu"] = DlmsFraming.Wrapper,
    };

    /// <summary>Vectors whose bytes are not the encoding that a writer makes, with the reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["object-list-001"] = "a count of 123 in two octets more than it needs",
    };

    [Fact]
    public void Every_shared_vector_gives_its_bytes_again()
    {
        if (SharedVectors.SharedDirectory is null) Assert.Skip(SharedVectors.Missing);
        Assert.True(CheckAll(SharedVectors.Read(SharedVectors.SharedDirectory)) > 200);
    }

    [Fact]
    public void Every_own_vector_gives_its_bytes_again() => Assert.True(CheckAll(SharedVectors.Read(SharedVectors.OwnDirectory)) > 0);

    [Fact]
    public void A_get_request_is_written_in_the_style_of_the_field()
    {
        var document = XmlTranslator.Decode(Convert.FromHexString("C001C100080000010000FF0200"),
            DlmsFraming.Apdu, TranslationKeys.None);
        Assert.Equal("""
            <GetRequest>
              <GetRequestNormal>
                <InvokeIdAndPriority Value="C1" />
                <AttributeDescriptor>
                  <ClassId Value="0008" />
                  <InstanceId Value="0000010000FF" />
                  <AttributeId Value="02" />
                </AttributeDescriptor>
              </GetRequestNormal>
            </GetRequest>
            """, document.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Values_are_elements_of_their_types()
    {
        var bytes = Convert.FromHexString("0203090204050600000384010112FFFE");
        var document = XmlTranslator.Decode(bytes, DlmsFraming.Auto, TranslationKeys.None);
        Assert.Equal("""
            <Structure Qty="03">
              <OctetString Value="0405" />
              <UInt32 Value="00000384" />
              <Array Qty="01">
                <UInt16 Value="FFFE" />
              </Array>
            </Structure>
            """, document.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("<GetRequest><GetRequestNormal><InvokeIdAndPriority Value=\"C1\"/></GetRequestNormal></GetRequest>", "AttributeDescriptor")]
    [InlineData("<Structure Qty=\"02\"><UInt8 Value=\"01\"/></Structure>", "Qty 02")]
    [InlineData("<UInt32 Value=\"0102\"/>", "2 bytes where 4")]
    [InlineData("<UInt32 Value=\"xy\"/>", "not hexadecimal")]
    [InlineData("<UInt32/>", "has no Value")]
    [InlineData("<Cake/>", "neither an APDU nor a value")]
    [InlineData("<ActionResponse><Cake/></ActionResponse>", "ActionResponseNormal")]
    [InlineData("<Wrapper Source=\"1\"><NullData/></Wrapper>", "Destination")]
    [InlineData("not xml", "not XML")]
    [InlineData("", "not XML")]
    public void What_is_wrong_is_named(string xml, string word)
    {
        var thrown = Assert.Throws<ProtocolException>(() => Encode(xml));
        Assert.Contains(word, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_of_what_is_wrong_is_named()
    {
        var thrown = Assert.Throws<ProtocolException>(() => Encode("<Structure>\n  <UInt8 Value=\"01\" />\n  <UInt8 />\n</Structure>"));
        Assert.Contains("line 3", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_types_and_entities_are_refused()
    {
        const string Bomb = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><OctetString Value="&a;"/>""";
        Assert.Contains("not XML", Assert.Throws<ProtocolException>(() => Encode(Bomb)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_longer_than_the_limit_and_one_too_deep_are_refused()
    {
        Assert.Throws<ProtocolException>(() => Encode("<Array>" + new string(' ', XmlTranslator.MaxCharacters) + "</Array>"));
        var deep = string.Concat(Enumerable.Repeat("<Array>", 5000)) + string.Concat(Enumerable.Repeat("</Array>", 5000));
        Assert.Contains("nested deeper", Assert.Throws<ProtocolException>(() => Encode(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_xml_ends_in_bytes_or_in_a_typed_error()
    {
        var random = new Random(20261120);
        var seeds = SharedVectors.Read(SharedVectors.OwnDirectory).Where(v => Framings.ContainsKey(v["kind"]!.GetValue<string>()))
            .Select(v => TryDecode(v)?.ToString()).OfType<string>().Take(60).ToList();
        for (var i = 0; i < 3000; i++)
        {
            var text = seeds[random.Next(seeds.Count)].ToCharArray();
            for (var n = random.Next(1, 4); n > 0; n--) text[random.Next(text.Length)] = (char)random.Next(0x20, 0x7F);
            try
            {
                Encode(new string(text));
            }
            catch (ProtocolException)
            {
                // refused: as it should be
            }
        }
    }

    [Fact]
    public void What_is_under_ciphering_follows_as_a_comment_and_does_not_count()
    {
        var vector = SharedVectors.Read(SharedVectors.SharedDirectory).FirstOrDefault(v =>
            v["kind"]!.GetValue<string>() == "ciphered" && v["keys"]?["guek"] is not null && v["expect"]?["inner"] is not null);
        if (vector is null) Assert.Skip(SharedVectors.Missing);
        var bytes = Convert.FromHexString(vector["hex"]!.GetValue<string>());
        var keys = TranslationKeys.FromJson(vector["keys"] as JsonObject);
        var document = XmlTranslator.Decode(bytes, DlmsFraming.Apdu, keys);
        Assert.Contains("deciphered", document.ToString(), StringComparison.Ordinal);
        Assert.Equal(bytes, Encode(document.ToString()));
    }

    private static byte[] Encode(string xml) => XmlTranslator.Encode(new StringReader(xml));

    private static System.Xml.Linq.XDocument? TryDecode(JsonObject vector)
    {
        try
        {
            return XmlTranslator.Decode(Hex.Parse(vector["hex"]!.GetValue<string>()), Framings[vector["kind"]!.GetValue<string>()],
                TranslationKeys.None);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private int CheckAll(IEnumerable<JsonObject> vectors)
    {
        var done = 0;
        var wrong = new List<string>();
        foreach (var vector in vectors)
        {
            if (!Framings.TryGetValue(vector["kind"]!.GetValue<string>(), out var framing)) continue;
            var id = vector["id"]!.GetValue<string>();
            if (Exceptions.ContainsKey(id)) continue;
            var hex = vector["hex"]!.GetValue<string>();
            try
            {
                var xml = XmlTranslator.Decode(Hex.Parse(hex), framing, TranslationKeys.None).ToString();
                var again = Convert.ToHexString(Encode(xml));
                if (string.Equals(again, Convert.ToHexString(Hex.Parse(hex)), StringComparison.Ordinal)) done++;
                else wrong.Add($"{id}: {hex} became {again}");
            }
            catch (ProtocolException e)
            {
                wrong.Add($"{id}: {e.Message}");
            }
        }
        output.WriteLine($"{done} vectors gave their bytes again");
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        return done;
    }
}
