using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Tests;

/// <summary>Captured pushes of real meters with their keys, and what their bodies hold by the vectors' own reading of them.</summary>
internal sealed record RealMeterTelegram(
    string Id, byte[] Bytes, string SystemTitle, uint InvocationCounter, JsonObject Keys, IReadOnlyList<(string Obis, decimal Raw)> Values)
{
    private static readonly string[] Files = ["push-apdu.json", "push-hdlc.json", "push-mbus.json"];

    private static readonly HashSet<string> Integers = new(StringComparer.Ordinal)
    {
        "integer", "unsigned", "long", "long-unsigned", "double-long", "double-long-unsigned", "long64", "long64-unsigned",
    };

    /// <summary>All telegrams that have keys, in the order their meters sent them; empty where the vectors are not there.</summary>
    public static IReadOnlyList<RealMeterTelegram> All()
    {
        if (Folder() is not { } folder) return [];
        return
        [
            .. from file in Files
               from vector in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsArray()
               where vector!["keys"] is JsonObject
               let apdu = vector["expect"]!["apdu"]!
               let counter = apdu["invocation_counter"]!.GetValue<uint>()
               orderby counter
               select new RealMeterTelegram(
                   vector["id"]!.GetValue<string>(),
                   Convert.FromHexString(vector["hex"]!.GetValue<string>()),
                   apdu["system_title"]!.GetValue<string>(),
                   counter,
                   (JsonObject)vector["keys"]!,
                   ValuesOf(apdu["inner"]!["body"]!)),
        ];
    }

    private static string? Folder()
    {
        var given = Environment.GetEnvironmentVariable("HEADRACE_SHARED");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); given is null && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Headrace.slnx"))) given = Path.Combine(folder.Parent?.FullName ?? "/", "shared");
        }

        var vectors = Path.Combine(given ?? "", "vectors", "dlms");
        return Directory.Exists(vectors) ? vectors : null;
    }

    /// <summary>Pairs of OBIS code and integer: side by side, or by the list of captured objects where the body begins with one.</summary>
    private static List<(string Obis, decimal Raw)> ValuesOf(JsonNode body)
    {
        if (CapturedObjects(body) is { } objects)
        {
            var elements = body["v"]!.AsArray();
            return
            [
                .. from pair in objects.Zip(elements)
                   where pair.First.Attribute == 2 && IsInteger(pair.Second!)
                   select (pair.First.Obis, Number(pair.Second!)),
            ];
        }

        var leaves = new List<JsonNode>();
        Flatten(body, leaves);
        return
        [
            .. from pair in leaves.Zip(leaves.Skip(1))
               where Obis(pair.First) is not null && IsInteger(pair.Second)
               select (Obis(pair.First)!, Number(pair.Second)),
        ];
    }

    private static List<(string Obis, int Attribute)>? CapturedObjects(JsonNode body)
    {
        if (Type(body) != "structure" || body["v"]!.AsArray() is not [{ } first, ..] || Type(first) != "array") return null;
        var objects = first["v"]!.AsArray();
        if (objects.Count == 0 || objects.Any(item => Type(item!) != "structure" || item!["v"]!.AsArray().Count != 4)) return null;
        return [.. objects.Select(item => (ObisText(item!["v"]![1]!["v"]!.GetValue<string>()), item["v"]![2]!["v"]!.GetValue<int>()))];
    }

    private static void Flatten(JsonNode node, List<JsonNode> leaves)
    {
        if (Type(node) is not ("structure" or "array"))
        {
            leaves.Add(node);
            return;
        }

        foreach (var child in node["v"]!.AsArray()) Flatten(child!, leaves);
    }

    private static string Type(JsonNode node) => node["t"]!.GetValue<string>();

    private static bool IsInteger(JsonNode node) => Integers.Contains(Type(node));

    private static decimal Number(JsonNode node) =>
        node["v"]!.GetValueKind() == JsonValueKind.String
            ? decimal.Parse(node["v"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)
            : node["v"]!.GetValue<decimal>();

    private static string? Obis(JsonNode node) =>
        Type(node) == "octet-string"
            && node["v"]!.GetValue<string>() is { Length: 12 } hex
            && hex.EndsWith("ff", StringComparison.Ordinal)
            && hex[0] == '0'
                ? ObisText(hex)
                : null;

    private static string ObisText(string hex)
    {
        var b = Convert.FromHexString(hex);
        return FormattableString.Invariant($"{b[0]}-{b[1]}:{b[2]}.{b[3]}.{b[4]}.{b[5]}");
    }
}
