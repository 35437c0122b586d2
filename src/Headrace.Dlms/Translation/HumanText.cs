using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>
/// A translated message as indented text: one name and value per line, aligned; value trees by type; OBIS codes with words.
/// </summary>
public static class HumanText
{
    private const int Indent = 2;
    private const int ShortList = 100;
    private const int MaxOctets = 64;

    /// <summary>The whole message as lines.</summary>
    public static string Of(JsonNode message)
    {
        var text = new StringBuilder();
        Write(text, message, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject tree when IsTree(tree):
                WriteTree(text, tree, depth);
                break;
            case JsonObject json:
                WriteObject(text, json, depth);
                break;
            case JsonArray list:
                WriteList(text, list, depth);
                break;
            default:
                Line(text, depth, Scalar(node));
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonObject json, int depth)
    {
        var width = json.Where(entry => IsInline(entry.Value)).Select(entry => entry.Key.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, value) in json)
        {
            if (IsInline(value))
            {
                Line(text, depth, $"{name.PadRight(width)}  {Inline(name, value)}");
                continue;
            }
            Line(text, depth, name);
            Write(text, value, depth + 1);
        }
    }

    private static void WriteList(StringBuilder text, JsonArray list, int depth)
    {
        if (list.All(item => item is JsonObject reading && reading.ContainsKey("type") && reading.ContainsKey("value")))
        {
            WriteReadings(text, list, depth);
            return;
        }
        for (var i = 0; i < list.Count; i++)
        {
            if (IsInline(list[i]) || list[i] is JsonObject tree && IsTree(tree))
            {
                Write(text, list[i], depth);
                continue;
            }
            Line(text, depth, $"[{i + 1}]");
            Write(text, list[i], depth + 1);
        }
    }

    /// <summary>Readings in columns: code, value with unit, time, words.</summary>
    private static void WriteReadings(StringBuilder text, JsonArray readings, int depth)
    {
        var rows = readings.Select(item => ReadingRow(item!.AsObject())).ToList();
        var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var value = row[1].PadLeft(Math.Min(widths[1], 40));
            Line(text, depth, $"{row[0].PadRight(widths[0])}  {value}  {row[2].PadRight(widths[2])}  {row[3]}".TrimEnd());
        }
    }

    private static string[] ReadingRow(JsonObject reading)
    {
        var obis = reading["obis"]?.GetValue<string>() ?? "-";
        var value = reading["scaled"] is { } scaled ? scaled.ToJsonString() : ReadingValueText(reading["value"]);
        var unit = reading["unit_symbol"]?.GetValue<string>() ?? "";
        var attribute = reading["attribute"]?.ToJsonString() is { } number && number != "2" ? $" attribute {number}" : "";
        var words = LogicalName.TryParse(obis, out var name) ? ObisText.Describe(name) ?? "" : "";
        return [obis + attribute, $"{value} {unit}".TrimEnd(), reading["time"]?.GetValue<string>() ?? "", words];
    }

    private static string ReadingValueText(JsonNode? value) => value is JsonArray ? "(nested)" : Scalar(value);

    private static void WriteTree(StringBuilder text, JsonObject tree, int depth)
    {
        var type = tree["t"]!.GetValue<string>();
        if (tree["v"] is not JsonArray items)
        {
            Line(text, depth, TreeText(type, tree["v"]));
            return;
        }
        var oneLine = OneLine(tree);
        if (oneLine.Length <= ShortList)
        {
            Line(text, depth, oneLine);
            return;
        }
        Line(text, depth, $"{type} of {items.Count}");
        foreach (var item in items) Write(text, item, depth + 1);
    }

    private static string OneLine(JsonObject tree)
    {
        var type = tree["t"]!.GetValue<string>();
        if (tree["v"] is not JsonArray items) return TreeText(type, tree["v"]);
        if (items.Count > 8) return new string(' ', ShortList + 1);
        return $"{type} {{ {string.Join(", ", items.Select(item => OneLine(item!.AsObject())))} }}";
    }

    private static string TreeText(string type, JsonNode? value)
    {
        if (value is null) return type;
        var plain = Scalar(value);
        if (type != "octet-string") return $"{type} {plain}";
        var meaning = Octets(plain);
        return meaning.Length == 0 ? $"{type} {plain}" : $"{type} {plain} ({meaning})";
    }

    /// <summary>What an octet-string looks like: an OBIS code, a date-time, or text.</summary>
    private static string Octets(string hex)
    {
        if (hex.Length is 0 or > MaxOctets || !HexText.TryParse(hex, out var bytes)) return "";
        if (bytes.Length == LogicalName.Size && bytes[0] <= 15)
        {
            var name = LogicalName.FromBytes(bytes);
            return ObisText.Describe(name) is { } words ? $"{name}, {words}" : name.ToString();
        }
        if (bytes.Length == CosemDateTime.Size && DateTimeJson.Iso(CosemDateTime.Parse(bytes)) is { } time) return time;
        return bytes.All(b => b is >= 0x20 and <= 0x7E) ? $"\"{Encoding.ASCII.GetString(bytes)}\"" : "";
    }

    private static string Inline(string name, JsonNode? value)
    {
        if (value is JsonArray list) return string.Join(", ", list.Select(Scalar));
        var text = Scalar(value);
        if (name == "obis" && LogicalName.TryParse(text, out var code) && ObisText.Describe(code) is { } words) return $"{text} ({words})";
        return text;
    }

    private static bool IsTree(JsonObject json) =>
        json.TryGetPropertyValue("t", out var type) && type?.GetValueKind() == JsonValueKind.String
        && (json.Count == 1 || json.ContainsKey("v"));

    private static bool IsInline(JsonNode? node) => node is null or JsonValue || node is JsonArray { Count: 0 }
        || (node is JsonArray list && list.All(item => item is JsonValue value && value.ToJsonString().Length < 40));

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "-",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Printable(value.GetValue<string>()),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>() ? "yes" : "no",
        _ => node.ToJsonString(),
    };

    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '.' : c)) : text;

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * Indent).Append(line).Append('\n');
}
