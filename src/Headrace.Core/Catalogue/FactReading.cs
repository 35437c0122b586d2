using System.Globalization;
using System.Text.Json;

namespace Headrace.Core.Catalogue;

/// <summary>Reads single facts out of a JSON entry; what is absent or of another kind is null or empty, never an error.</summary>
public static class FactReading
{
    /// <summary>The value at a path of members, or null where one is missing or null.</summary>
    /// <param name="entry">Where to begin.</param>
    /// <param name="path">Names of the members, outermost first.</param>
    public static JsonElement? At(this JsonElement entry, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(name, out entry)) return null;
        }
        return entry.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : entry;
    }

    /// <summary>Text at a path, or null.</summary>
    public static string? Text(this JsonElement entry, params ReadOnlySpan<string> path) =>
        entry.At(path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Number at a path, or null; also where it is beyond a decimal.</summary>
    public static decimal? Number(this JsonElement entry, params ReadOnlySpan<string> path) =>
        entry.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) ? number : null;

    /// <summary>Whole number at a path, or null.</summary>
    public static int? Whole(this JsonElement entry, params ReadOnlySpan<string> path) =>
        entry.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>True or false at a path, or null.</summary>
    public static bool? Flag(this JsonElement entry, params ReadOnlySpan<string> path) => entry.At(path)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Date (<c>yyyy-MM-dd</c>) at a path, or null.</summary>
    public static DateOnly? Date(this JsonElement entry, params ReadOnlySpan<string> path) =>
        DateOnly.TryParseExact(entry.Text(path), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : null;

    /// <summary>Elements of the array at a path; none where there is no array.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement entry, params ReadOnlySpan<string> path) =>
        entry.At(path) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    /// <summary>Texts of the array at a path.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement entry, params ReadOnlySpan<string> path) =>
        [.. entry.Items(path).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    /// <summary>Numbers of the array at a path.</summary>
    public static IReadOnlyList<decimal> Numbers(this JsonElement entry, params ReadOnlySpan<string> path) =>
        [.. from item in entry.Items(path)
            where item.ValueKind == JsonValueKind.Number && item.TryGetDecimal(out _)
            select item.GetDecimal()];

    /// <summary>A range of two numbers at a path, or null.</summary>
    public static NumberRange? Range(this JsonElement entry, params ReadOnlySpan<string> path) =>
        entry.Numbers(path) is [var low, var high] ? new NumberRange(low, high) : null;
}

/// <summary>A range from a lowest to a highest number, both within.</summary>
/// <param name="Low">Lowest.</param>
/// <param name="High">Highest.</param>
public readonly record struct NumberRange(decimal Low, decimal High)
{
    /// <summary>True where a number lies within.</summary>
    public bool Holds(decimal number) => number >= Low && number <= High;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Low}-{High}");
}
