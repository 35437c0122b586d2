using System.Text.Json;

namespace Headrace.Core.Catalogue;

/// <summary>
/// A meter of the catalogue after inheritance (family, parent, entry): what it is and what is printed about it. It is not the
/// <see cref="DeviceType"/> by which a driver speaks to a meter; one device type may serve many models.
/// </summary>
public sealed record MeterModel
{
    /// <summary>Name within the catalogue, such as <c>lg-e331-2s</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>platform-form</c>, <c>priced-variant</c>, <c>approved-rating</c>, <c>product</c> or <c>named-only</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the family in the catalogue.</summary>
    public required string FamilyId { get; init; }

    /// <summary>Parent entry; null for none.</summary>
    public string? VariantOf { get; init; }

    /// <summary>Maker; null where no source names one.</summary>
    public string? Maker { get; init; }

    /// <summary>Line of products, such as <c>FOCUS AXe</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Platform code, such as <c>E331</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Model as printed, such as <c>FOCUS AXe-SD</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Other names of the model.</summary>
    public IReadOnlyList<string> AlsoNamed { get; init; } = [];

    /// <summary>ANSI forms that are stated, such as <c>2S</c>.</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    /// <summary>ANSI forms that were inferred from elements, wires and rating.</summary>
    public IReadOnlyList<string> InferredForms { get; init; } = [];

    /// <summary><c>self-contained</c> or <c>transformer-rated</c>; null where not known.</summary>
    public string? Service { get; init; }

    /// <summary>1 or 3; null where not known.</summary>
    public int? Phases { get; init; }

    /// <summary>Measuring elements, such as 1.5; null where not known.</summary>
    public decimal? Elements { get; init; }

    /// <summary>Wires; null where not known.</summary>
    public int? Wires { get; init; }

    /// <summary>Nominal voltages in volts.</summary>
    public IReadOnlyList<decimal> NominalVolts { get; init; } = [];

    /// <summary>Current class, such as <c>CL200</c>.</summary>
    public string? CurrentClass { get; init; }

    /// <summary>Largest current in amperes; null where not known.</summary>
    public decimal? MaximumAmperes { get; init; }

    /// <summary>Nominal frequencies in hertz.</summary>
    public IReadOnlyList<decimal> FrequenciesHertz { get; init; } = [];

    /// <summary>Names of the modules and option boards that a source lists for it.</summary>
    public IReadOnlyList<string> ModuleIds { get; init; } = [];

    /// <summary>Approvals and certifications as printed, such as <c>AE-1559</c>.</summary>
    public IReadOnlyList<string> Certifications { get; init; } = [];

    /// <summary>Contradictions of the family, the parent and the entry.</summary>
    public IReadOnlyList<string> Contradictions { get; init; } = [];

    /// <summary>All facts after inheritance.</summary>
    public required JsonElement Facts { get; init; }

    /// <summary>True where a name means this model: its id, model, family, platform or another name, in any letter case.</summary>
    public bool IsNamed(string name) => Closeness(name) is not null;

    /// <summary>How closely a name means it: 0 id, 1 model or another name, 2 platform, 3 family; null not at all.</summary>
    internal int? Closeness(string name)
    {
        bool Is(string? own) => string.Equals(own, name, StringComparison.OrdinalIgnoreCase);
        if (Is(Id)) return 0;
        if (Is(Model) || AlsoNamed.Any(Is)) return 1;
        if (Is(Platform)) return 2;
        return Is(Family) || Is(FamilyId) ? 3 : null;
    }

    /// <summary>True where it is made in an ANSI form, stated or inferred.</summary>
    public bool HasForm(string form) => Forms.Concat(InferredForms).Contains(form, StringComparer.OrdinalIgnoreCase);

    internal static MeterModel Read(JsonElement facts, IReadOnlyList<string> contradictions) => new()
    {
        Id = facts.Text("id") ?? "",
        Kind = facts.Text("kind") ?? "",
        FamilyId = facts.Text("family_id") ?? "",
        VariantOf = facts.Text("variant_of"),
        Maker = facts.Text("manufacturer"),
        Family = facts.Text("family") ?? "",
        Platform = facts.Text("platform_code"),
        Model = facts.Text("model") ?? "",
        AlsoNamed = facts.Texts("also_named"),
        Forms = facts.Texts("form", "ansi_forms"),
        InferredForms = facts.Texts("form", "inferred_ansi_forms"),
        Service = facts.Text("base", "service"),
        Phases = facts.Whole("wiring", "phases"),
        Elements = facts.Number("wiring", "elements"),
        Wires = facts.Whole("wiring", "wires"),
        NominalVolts = facts.Numbers("voltage", "nominal_v"),
        CurrentClass = facts.Text("current", "class"),
        MaximumAmperes = facts.Number("current", "max_a"),
        FrequenciesHertz = facts.Numbers("frequency", "nominal_hz"),
        ModuleIds =
        [
            .. new[] { "native", "third_party", "modules_by_approval", "option_boards" }
                .SelectMany(list => facts.Texts("communications", list)).Distinct(StringComparer.Ordinal),
        ],
        Certifications = facts.Texts("certifications"),
        Contradictions = contradictions,
        Facts = facts,
    };
}

/// <summary>A communication module, endpoint, port or option board.</summary>
/// <param name="Id">Name within the catalogue.</param>
/// <param name="Name">Name as printed.</param>
/// <param name="Kind">Such as <c>endpoint</c> or <c>approved module</c>.</param>
/// <param name="Medium">Such as <c>PLC</c>.</param>
/// <param name="Maker">Maker; null where none is named.</param>
/// <param name="OtherNames">Other names and the part number.</param>
/// <param name="Hosts">Meters that the source names, and those that it is only seen with.</param>
/// <param name="SupplyVolts">Voltage it works over; null where not stated.</param>
/// <param name="Excludes">What it leaves no space for; null for nothing.</param>
/// <param name="Facts">All facts.</param>
public sealed record CommunicationModule(
    string Id, string Name, string Kind, string Medium, string? Maker, IReadOnlyList<string> OtherNames, IReadOnlyList<string> Hosts,
    NumberRange? SupplyVolts, string? Excludes, JsonElement Facts)
{
    /// <summary>True where a text names this module, in any letter case.</summary>
    public bool IsNamed(string name) =>
        OtherNames.Prepend(Name).Prepend(Id).Any(own => string.Equals(own, name, StringComparison.OrdinalIgnoreCase));

    internal static CommunicationModule Read(JsonElement facts) => new(
        facts.Text("id") ?? "", facts.Text("name") ?? "", facts.Text("kind") ?? "", facts.Text("medium") ?? "", facts.Text("manufacturer"),
        [.. facts.Texts("also_named").Concat(facts.Text("part_number") is { } part ? [part] : Array.Empty<string>())],
        [.. facts.Texts("hosts_stated").Concat(facts.Texts("hosts_by_use"))],
        facts.Range("operating_voltage_v"), facts.Text("features", "excludes"), facts);
}
