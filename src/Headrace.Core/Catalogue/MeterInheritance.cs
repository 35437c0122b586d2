using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Core.Catalogue;

/// <summary>
/// Makes full meter entries: the family's shared facts, then the full parent, then the entry. Objects merge member by member, lists and
/// plain values replace, null removes. Evidence, normalised readings and contradictions stay with where they were written.
/// </summary>
internal sealed class MeterInheritance
{
    private const string File = "meter-models.json";
    private static readonly string[] OwnOnly = ["id", "kind", "family_id", "variant_of", "evidence", "normalised", "ambiguity_refs"];
    private readonly Dictionary<string, JsonElement> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (JsonElement Entry, string Path)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (JsonObject Facts, IReadOnlyList<string> Contradictions)> _resolved = new(StringComparer.Ordinal);
    private readonly List<CatalogueFault> _faults;

    private MeterInheritance(JsonElement meters, List<CatalogueFault> faults)
    {
        _faults = faults;
        foreach (var family in meters.Items("families")) _families.TryAdd(family.Text("family_id")!, family);
        foreach (var (index, entry) in meters.Items("entries").Index())
            _entries.TryAdd(entry.Text("id")!, (entry, FormattableString.Invariant($"$.entries[{index}]")));
    }

    /// <summary>All meters in the order of the file; those that cannot be made are left out and told.</summary>
    public static List<MeterModel> Resolve(JsonElement meters, List<CatalogueFault> faults)
    {
        var inheritance = new MeterInheritance(meters, faults);
        var check = new SchemaCheck(CatalogueFiles.SchemaOf("meter-models"), File);
        var models = new List<MeterModel>();
        foreach (var (id, (_, path)) in inheritance._entries)
        {
            if (inheritance.Resolve(id, []) is not { } full) continue;
            using var document = JsonDocument.Parse(full.Facts.ToJsonString());
            var facts = document.RootElement.Clone();
            check.Check(facts, "meter-entry-resolved", path);
            models.Add(MeterModel.Read(facts, full.Contradictions));
        }
        faults.AddRange(check.Faults);
        return models;
    }

    private (JsonObject Facts, IReadOnlyList<string> Contradictions)? Resolve(string id, HashSet<string> under)
    {
        if (_resolved.TryGetValue(id, out var done)) return done;
        var (entry, path) = _entries[id];
        if (!under.Add(id))
        {
            _faults.Add(new CatalogueFault(File, path + ".variant_of", "a parent that does not inherit from it",
                entry.Text("variant_of")!));
            return null;
        }
        var familyId = entry.Text("family_id")!;
        if (!_families.TryGetValue(familyId, out var family))
        {
            _faults.Add(new CatalogueFault(File, path + ".family_id", "a family of this file", familyId));
            return null;
        }
        var facts = new JsonObject();
        var contradictions = family.Texts("ambiguity_refs").ToList();
        Merge(facts, family.GetProperty("shared"));
        if (entry.Text("variant_of") is { } parentId)
        {
            if (!_entries.ContainsKey(parentId))
            {
                _faults.Add(new CatalogueFault(File, path + ".variant_of", "an entry of this file", parentId));
                return null;
            }
            if (Resolve(parentId, under) is not { } parent) return null;
            var inherited = (JsonObject)parent.Facts.DeepClone();
            foreach (var name in OwnOnly) inherited.Remove(name);
            using var document = JsonDocument.Parse(inherited.ToJsonString());
            Merge(facts, document.RootElement.Clone());
            contradictions.AddRange(parent.Contradictions);
        }
        Merge(facts, entry);
        contradictions.AddRange(entry.Texts("ambiguity_refs"));
        return _resolved[id] = (facts, [.. contradictions.Distinct(StringComparer.Ordinal)]);
    }

    private static void Merge(JsonObject into, JsonElement from)
    {
        foreach (var member in from.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) into.Remove(member.Name);
            else if (member.Value.ValueKind == JsonValueKind.Object && into[member.Name] is JsonObject inner) Merge(inner, member.Value);
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                var fresh = new JsonObject();
                Merge(fresh, member.Value);
                into[member.Name] = fresh;
            }
            else into[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        }
    }
}
