using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Lists by the hundred: object lists and profile buffers.</summary>
public static class BulkTranslation
{
    /// <summary>
    /// object_list of an association: class, version, logical name and rights of each object, base name where it is by short name.
    /// </summary>
    /// <exception cref="ProtocolException">Not such a list.</exception>
    public static JsonObject ObjectList(CosemData list)
    {
        var objects = new JsonArray();
        foreach (var entry in list.AsArray()) objects.Add((JsonNode)Object(entry.Items));
        if (list.AsArray().All(entry => entry.Items.Count == 4)) AddRights(objects, list);
        return new JsonObject { ["count"] = objects.Count, ["objects"] = objects };
    }

    /// <summary>Rows of a profile: the tree, the values with repetition and differences undone, events where the rows are such.</summary>
    /// <exception cref="ProtocolException">Not an array.</exception>
    public static JsonObject ProfileBuffer(CosemData buffer)
    {
        var rows = buffer.AsArray();
        var columns = rows.Count == 0 ? 0 : rows.Max(row => row.Items.Count);
        var json = new JsonObject { ["rows"] = rows.Count, ["columns"] = columns, ["data"] = DataJson.Tree(buffer) };
        if (rows.Count > 0 && rows.All(row => row.Tag == CosemTag.Structure && row.Items.Count == columns))
            AddColumns(json, buffer, columns);
        return json;
    }

    private static JsonObject Object(IReadOnlyList<CosemData> entry)
    {
        if (entry.Count < 4) throw new ProtocolException($"object list entry of {entry.Count} elements");
        if (entry[1].Tag is CosemTag.LongUnsigned && entry[3].Tag is CosemTag.OctetString)
            return new JsonObject
            {
                ["base_name"] = (entry[0].AsInteger() & 0xFFFF).ToString("x4", System.Globalization.CultureInfo.InvariantCulture),
                ["class"] = entry[1].AsInteger(),
                ["version"] = entry[2].AsInteger(),
                ["obis"] = entry[3].AsLogicalName().ToString(),
            };
        return new JsonObject
        {
            ["class"] = entry[0].AsInteger(),
            ["version"] = entry[1].AsInteger(),
            ["obis"] = entry[2].AsLogicalName().ToString(),
        };
    }

    /// <summary>The rights of an object list, entry by entry: attributes and methods by number.</summary>
    private static void AddRights(JsonArray objects, CosemData list)
    {
        var listed = ListedObject.FromData(list);
        for (var i = 0; i < objects.Count; i++)
        {
            if (listed[i].Attributes is not { } attributes || listed[i].Methods is not { } methods) continue;
            var json = objects[i]!.AsObject();
            json["attributes"] = new JsonObject(attributes.Select(a => KeyValuePair.Create(Number(a.Key), (JsonNode?)a.Value.Name())));
            json["methods"] = new JsonObject(methods.Select(m => KeyValuePair.Create(Number(m.Key), (JsonNode?)m.Value)));
        }

        static string Number(sbyte id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void AddColumns(JsonObject json, CosemData buffer, int columns)
    {
        var expanded = Expand(buffer, columns);
        if (expanded is null) return;
        if (columns == 2) json["expanded_values"] = new JsonArray([.. expanded.Select(row => ReadingsJson.Value(row[1]))]);
        json["expanded"] = new JsonArray([.. expanded.Select(row =>
            (JsonNode)new JsonArray([.. row.Select(value => ReadingsJson.Value(value))]))]);
        if (columns != 2 || !expanded.TrueForAll(IsEvent)) return;
        json["events"] = new JsonArray([.. expanded.Select(row => (JsonNode)Event(row))]);
    }

    private static bool IsEvent(ReadingValue[] row) =>
        row[0].TryGetDateTime(out _) && row[1].Tag is CosemTag.Unsigned or CosemTag.LongUnsigned;

    private static JsonObject Event(ReadingValue[] row)
    {
        row[0].TryGetDateTime(out var time);
        return new JsonObject { ["time"] = DateTimeJson.Iso(time), ["status"] = (byte)time.Status, ["code"] = ReadingsJson.Value(row[1]) };
    }

    /// <summary>
    /// All rows decompressed; null where they do not decompress, as without the capture objects nothing says that they must.
    /// </summary>
    private static List<ReadingValue[]>? Expand(CosemData buffer, int columns)
    {
        // The columns are not known here: what repeats and what counts on can be told from the values alone, a missing clock cannot.
        var layout = new ProfileLayout([.. Enumerable.Repeat(new ReadingColumn(0, default), columns)], TimeSpan.Zero);
        var decoder = new ProfileRowDecoder(layout);
        var bytes = buffer.Encode();
        var reader = new CosemReader(bytes);
        try
        {
            var rows = new List<ReadingValue[]>();
            for (var left = reader.ReadArray(); left > 0; left--)
            {
                decoder.ReadRow(ref reader, bytes);
                rows.Add(decoder.Values.ToArray());
            }
            return rows;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }
}
