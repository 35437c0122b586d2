using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Core.Catalogue;

namespace Headrace.Drivers.Profiles;

/// <summary>
/// The types of devices, from JSON files that come with the program and from a folder of the utility. A file may extend another:
/// objects are merged name by name, anything else is replaced. A file that is <c>"abstract": true</c> is only there to be extended.
/// </summary>
public sealed class DeviceTypeFiles : IDeviceTypes
{
    private const int MaxInheritance = 8;
    private readonly Dictionary<string, DeviceType> _types;

    private DeviceTypeFiles(Dictionary<string, DeviceType> types) => _types = types;

    /// <inheritdoc/>
    public IReadOnlyCollection<DeviceType> All => _types.Values;

    /// <inheritdoc/>
    public DeviceType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>Loads the types that come with the program and those of a folder.</summary>
    /// <param name="folder">Folder with further <c>*.json</c>, which may extend the given ones; null or absent for none.</param>
    /// <exception cref="DeviceTypeException">A file is wrong.</exception>
    public static DeviceTypeFiles Load(string? folder = null)
    {
        var files = Embedded().ToList();
        if (folder is not null && Directory.Exists(folder))
        {
            var paths = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal);
            files.AddRange(paths.Select(path => (Path.GetFileName(path), ReadText(path))));
        }

        return Load(files);
    }

    /// <summary>Loads types from texts.</summary>
    /// <param name="files">Names of files, for messages, and their JSON.</param>
    /// <exception cref="DeviceTypeException">A file is wrong.</exception>
    public static DeviceTypeFiles Load(IEnumerable<(string File, string Json)> files)
    {
        var sources = new Dictionary<string, (string File, JsonObject Json)>(StringComparer.Ordinal);
        foreach (var (file, text) in files)
        {
            var json = Parse(file, text);
            var name = new JsonPlace(file, "", json).Text("name");
            if (!sources.TryAdd(name, (file, json)))
                throw new DeviceTypeException($"{file}: the type '{name}' is defined in {sources[name].File} too.");
        }

        var types = new Dictionary<string, DeviceType>(StringComparer.Ordinal);
        foreach (var (name, (file, json)) in sources.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var whole = Inherit(sources, name, depth: 0);
            var type = DeviceTypeReader.Read(new JsonPlace(file, "", whole));
            if (json["abstract"] is not JsonValue flag || !flag.TryGetValue<bool>(out var isAbstract) || !isAbstract) types.Add(name, type);
        }

        return new DeviceTypeFiles(types);
    }

    private static JsonObject Inherit(Dictionary<string, (string File, JsonObject Json)> sources, string name, int depth)
    {
        var (file, json) = sources[name];
        if (json["extends"] is not { } extends) return (JsonObject)json.DeepClone();
        if (extends is not JsonValue value || !value.TryGetValue<string>(out var parent) || !sources.ContainsKey(parent))
            throw new DeviceTypeException($"{file}: extends {extends.ToJsonString()}, which is no known type.");
        if (depth >= MaxInheritance)
            throw new DeviceTypeException($"{file}: inheritance runs in a circle or deeper than {MaxInheritance}.");
        var merged = Inherit(sources, parent, depth + 1);
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

    private static JsonObject Parse(string file, string text)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 };
            var node = JsonNode.Parse(text, documentOptions: options);
            return node as JsonObject ?? throw new DeviceTypeException($"{file}: not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new DeviceTypeException($"{file}: not valid JSON: {e.Message}", e);
        }
    }

    private static IEnumerable<(string File, string Json)> Embedded()
    {
        var assembly = typeof(DeviceTypeFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            yield return (name, reader.ReadToEnd());
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceTypeException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
