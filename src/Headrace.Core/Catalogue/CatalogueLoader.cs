using System.Text.Json;
using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Core.Catalogue;

/// <summary>Loads a catalogue from its files: parsed strictly, checked against the schema, inherited, references followed.</summary>
public static class CatalogueLoader
{
    /// <summary>Loads a catalogue. Every fault is told with file, place, what is expected and what is there; nothing is thrown.</summary>
    /// <param name="files">The files, in any order; see <see cref="CatalogueFiles.Names"/>.</param>
    public static CatalogueLoad Load(IReadOnlyList<CatalogueFile> files)
    {
        var faults = new List<CatalogueFault>();
        var roots = ReadFiles(files, faults);
        if (faults.Count > 0) return new CatalogueLoad(null, faults);
        var content = Read(roots, faults);
        CatalogueReferences.Check(roots, content, faults);
        return faults.Count > 0 ? new CatalogueLoad(null, faults) : new CatalogueLoad(new DeviceCatalogue(content), []);
    }

    private static Dictionary<string, JsonElement> ReadFiles(IReadOnlyList<CatalogueFile> files, List<CatalogueFault> faults)
    {
        var roots = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var name in CatalogueFiles.Names)
        {
            if (files.FirstOrDefault(file => string.Equals(file.Name, name + ".json", StringComparison.Ordinal)) is not { } file)
            {
                faults.Add(new CatalogueFault(name + ".json", "$", "a file", "none"));
                continue;
            }
            if (CatalogueFiles.Parse(file, faults) is not { } root) continue;
            var check = new SchemaCheck(CatalogueFiles.SchemaOf(name), file.Name);
            check.Check(root, name + "-file", "$");
            faults.AddRange(check.Faults);
            roots.Add(name, root);
        }
        return roots;
    }

    private static CatalogueContent Read(Dictionary<string, JsonElement> roots, List<CatalogueFault> faults)
    {
        var meters = MeterInheritance.Resolve(roots["meter-models"], faults);
        var french = roots["texts"].Items("texts").GroupBy(text => text.Text("en")!, StringComparer.Ordinal)
            .ToDictionary(texts => texts.Key, texts => texts.First().Text("fr")!, StringComparer.Ordinal);
        var bilingual = roots["texts"].Texts("approvals");
        return new CatalogueContent(
            roots["edition"].Text("version")!,
            roots["edition"].Date("date") ?? default,
            meters,
            [.. roots["communication-modules"].Items("modules").Select(CommunicationModule.Read)],
            [.. from approval in roots["approvals"].Items("approvals")
                select Approval.Read(approval, bilingual.Contains(approval.Text("id")!, StringComparer.Ordinal) ? french : null)],
            [.. roots["approvals"].Items("certification_statements").Select(ApprovalStatement.Read)],
            [.. roots["service-configurations"].Items("code_index").Select(ServiceConfigurationCode.Read)],
            ReadContradictions(roots["contradictions"], roots, meters),
            ReadEntries(roots, meters));
    }

    private static List<Contradiction> ReadContradictions(
        JsonElement file, Dictionary<string, JsonElement> roots, List<MeterModel> meters)
    {
        var touched = ReadEntries(roots, meters).SelectMany(entry => entry.Contradictions.Select(id => (id, entry.Id)))
            .ToLookup(pair => pair.id, pair => pair.Id, StringComparer.Ordinal);
        return
        [
            .. from item in file.Items("contradictions")
               let sides = from side in item.Items("sides")
                           select new ContradictionSide(side.Text("says")!, side.Text("source"), side.Text("lines"))
               select new Contradiction(item.Text("id")!, item.Text("kind")!, item.Text("subject")!, [.. sides], item.Text("kept")!,
                   [.. touched[item.Text("id")!]]),
        ];
    }

    private static List<CatalogueEntry> ReadEntries(Dictionary<string, JsonElement> roots, List<MeterModel> meters)
    {
        List<CatalogueEntry> entries =
        [
            .. meters.Select(meter => new CatalogueEntry(
                meter.Id, "meter", meter.Model + (meter.Forms is [var form, ..] ? " " + form : ""), "meter-models.json",
                meter.Contradictions, meter.Facts)),
        ];
        Add("meter-models", "families", "family", "family_id", "title");
        Add("communication-modules", "modules", "module", "id", "name");
        Add("communication-modules", "networks", "network", "id", "name");
        Add("devices-other", "devices", "device", "id", "name");
        Add("devices-other", "head_ends", "head-end", "id", "name");
        Add("approvals", "approvals", "approval", "id", "device_type");
        Add("approvals", "certification_statements", "statement", "id", "kind");
        Add("approvals", "standards", "standard", "id", "scope");
        Add("service-configurations", "services", "service", "id", "text");
        Add("contradictions", "contradictions", "contradiction", "id", "subject");
        return entries;

        void Add(string file, string list, string kind, string id, string title) => entries.AddRange(
            from item in roots[file].Items(list)
            select new CatalogueEntry(
                item.Text(id)!, kind, item.Text(title) ?? "", file + ".json", item.Texts("ambiguity_refs"), item));
    }
}
