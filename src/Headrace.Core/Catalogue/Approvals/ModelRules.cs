namespace Headrace.Core.Catalogue.Approvals;

/// <summary>The model is known and has an approval, held or claimed.</summary>
internal sealed class ModelRule() : ApprovalRule("model", "Is the model known, and does it have a type approval?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        var catalogue = new RuleBasis("catalogue", null, null, device.Models.Count > 0 ? "meter-models.json" : null, null);
        var name = device.Device.Model;
        if (device.Models.Count == 0)
        {
            yield return Say(RuleVerdict.Refused, name, catalogue, $"no model of the catalogue is named {name}",
                $"aucun modèle du catalogue ne s'appelle {name}");
        }
        else if (device.Approval is { } approval)
        {
            var basis = new RuleBasis(approval.Id, device.State?.Revision.Number, "title", approval.Source, null);
            yield return Say(RuleVerdict.Allowed, name, basis, $"{approval.Id} covers {List(approval.Models)}",
                $"{approval.Id} vise {List(approval.Models)}");
        }
        else if (!device.Models.SelectMany(device.Catalogue.StatementsFor).Any(ApprovalRules.IsTypeApproval))
        {
            yield return Say(RuleVerdict.Refused, name, catalogue, $"no type approval of {name} is known",
                $"aucune approbation de type de {name} n'est connue");
        }
    }
}

/// <summary>The approval is in force on the day.</summary>
internal sealed class DateRule() : ApprovalRule("date", "Is the approval in force on the day?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        if (device.Approval is not { } approval) yield break;
        if (device.State is { } state)
        {
            var (number, from) = (state.Revision.Number, state.Revision.From(approval.Date));
            yield return Say(RuleVerdict.Allowed, Subject(device.Device.On),
                new RuleBasis(approval.Id, number, "6", approval.Source, state.Revision.Lines),
                $"revision {number} of {from:yyyy-MM-dd} is in force", $"la révision {number} du {from:yyyy-MM-dd} est en vigueur");
            yield break;
        }
        var first = approval.Revisions[0];
        yield return Say(RuleVerdict.Refused, Subject(device.Device.On),
            new RuleBasis(approval.Id, null, "6", approval.Source, first.Lines),
            $"nothing was approved before {first.From(approval.Date):yyyy-MM-dd}",
            $"rien n'était approuvé avant le {first.From(approval.Date):yyyy-MM-dd}");
    }

    private static string Subject(DateOnly? day) => day is { } known ? FormattableString.Invariant($"{known:yyyy-MM-dd}") : "newest";
}

/// <summary>The approval covers the same design only.</summary>
internal sealed class ScopeRule() : NoticeRule("scope", "Is the device of the approved design?", "note")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var basis = Basis(state, state.Approval.LinesAbout("scope"));
        yield return new RuleAnswer(Name, RuleVerdict.Condition, device.Device.Model, state.Approval.Scope, basis);
    }
}

/// <summary>An approval that is only claimed on a sheet: which forms, which are pending, since when it is known.</summary>
internal sealed class StatementRule() : ApprovalRule("statement", "Does a claimed approval cover the form, on that day?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        if (device.Approval is not null) yield break;
        var claims = device.Models.SelectMany(device.Catalogue.StatementsFor).Where(ApprovalRules.IsTypeApproval).Distinct();
        foreach (var claim in claims)
        {
            var basis = new RuleBasis(claim.Id, null, null, claim.Source, claim.Lines);
            var covered = device.Models.Where(model => model.Certifications.Contains(claim.Id, StringComparer.Ordinal)).ToList();
            foreach (var model in device.Models.Except(covered))
            {
                yield return claim.Pending.Count > 0 && model.Certifications.Any(claim.IsNamedIn)
                    ? Say(RuleVerdict.Refused, model.Id, basis, $"pending, not granted: {List(claim.Pending)}")
                    : Say(RuleVerdict.Refused, model.Id, basis, $"{claim.Id} is not said to cover it");
            }
            if (covered.Count == 0) continue;
            if (device.Device.On < claim.KnownFrom)
            {
                yield return Say(RuleVerdict.Refused, device.Device.Model, basis,
                    $"{claim.Id} is known from {claim.KnownFrom:yyyy-MM-dd} on only");
                continue;
            }
            yield return Say(RuleVerdict.Allowed, device.Device.Model, basis, $"{claim.Id} is said to cover {List(claim.Covers)}");
            yield return Say(RuleVerdict.Open, device.Device.Model, basis,
                $"the notice of {claim.Id} is not held: its ratings, firmware and modules cannot be checked");
        }
    }
}
