using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>Values as people write them: a type and a text, a value tree, or a text that takes the type of another value.</summary>
public static class DataText
{
    private const int MaxNesting = 24;

    private static readonly Dictionary<string, CosemTag> Tags =
        Enum.GetValues<CosemTag>().ToDictionary(tag => tag.Name(), StringComparer.Ordinal);

    /// <summary>Reads <c>double-long-unsigned 900</c> (types named as in the standard) or a value tree of <see cref="DataJson"/>.</summary>
    /// <exception cref="FormatException">Neither, or the text is not a value of the type; the message says which.</exception>
    public static CosemData Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith('{')) return FromTree(Json(text));
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var type = space < 0 ? text : text[..space];
        return Tags.TryGetValue(type, out var tag)
            ? OfType(tag, space < 0 ? "" : text[(space + 1)..].Trim())
            : throw new FormatException($"'{type}' is no type such as double-long-unsigned, octet-string or enum");
    }

    /// <summary>Reads a text, or for arrays and structures a JSON list, as a value of the same type as another.</summary>
    /// <exception cref="FormatException">The text is not a value of that type.</exception>
    public static CosemData Like(CosemData pattern, string text)
    {
        if (pattern.Tag is not (CosemTag.Array or CosemTag.Structure)) return OfType(pattern.Tag, text.Trim());
        return Like(pattern, Json(text), 0);
    }

    /// <summary>The value of a tree <c>{"t": type, "v": value}</c>, as <see cref="DataJson.Tree"/> writes it.</summary>
    /// <exception cref="FormatException">No such tree.</exception>
    public static CosemData FromTree(JsonNode? tree) => FromTree(tree, 0);

    /// <summary>
    /// Reads the text of a value: numbers in decimal or as 0x, octets in hexadecimal, an octet-string also as a logical name or as an ISO
    /// 8601 time, booleans as true or false.
    /// </summary>
    /// <exception cref="FormatException">Not a value of the type.</exception>
    public static CosemData OfType(CosemTag tag, string text) => tag switch
    {
        CosemTag.NullData => CosemData.Null,
        CosemTag.DontCare => CosemData.DontCare,
        CosemTag.Boolean => text switch
        {
            "true" or "1" => CosemData.Boolean(true),
            "false" or "0" => CosemData.Boolean(false),
            _ => throw Wrong(tag, text),
        },
        CosemTag.VisibleString => CosemData.VisibleString(text),
        CosemTag.Utf8String => CosemData.Utf8String(text),
        CosemTag.OctetString => Octets(text),
        CosemTag.BitString => Bits(text),
        CosemTag.DateTime => CosemData.DateTime(DateTime(tag, text)),
        CosemTag.Date => CosemData.Date(CosemDate.Parse(Fixed(tag, text, CosemDate.Size))),
        CosemTag.Time => CosemData.Time(CosemTime.Parse(Fixed(tag, text, CosemTime.Size))),
        CosemTag.Float32 => CosemData.Float32((float)Float(tag, text)),
        CosemTag.Float64 => CosemData.Float64(Float(tag, text)),
        CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray =>
            throw new FormatException($"{tag.Name()} takes a value tree such as {{\"t\":\"{tag.Name()}\",\"v\":[...]}}"),
        _ => Number(tag, text),
    };

    private static CosemData FromTree(JsonNode? node, int depth)
    {
        if (depth > MaxNesting) throw new FormatException($"values nested deeper than {MaxNesting}");
        if (node is not JsonObject tree || tree["t"] is not JsonValue type || !type.TryGetValue<string>(out var name))
            throw new FormatException("a value is {\"t\": type, \"v\": value}");
        if (!Tags.TryGetValue(name, out var tag)) throw new FormatException($"'{name}' is no type of the standard");
        if (tag is CosemTag.Array or CosemTag.Structure)
        {
            var items = tree["v"] as JsonArray ?? throw new FormatException($"the v of {name} is a list");
            CosemData[] values = [.. items.Select(item => FromTree(item, depth + 1))];
            return tag == CosemTag.Array ? CosemData.Array(values) : CosemData.Structure(values);
        }
        return OfType(tag, Scalar(tree["v"]));
    }

    private static CosemData Like(CosemData pattern, JsonNode? node, int depth)
    {
        if (depth > MaxNesting) throw new FormatException($"values nested deeper than {MaxNesting}");
        if (node is JsonObject) return FromTree(node, depth);
        if (pattern.Tag is not (CosemTag.Array or CosemTag.Structure)) return OfType(pattern.Tag, Scalar(node));
        if (node is not JsonArray list) throw new FormatException($"{pattern.Tag.Name()} takes a list");
        if (pattern.Tag == CosemTag.Structure)
        {
            return list.Count == pattern.Items.Count
                ? CosemData.Structure([.. list.Select((item, i) => Like(pattern.Items[i], item, depth + 1))])
                : throw new FormatException($"the structure has {pattern.Items.Count} elements, not {list.Count}");
        }
        if (list.Count > 0 && pattern.Items.Count == 0) throw new FormatException("the array is empty: its elements have no type to take");
        return CosemData.Array([.. list.Select(item => Like(pattern.Items[0], item, depth + 1))]);
    }

    private static CosemData Number(CosemTag tag, string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var found = isHex
            ? BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        if (!found) throw Wrong(tag, text);
        try
        {
            return tag switch
            {
                CosemTag.DoubleLong => CosemData.DoubleLong((int)value),
                CosemTag.DoubleLongUnsigned => CosemData.DoubleLongUnsigned((uint)value),
                CosemTag.Bcd => CosemData.Bcd((byte)value),
                CosemTag.Integer => CosemData.Integer((sbyte)value),
                CosemTag.Long => CosemData.Long((short)value),
                CosemTag.Unsigned => CosemData.Unsigned((byte)value),
                CosemTag.LongUnsigned => CosemData.LongUnsigned((ushort)value),
                CosemTag.Long64 => CosemData.Long64((long)value),
                CosemTag.Long64Unsigned => CosemData.Long64Unsigned((ulong)value),
                CosemTag.Enum => CosemData.Enum((byte)value),
                CosemTag.DeltaInteger => CosemData.DeltaInteger((sbyte)value),
                CosemTag.DeltaLong => CosemData.DeltaLong((short)value),
                CosemTag.DeltaDoubleLong => CosemData.DeltaDoubleLong((int)value),
                CosemTag.DeltaUnsigned => CosemData.DeltaUnsigned((byte)value),
                CosemTag.DeltaLongUnsigned => CosemData.DeltaLongUnsigned((ushort)value),
                CosemTag.DeltaDoubleLongUnsigned => CosemData.DeltaDoubleLongUnsigned((uint)value),
                _ => throw Wrong(tag, text),
            };
        }
        catch (OverflowException wrong)
        {
            throw new FormatException($"{text} is out of the range of {tag.Name()}", wrong);
        }
    }

    private static CosemData Octets(string text)
    {
        if (LogicalName.TryParse(text, out var name)) return CosemData.OctetString(name);
        if (text.Contains('T', StringComparison.Ordinal)) return CosemData.OctetString(DateTime(CosemTag.OctetString, text));
        return HexText.TryParse(text, out var octets) ? CosemData.OctetString(octets) : throw Wrong(CosemTag.OctetString, text);
    }

    /// <summary>ISO 8601, with deviation where an offset is given; or the twelve bytes.</summary>
    private static CosemDateTime DateTime(CosemTag tag, string text)
    {
        if (!text.Contains('T', StringComparison.Ordinal)) return CosemDateTime.Parse(Fixed(tag, text, CosemDateTime.Size));
        const DateTimeStyles Kept = DateTimeStyles.RoundtripKind;
        if (!System.DateTime.TryParse(text, CultureInfo.InvariantCulture, Kept, out var local)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            throw Wrong(tag, text);
        var time = CosemDateTime.From(instant);
        return local.Kind == DateTimeKind.Unspecified ? time.WithoutDeviation() with { Status = ClockStatus.NotSpecified } : time;
    }

    private static CosemData Bits(string text)
    {
        if (text.Any(digit => digit is not ('0' or '1'))) throw Wrong(CosemTag.BitString, text);
        var octets = new byte[(text.Length + 7) / 8];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '1') octets[i / 8] |= (byte)(0x80 >> (i % 8));
        }
        return CosemData.BitString(text.Length, octets);
    }

    private static byte[] Fixed(CosemTag tag, string text, int size) =>
        HexText.TryParse(text, out var octets) && octets.Length == size ? octets : throw Wrong(tag, text);

    private static double Float(CosemTag tag, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(tag, text);

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => throw new FormatException("a list or object where a value was expected"),
    };

    private static JsonNode? Json(string text)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 2 * MaxNesting + 4, AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: options);
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"not JSON: {wrong.Message}", wrong);
        }
    }

    private static FormatException Wrong(CosemTag tag, string text) => new($"'{text}' is no value of {tag.Name()}");
}
