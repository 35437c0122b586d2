using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Dlms.Tests.Translation;

/// <summary>Finds the vector files: the shared ones beside the repository (or under HEADRACE_SHARED), and the repository's own.</summary>
internal static class SharedVectors
{
    /// <summary>Why a test that needs the shared vectors is skipped.</summary>
    public const string Missing = "the shared vectors are not beside this checkout (../shared/vectors/dlms, or HEADRACE_SHARED)";

    /// <summary>The directory of the shared DLMS vectors, or null.</summary>
    public static string? SharedDirectory
    {
        get
        {
            var root = Environment.GetEnvironmentVariable("HEADRACE_SHARED") ?? Path.Combine(Repository, "..", "shared");
            var directory = Path.Combine(root, "vectors", "dlms");
            return Directory.Exists(directory) ? directory : null;
        }
    }

    /// <summary>The directory of the repository's own DLMS vectors.</summary>
    public static string OwnDirectory => Path.Combine(Repository, "tests", "vectors", "dlms");

    /// <summary>The directory of inputs that once broke something.</summary>
    public static string CorpusDirectory => Path.Combine(Repository, "tests", "corpus");

    private static string Repository
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (File.Exists(Path.Combine(at.FullName, "Headrace.slnx"))) return at.FullName;
            throw new DirectoryNotFoundException("Headrace.slnx is in no directory above the tests");
        }
    }

    /// <summary>All vectors of a directory in order of file and position; none where there is no directory.</summary>
    public static IEnumerable<JsonObject> Read(string? directory)
    {
        if (directory is null || !Directory.Exists(directory)) yield break;
        foreach (var file in Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal))
            foreach (var vector in JsonNode.Parse(File.ReadAllText(file),
                documentOptions: new JsonDocumentOptions { MaxDepth = 128 })!.AsArray())
                yield return vector!.AsObject();
    }
}
