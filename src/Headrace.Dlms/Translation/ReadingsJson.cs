using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>The readings of a push body as JSON, in the form of the vectors: raw value, scaler and unit code as sent.</summary>
/// <remarks>
/// Beside the names of the vectors every named reading has <c>attribute</c>, <c>time</c> (ISO 8601 or null) and, where scaler and
/// unit are known, <c>scaled</c> and <c>unit_symbol</c>.
/// </remarks>
public static class ReadingsJson
{
    private const int MaxReadings = 4096;

    /// <summary>Element by element, unnamed ones included, as they stand in the body; null where the body names no object at all.</summary>
    public static JsonArray? Scan(CosemData body, CosemDateTime? time)
    {
        if (body.Tag is not (CosemTag.Array or CosemTag.Structure) || body.Items.Count == 0) return null;
        var found = IsObjectList(body) ? ByObjectList(body) : body.Items.All(IsNamedStructure) ? ByStructures(body) : Flat(body.Items);
        if (found is null) return null;
        var clock = ClockOf(body) ?? time;
        foreach (var reading in found.OfType<JsonObject>())
            if (reading.ContainsKey("obis")) Complete(reading, clock);
        return found;
    }

    /// <summary>The typed readings of an encoded body; null where it is positional.</summary>
    public static JsonArray? Typed(ReadOnlyMemory<byte> body, CosemDateTime? time, PushTemplate? template = null)
    {
        var readings = new PushReading[Math.Min(MaxReadings, body.Length + 1)];
        var reader = new PushBodyReader(template);
        int count;
        try
        {
            count = reader.Read(body, time, readings);
        }
        catch (ProtocolException)
        {
            return null; // it is no push body; its tree is shown all the same
        }
        if (reader.Layout == PushLayout.Positional) return null;
        var json = new JsonArray();
        foreach (var reading in readings.AsSpan(0, count)) json.Add((JsonNode)Of(reading));
        return json;
    }

    /// <summary>One typed reading.</summary>
    public static JsonObject Of(in PushReading reading)
    {
        var json = new JsonObject();
        if (reading.ClassId != 0) json["class"] = reading.ClassId;
        json["obis"] = reading.LogicalName.ToString();
        json["attribute"] = reading.Attribute;
        if (reading.DataIndex != 0) json["index"] = reading.DataIndex;
        json["type"] = reading.Value.Tag.Name();
        json["value"] = Value(reading.Value);
        if (reading.Scaler is { } scaler) json["scaler"] = scaler;
        json["unit"] = reading.Unit;
        AddScaled(json, reading.Value, reading.Scaler, reading.Unit);
        json["time"] = DateTimeJson.Iso(reading.Time);
        if (reading.Row >= 0) json["row"] = reading.Row;
        return json;
    }

    /// <summary>A typed value in the form of the value trees' <c>v</c>.</summary>
    public static JsonNode? Value(in ReadingValue value)
    {
        if (value.IsNull) return null;
        if (value.Tag is CosemTag.Boolean) return value.TryGetInteger(out var truth) && truth != 0;
        if (value.IsFloat && value.TryGetDouble(out var number)) return DataJson.Float(number);
        if (value.Tag is CosemTag.Long64 or CosemTag.Long64Unsigned && value.TryGetDecimal(0, out var wide))
            return wide.ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
        if (value.TryGetInteger(out var integer)) return integer;
        if (value.Tag is CosemTag.VisibleString) return System.Text.Encoding.Latin1.GetString(value.Octets.Span);
        if (value.Tag is CosemTag.Utf8String) return System.Text.Encoding.UTF8.GetString(value.Octets.Span);
        if (value.Tag is CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray)
        {
            var reader = new CosemReader(value.Octets.Span);
            return DataJson.Value(CosemData.Read(ref reader));
        }
        return HexText.Of(value.Octets.Span);
    }

    private static bool IsObjectList(CosemData body)
    {
        var first = body.Items[0];
        if (first.Tag != CosemTag.Array || first.Items.Count == 0 || first.Items.Count < body.Items.Count - 1) return false;
        return first.Items.All(entry => entry.Tag == CosemTag.Structure && entry.Items.Count >= 4 && IsName(entry.Items[1])
            && Small(entry, 0) && Small(entry, 2) && Small(entry, 3));
    }

    private static bool Small(CosemData entry, int index) =>
        entry.Items[index].TryGetInteger(out var value) && value is >= -128 and <= ushort.MaxValue;

