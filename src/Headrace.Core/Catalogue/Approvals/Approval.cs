using System.Text.Json;

namespace Headrace.Core.Catalogue.Approvals;

/// <summary>A type approval whose notice the catalogue holds.</summary>
public sealed record Approval
{
    /// <summary>Number, such as <c>AE-1559</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Who granted it.</summary>
    public required string Authority { get; init; }

    /// <summary>Date of the notice.</summary>
    public DateOnly Date { get; init; }

    /// <summary>What it covers, in words.</summary>
    public required BilingualText Scope { get; init; }

    /// <summary>Models and their other names.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Frequency in hertz.</summary>
    public decimal? FrequencyHertz { get; init; }

    /// <summary>Ambient temperature in degrees Celsius.</summary>
    public NumberRange? AmbientCelsius { get; init; }

    /// <summary>Legally relevant firmware of the meter.</summary>
    public required IReadOnlyList<string> Firmware { get; init; }

    /// <summary>Approved service configurations, one for each current range.</summary>
    public required IReadOnlyList<ApprovedConfiguration> Configurations { get; init; }

    /// <summary>Approved modules.</summary>
    public required IReadOnlyList<ApprovedModule> Modules { get; init; }

    /// <summary>Energy quantities that the meter itself may show as legal.</summary>
    public required IReadOnlyList<string> Quantities { get; init; }

    /// <summary>Physical seal, such as <c>dual seal</c>.</summary>
    public BilingualText? Seal { get; init; }

    /// <summary>How programming is sealed, such as <c>plug</c>.</summary>
    public BilingualText? ProgrammingSeal { get; init; }

    /// <summary>Rules of sealing.</summary>
    public required IReadOnlyList<BilingualText> SealingRules { get; init; }

    /// <summary>Revisions in order, the original first.</summary>
    public required IReadOnlyList<ApprovalRevision> Revisions { get; init; }

    /// <summary>File of the notice.</summary>
    public required string Source { get; init; }

    /// <summary>True where the notice is in English and French.</summary>
    public bool Bilingual { get; init; }

    /// <summary>Lines of the notice with what each part is about.</summary>
    public required IReadOnlyList<(string Lines, string Covers)> Evidence { get; init; }

    /// <summary>Lines of the notice about a subject; null where none is told.</summary>
    /// <param name="subject">A word of what is covered, such as <c>sealing</c>.</param>
    public string? LinesAbout(string subject) =>
        Evidence.FirstOrDefault(one => one.Covers.Contains(subject, StringComparison.Ordinal)).Lines;

    /// <summary>What is approved on a day; null before the original.</summary>
    /// <param name="day">The day; null for the newest revision.</param>
    public ApprovalState? At(DateOnly? day)
    {
        var revision = day is null ? Revisions[^1] : Revisions.LastOrDefault(one => one.From(Date) <= day);
        if (revision is null) return null;
        var number = revision.Number;
        return new ApprovalState(this, revision,
            [.. Configurations.Where(row => row.FirstRevision <= number)],
            [.. from module in Modules
                where module.FirstRevision <= number
                select module with { Firmware = [.. module.Firmware.Where(firmware => firmware.FirstRevision <= number)] }]);
    }

    internal static Approval Read(JsonElement facts, IReadOnlyDictionary<string, string>? french)
    {
        BilingualText Words(string english) => new(english, french?.GetValueOrDefault(english));
        List<ApprovalRevision> revisions = [.. facts.Items("revisions").Select(one => ApprovalRevision.Read(one, Words))];
        return new Approval
        {
            Id = facts.Text("id") ?? "",
            Authority = facts.Text("authority") ?? "",
            Date = facts.Date("date") ?? default,
            Scope = Words(facts.Text("scope_rule") ?? ""),
            Models = [.. facts.Texts("models"), .. facts.Texts("also_named")],
            FrequencyHertz = facts.Number("ratings", "frequency_hz"),
            AmbientCelsius = facts.Number("ratings", "temp_min_c") is { } low && facts.Number("ratings", "temp_max_c") is { } high
                ? new NumberRange(low, high) : null,
            Firmware = facts.Texts("ratings", "legally_relevant_firmware"),
            Configurations = [.. facts.Items("service_configurations").SelectMany(row => ApprovedConfiguration.Read(row, revisions))],
            Modules = [.. facts.Items("communication", "modules").Select(module => ApprovedModule.Read(module, facts, revisions, Words))],
            Quantities =
            [
                .. new[] { "delivered_energy", "received_energy", "net_energy" }
                    .SelectMany(kind => facts.Texts("approved_quantities", kind)).Distinct(StringComparer.Ordinal),
            ],
            Seal = facts.Text("sealing", "physical") is { } seal ? Words(seal) : null,
            ProgrammingSeal = facts.Text("sealing", "programming") is { } programming ? Words(programming) : null,
            SealingRules = [.. facts.Texts("sealing", "rules").Select(Words)],
            Revisions = revisions,
            Source = facts.Texts("source") is [var source, ..] ? source : "",
            Bilingual = french is not null,
            Evidence = [.. facts.Items("evidence").Select(one => (one.Text("lines") ?? "", one.Text("covers") ?? ""))],
        };
    }
}

