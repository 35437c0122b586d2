using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Commands.Dlms;
using Headrace.Core.Catalogue;
using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Commands.Catalogue;

/// <summary><c>headrace catalogue show</c>: all facts of an entry, what contradicts, its modules and approvals.</summary>
internal static class CatalogueShowCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ENTRY") { Description = "Name of an entry; see 'catalogue list --kind all'." };
        var on = CatalogueCommand.DateOption("For an approval: what it covered on that day.");
        var language = CatalogueCommand.LanguageOption();
        var json = CatalogueCommand.JsonOption();
        var command = new Command("show", "Shows an entry with its sources, contradictions, modules and approvals.")
        {
            id, on, language, json,
        };
        command.SetAction(parsed =>
        {
            var catalogue = DeviceCatalogue.BuiltIn;
            var name = parsed.GetRequiredValue(id);
            var entry = catalogue.Find(name)
                ?? throw new CommandFailure($"The catalogue has no entry '{name}'; 'catalogue list --kind all' names them.");
            var day = CatalogueCommand.Day(parsed.GetValue(on));
            var approval = catalogue.Approvals.FirstOrDefault(one => string.Equals(one.Id, entry.Id, StringComparison.OrdinalIgnoreCase));
            if (day is not null && approval is null)
                throw new CommandFailure($"--on: '{entry.Id}' is not an approval whose notice is held.");
            var shown = approval is null ? Entry(catalogue, entry) : ApprovalState(approval, day, parsed.GetRequiredValue(language));
            shown["contradictions"] = CatalogueCheckCommand.Contradictions(
                catalogue.Contradictions.Where(one => entry.Contradictions.Contains(one.Id, StringComparer.Ordinal)));
            Output.Print(shown, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static JsonObject Entry(DeviceCatalogue catalogue, CatalogueEntry entry)
    {
        var shown = new JsonObject
        {
            ["id"] = entry.Id,
            ["kind"] = entry.Kind,
            ["title"] = entry.Title,
            ["file"] = entry.File,
            ["facts"] = JsonNode.Parse(entry.Facts.GetRawText()),
        };
        if (catalogue.Meters.FirstOrDefault(meter => string.Equals(meter.Id, entry.Id, StringComparison.Ordinal)) is { } meter)
        {
            shown["modules"] = Texts(catalogue.ModulesFor(meter).Select(module => module.Id));
            shown["approvals"] = Texts(catalogue.ApprovalsFor(meter).Select(approval => approval.Id)
                .Concat(catalogue.StatementsFor(meter).Select(statement => statement.Id)));
        }
        if (catalogue.Contradictions.FirstOrDefault(one => string.Equals(one.Id, entry.Id, StringComparison.Ordinal)) is { } contradiction)
            shown["entries"] = Texts(contradiction.Entries);
        return shown;
    }

    private static JsonObject ApprovalState(Approval approval, DateOnly? day, string language)
    {
        var state = approval.At(day);
        return new JsonObject
        {
            ["id"] = approval.Id,
            ["kind"] = "approval",
            ["authority"] = approval.Authority,
            ["models"] = Texts(approval.Models),
            ["scope"] = approval.Scope.In(language),
            ["on"] = day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["revision"] = state?.Revision.Number,
            ["firmware"] = Texts(state is null ? [] : approval.Firmware),
            ["configurations"] = new JsonArray([.. (state?.Configurations ?? []).Select(row => new JsonObject
            {
                ["system"] = row.System,
                ["volts"] = row.Volts,
                ["amperes"] = row.Amperes.ToString(),
                ["since_revision"] = row.FirstRevision,
                ["meter"] = row.MeterId,
            })]),
            ["modules"] = new JsonArray([.. (state?.Modules ?? []).Select(module => new JsonObject
            {
                ["module"] = module.ModuleId,
                ["device"] = module.Device,
                ["firmware"] = Texts(module.Firmware.Select(firmware => firmware.Version)),
                ["since_revision"] = module.FirstRevision,
                ["conditions"] = Texts(module.Conditions.Select(condition => condition.In(language))),
            })]),
            ["revisions"] = new JsonArray([.. approval.Revisions.Select(revision => new JsonObject
            {
                ["revision"] = revision.Number,
                ["issued"] = revision.Issued?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                ["purposes"] = Texts(revision.Purposes.Select(purpose => purpose.In(language))),
            })]),
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
