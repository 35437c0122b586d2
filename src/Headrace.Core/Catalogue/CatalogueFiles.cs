using System.Text.Json;

namespace Headrace.Core.Catalogue;

/// <summary>The files of a catalogue: which there are, and those that are built into the product.</summary>
public static class CatalogueFiles
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Names of all files of a catalogue, without <c>.json</c>; each says its own name in <c>catalogue</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "edition", "meter-models", "communication-modules", "service-configurations", "approvals", "devices-other",
        "contradictions", "texts",
    ];

    /// <summary>The files built into the product.</summary>
    public static IReadOnlyList<CatalogueFile> BuiltIn() => [.. Names.Select(name => new CatalogueFile(name + ".json", Resource(name)))];

    /// <summary>The schema that holds the definition of a file, with the product's additions apart from the given one.</summary>
    internal static JsonElement SchemaOf(string name) =>
        name is "edition" or "contradictions" or "texts" ? Additions.Value : Given.Value;

    /// <summary>Parses a file strictly: UTF-8, no member twice, every text well-formed. Faults go to <paramref name="faults"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <returns>The root; null where there was a fault.</returns>
    internal static JsonElement? Parse(CatalogueFile file, List<CatalogueFault> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(file.Content, Strict);
            var root = document.RootElement.Clone();
            ReadTexts(root);
            return root;
        }
        catch (JsonException broken)
        {
            var place = FormattableString.Invariant($"line {(broken.LineNumber ?? 0) + 1}, byte {(broken.BytePositionInLine ?? 0) + 1}");
            faults.Add(new CatalogueFault(file.Name, "$", "JSON", $"{broken.Message.Split(" LineNumber")[0]} ({place})"));
        }
        catch (InvalidOperationException broken)
        {
            faults.Add(new CatalogueFault(file.Name, "$", "text in well-formed UTF-8", broken.Message));
        }
        return null;
    }

    private static Lazy<JsonElement> Given { get; } = new(() => Schema("schema"));

    private static Lazy<JsonElement> Additions { get; } = new(() => Schema("schema-additions"));

    private static JsonElement Schema(string name)
    {
        using var document = JsonDocument.Parse(Resource(name));
        return document.RootElement.Clone();
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(CatalogueFiles).Assembly.GetManifestResourceStream($"Catalogue/{name}.json")
            ?? throw new InvalidDataException($"The catalogue file {name}.json is not built in.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Reads every name and text once: a lone surrogate or broken UTF-8 is told here. Depth is at most 64.</summary>
    /// <exception cref="InvalidOperationException">A text is not well-formed.</exception>
    private static void ReadTexts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) ReadTexts(item);
        }
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            _ = member.Name;
            ReadTexts(member.Value);
        }
    }
}
