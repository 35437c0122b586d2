using System.Text.Json.Nodes;
using Headrace.Dlms.Tests.Translation;

namespace Headrace.Dlms.Tests.Data;

/// <summary>Vectors by kind: the repository's own always, the shared ones where they are.</summary>
internal static class Vectors
{
    public static bool SharedPresent => SharedVectors.SharedDirectory is not null;

    public static IEnumerable<JsonObject> Own(string kind) => Of(SharedVectors.OwnDirectory, kind);

    public static IEnumerable<JsonObject> All(string kind) => Own(kind).Concat(Of(SharedVectors.SharedDirectory, kind));

    private static IEnumerable<JsonObject> Of(string? directory, string kind) =>
        SharedVectors.Read(directory).Where(v => v["kind"]?.GetValue<string>() == kind);

    /// <summary>Runs a check over every vector of a kind and names those that fail.</summary>
    public static void Check(string kind, Action<JsonObject> check)
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var vector in All(kind))
        {
            count++;
            if (Record.Exception(() => check(vector)) is { } failure) failures.Add($"{vector["id"]}: {failure.Message}");
        }

        Assert.True(count > 0, $"no vector of kind {kind}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    public static byte[] Bytes(this JsonObject vector, string name = "hex") => Convert.FromHexString(vector.Text(name));

    public static byte[] Bytes(this JsonNode node, string name) => Convert.FromHexString(node[name]!.GetValue<string>());

    public static string Text(this JsonObject vector, string name) => vector[name]!.GetValue<string>();

    public static JsonObject Expect(this JsonObject vector) => vector["expect"]!.AsObject();
}
