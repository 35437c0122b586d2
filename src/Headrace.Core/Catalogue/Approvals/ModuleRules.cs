namespace Headrace.Core.Catalogue.Approvals;

/// <summary>Each module is one that the catalogue knows.</summary>
internal sealed class ModuleKnownRule() : ApprovalRule("module.known", "Is each module known?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device) =>
        from module in device.Modules
        where module.Entry is null
        select Say(RuleVerdict.Refused, module.Fitted.Name, new RuleBasis("catalogue", null, null, "communication-modules.json", null),
            $"no module of the catalogue is named {module.Fitted.Name}", $"aucun module du catalogue ne s'appelle {module.Fitted.Name}");
}

/// <summary>Each module is in the approval's index on the day.</summary>
internal sealed class ModuleListedRule() : NoticeRule("module.listed", "Is each module in the approval's index?", "3.2")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        foreach (var entry in device.Modules.Select(module => module.Entry).OfType<CommunicationModule>())
        {
            var ever = state.Approval.Modules.FirstOrDefault(module => string.Equals(module.ModuleId, entry.Id, StringComparison.Ordinal));
            if (ever is null)
            {
                var index = List(state.Modules.Where(module => module.Indexed).Select(module => module.Device));
                yield return Say(RuleVerdict.Refused, entry.Name, Basis(state, state.Approval.LinesAbout("modules")),
                    $"not in the index of approved modules: {index}",
                    $"absent de l'index des modules approuvés : {index}");
            }
            else if (ever.FirstRevision > state.Revision.Number)
            {
                var added = state.Approval.Revisions[ever.FirstRevision];
                yield return Say(RuleVerdict.Refused, entry.Name, Basis(state, added.Lines) with { Section = "6" },
                    $"added by revision {added.Number} of {added.From(state.Approval.Date):yyyy-MM-dd} only",
                    $"ajouté seulement par la révision {added.Number} du {added.From(state.Approval.Date):yyyy-MM-dd}");
            }
            else
            {
                var since = ever.FirstRevision > 0 ? FormattableString.Invariant($" since revision {ever.FirstRevision}") : "";
                var depuis = ever.FirstRevision > 0 ? FormattableString.Invariant($" depuis la révision {ever.FirstRevision}") : "";
                var lines = ever.Indexed ? state.Approval.LinesAbout("modules") : ever.Lines;
                yield return Say(RuleVerdict.Allowed, entry.Name, Basis(state, lines),
                    $"approved{since}", $"approuvé{depuis}");
            }
        }
    }
}

/// <summary>A module that needs another is fitted with it.</summary>
internal sealed class ModuleTogetherRule() : NoticeRule("module.together", "Is a module that needs another fitted with it?", "3.3")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var fitted = device.ApprovedModules.ToList();
        foreach (var module in fitted.Where(module => module.FittedWith.Count > 0))
        {
            var partners = List(state.Approval.Modules.Where(other => module.FittedWith.Contains(other.ModuleId, StringComparer.Ordinal))
                .Select(other => other.Device));
            var kept = fitted.Any(other => module.FittedWith.Contains(other.ModuleId, StringComparer.Ordinal));
            yield return Say(AllowedIf(kept), module.Device, Basis(state, module.Lines), $"must be fitted with one of {partners}",
                $"doit être monté avec l'un de {partners}");
        }
    }
}

/// <summary>Some source lists the module for the model.</summary>
internal sealed class ModuleHostRule() : ApprovalRule("module.host", "Is each module made for the model?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        // where the notice is held its index decides
        if (device.Approval is not null || device.Models.Count == 0) yield break;
        foreach (var entry in device.Modules.Select(module => module.Entry).OfType<CommunicationModule>())
        {
            var made = device.Models.Any(model => device.Catalogue.ModulesFor(model).Contains(entry));
            yield return Say(AllowedIf(made), entry.Name, new RuleBasis("catalogue", null, null, "communication-modules.json", null),
                $"made for {List(entry.Hosts)}", $"conçu pour {List(entry.Hosts)}");
        }
    }
}

/// <summary>Two modules do not need the same space.</summary>
internal sealed class ModuleSpaceRule() : ApprovalRule("module.space", "Is there space for all modules?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        var entries = device.Modules.Select(module => module.Entry).OfType<CommunicationModule>().ToList();
        foreach (var entry in entries.Where(entry => entry.Excludes is not null && entries.Count > 1))
        {
            yield return Say(RuleVerdict.Refused, entry.Name, new RuleBasis("catalogue", null, null, "communication-modules.json", null),
                $"leaves no space for {entry.Excludes}", $"ne laisse aucune place à un autre module");
        }
    }
}

/// <summary>The supply is within what the module works over.</summary>
internal sealed class ModuleSupplyRule() : ApprovalRule("module.supply", "Does each module work over the voltage?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        if (device.Device.Volts is not { } volts) yield break;
        foreach (var entry in device.Modules.Select(module => module.Entry).OfType<CommunicationModule>())
        {
            if (entry.SupplyVolts is not { } range) continue;
            yield return Say(AllowedIf(range.Holds(volts)), entry.Name,
                new RuleBasis("catalogue", null, null, "communication-modules.json", null),
                $"works over {range} V", $"fonctionne de {range} V");
        }
    }
}

/// <summary>Conditions and limitations of the fitted modules, to be kept in use.</summary>
internal sealed class ModuleConditionRule() : NoticeRule("module.condition", "Which conditions and limitations come with a module?", "3.3")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state) =>
        from module in device.ApprovedModules
        from condition in module.Conditions
        select new RuleAnswer(Name, RuleVerdict.Condition, module.Device, condition, Basis(state, module.Lines));
}

/// <summary>The display scrolls slowly enough where a module asks for it.</summary>
internal sealed class DisplayScrollRule()
    : NoticeRule("module.display-scroll", "Does the display scroll slowly enough for the module?", "3.3")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        foreach (var module in device.ApprovedModules)
        {
            if (module.ShortestScrollSeconds is not { } shortest) continue;
            var scroll = device.Device.DisplayScrollSeconds;
            yield return scroll is null
                ? Say(RuleVerdict.Refused, module.Device, Basis(state, module.Lines),
                    $"approved only with a display scroll of {shortest} s or more, and none is described",
                    $"approuvé seulement avec un défilement d'au moins {shortest} s, et aucun n'est décrit")
                : Say(AllowedIf(scroll >= shortest), FormattableString.Invariant($"{module.Device} {scroll} s"), Basis(state, module.Lines),
                    $"approved only with a display scroll of {shortest} s or more",
                    $"approuvé seulement avec un défilement d'au moins {shortest} s");
        }
    }
}
