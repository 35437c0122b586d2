using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Headrace.Core.Catalogue;

/// <summary>
/// Checks a JSON value against the part of JSON Schema (draft 2020-12) that the catalogue's schema uses: $ref, type, const, enum,
/// properties, required, additionalProperties, propertyNames, dependentRequired, items, bounds, pattern, format date, allOf,
/// oneOf, if and then.
/// </summary>
/// <param name="schema">The schema document, trusted: it is the product's own.</param>
/// <param name="file">Name of the file the value is of, for the faults.</param>
internal sealed class SchemaCheck(JsonElement schema, string file)
{
    private const int MostFaults = 200;
    private readonly List<CatalogueFault> _faults = [];

    /// <summary>Faults found so far, at most 200.</summary>
    public IReadOnlyList<CatalogueFault> Faults => _faults;

    /// <summary>Checks a value against a named definition.</summary>
    public void Check(JsonElement value, string definition, string path) =>
        Check(value, schema.GetProperty("$defs").GetProperty(definition), path);

    private void Check(JsonElement value, JsonElement rule, string path)
    {
        if (_faults.Count >= MostFaults) return;
        if (rule.Text("$ref") is { } reference) Check(value, reference.Split('/')[^1], path);
        if (!HasType(value, rule, path)) return;
        CheckValue(value, rule, path);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(value, rule, path); break;
            case JsonValueKind.Array: CheckArray(value, rule, path); break;
            case JsonValueKind.String: CheckText(value, rule, path); break;
            case JsonValueKind.Number: CheckNumber(value, rule, path); break;
        }
        foreach (var part in rule.Items("allOf")) Check(value, part, path);
        CheckConditions(value, rule, path);
    }

    private bool HasType(JsonElement value, JsonElement rule, string path)
    {
        if (rule.At("type") is not { } type) return true;
        IReadOnlyList<string> names = type.ValueKind == JsonValueKind.Array ? rule.Texts("type") : [type.GetString()!];
        if (names.Any(name => IsOfType(value, name))) return true;
        Fault(path, string.Join(" or ", names), value);
        return false;
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _),
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private void CheckValue(JsonElement value, JsonElement rule, string path)
    {
        if (rule.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(value, only)) Fault(path, only.GetRawText(), value);
        if (rule.TryGetProperty("enum", out var choice) && !choice.EnumerateArray().Any(one => JsonElement.DeepEquals(value, one)))
            Fault(path, "one of " + string.Join(", ", choice.EnumerateArray().Select(one => one.GetRawText())), value);
    }

    private void CheckObject(JsonElement value, JsonElement rule, string path)
    {
        foreach (var name in rule.Texts("required").Where(name => !value.TryGetProperty(name, out _)))
            _faults.Add(new CatalogueFault(file, $"{path}.{name}", "a member that must be there", "nothing"));
        var known = rule.At("properties");
        var closed = rule.Flag("additionalProperties") == false;
        foreach (var member in value.EnumerateObject())
        {
            var place = $"{path}.{member.Name}";
            if (known?.TryGetProperty(member.Name, out var inner) == true) Check(member.Value, inner, place);
            else if (closed) Fault(place, "no such member", member.Value);
            if (rule.Text("propertyNames", "pattern") is { } pattern && !Matches(member.Name, pattern))
                _faults.Add(new CatalogueFault(file, place, $"a name that matches {pattern}", member.Name));
            if (rule.At("dependentRequired") is not { } needs) continue;
            foreach (var name in needs.Texts(member.Name).Where(name => !value.TryGetProperty(name, out _)))
                _faults.Add(new CatalogueFault(file, $"{path}.{name}", $"a member, because {member.Name} is there", "nothing"));
        }
    }

    private void CheckArray(JsonElement value, JsonElement rule, string path)
    {
        var count = value.GetArrayLength();
        if (rule.Whole("minItems") is { } fewest && count < fewest) Fault(path, $"at least {Count(fewest)}", Count(count));
        if (rule.Whole("maxItems") is { } most && count > most) Fault(path, $"at most {Count(most)}", Count(count));
        if (rule.At("items") is not { } inner) return;
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(item, inner, FormattableString.Invariant($"{path}[{index++}]"));
    }

    private void CheckText(JsonElement value, JsonElement rule, string path)
    {
        var text = value.GetString()!;
        if (text.Length < rule.Whole("minLength")) Fault(path, "text that is not empty", value);
        if (rule.Text("pattern") is { } pattern && !Matches(text, pattern)) Fault(path, $"text that matches {pattern}", value);
        if (string.Equals(rule.Text("format"), "date", StringComparison.Ordinal)
            && !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            Fault(path, "a date such as 2012-10-04", value);
    }

    private void CheckNumber(JsonElement value, JsonElement rule, string path)
    {
        if (!value.TryGetDecimal(out var number)) return;
        if (number < rule.Number("minimum")) Fault(path, $"{rule.GetProperty("minimum").GetRawText()} or more", value);
        if (number > rule.Number("maximum")) Fault(path, $"{rule.GetProperty("maximum").GetRawText()} or less", value);
        if (number <= rule.Number("exclusiveMinimum")) Fault(path, $"more than {rule.GetProperty("exclusiveMinimum").GetRawText()}", value);
    }

    private void CheckConditions(JsonElement value, JsonElement rule, string path)
    {
        if (rule.At("if") is { } condition && rule.At("then") is { } then && Attempt(value, condition, path).Count == 0)
            Check(value, then, path);
        var choices = rule.Items("oneOf");
        if (choices.Count == 0) return;
        var attempts = choices.Select(choice => Attempt(value, choice, path)).OrderBy(faults => faults.Count).ToList();
        var held = attempts.Count(faults => faults.Count == 0);
        if (held > 1) Fault(path, "a value of one kind only", value);
        // what is nearest to right tells best what is wrong; deeper faults are nearer than a wrong kind
        if (held == 0) _faults.AddRange(attempts.OrderBy(faults => faults.Any(fault => fault.Path == path) ? 1 : 0).First());
    }

    private IReadOnlyList<CatalogueFault> Attempt(JsonElement value, JsonElement rule, string path)
    {
        var attempt = new SchemaCheck(schema, file);
        attempt.Check(value, rule, path);
        return attempt.Faults;
    }

    // \d of the schema is an ASCII digit
    private static bool Matches(string text, string pattern) => Regex.IsMatch(
        text, pattern.Replace("\\d", "[0-9]", StringComparison.Ordinal).Replace("$", "\\z", StringComparison.Ordinal),
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    private static string Count(int items) => FormattableString.Invariant($"{items} items");

    private void Fault(string path, string expected, JsonElement value) => Fault(path, expected, Short(value.GetRawText()));

    private void Fault(string path, string expected, string got) => _faults.Add(new CatalogueFault(file, path, expected, got));

    private static string Short(string raw)
    {
        var line = raw.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : line[..60] + "...";
    }
}
