using System.Text.Json;

namespace Headrace.Core.Catalogue;

/// <summary>What a schema cannot say: names are unique and exist, facts written twice agree, counts are right.</summary>
internal sealed class CatalogueReferences
{
    private const string Meters = "meter-models";
    private const string Modules = "communication-modules";
    private const string Approvals = "approvals";
    private const string Services = "service-configurations";
    private const string Others = "devices-other";
    private readonly Dictionary<string, JsonElement> _roots;
    private readonly List<CatalogueFault> _faults;
    private readonly HashSet<string> _meters;
    private readonly HashSet<string> _modules;
    private readonly HashSet<string> _approvals;
    private readonly HashSet<string> _contradictions;

    private CatalogueReferences(Dictionary<string, JsonElement> roots, List<CatalogueFault> faults)
    {
        (_roots, _faults) = (roots, faults);
        _meters = Ids(Meters, "entries");
        _modules = Ids(Modules, "modules");
        _approvals = [.. Ids(Approvals, "approvals"), .. Ids(Approvals, "certification_statements")];
        _contradictions = Ids("contradictions", "contradictions");
    }

    /// <summary>Checks the files, each of which fits its schema.</summary>
    public static void Check(Dictionary<string, JsonElement> roots, CatalogueContent content, List<CatalogueFault> faults)
    {
        var references = new CatalogueReferences(roots, faults);
        references.CheckUnique(content);
        references.CheckMeters();
        references.CheckModules();
        foreach (var (index, approval) in roots[Approvals].Items("approvals").Index())
            references.CheckApproval(approval, FormattableString.Invariant($"$.approvals[{index}]"));
        references.CheckConfigurations();
        foreach (var (name, root) in roots) references.CheckContradictions(name, root, "$");
        references.CheckCounts();
    }

