using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Dlms.Profiles;

/// <summary>
/// Profiles in JSON files that extend one another: objects are merged name by name, anything else is replaced. A file that is
/// <c>"abstract": true</c> is only there to be extended.
/// </summary>
/// <param name="kind">What the files describe, for messages: type, profile.</param>
/// <param name="fault">Makes the exception of a wrong file.</param>
public sealed class JsonProfileFiles(string kind, Func<string, Exception?, Exception> fault)
{
    private const int MaxInheritance = 8;
    private readonly Dictionary<string, (string File, JsonObject Json)> _sources = new(StringComparer.Ordinal);

    /// <summary>The resources of an assembly whose names end in an ending, with their text.</summary>
    public static IEnumerable<(string File, string Json)> Embedded(Assembly assembly, string ending)
    {
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(ending, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            yield return (name, reader.ReadToEnd());
        }
    }

    /// <summary>Adds a file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">Its JSON.</param>
    public void Add(string file, string text)
    {
        var json = Parse(file, text);
        var name = new JsonPlace(file, "", json, fault).Text("name");
        if (!_sources.TryAdd(name, (file, json)))
            throw fault($"{file}: the {kind} '{name}' is defined in {_sources[name].File} too.", null);
    }

    /// <summary>All with their inheritance resolved, in order of their names; abstract ones too.</summary>
    public IEnumerable<(string Name, JsonPlace Whole, bool IsAbstract)> All()
    {
        foreach (var (name, (file, json)) in _sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var isAbstract = json["abstract"] is JsonValue flag && flag.TryGetValue<bool>(out var given) && given;
            yield return (name, new JsonPlace(file, "", Inherit(name, depth: 0), fault), isAbstract);
        }
    }

    private JsonObject Inherit(string name, int depth)
    {
        var (file, json) = _sources[name];
        if (json["extends"] is not { } extends) return (JsonObject)json.DeepClone();
        if (extends is not JsonValue value || !value.TryGetValue<string>(out var parent) || !_sources.ContainsKey(parent))
            throw fault($"{file}: extends {extends.ToJsonString()}, which is no known {kind}.", null);
        if (depth >= MaxInheritance) throw fault($"{file}: inheritance runs in a circle or deeper than {MaxInheritance}.", null);
        var merged = Inherit(parent, depth + 1);
        merged.Remove("abstract");
        Merge(merged, json);
        return merged;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject child && into[key] is JsonObject existing) Merge(existing, child);
            else into[key] = value?.DeepClone();
        }
    }

    private JsonObject Parse(string file, string text)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 };
            return JsonNode.Parse(text, documentOptions: options) as JsonObject ?? throw fault($"{file}: not a JSON object.", null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw fault($"{file}: not valid JSON: {e.Message}", e);
        }
    }
}
