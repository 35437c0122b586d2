using System.Globalization;

namespace Headrace.Core.Catalogue.Approvals;

/// <summary>The form is one that the model has, on an approved base.</summary>
internal sealed class FormRule() : ApprovalRule("form", "Is the model made and approved in that form?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        if (device.Device.Form is not { } form || device.Models.Count == 0) yield break;
        var stated = device.Models.SelectMany(model => model.Forms);
        var inferred = device.Models.SelectMany(model => model.InferredForms).ToList();
        var known = device.Models.Any(model => model.HasForm(form));
        if (device.State is { } state)
        {
            var basis = new RuleBasis(state.Approval.Id, state.Revision.Number, "1", state.Approval.Source, state.Configurations[0].Lines);
            var bases = List(state.Configurations.Select(row => row.Mounting));
            yield return known
                ? Say(RuleVerdict.Allowed, form, basis,
                    $"the notice names no forms; by elements, wires and rating it is one of {List(inferred)}",
                    $"l'avis ne nomme aucune forme ; selon les éléments, les fils et le calibre : {List(inferred)}")
                : Say(RuleVerdict.Refused, form, basis,
                    $"base {bases} is approved, and of its elements, wires and ratings come forms {List(inferred)} only",
                    $"seul le socle {bases} est approuvé, et ses éléments, fils et calibres ne donnent que les formes {List(inferred)}");
            yield break;
        }
        yield return Say(AllowedIf(known), form, new RuleBasis("catalogue", null, null, "meter-models.json", null),
            $"the model is listed in {List(stated.Concat(inferred))}", $"le modèle existe en {List(stated.Concat(inferred))}");
    }
}

/// <summary>What the three rules on service configurations share: which rows of section 1 remain.</summary>
internal static class ConfigurationRows
{
    /// <summary>Rows of the models that the description names.</summary>
    public static IEnumerable<ApprovedConfiguration> Of(ApprovalCase device, IEnumerable<ApprovedConfiguration> rows)
    {
        var ids = device.Models.Select(model => model.Id).ToHashSet(StringComparer.Ordinal);
        var own = rows.Where(row => ids.Contains(row.MeterId)).ToList();
        return device.Device.Service is { } service && CodesOf(device.Catalogue, service, own) is { Count: > 0 } codes
            ? own.Where(row => codes.IsSubsetOf(row.Codes)) : own;
    }

    /// <summary>Codes that a wording means: numbers, words of the index, or the wording of a row; empty where it means nothing.</summary>
    public static HashSet<int> CodesOf(DeviceCatalogue catalogue, string service, IEnumerable<ApprovedConfiguration> rows)
    {
        var parts = service.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var numbers = parts.Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var code) ? code : 0).ToList();
        if (numbers.Count > 0 && numbers.All(number => catalogue.Codes.Any(code => code.Code == number))) return [.. numbers];
        var reduced = ServiceConfigurationCode.Reduced(service);
        bool Same(string wording) => string.Equals(ServiceConfigurationCode.Reduced(wording), reduced, StringComparison.Ordinal);
        var word = catalogue.Codes.FirstOrDefault(code => Same(code.Name));
        if (word is not null) return [word.Code];
        var row = rows.FirstOrDefault(one => Same(one.System));
        return row is null ? [] : [.. row.Codes];
    }

    /// <summary>Told where a row was approved only by a later revision.</summary>
    public static string Later(ApprovalCase device, ApprovalState state, Func<ApprovedConfiguration, bool> fits) =>
        Of(device, state.Approval.Configurations).FirstOrDefault(row => row.FirstRevision > state.Revision.Number && fits(row)) is { } row
            ? FormattableString.Invariant($" (added by revision {row.FirstRevision})") : "";

    public static string LaterFrench(string later) =>
        later.Replace("added by revision", "ajouté par la révision", StringComparison.Ordinal);
}

/// <summary>The service configuration is approved.</summary>
internal sealed class ServiceRule() : NoticeRule("service", "Is the service configuration approved?", "1")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        if (device.Device.Service is not { } service)
        {
            if (device.Models.Count > 1)
                yield return Say(RuleVerdict.Open, "", Basis(state, null), $"no service configuration is described",
                    $"aucune configuration de branchement n'est décrite");
            yield break;
        }
        var codes = ConfigurationRows.CodesOf(device.Catalogue, service, state.Approval.Configurations);
        var rows = codes.Count == 0 ? [] : ConfigurationRows.Of(device, state.Configurations).ToList();
        var approved = List(state.Configurations.Select(row => row.System));
        if (codes.Count == 0)
        {
            yield return Say(RuleVerdict.Refused, service, Basis(state, null),
                $"no service configuration is named so; approved are {approved}",
                $"aucune configuration ne s'appelle ainsi ; sont approuvées : {approved}");
        }
        else if (rows.Count == 0)
        {
            var later = ConfigurationRows.Later(device, state, _ => true);
            yield return Say(RuleVerdict.Refused, service, Basis(state, null), $"not approved{later}; approved are {approved}",
                $"non approuvée{ConfigurationRows.LaterFrench(later)} ; sont approuvées : {approved}");
        }
        else
        {
            yield return Say(RuleVerdict.Allowed, service, Basis(state, rows[0].Lines), $"approved: {List(rows.Select(row => row.System))}",
                $"approuvée : {List(rows.Select(row => row.System))}");
        }
    }
}

