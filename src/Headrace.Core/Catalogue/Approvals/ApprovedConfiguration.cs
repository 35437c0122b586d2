using System.Text.Json;

namespace Headrace.Core.Catalogue.Approvals;

/// <summary>A word of the vocabulary of service configurations.</summary>
/// <param name="Code">1 to 16.</param>
/// <param name="Name">Such as <c>1 1/2 element, 3 wire</c>.</param>
/// <param name="Kind"><c>electrical</c> or <c>mounting</c>.</param>
public sealed record ServiceConfigurationCode(int Code, string Name, string Kind)
{
    /// <summary>
    /// A wording reduced to what matters for comparing: letters and digits in lower case, <c>1 1/2</c> and <c>1½</c> and
    /// <c>one and a half</c> as 1.5, number words as digits.
    /// </summary>
    public static string Reduced(string wording)
    {
        ReadOnlySpan<(string From, string To)> words =
        [
            ("one and a half", "1.5"), ("1 1/2", "1.5"), ("1½", "1.5"), ("1-1/2", "1.5"), ("2 1/2", "2.5"), ("2½", "2.5"),
            ("single element", "1element"), ("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"),
            ("elements", "element"), ("wires", "wire"),
        ];
        var text = wording.ToLowerInvariant();
        foreach (var (from, to) in words) text = text.Replace(from, to, StringComparison.Ordinal);
        return string.Concat(text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.'));
    }

    internal static ServiceConfigurationCode Read(JsonElement facts) =>
        new(facts.Whole("code") ?? 0, facts.Text("text") ?? "", facts.Text("kind") ?? "");
}

/// <summary>One approved service configuration with one current range.</summary>
/// <param name="MeterId">The meter of the catalogue that it is.</param>
/// <param name="Codes">Codes of the vocabulary, electrical and mounting.</param>
/// <param name="Elements">Measuring elements.</param>
/// <param name="Wires">Wires.</param>
/// <param name="System">Wording.</param>
/// <param name="Mounting">S or A base.</param>
/// <param name="Volts">Voltage.</param>
/// <param name="Amperes">Current range.</param>
/// <param name="FirstRevision">The revision that added it; 0 where none did.</param>
/// <param name="Lines">Lines of the notice.</param>
public sealed record ApprovedConfiguration(
    string MeterId, IReadOnlyList<int> Codes, decimal Elements, int Wires, string System, string Mounting, decimal Volts,
    NumberRange Amperes, int FirstRevision, string Lines)
{
    internal static IEnumerable<ApprovedConfiguration> Read(JsonElement facts, IReadOnlyList<ApprovalRevision> revisions)
    {
        var (elements, wires, volts) = (facts.Number("elements") ?? 0, facts.Whole("wires") ?? 0, facts.Number("voltage_v") ?? 0);
        var meters = facts.Texts("meter_model_ids");
        foreach (var (index, item) in facts.Items("current_ranges_a").Index())
        {
            var numbers = item.EnumerateArray().Select(number => number.TryGetDecimal(out var value) ? value : 0).ToArray();
            var range = new NumberRange(numbers[0], numbers[^1]);
            var first = revisions.FirstOrDefault(revision => revision.Facts.Items("added_configurations").Any(added =>
                added.Number("elements") == elements && added.Whole("wires") == wires
                && (added.Number("voltage_v") ?? volts) == volts && added.Range("current_a") == range));
            yield return new ApprovedConfiguration(
                index < meters.Count ? meters[index] : "", [.. facts.Numbers("codes").Select(code => (int)code)], elements, wires,
                facts.Text("system") ?? "", facts.Text("base") ?? "", volts, range, first?.Number ?? 0, facts.Text("lines") ?? "");
        }
    }
}

/// <summary>A firmware of a module that is legally relevant and approved.</summary>
/// <param name="Version">The version as printed.</param>
/// <param name="FirstRevision">The revision that added it.</param>
public sealed record ApprovedFirmware(string Version, int FirstRevision);

/// <summary>A module that an approval lists.</summary>
public sealed record ApprovedModule
{
    /// <summary>Name in the catalogue.</summary>
    public required string ModuleId { get; init; }

    /// <summary>Name in the notice.</summary>
    public required string Device { get; init; }

    /// <summary>False for a board that the index of modules does not list: it is approved only together with another.</summary>
    public bool Indexed { get; init; }

    /// <summary>Approved firmware; empty where the notice names none.</summary>
    public required IReadOnlyList<ApprovedFirmware> Firmware { get; init; }

    /// <summary>The revision that added it; 0 where none did.</summary>
    public int FirstRevision { get; init; }

    /// <summary>Modules one of which it must be fitted with; empty for none.</summary>
    public required IReadOnlyList<string> FittedWith { get; init; }

    /// <summary>Shortest scroll time of the display in seconds; null for none.</summary>
    public decimal? ShortestScrollSeconds { get; init; }

    /// <summary>Quantities that are approved only with it, such as <c>kW</c>.</summary>
    public required IReadOnlyList<string> AddsQuantities { get; init; }

    /// <summary>Conditions and limitations.</summary>
    public required IReadOnlyList<BilingualText> Conditions { get; init; }

    /// <summary>Lines of the notice.</summary>
    public required string Lines { get; init; }

    internal static ApprovedModule Read(
        JsonElement facts, JsonElement approval, IReadOnlyList<ApprovalRevision> revisions, Func<string, BilingualText> words)
    {
        var id = facts.Text("module_id") ?? "";
        var first = facts.Whole("first_in_revision") ?? 0;
        var demand = approval.At("approved_quantities", "demand_by_module");
        return new ApprovedModule
        {
            ModuleId = id,
            Device = facts.Text("device") ?? "",
            Indexed = facts.Flag("listed_in_module_index") ?? true,
            FirstRevision = first,
            Firmware =
            [
                .. from version in facts.Texts("legally_relevant_firmware")
                   let change = revisions.FirstOrDefault(revision =>
                       string.Equals(revision.Facts.Text("firmware_change", "module"), id, StringComparison.Ordinal)
                       && string.Equals(revision.Facts.Text("firmware_change", "to"), version, StringComparison.Ordinal))
                   select new ApprovedFirmware(version, change?.Number ?? first),
            ],
            FittedWith =
            [
                .. facts.Texts("functions", "used_with"),
                .. from other in approval.Items("communication", "modules")
                   where string.Equals(other.Text("functions", "daughter_board"), id, StringComparison.Ordinal)
                   select other.Text("module_id") ?? "",
            ],
            ShortestScrollSeconds = facts.Number("min_lcd_scroll_time_s"),
            AddsQuantities = demand is { ValueKind: JsonValueKind.Object } by
                ? [.. by.EnumerateObject().Select(member => member.Name).Where(name => by.Texts(name).Contains(id, StringComparer.Ordinal))]
                : [],
            Conditions = [.. facts.Texts("conditions_and_limitations").Select(words)],
            Lines = facts.Items("evidence") is [var evidence, ..] ? evidence.Text("lines") ?? "" : "",
        };
    }
}
