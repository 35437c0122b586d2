using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Commands.Dlms;
using Headrace.Core.Catalogue;
using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Commands.Catalogue;

/// <summary><c>headrace catalogue check</c>: whether the data is sound, and what is in it. Exit code 1 on faults.</summary>
internal static class CatalogueCheckCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder with files to check in place of the built-in ones." };
        var json = CatalogueCommand.JsonOption();
        var command = new Command("check", "Checks the data; counts and lists entries, rules and contradictions.") { data, json };
        command.SetAction(parsed =>
        {
            var load = CatalogueLoader.Load(parsed.GetValue(data) is { } folder ? Read(folder) : CatalogueFiles.BuiltIn());
            var report = Report(load);
            if (parsed.GetValue(json)) Output.Print(report, json: true);
            else Print(load, report);
            return load.Catalogue is null ? 1 : 0;
        });
        return command;
    }

    /// <summary>Contradictions as JSON, each with all sides.</summary>
    public static JsonArray Contradictions(IEnumerable<Contradiction> contradictions) =>
    [
        .. contradictions.Select(one => (JsonNode)new JsonObject
        {
            ["id"] = one.Id,
            ["kind"] = one.Kind,
            ["subject"] = one.Subject,
            ["sides"] = new JsonArray([.. one.Sides.Select(side => new JsonObject
            {
                ["says"] = side.Says,
                ["source"] = side.Source,
                ["lines"] = side.Lines,
            })]),
            ["kept"] = one.Kept,
            ["entries"] = new JsonArray([.. one.Entries.Select(entry => (JsonNode)JsonValue.Create(entry))]),
        }),
    ];

    private static List<CatalogueFile> Read(DirectoryInfo folder)
    {
        try
        {
            return
            [
                .. from name in CatalogueFiles.Names
                   let path = Path.Combine(folder.FullName, name + ".json")
                   where File.Exists(path)
                   select new CatalogueFile(name + ".json", File.ReadAllBytes(path)),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"--data: {folder.FullName} cannot be read: {failure.Message}", failure);
        }
    }

    private static JsonObject Report(CatalogueLoad load)
    {
        var catalogue = load.Catalogue;
        var kinds = new JsonObject();
        foreach (var kind in (catalogue?.Entries ?? []).GroupBy(entry => entry.Kind)) kinds[kind.Key] = kind.Count();
        return new JsonObject
        {
            ["sound"] = catalogue is not null,
            ["version"] = catalogue?.Version,
            ["date"] = catalogue?.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["entries"] = catalogue?.Entries.Count ?? 0,
            ["rules"] = ApprovalRules.All.Count,
            ["contradictions"] = catalogue?.Contradictions.Count ?? 0,
            ["faults"] = new JsonArray([.. load.Faults.Select(fault => new JsonObject
            {
                ["file"] = fault.File,
                ["path"] = fault.Path,
                ["expected"] = fault.Expected,
                ["got"] = fault.Got,
            })]),
            ["entries_by_kind"] = kinds,
            ["entry_list"] = new JsonArray([.. (catalogue?.Entries ?? []).Select(entry => new JsonObject
            {
                ["id"] = entry.Id,
                ["kind"] = entry.Kind,
            })]),
            ["rule_list"] = new JsonArray([.. ApprovalRules.All.Select(rule => new JsonObject
            {
                ["rule"] = rule.Name,
                ["title"] = rule.Title,
            })]),
            ["contradiction_list"] = Contradictions(catalogue?.Contradictions ?? []),
        };
    }

    private static void Print(CatalogueLoad load, JsonObject report)
    {
        foreach (var fault in load.Faults) Console.WriteLine(fault);
        if (load.Catalogue is not { } catalogue)
        {
            Console.WriteLine(FormattableString.Invariant($"The catalogue is broken; faults: {load.Faults.Count}."));
            return;
        }
        var kinds = string.Join(", ", report["entries_by_kind"]!.AsObject().Select(kind => $"{kind.Key} {kind.Value}"));
        Console.WriteLine(FormattableString.Invariant($"""
            Catalogue {catalogue.Version} of {catalogue.Date:yyyy-MM-dd} is sound.
              Entries:        {catalogue.Entries.Count} ({kinds})
              Rules:          {ApprovalRules.All.Count}
              Contradictions: {catalogue.Contradictions.Count}
            """));
        Console.WriteLine("\nRules");
        foreach (var rule in ApprovalRules.All) Console.WriteLine($"  {rule.Name,-22} {rule.Title}");
        Console.WriteLine("\nContradictions, unclear readings and gaps");
        foreach (var one in catalogue.Contradictions)
        {
            Console.WriteLine($"  {one.Id,-10} {one.Kind,-14} {one.Subject}");
            foreach (var side in one.Sides) Console.WriteLine($"             - {side.Says}");
            Console.WriteLine($"             kept: {one.Kept}");
        }
    }
}