    private void CheckUnique(CatalogueContent content)
    {
        foreach (var twice in content.Entries.GroupBy(entry => entry.Id, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
            Fault(twice.Last().File, "$", "a name that is used once", twice.Key);
        foreach (var twice in _roots[Meters].Items("entries").GroupBy(entry => entry.Text("id")).Where(same => same.Count() > 1))
            Fault(Meters + ".json", "$.entries", "a name that is used once", twice.Key ?? "");
    }

    private void CheckMeters()
    {
        foreach (var (list, facts, prefix) in new[] { ("entries", "", ""), ("families", ".shared", "shared") })
        {
            foreach (var (index, item) in _roots[Meters].Items(list).Index())
            {
                var holder = prefix.Length > 0 ? item.GetProperty(prefix) : item;
                var path = FormattableString.Invariant($"$.{list}[{index}]{facts}");
                foreach (var kind in new[] { "native", "third_party", "modules_by_approval", "option_boards" })
                    Names(Meters, $"{path}.communications.{kind}", holder.Texts("communications", kind), _modules, "a module");
                var approvals = holder.Texts("certifications").Where(text => text.StartsWith("AE-", StringComparison.Ordinal));
                Names(Meters, path + ".certifications", approvals.Select(text => text.Split(' ')[0]), _approvals,
                    "an approval or statement");
                if (holder.Range("current", "range_a") is { } range && range.Low > range.High)
                    Fault(Meters + ".json", path + ".current.range_a", "the lower first", range.ToString());
            }
        }
        foreach (var (index, family) in _roots[Meters].Items("families").Index())
        {
            var members = _roots[Meters].Items("entries").Count(entry =>
                string.Equals(entry.Text("family_id"), family.Text("family_id"), StringComparison.Ordinal)
                && entry.Text("variant_of") is null);
            if (family.Whole("members") is { } told && told != members)
                Fault(Meters + ".json", FormattableString.Invariant($"$.families[{index}].members"),
                    FormattableString.Invariant($"{members}, as there are entries"), FormattableString.Invariant($"{told}"));
        }
    }

    private void CheckModules()
    {
        foreach (var (index, module) in _roots[Modules].Items("modules").Index())
        {
            if (module.At("approval") is not { } printed) continue;
            var path = FormattableString.Invariant($"$.modules[{index}].approval");
            Names(Modules, path + ".number", [printed.Text("number")!], _approvals, "an approval");
            var listed = _roots[Approvals].Items("approvals").SelectMany(approval => approval.Items("communication", "modules"))
                .Where(item => string.Equals(item.Text("module_id"), module.Text("id"), StringComparison.Ordinal)).ToList();
            if (listed.Count == 0) Fault(Modules + ".json", path, "a module that the approval lists", module.Text("id")!);
            foreach (var other in listed)
            {
                var (here, there) = (printed.Texts("legally_relevant_firmware"), other.Texts("legally_relevant_firmware"));
                if (!here.SequenceEqual(there, StringComparer.Ordinal))
                    Fault(Modules + ".json", path + ".legally_relevant_firmware", "as in approvals.json: " + string.Join(", ", there),
                        string.Join(", ", here));
            }
        }
        foreach (var (list, key) in new[] { ("devices", "module_ids"), ("head_ends", "media_module_ids") })
        {
            foreach (var (index, item) in _roots[Others].Items(list).Index())
                Names(Others, FormattableString.Invariant($"$.{list}[{index}].{key}"), item.Texts(key), _modules, "a module");
        }
    }

    private void CheckApproval(JsonElement approval, string path)
    {
        foreach (var (index, module) in approval.Items("communication", "modules").Index())
        {
            var place = FormattableString.Invariant($"{path}.communication.modules[{index}]");
            Names(Approvals, place + ".module_id", [module.Text("module_id")!], _modules, "a module");
            Names(Approvals, place + ".functions.used_with", module.Texts("functions", "used_with"), _modules, "a module");
            foreach (var key in new[] { "powered_by", "same_functions_as", "daughter_board" })
                Names(Approvals, $"{place}.functions.{key}", module.Text("functions", key) is { } id ? [id] : [], _modules, "a module");
        }
        if (approval.At("approved_quantities", "demand_by_module") is { ValueKind: JsonValueKind.Object } demand)
        {
            foreach (var member in demand.EnumerateObject())
            {
                Names(Approvals, $"{path}.approved_quantities.demand_by_module.{member.Name}", demand.Texts(member.Name), _modules,
                    "a module");
            }
        }
        foreach (var (index, revision) in approval.Items("revisions").Index())
        {
            var place = FormattableString.Invariant($"{path}.revisions[{index}]");
            if (revision.Whole("revision") != index)
                Fault(Approvals + ".json", place + ".revision", FormattableString.Invariant($"{index}, in order"),
                    revision.GetProperty("revision").GetRawText());
            Names(Approvals, place + ".modules", revision.Texts("modules"), _modules, "a module");
            Names(Approvals, place + ".firmware_change.module",
                revision.Text("firmware_change", "module") is { } id ? [id] : [], _modules, "a module");
        }
        CheckRows(Approvals, path + ".service_configurations", approval.Items("service_configurations"));
    }

    private void CheckConfigurations()
    {
        var approved = _roots[Services].Items("approved");
        CheckRows(Services, "$.approved", approved);
        foreach (var (index, row) in approved.Index())
        {
            var path = FormattableString.Invariant($"$.approved[{index}]");
            Names(Services, path + ".approval", row.Text("approval") is { } id ? [id] : [], _approvals, "an approval");
            var same = from approval in _roots[Approvals].Items("approvals")
                       where string.Equals(approval.Text("id"), row.Text("approval"), StringComparison.Ordinal)
                       from other in approval.Items("service_configurations")
                       where new[] { "codes", "elements", "wires", "base", "voltage_v", "current_ranges_a", "meter_model_ids" }
                           .All(key => JsonElement.DeepEquals(row.GetProperty(key), other.GetProperty(key)))
                       select other;
            if (!same.Any())
                Fault(Services + ".json", path, "a row that stands in approvals.json too", row.Text("system") ?? "another row");
        }
    }

    private void CheckRows(string file, string list, IReadOnlyList<JsonElement> rows)
    {
        var codes = _roots[Services].Items("code_index").Select(code => code.Whole("code")).ToHashSet();
        foreach (var (index, row) in rows.Index())
        {
            var path = FormattableString.Invariant($"{list}[{index}]");
            var meters = row.Texts("meter_model_ids");
            Names(file, path + ".meter_model_ids", meters, _meters, "a meter");
            foreach (var code in row.Items("codes").Where(code => code.TryGetInt32(out var number) && !codes.Contains(number)))
                Fault(file + ".json", path + ".codes", "a code of the index", code.GetRawText());
            var ranges = row.Items("current_ranges_a");
            if (ranges.Count != meters.Count)
                Fault(file + ".json", path + ".meter_model_ids", FormattableString.Invariant($"{ranges.Count}, one for each range"),
                    FormattableString.Invariant($"{meters.Count}"));
        }
    }

    /// <summary>Every reference to a contradiction, wherever it stands. Depth is bounded by the parser.</summary>
    private void CheckContradictions(string file, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in value.EnumerateArray().Index())
                CheckContradictions(file, item, FormattableString.Invariant($"{path}[{index}]"));
        }
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            var place = $"{path}.{member.Name}";
            if (string.Equals(member.Name, "ambiguity_refs", StringComparison.Ordinal))
                Names(file, place, value.Texts(member.Name), _contradictions, "a contradiction of contradictions.json");
            else if (string.Equals(member.Name, "ambiguity_ref", StringComparison.Ordinal) && value.Text(member.Name) is { } id)
                Names(file, place, [id], _contradictions, "a contradiction of contradictions.json");
            else CheckContradictions(file, member.Value, place);
        }
    }

    private void CheckCounts()
    {
        Count(Meters, "entries", "entries");
        Count(Modules, "modules", "modules");
        Count(Modules, "networks", "networks");
        Count(Approvals, "approvals", "approvals");
        Count(Approvals, "certification_statements", "certification_statements");
        Count(Approvals, "standards", "standards");
        Count(Services, "codes", "code_index");
        Count(Services, "services", "services");
        Count(Others, "devices", "devices");
        Count(Others, "head_ends", "head_ends");
        Count("contradictions", "contradictions", "contradictions");
    }

    private void Count(string file, string count, string list)
    {
        var real = _roots[file].Items(list).Count;
        if (_roots[file].At("counts", count) is { } told && _roots[file].Whole("counts", count) != real)
            Fault(file + ".json", "$.counts." + count, FormattableString.Invariant($"{real}, as there are {list}"), told.GetRawText());
    }

    private HashSet<string> Ids(string file, string list) =>
        _roots[file].Items(list).Select(item => item.Text("id")).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private void Names(string file, string path, IEnumerable<string> names, HashSet<string> known, string what)
    {
        foreach (var name in names.Where(name => !known.Contains(name))) Fault(file + ".json", path, $"the name of {what}", name);
    }

    private void Fault(string file, string path, string expected, string got) => _faults.Add(new CatalogueFault(file, path, expected, got));
}
