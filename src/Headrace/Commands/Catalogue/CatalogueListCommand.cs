using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Commands.Devices;
using Headrace.Commands.Dlms;
using Headrace.Core.Catalogue;

namespace Headrace.Commands.Catalogue;

/// <summary><c>headrace catalogue list</c>: entries that fit a query; meters where no kind is given.</summary>
internal static class CatalogueListCommand
{
    private static readonly string[] Kinds =
        ["meter", "family", "module", "network", "device", "head-end", "approval", "statement", "standard", "service",
            "contradiction", "all"];

    public static Command Create()
    {
        var kind = new Option<string>("--kind") { Description = "Kind of entry.", DefaultValueFactory = _ => "meter" };
        kind.AcceptOnlyFromAmong(Kinds);
        var maker = new Option<string?>("--maker") { Description = "Part of the maker's name." };
        var family = new Option<string?>("--family") { Description = "Part of the family, model or platform." };
        var form = new Option<string?>("--form") { Description = "ANSI form, such as 2S." };
        var service = new Option<string?>("--service") { Description = "self-contained or transformer-rated." };
        var phases = new Option<int?>("--phases") { Description = "1 or 3." };
        var module = new Option<string?>("--module") { Description = "A module that the meter can take." };
        var json = CatalogueCommand.JsonOption();
        var command = new Command("list", "Lists meters, or another kind of entry.")
        {
            kind, maker, family, form, service, phases, module, json,
        };
        command.SetAction(parsed =>
        {
            var catalogue = DeviceCatalogue.BuiltIn;
            var wanted = parsed.GetRequiredValue(kind);
            var query = new MeterQuery(parsed.GetValue(maker), parsed.GetValue(family), parsed.GetValue(form), parsed.GetValue(service),
                parsed.GetValue(phases), parsed.GetValue(module));
            if (wanted != "meter" && query != new MeterQuery())
                throw new CommandFailure($"Filters are for meters; --kind {wanted} takes none.");
            if (wanted == "meter")
            {
                Print(Meters(catalogue.MetersOf(query)), parsed.GetValue(json), "id", "model", "forms", "service", "phases", "approvals");
                return 0;
            }
            var others = catalogue.Entries.Where(entry => wanted == "all" || entry.Kind == wanted);
            Print(Others(others), parsed.GetValue(json), "id", "kind", "title");
            return 0;
        });
        return command;
    }

    private static JsonArray Meters(IEnumerable<MeterModel> meters) =>
    [
        .. meters.Select(meter => (JsonNode)new JsonObject
        {
            ["id"] = meter.Id,
            ["kind"] = meter.Kind,
            ["maker"] = meter.Maker,
            ["family"] = meter.Family,
            ["platform"] = meter.Platform,
            ["model"] = meter.Model,
            ["forms"] = Texts(meter.Forms),
            ["inferred_forms"] = Texts(meter.InferredForms),
            ["service"] = meter.Service,
            ["phases"] = meter.Phases,
            ["current_class"] = meter.CurrentClass,
            ["modules"] = Texts(meter.ModuleIds),
            ["approvals"] = Texts(meter.Certifications.Where(text => text.StartsWith("AE-", StringComparison.Ordinal))),
            ["contradictions"] = Texts(meter.Contradictions),
        }),
    ];

    private static JsonArray Others(IEnumerable<CatalogueEntry> entries) =>
    [
        .. entries.Select(entry => (JsonNode)new JsonObject
        {
            ["id"] = entry.Id,
            ["kind"] = entry.Kind,
            ["title"] = entry.Title,
            ["contradictions"] = Texts(entry.Contradictions),
        }),
    ];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];

    private static void Print(JsonArray rows, bool json, params string[] columns)
    {
        if (json)
        {
            Output.Print(rows, json: true);
            return;
        }
        using var document = JsonDocument.Parse(rows.ToJsonString());
        TextTable.Print(document.RootElement, columns);
    }
}
