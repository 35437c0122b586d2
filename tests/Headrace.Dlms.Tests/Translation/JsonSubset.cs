using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Dlms.Tests.Translation;

/// <summary>Says where an output lacks something that was expected: every expected name must be there with the same value.</summary>
internal static class JsonSubset
{
    /// <summary>The differences as readable paths; empty when <paramref name="actual"/> holds all of <paramref name="expected"/>.</summary>
    /// <param name="ignored">Says of a path (with <c>[]</c> for list positions) that it is a remark and not data.</param>
    public static List<string> Differences(JsonNode? expected, JsonNode? actual, Func<string, bool> ignored)
    {
        var found = new List<string>();
        Compare(expected, actual, "", "", ignored, found);
        return found;
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, string path, string shape, Func<string, bool> ignored,
        List<string> found)
    {
        if (ignored(shape)) return;
        switch (expected, actual)
        {
            case (JsonObject e, JsonObject a):
                foreach (var (name, value) in e)
                {
                    if (ignored($"{shape}.{name}")) continue;
                    if (!a.TryGetPropertyValue(name, out var other)) found.Add($"{path}.{name} is missing");
                    else Compare(value, other, $"{path}.{name}", $"{shape}.{name}", ignored, found);
                }
                break;
            case (JsonArray e, JsonArray a):
                if (e.Count != a.Count) found.Add($"{path} has {a.Count} elements, not {e.Count}");
                for (var i = 0; i < Math.Min(e.Count, a.Count); i++) Compare(e[i], a[i], $"{path}[{i}]", $"{shape}[]", ignored, found);
                break;
            case (null, null):
                break;
            default:
                if (!SameScalar(expected, actual)) found.Add($"{path} is {Short(actual)}, not {Short(expected)}");
                break;
        }
    }

    private static bool SameScalar(JsonNode? expected, JsonNode? actual)
    {
        if (expected is not JsonValue || actual is not JsonValue) return false;
        var kind = expected.GetValueKind();
        if (kind != actual.GetValueKind()) return false;
        return kind switch
        {
            JsonValueKind.Number => Number(expected) == Number(actual),
            JsonValueKind.String => string.Equals(expected.GetValue<string>(), actual.GetValue<string>(), StringComparison.Ordinal),
            _ => true,
        };
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string Short(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length > 120 ? text[..120] + "..." : text;
    }
}
