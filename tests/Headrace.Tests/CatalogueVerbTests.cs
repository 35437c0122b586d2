using System.Text.Json.Nodes;

namespace Headrace.Tests;

/// <summary>The verbs of <c>headrace catalogue</c> end to end.</summary>
public sealed class CatalogueVerbTests
{
    [Fact]
    public async Task Check_counts_and_lists_entries_rules_and_contradictions()
    {
        var (exit, output, _) = await RunAsync("check", "--json");
        Assert.Equal(0, exit);
        var report = JsonNode.Parse(output)!;
        Assert.True(report["sound"]!.GetValue<bool>());
        foreach (var list in new[] { ("entries", "entry_list"), ("rules", "rule_list"), ("contradictions", "contradiction_list") })
            Assert.Equal(report[list.Item1]!.GetValue<int>(), report[list.Item2]!.AsArray().Count);
        Assert.Equal(80, report["entries_by_kind"]!["meter"]!.GetValue<int>());
    }

    [Fact]
    public async Task Check_names_what_is_wrong_with_a_folder_and_ends_with_1()
    {
        using var folder = new DataFolder();
        await File.WriteAllTextAsync(folder.File("edition.json"), """{"catalogue": "edition", "version": "1", "date": "2026-11-20"}""",
            TestContext.Current.CancellationToken);
        var (exit, output, _) = await RunAsync("check", "--data", folder.Path);
        Assert.Equal(1, exit);
        Assert.Contains("edition.json $.version: expected text that matches", output, StringComparison.Ordinal);
        Assert.Contains("approvals.json $: expected a file, got none", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_and_show_answer_for_meters_and_approvals()
    {
        var list = JsonNode.Parse((await RunAsync("list", "--family", "iM", "--phases", "3", "--json")).Output)!.AsArray();
        Assert.Equal(["im-31100-hcx", "im-31100-d100"], list.Select(meter => (string?)meter!["id"]));
        var meter = JsonNode.Parse((await RunAsync("show", "unitil-axre-2s-plx", "--json")).Output)!;
        Assert.Equal(7.2, meter["facts"]!["kh"]!.GetValue<double>());
        Assert.Contains("A-PLX-1", meter["contradictions"]!.AsArray().Select(one => (string?)one!["id"]));
        var approval = JsonNode.Parse((await RunAsync("show", "ae-1559", "--on", "2009-01-28", "--lang", "fr", "--json")).Output)!;
        Assert.Equal(3, approval["revision"]!.GetValue<int>());
        Assert.Contains("ajout du module intégré StatSignal",
            approval["revisions"]!.AsArray().SelectMany(one => one!["purposes"]!.AsArray()).Select(one => (string?)one));
        var wrong = await RunAsync("show", "no-such-entry");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("no entry 'no-such-entry'", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_tells_each_rule_that_refuses_and_what_it_rests_on()
    {
        string[] device = ["--model", "FOCUS ALF", "--form", "2S", "--voltage", "240", "--current", "200", "--firmware", "3.22"];
        var allowed = await RunAsync(["approve", .. device, "--module", "hp-airpoint", "--display-scroll", "10", "--sealed", "--json"]);
        Assert.Equal(0, allowed.ExitCode);
        Assert.True(JsonNode.Parse(allowed.Output)!["allowed"]!.GetValue<bool>());
        var refused = await RunAsync(
            ["approve", .. device, "--module", "hp-airpoint", "--module", "lg-ts2@19", "--display-scroll", "9", "--json"]);
        Assert.Equal(1, refused.ExitCode);
        var rules = JsonNode.Parse(refused.Output)!["refused"]!.AsArray();
        Assert.Equal(["firmware.module", "module.display-scroll"], rules.Select(rule => (string?)rule!["rule"]));
        Assert.Equal(("AE-1559", 16, "3.3"), ((string?)rules[1]!["approval"], (int)rules[1]!["revision"]!, (string?)rules[1]!["section"]));
        var early = await RunAsync(["approve", .. device, "--on", "2008-02-07", "--lang", "fr"]);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("rien n'était approuvé avant le 2008-02-08", early.Output, StringComparison.Ordinal);
        var day = await RunAsync(["approve", .. device, "--on", "yesterday"]);
        Assert.Contains("'yesterday' is not a date", day.Errors, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        HeadraceProcess.RunAsync(["catalogue", .. arguments]);
}
