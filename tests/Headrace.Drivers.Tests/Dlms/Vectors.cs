using System.Text.Json;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>A telegram of a real meter, from the vectors that are kept beside the repository.</summary>
internal sealed record Vector(string Id, byte[] Bytes, string? Guek, string? Gak);

internal static class Vectors
{
    /// <summary>The vectors of a file; the test is skipped where the folder is not there.</summary>
    public static IReadOnlyList<Vector> Load(string file)
    {
        var path = Path.Combine(Folder() ?? "", "vectors", "dlms", file + ".json");
        if (!File.Exists(path)) Assert.Skip($"The shared vectors ({file}) are not beside the repository.");
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    public static Vector One(string id) => Load(id[..id.LastIndexOf('-')]).Single(v => v.Id == id);

    private static Vector Read(JsonElement element) => new(
        element.GetProperty("id").GetString()!,
        Convert.FromHexString(element.GetProperty("hex").GetString()!),
        Key(element, "guek"),
        Key(element, "gak"));

    private static string? Key(JsonElement element, string name) =>
        element.TryGetProperty("keys", out var keys)
            && keys.ValueKind == JsonValueKind.Object
            && keys.TryGetProperty(name, out var key) ? key.GetString() : null;

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("HEADRACE_SHARED") is { Length: > 0 } given) return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Headrace.slnx"))) return Path.Combine(folder.Parent?.FullName ?? "", "shared");
        }

        return null;
    }
}
