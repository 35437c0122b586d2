using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Core.Catalogue;

/// <summary>
/// The catalogue of devices: meters, modules, approvals and what their sources say and contradict. It describes products on the market; the
/// <see cref="DeviceType"/> by which a driver speaks to a meter is another thing.
/// </summary>
public sealed class DeviceCatalogue
{
    private readonly Dictionary<string, CatalogueEntry> _entries;

    internal DeviceCatalogue(CatalogueContent content)
    {
        Version = content.Version;
        Date = content.Date;
        Meters = content.Meters;
        Modules = content.Modules;
        Approvals = content.Approvals;
        Statements = content.Statements;
        Codes = content.Codes;
        Contradictions = content.Contradictions;
        Entries = content.Entries;
        _entries = content.Entries.ToDictionary(entry => entry.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The catalogue built into the product.</summary>
    /// <exception cref="InvalidDataException">Its files are broken, which the product's tests rule out.</exception>
    public static DeviceCatalogue BuiltIn => Own.Value;

    private static Lazy<DeviceCatalogue> Own { get; } = new(() =>
    {
        var load = CatalogueLoader.Load(CatalogueFiles.BuiltIn());
        return load.Catalogue ?? throw new InvalidDataException(load.Faults[0].ToString());
    });

    /// <summary>Edition of the data, such as <c>1.0.0</c>.</summary>
    public string Version { get; }

    /// <summary>Date of the edition.</summary>
    public DateOnly Date { get; }

    /// <summary>All meters after inheritance.</summary>
    public IReadOnlyList<MeterModel> Meters { get; }

    /// <summary>All modules, endpoints, ports and boards.</summary>
    public IReadOnlyList<CommunicationModule> Modules { get; }

    /// <summary>Approvals whose notice is held.</summary>
    public IReadOnlyList<Approval> Approvals { get; }

    /// <summary>Approvals and certifications that are only claimed on a sheet.</summary>
    public IReadOnlyList<ApprovalStatement> Statements { get; }

    /// <summary>The vocabulary of service configurations.</summary>
    public IReadOnlyList<ServiceConfigurationCode> Codes { get; }

    /// <summary>Contradictions, unclear readings and gaps.</summary>
    public IReadOnlyList<Contradiction> Contradictions { get; }

    /// <summary>Everything that has a name.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    /// <summary>The entry of a name in any letter case, or null.</summary>
    public CatalogueEntry? Find(string id) => _entries.GetValueOrDefault(id);

    /// <summary>Meters that a name means most closely: one entry, else a model or other name, else a platform, else a family.</summary>
    public IReadOnlyList<MeterModel> MetersNamed(string name) =>
        Meters.Where(meter => meter.IsNamed(name)).GroupBy(meter => meter.Closeness(name)).MinBy(group => group.Key)?.ToList() ?? [];

    /// <summary>Meters that fit every part of a query.</summary>
    public IReadOnlyList<MeterModel> MetersOf(MeterQuery query) => [.. Meters.Where(query.Fits)];

    /// <summary>Modules that a source lists for a meter, or that name the meter as their host.</summary>
    public IReadOnlyList<CommunicationModule> ModulesFor(MeterModel meter) =>
        [.. Modules.Where(module => meter.ModuleIds.Contains(module.Id, StringComparer.Ordinal) || module.Hosts.Any(meter.IsNamed))];

    /// <summary>Approvals whose notice covers a meter.</summary>
    public IReadOnlyList<Approval> ApprovalsFor(MeterModel meter) =>
        [.. Approvals.Where(approval => meter.Certifications.Contains(approval.Id, StringComparer.Ordinal))];

    /// <summary>Statements that a meter's certifications name, also those that say it is pending.</summary>
    public IReadOnlyList<ApprovalStatement> StatementsFor(MeterModel meter) =>
        [.. Statements.Where(statement => meter.Certifications.Any(text => statement.IsNamedIn(text)))];

    /// <summary>What was approved on a day: each approval in force with its revision, configurations, modules and firmware.</summary>
    public IReadOnlyList<ApprovalState> ApprovedOn(DateOnly day) =>
        [.. Approvals.Select(approval => approval.At(day)).OfType<ApprovalState>()];
}

/// <summary>What meters are asked for; a part that is null asks for nothing.</summary>
/// <param name="Maker">Part of the maker's name.</param>
/// <param name="Family">Part of the name of the family, model or platform.</param>
/// <param name="Form">ANSI form.</param>
/// <param name="Service"><c>self-contained</c> or <c>transformer-rated</c>.</param>
/// <param name="Phases">1 or 3.</param>
/// <param name="ModuleId">A module that it can take.</param>
public sealed record MeterQuery(
    string? Maker = null, string? Family = null, string? Form = null, string? Service = null, int? Phases = null, string? ModuleId = null)
{
    /// <summary>True where a meter fits every part.</summary>
    public bool Fits(MeterModel meter) =>
        (Maker is null || Holds(meter.Maker, Maker))
        && (Family is null || Holds(meter.Family, Family) || Holds(meter.Model, Family) || Holds(meter.Platform, Family)
            || Holds(meter.FamilyId, Family))
        && (Form is null || meter.HasForm(Form))
        && (Service is null || Holds(meter.Service, Service))
        && (Phases is null || meter.Phases == Phases)
        && (ModuleId is null || meter.ModuleIds.Contains(ModuleId, StringComparer.OrdinalIgnoreCase));

    private static bool Holds(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>What a loader has read, before it is a catalogue.</summary>
internal sealed record CatalogueContent(
    string Version, DateOnly Date, IReadOnlyList<MeterModel> Meters, IReadOnlyList<CommunicationModule> Modules,
    IReadOnlyList<Approval> Approvals, IReadOnlyList<ApprovalStatement> Statements, IReadOnlyList<ServiceConfigurationCode> Codes,
    IReadOnlyList<Contradiction> Contradictions, IReadOnlyList<CatalogueEntry> Entries);
