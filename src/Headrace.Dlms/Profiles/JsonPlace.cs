using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Profiles;

/// <summary>A JSON object of a profile's file and where it stands, so that every complaint says where.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Path">Where in the file; empty for all of it.</param>
/// <param name="Json">The object.</param>
/// <param name="Fault">Makes the exception of whoever reads the file.</param>
public readonly record struct JsonPlace(string File, string Path, JsonObject Json, Func<string, Exception?, Exception> Fault)
{
    /// <summary>The exception that says what is wrong here.</summary>
    public Exception Wrong(string what) => Fault(Path.Length == 0 ? $"{File}: {what}" : $"{File}: {Path}: {what}", null);

    /// <summary>Refuses names that mean nothing: they are misspelt.</summary>
    public void Only(params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in Json)
        {
            if (!known.Contains(name)) throw Wrong($"'{name}' is not known here.");
        }
    }

    /// <summary>True where the name is there.</summary>
    public bool Has(string name) => Json.ContainsKey(name);

    /// <summary>A text that has to be there.</summary>
    public string Text(string name) =>
        Value<string>(name, "a text") is { Length: > 0 } text ? text : throw Wrong($"'{name}' is missing or empty.");

    /// <summary>A text, or another where it is not there.</summary>
    public string Text(string name, string otherwise) => Value<string>(name, "a text") ?? otherwise;

    /// <summary>A text that may be null on purpose.</summary>
    public string? TextOrNull(string name, string? otherwise) => Has(name) ? Value<string>(name, "a text") : otherwise;

    /// <summary>A text taken for a logical name.</summary>
    /// <param name="text">The text, which stands here.</param>
    public LogicalName LogicalName(string text) => Data.LogicalName.TryParse(text, out var name)
        ? name
        : throw Wrong($"'{text}' is no OBIS code such as 1-0:1.8.0.255.");

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise) => Json[name] is null ? otherwise : Value<bool>(name, "true or false");

    /// <summary>A number within bounds.</summary>
    public int Number(string name, int least, int most, int? otherwise = null)
    {
        if (Json[name] is null) return otherwise ?? throw Wrong($"'{name}' is missing.");
        var number = Value<int>(name, "a whole number");
        return number >= least && number <= most
            ? number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{name}' is {number}, which is not within {least} and {most}."));
    }

    /// <summary>Numbers within bounds; none where the list is not there.</summary>
    public IReadOnlyList<int> Numbers(string name, int least, int most)
    {
        var numbers = new List<int>();
        foreach (var item in Array(name))
        {
            if (item is not JsonValue value || !value.TryGetValue<int>(out var number) || number < least || number > most)
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{name}' holds something not within {least} and {most}."));
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>An object inside, or null.</summary>
    public JsonPlace? Object(string name) => Json[name] switch
    {
        null => null,
        JsonObject child => new JsonPlace(File, At(name), child, Fault),
        _ => throw Wrong($"'{name}' is not an object."),
    };

    /// <summary>The objects inside an object, by name; none where it is not there.</summary>
    public IEnumerable<(string Name, JsonPlace Place)> Members(string name)
    {
        if (Object(name) is not { } all) yield break;
        foreach (var (key, _) in all.Json) yield return (key, all.Object(key) ?? throw all.Wrong($"'{key}' is null."));
    }

    /// <summary>The objects of a list; none where it is not there.</summary>
    public IEnumerable<JsonPlace> Objects(string name)
    {
        var i = 0;
        foreach (var item in Array(name))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{At(name)}[{i++}]");
            yield return item is JsonObject child
                ? new JsonPlace(File, path, child, Fault)
                : throw Wrong($"'{name}' holds something that is not an object.");
        }
    }

    /// <summary>The texts of a list; none where it is not there.</summary>
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
