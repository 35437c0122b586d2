using System.Text.Json.Nodes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>
/// COSEM <c>Data</c> as JSON: <c>{"t": type, "v": value}</c>, types named as in the standard, octets as hexadecimal, 64 bits as text.
/// </summary>
public static class DataJson
{
    /// <summary>The value tree of one value. Null-data and dont-care have no <c>v</c>.</summary>
    public static JsonObject Tree(CosemData data)
    {
        var json = new JsonObject { ["t"] = data.Tag.Name() };
        if (data.ElementType is { } type) json["desc"] = Description(type);
        if (!data.IsNull) json["v"] = Value(data);
        return json;
    }

    /// <summary>The <c>v</c> of a value alone; null for null-data and dont-care.</summary>
    public static JsonNode? Value(CosemData data) => data.Tag switch
    {
        CosemTag.NullData or CosemTag.DontCare => null,
        CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray => Trees(data.Items),
        CosemTag.Boolean => data.AsBoolean(),
        CosemTag.BitString => string.Concat(data.AsBits().Select(bit => bit ? '1' : '0')),
        CosemTag.VisibleString or CosemTag.Utf8String => data.AsText(),
        CosemTag.OctetString or CosemTag.DateTime or CosemTag.Date or CosemTag.Time => HexText.Of(data.AsOctets().Span),
        CosemTag.Long64 => data.AsInteger().ToString(System.Globalization.CultureInfo.InvariantCulture),
        CosemTag.Long64Unsigned => data.AsUnsigned().ToString(System.Globalization.CultureInfo.InvariantCulture),
        CosemTag.Float32 or CosemTag.Float64 => Float(data.AsDouble()),
        _ => data.AsInteger(),
    };

    /// <summary>A list of value trees.</summary>
    public static JsonArray Trees(IEnumerable<CosemData> values) => new([.. values.Select(value => (JsonNode)Tree(value))]);

    internal static JsonNode Float(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(value)
            : JsonValue.Create(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static JsonNode Description(CompactArrayType type) => type.Tag switch
    {
        CosemTag.Array => new JsonObject { ["array"] = type.Count, ["of"] = Description(type.Elements[0]) },
        CosemTag.Structure => new JsonObject { ["structure"] = new JsonArray([.. type.Elements.Select(Description)]) },
        _ => JsonValue.Create(type.Tag.Name()),
    };
}