    private static JsonArray ByObjectList(CosemData body)
    {
        var list = body.Items[0].Items;
        var skipped = list.Count < body.Items.Count ? 1 : 0; // the list leaves itself out
        var found = new JsonArray();
        for (var i = 1; i < body.Items.Count; i++)
        {
            var entry = list[i - skipped].Items;
            var attribute = entry[2].AsInteger();
            found.Add((JsonNode)Reading(body.Items[i], entry[1].AsLogicalName(), json =>
            {
                json["class"] = entry[0].AsInteger();
                json["obis"] = entry[1].AsLogicalName().ToString();
                json["attr"] = attribute;
                json["attribute"] = attribute;
                json["index"] = entry[3].AsInteger();
            }));
        }
        return found;
    }

    private static JsonArray ByStructures(CosemData body)
    {
        var found = new JsonArray();
        foreach (var item in body.Items)
        {
            var reading = Reading(item.Items[1], item.Items[0].AsLogicalName());
            if (item.Items.Count > 2 && IsScalerUnit(item.Items[2])) AddScalerUnit(reading, item.Items[2]);
            found.Add((JsonNode)reading);
        }
        return found;
    }

    private static JsonArray? Flat(IReadOnlyList<CosemData> items)
    {
        var found = new JsonArray();
        var named = false;
        for (var i = 0; i < items.Count; i++)
        {
            if (!IsName(items[i]) || i + 1 == items.Count)
            {
                found.Add((JsonNode)Reading(items[i], null));
                continue;
            }
            named = true;
            var reading = Reading(items[i + 1], items[i].AsLogicalName());
            i++;
            if (i + 1 < items.Count && IsScalerUnit(items[i + 1])) AddScalerUnit(reading, items[++i]);
            found.Add((JsonNode)reading);
        }
        return named ? found : null;
    }

    private static JsonObject Reading(CosemData value, LogicalName? name, Action<JsonObject>? head = null)
    {
        var json = new JsonObject();
        if (head is not null) head(json);
        else if (name is not null) json["obis"] = name.Value.ToString();
        json["type"] = value.Tag.Name();
        json["value"] = DataJson.Value(value);
        return json;
    }

    private static void AddScalerUnit(JsonObject reading, CosemData pair)
    {
        reading["scaler"] = pair.Items[0].AsInteger();
        reading["unit"] = pair.Items[1].AsInteger();
    }

    private static void Complete(JsonObject reading, CosemDateTime? time)
    {
        reading.TryAdd("attribute", 2);
        if (reading["scaler"] is { } scaler && reading["unit"] is { } unit && reading["value"] is JsonValue value
            && value.TryGetValue<long>(out var raw))
            AddScaled(reading, raw, (int)scaler.GetValue<long>(), (byte)unit.GetValue<long>());
        reading["time"] = DateTimeJson.Iso(time);
    }

    private static void AddScaled(JsonObject json, in ReadingValue value, sbyte? scaler, byte? unit)
    {
        if (unit is { } code) json["unit_symbol"] = ((Unit)code).Symbol();
        if (scaler is { } power && value.TryGetDecimal(power, out var scaled)) json["scaled"] = scaled;
    }

    private static void AddScaled(JsonObject json, long raw, int scaler, byte unit)
    {
        json["unit_symbol"] = ((Unit)unit).Symbol();
        if (scaler is >= -9 and <= 9) json["scaled"] = new ScalerUnit((sbyte)scaler, (Unit)unit).Apply(raw);
    }

    private static CosemDateTime? ClockOf(CosemData body)
    {
        if (body.Items[0].TryGetDateTime(out var first)) return first;
        for (var i = 0; i + 1 < body.Items.Count; i++)
            if (IsClock(body.Items[i]) && body.Items[i + 1].TryGetDateTime(out var flat)) return flat;
        foreach (var item in body.Items)
            if (IsNamedStructure(item) && IsClock(item.Items[0]) && item.Items[1].TryGetDateTime(out var inner)) return inner;
        return null;
    }

    private static bool IsClock(CosemData name) => IsName(name) && name.AsLogicalName() is { A: <= 1, C: 1, D: 0, E: 0 };

    private static bool IsNamedStructure(CosemData item) =>
        item.Tag == CosemTag.Structure && item.Items.Count >= 2 && IsName(item.Items[0]);

    private static bool IsName(CosemData item) =>
        item.Tag == CosemTag.OctetString && item.AsOctets() is { Length: LogicalName.Size } bytes && bytes.Span[0] <= 15;

    private static bool IsScalerUnit(CosemData item) => item.Tag == CosemTag.Structure && item.Items.Count == 2
        && item.Items[0].Tag is CosemTag.Integer or CosemTag.Long && item.Items[1].Tag == CosemTag.Enum;
}
