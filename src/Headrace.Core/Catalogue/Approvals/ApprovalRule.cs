namespace Headrace.Core.Catalogue.Approvals;

/// <summary>One rule that a device is held against. Rules are pure: no clock, no state.</summary>
/// <param name="name">Name, such as <c>firmware.meter</c>.</param>
/// <param name="title">What it asks, for people.</param>
public abstract class ApprovalRule(string name, string title)
{
    /// <summary>Name, such as <c>firmware.meter</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What it asks, for people.</summary>
    public string Title { get; } = title;

    /// <summary>Its answers to a case; none where it does not apply.</summary>
    /// <param name="device">The case.</param>
    public abstract IEnumerable<RuleAnswer> Answer(ApprovalCase device);

    /// <summary>An answer of this rule. Numbers are written alike in every culture.</summary>
    private protected RuleAnswer Say(
        RuleVerdict verdict, string subject, RuleBasis basis, FormattableString english, FormattableString? french = null) =>
        new(Name, verdict, subject,
            new BilingualText(FormattableString.Invariant(english), french is null ? null : FormattableString.Invariant(french)), basis);

    private protected static RuleVerdict AllowedIf(bool kept) => kept ? RuleVerdict.Allowed : RuleVerdict.Refused;

    private protected static string List(IEnumerable<string> names) => string.Join(", ", names.Distinct(StringComparer.Ordinal));

    private protected static string List(IEnumerable<decimal> numbers) =>
        string.Join(", ", numbers.Distinct().Select(number => FormattableString.Invariant($"{number}")));
}

/// <summary>A rule that rests on the notice of an approval; it applies where one is in force.</summary>
/// <param name="name">Name of the rule.</param>
/// <param name="title">What it asks.</param>
/// <param name="section">Section of the notice.</param>
public abstract class NoticeRule(string name, string title, string section) : ApprovalRule(name, title)
{
    /// <inheritdoc/>
    public sealed override IEnumerable<RuleAnswer> Answer(ApprovalCase device) =>
        device.State is { } state ? Answer(device, state) : [];

    private protected abstract IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state);

    private protected RuleBasis Basis(ApprovalState state, string? lines) =>
        new(state.Approval.Id, state.Revision.Number, section, state.Approval.Source, lines);
}

/// <summary>A description with what the catalogue knows about it.</summary>
/// <param name="Catalogue">The catalogue.</param>
/// <param name="Device">The description.</param>
/// <param name="Models">Meters that it may be.</param>
/// <param name="Approval">The approval whose notice covers them all; null for none.</param>
/// <param name="State">What is in force on the day; null where nothing is.</param>
/// <param name="Modules">The fitted modules with their entries; an entry is null where the catalogue knows no such module.</param>
public sealed record ApprovalCase(
    DeviceCatalogue Catalogue, DeviceDescription Device, IReadOnlyList<MeterModel> Models, Approval? Approval, ApprovalState? State,
    IReadOnlyList<(FittedModule Fitted, CommunicationModule? Entry)> Modules)
{
    /// <summary>The approved modules that are fitted.</summary>
    public IEnumerable<ApprovedModule> ApprovedModules =>
        State?.Modules.Where(module => Modules.Select(fitted => fitted.Entry?.Id).Contains(module.ModuleId, StringComparer.Ordinal)) ?? [];
}

/// <summary>Holds descriptions of devices against the approvals of a catalogue.</summary>
public static class ApprovalRules
{
    /// <summary>All rules in the order they are asked.</summary>
    public static IReadOnlyList<ApprovalRule> All { get; } =
    [
        new ModelRule(), new DateRule(), new ScopeRule(), new StatementRule(), new FormRule(), new ServiceRule(), new VoltageRule(),
        new CurrentRule(), new FrequencyRule(), new AmbientRule(), new FirmwareRule(), new QuantityRule(), new ModuleKnownRule(),
        new ModuleListedRule(), new ModuleFirmwareRule(), new ModuleTogetherRule(), new ModuleHostRule(), new ModuleSpaceRule(),
        new ModuleSupplyRule(), new ModuleConditionRule(), new DisplayScrollRule(), new SealingRule(), new VerificationRule(),
    ];

    /// <summary>Asks every rule about a device.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="device">The device as described.</param>
    public static ApprovalAnswer Check(DeviceCatalogue catalogue, DeviceDescription device)
    {
        var models = catalogue.MetersNamed(device.Model);
        var inForm = device.Form is null ? [] : models.Where(model => model.HasForm(device.Form)).ToList();
        var narrowed = inForm.Count > 0 ? inForm : models;
        var approval = narrowed.Count == 0 ? null : catalogue.Approvals.FirstOrDefault(one =>
            narrowed.All(model => model.Certifications.Contains(one.Id, StringComparer.Ordinal)));
        var listed = narrowed.SelectMany(model => model.ModuleIds).ToHashSet(StringComparer.Ordinal);
        var modules = from fitted in device.Modules
                      let named = catalogue.Modules.Where(module => module.IsNamed(fitted.Name))
                      select (fitted, named.OrderByDescending(module => listed.Contains(module.Id)).FirstOrDefault());
        var asked = new ApprovalCase(catalogue, device, narrowed, approval, approval?.At(device.On), [.. modules]);
        return new ApprovalAnswer(device, [.. narrowed.Select(model => model.Id)],
            approval?.Id ?? narrowed.SelectMany(catalogue.StatementsFor).FirstOrDefault(IsTypeApproval)?.Id,
            asked.State?.Revision.Number, [.. All.SelectMany(rule => rule.Answer(asked))]);
    }

    internal static bool IsTypeApproval(ApprovalStatement statement) =>
        statement.Kind.Contains("type approval", StringComparison.OrdinalIgnoreCase);
}
