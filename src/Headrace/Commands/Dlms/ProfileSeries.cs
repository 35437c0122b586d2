using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary>One column of a profile as numbers, to be drawn.</summary>
/// <param name="Title">What it is, with its unit.</param>
/// <param name="Times">The time of each row as text; empty where it has none.</param>
/// <param name="Values">The number of each row; null where there is none.</param>
internal sealed record ProfileSeries(string Title, IReadOnlyList<string> Times, IReadOnlyList<double?> Values)
{
    /// <summary>
    /// The numeric columns of rows. Energies, which only count up, are shown as what was added from row to row.
    /// </summary>
    public static List<ProfileSeries> Of(IReadOnlyList<IReadOnlyList<JsonNode>> rows)
    {
        var found = new List<ProfileSeries>();
        if (rows.Count == 0) return found;
        for (var column = 0; column < rows[0].Count; column++)
        {
            var cells = rows.Select(row => column < row.Count ? row[column] : null).ToList();
            var values = cells.Select(cell => Number(cell?["scaled"]) ?? Number(cell?["value"])).ToList();
            if (Number(cells[0]?["class"]) is not (3 or 4 or 5) || values.TrueForAll(value => value is null)) continue;
            var obis = cells[0]!["obis"]!.GetValue<string>();
            var unit = cells.Find(cell => cell?["unit_symbol"] is not null)?["unit_symbol"]?.GetValue<string>();
            var words = LogicalName.TryParse(obis, out var name) ? ObisText.Describe(name) : null;
            var counts = name is { A: 1, D: 8 } && values.Count > 1;
            var title = obis + (words is null ? "" : $" {words}") + (unit is null ? "" : $", {unit}") + (counts ? " from row to row" : "");
            var times = cells.Select(cell => cell?["time"]?.GetValue<string>() ?? "").ToList();
            found.Add(counts
                ? new ProfileSeries(title, [.. times.Skip(1)], [.. values.Skip(1).Select((value, i) => value - values[i])])
                : new ProfileSeries(title, times, values));
        }
        return found;
    }

    /// <summary>Least and greatest number; zero belongs to the picture where all are positive and it is near.</summary>
    public (double Low, double High) Range()
    {
        var known = Values.OfType<double>().ToList();
        if (known.Count == 0) return (0, 1);
        var (low, high) = (known.Min(), known.Max());
        if (low > 0 && low < high / 2) low = 0;
        if (high > low) return (low, high);
        return low == 0 ? (0, 1) : (low - 0.5, low + 0.5);
    }

    /// <summary>A number for an axis.</summary>
    public static string Label(double value) => Math.Abs(value) >= 1000
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("0.###", CultureInfo.InvariantCulture);

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : null;
}
