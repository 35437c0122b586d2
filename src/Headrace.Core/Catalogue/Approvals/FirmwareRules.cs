namespace Headrace.Core.Catalogue.Approvals;

/// <summary>The legally relevant firmware of the meter is approved.</summary>
internal sealed class FirmwareRule() : NoticeRule("firmware.meter", "Is the meter's legally relevant firmware approved?", "1")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var approved = state.Approval.Firmware;
        var basis = Basis(state, state.Approval.LinesAbout("ratings"));
        if (device.Device.Firmware is not { } firmware)
        {
            yield return Say(RuleVerdict.Open, "", basis, $"no firmware is described; approved is {List(approved)}",
                $"aucun micrologiciel n'est décrit ; est approuvé {List(approved)}");
            yield break;
        }
        yield return Say(AllowedIf(approved.Contains(firmware, StringComparer.Ordinal)), firmware, basis,
            $"approved legally relevant firmware: {List(approved)}", $"micrologiciel à pertinence légale approuvé : {List(approved)}");
    }
}

/// <summary>The legally relevant firmware of a module is approved on the day.</summary>
internal sealed class ModuleFirmwareRule() : NoticeRule("firmware.module", "Is each module's legally relevant firmware approved?", "3.3")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        foreach (var (fitted, entry) in device.Modules)
        {
            var module = state.Modules.FirstOrDefault(one => string.Equals(one.ModuleId, entry?.Id, StringComparison.Ordinal));
            if (module is null) continue;
            var approved = module.Firmware.Select(firmware => firmware.Version).ToList();
            var listed = List(approved);
            if (approved.Count == 0) continue;
            if (fitted.Firmware is not { } version)
            {
                yield return Say(RuleVerdict.Open, module.Device, Basis(state, module.Lines),
                    $"no firmware of {module.Device} is described; approved: {listed}",
                    $"aucun micrologiciel du {module.Device} n'est décrit ; approuvé : {listed}");
                continue;
            }
            yield return Say(AllowedIf(approved.Contains(version, StringComparer.Ordinal)), $"{module.Device} {version}",
                Basis(state, module.Lines), $"approved firmware of {module.Device} in revision {state.Revision.Number}: {listed}",
                $"micrologiciel approuvé du {module.Device} à la révision {state.Revision.Number} : {listed}");
        }
    }
}

/// <summary>A quantity is approved, by itself or with a module that adds it.</summary>
internal sealed class QuantityRule() : NoticeRule("quantity", "Is each billing quantity approved?", "2")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var basis = Basis(state, state.Approval.LinesAbout("quantities"));
        foreach (var quantity in device.Device.Quantities)
        {
            var own = state.Approval.Quantities.Contains(quantity, StringComparer.OrdinalIgnoreCase);
            var adding = state.Modules.Where(module => module.AddsQuantities.Contains(quantity, StringComparer.OrdinalIgnoreCase)).ToList();
            var fitted = device.ApprovedModules.FirstOrDefault(module => adding.Any(other => other.ModuleId == module.ModuleId));
            if (own || fitted is not null)
            {
                var by = own ? "" : " " + fitted!.Device;
                yield return Say(RuleVerdict.Allowed, quantity, own ? basis : Basis(state, fitted!.Lines),
                    $"approved{(own ? "" : " with")}{by}",
                    $"approuvé{(own ? "" : " avec")}{by}");
                continue;
            }
            var needs = List(adding.Select(module => module.Device));
            yield return adding.Count > 0
                ? Say(RuleVerdict.Refused, quantity, basis, $"approved only with {needs}", $"approuvé seulement avec {needs}")
                : Say(RuleVerdict.Refused, quantity, basis, $"approved are {List(state.Approval.Quantities)} only",
                    $"seuls sont approuvés {List(state.Approval.Quantities)}");
        }
    }
}
