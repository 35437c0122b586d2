using System.Text.Json;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Tests.Hdlc;

/// <summary>The shared HDLC vectors, where they are there.</summary>
internal static class HdlcVectors
{
    public static IReadOnlyList<JsonElement> Read(string file)
    {
        var path = Path.Combine(Folder() ?? "", file);
        if (!File.Exists(path)) Assert.Skip($"the shared vectors are not here: {file}");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public static byte[] Hex(JsonElement element, string name = "hex") => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static void AssertAddress(JsonElement expected, HdlcAddress actual)
    {
        Assert.Equal(expected.GetProperty("len").GetInt32(), actual.Length);
        Assert.Equal(expected.GetProperty("upper").GetInt32(), actual.Upper);
        if (expected.TryGetProperty("lower", out var lower)) Assert.Equal(lower.GetInt32(), actual.Lower);
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("HEADRACE_SHARED") is { Length: > 0 } shared) return Path.Combine(shared, "vectors", "dlms");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Headrace.slnx")))
                return Path.Combine(directory.FullName, "..", "shared", "vectors", "dlms");
        }
        return null;
    }
}