/// <summary>The voltage is approved for the configuration.</summary>
internal sealed class VoltageRule() : NoticeRule("voltage", "Is the voltage approved for the configuration?", "1")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var rows = ConfigurationRows.Of(device, state.Configurations).ToList();
        if (device.Device.Volts is not { } volts)
        {
            if (device.Models.Count > 1)
                yield return Say(RuleVerdict.Open, "", Basis(state, null), $"no voltage is described", $"aucune tension n'est décrite");
            yield break;
        }
        var fits = rows.FirstOrDefault(row => row.Volts == volts);
        var later = ConfigurationRows.Later(device, state, row => row.Volts == volts);
        var list = rows.Count == 0 ? "-" : List(rows.Select(row => row.Volts));
        yield return Say(AllowedIf(fits is not null), FormattableString.Invariant($"{volts} V"),
            Basis(state, fits?.Lines ?? rows.FirstOrDefault()?.Lines),
            $"approved for the configuration: {list} V{(fits is null ? later : "")}",
            $"approuvé pour la configuration : {list} V{(fits is null ? ConfigurationRows.LaterFrench(later) : "")}");
    }
}

/// <summary>The current rating is approved for configuration and voltage.</summary>
internal sealed class CurrentRule() : NoticeRule("current", "Is the current rating approved for the configuration?", "1")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        var volts = device.Device.Volts;
        var rows = ConfigurationRows.Of(device, state.Configurations).Where(row => volts is null || row.Volts == volts).ToList();
        var single = device.Models is [var model] ? model.MaximumAmperes : null;
        if ((device.Device.Amperes ?? single) is not { } amperes)
        {
            yield return Say(RuleVerdict.Open, "", Basis(state, null), $"no current rating is described", $"aucun calibre n'est décrit");
            yield break;
        }
        var fits = rows.FirstOrDefault(row => row.Amperes.High == amperes);
        var later = ConfigurationRows.Later(device, state, row => row.Amperes.High == amperes && (volts is null || row.Volts == volts));
        var list = rows.Count == 0 ? "-" : List(rows.Select(row => row.Amperes.ToString()));
        yield return Say(AllowedIf(fits is not null), FormattableString.Invariant($"{amperes} A"),
            Basis(state, fits?.Lines ?? rows.FirstOrDefault()?.Lines),
            $"approved for configuration and voltage: {list} A{(fits is null ? later : "")}",
            $"approuvé pour la configuration et la tension : {list} A{(fits is null ? ConfigurationRows.LaterFrench(later) : "")}");
    }
}

/// <summary>The frequency is the approved one, or for other models one that is printed.</summary>
internal sealed class FrequencyRule() : ApprovalRule("frequency", "Is the frequency approved?")
{
    public override IEnumerable<RuleAnswer> Answer(ApprovalCase device)
    {
        if (device.Device.Hertz is not { } hertz || device.Models.Count == 0) yield break;
        var subject = FormattableString.Invariant($"{hertz} Hz");
        if (device.State is { } state && state.Approval.FrequencyHertz is { } approved)
        {
            yield return Say(AllowedIf(hertz == approved), subject,
                new RuleBasis(state.Approval.Id, state.Revision.Number, "1", state.Approval.Source, state.Approval.LinesAbout("ratings")),
                $"approved: {approved} Hz", $"approuvé : {approved} Hz");
            yield break;
        }
        var printed = device.Models.SelectMany(model => model.FrequenciesHertz).ToList();
        if (printed.Count > 0 && device.State is null)
            yield return Say(AllowedIf(printed.Contains(hertz)), subject, new RuleBasis("catalogue", null, null, "meter-models.json", null),
                $"the model is rated for {List(printed)} Hz", $"le modèle est prévu pour {List(printed)} Hz");
    }
}

/// <summary>The ambient temperature stays within the approved range.</summary>
internal sealed class AmbientRule() : NoticeRule("ambient", "Is the ambient temperature within the approved range?", "1")
{
    private protected override IEnumerable<RuleAnswer> Answer(ApprovalCase device, ApprovalState state)
    {
        if (device.Device.AmbientCelsius is not { } ambient || state.Approval.AmbientCelsius is not { } approved) yield break;
        yield return Say(AllowedIf(approved.Holds(ambient.Low) && approved.Holds(ambient.High)),
            FormattableString.Invariant($"{ambient.Low} to {ambient.High} degC"), Basis(state, state.Approval.LinesAbout("ratings")),
            $"approved from {approved.Low} to {approved.High} degC", $"approuvé de {approved.Low} à {approved.High} °C");
    }
}