/// <summary>What an approval covers while one revision is in force.</summary>
/// <param name="Approval">The approval.</param>
/// <param name="Revision">The revision in force.</param>
/// <param name="Configurations">Configurations approved by then.</param>
/// <param name="Modules">Modules approved by then, each with the firmware approved by then.</param>
public sealed record ApprovalState(
    Approval Approval, ApprovalRevision Revision, IReadOnlyList<ApprovedConfiguration> Configurations,
    IReadOnlyList<ApprovedModule> Modules);

/// <summary>A revision of an approval.</summary>
/// <param name="Number">0 for the original.</param>
/// <param name="Issued">Its date; null where it has none of its own, then the notice's counts.</param>
/// <param name="Purposes">What it changed.</param>
/// <param name="Modules">Modules it names.</param>
/// <param name="Lines">Lines of the notice.</param>
/// <param name="Facts">All facts.</param>
public sealed record ApprovalRevision(
    int Number, DateOnly? Issued, IReadOnlyList<BilingualText> Purposes, IReadOnlyList<string> Modules, string Lines, JsonElement Facts)
{
    /// <summary>The day it is in force from.</summary>
    /// <param name="notice">Date of the notice, for a revision without its own.</param>
    public DateOnly From(DateOnly notice) => Issued ?? notice;

    internal static ApprovalRevision Read(JsonElement facts, Func<string, BilingualText> words) => new(
        facts.Whole("revision") ?? 0, facts.Date("issued"), [.. facts.Texts("purposes").Select(words)], facts.Texts("modules"),
        facts.Text("line") ?? "", facts);
}

/// <summary>An approval or certification that is only claimed, not held as a notice.</summary>
/// <param name="Id">Number or name, such as <c>AE-1967</c>.</param>
/// <param name="Authority">Who granted it.</param>
/// <param name="Kind">Such as <c>type approval number</c>.</param>
/// <param name="Covers">What it is said to cover.</param>
/// <param name="Pending">What is said to be pending.</param>
/// <param name="AsOf">When that was said, as printed, such as <c>2019-09 (sheet mark 9.19)</c>.</param>
/// <param name="Source">File it is printed in.</param>
/// <param name="Lines">Its lines.</param>
public sealed record ApprovalStatement(
    string Id, string Authority, string Kind, IReadOnlyList<string> Covers, IReadOnlyList<string> Pending, string? AsOf, string Source,
    string Lines)
{
    /// <summary>First day for which the claim is known, the first of the month of <see cref="AsOf"/>; null for none.</summary>
    public DateOnly? KnownFrom => AsOf is { Length: >= 7 }
        && DateOnly.TryParseExact(AsOf[..7], "yyyy-MM", System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None, out var day) ? day : null;

    /// <summary>True where a certification's text names it: <c>AE-1967</c>, <c>AE-1967 pending for this form</c>.</summary>
    public bool IsNamedIn(string certification) =>
        string.Equals(certification, Id, StringComparison.Ordinal) || certification.StartsWith(Id + " ", StringComparison.Ordinal);

    internal static ApprovalStatement Read(JsonElement facts) => new(
        facts.Text("id") ?? "", facts.Text("authority") ?? "", facts.Text("kind") ?? "", facts.Texts("covers"), facts.Texts("pending"),
        facts.Text("as_of"), facts.Texts("source") is [var source, ..] ? source : "",
        facts.Items("evidence") is [var first, ..] ? first.Text("lines") ?? "" : "");
}
