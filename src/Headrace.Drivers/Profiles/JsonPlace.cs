using System.Globalization;
using System.Text.Json.Nodes;

namespace Headrace.Drivers.Profiles;

/// <summary>A JSON object and where it stands, so that every complaint says where.</summary>
internal readonly record struct JsonPlace(string File, string Path, JsonObject Json)
{
    public DeviceTypeException Wrong(string what) => new(Path.Length == 0 ? $"{File}: {what}" : $"{File}: {Path}: {what}");

    /// <summary>Refuses names that mean nothing: they are misspelt.</summary>
    public void Only(params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in Json)
        {
            if (!known.Contains(name)) throw Wrong($"'{name}' is not known here.");
        }
    }

    public bool Has(string name) => Json.ContainsKey(name);

    public string Text(string name) =>
        Value<string>(name, "a text") is { Length: > 0 } text ? text : throw Wrong($"'{name}' is missing or empty.");

    public string Text(string name, string otherwise) => Value<string>(name, "a text") ?? otherwise;

    public string? TextOrNull(string name, string? otherwise) => Has(name) ? Value<string>(name, "a text") : otherwise;

    public bool Flag(string name, bool otherwise) => Json[name] is null ? otherwise : Value<bool>(name, "true or false");

    public int Number(string name, int least, int most, int? otherwise = null)
    {
        if (Json[name] is null) return otherwise ?? throw Wrong($"'{name}' is missing.");
        var number = Value<int>(name, "a whole number");
        return number >= least && number <= most
            ? number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{name}' is {number}, which is not within {least} and {most}."));
    }

    public JsonPlace? Object(string name) => Json[name] switch
    {
        null => null,
        JsonObject child => new JsonPlace(File, At(name), child),
        _ => throw Wrong($"'{name}' is not an object."),
    };

    public IEnumerable<JsonPlace> Objects(string name)
    {
        var i = 0;
        foreach (var item in Array(name))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{At(name)}[{i++}]");
            yield return item is JsonObject child
                ? new JsonPlace(File, path, child)
                : throw Wrong($"'{name}' holds something that is not an object.");
        }
    }

    public IEnumerable<string> Texts(string name)
    {
        foreach (var item in Array(name))
            yield return item is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw Wrong($"'{name}' holds something that is not a text.");
    }

    private JsonArray Array(string name) => Json[name] switch
    {
        null => [],
        JsonArray array => array,
        _ => throw Wrong($"'{name}' is not a list."),
    };

    private T? Value<T>(string name, string what) => Json[name] switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var found) => found,
        _ => throw Wrong($"'{name}' is not {what}."),
    };

    private string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
