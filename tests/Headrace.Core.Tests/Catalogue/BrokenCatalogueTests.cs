using System.Text;
using System.Text.Json.Nodes;
using Headrace.Core.Catalogue;

namespace Headrace.Core.Tests.Catalogue;

public sealed class BrokenCatalogueTests
{
    [Theory]
    [InlineData("meter-models.json", "/entries/3/kh", "-1", "$.entries[3].kh", "more than 0", "-1")]
    [InlineData("meter-models.json", "/entries/0/kind", "\"toy\"", "$.entries[0].kind", "one of \"platform-form\"", "\"toy\"")]
    [InlineData("meter-models.json", "/entries/0/colour", "\"red\"", "$.entries[0].colour", "no such member", "\"red\"")]
    [InlineData("meter-models.json", "/entries/0/source", null, "$.entries[0].source", "a member that must be there", "nothing")]
    [InlineData("meter-models.json", "/entries/0/family_id", "\"no-family\"", "$.entries[0].family_id",
        "a family of this file", "no-family")]
    [InlineData("meter-models.json", "/families/0/shared/communications/native", "[\"no-module\"]",
        "$.families[0].shared.communications.native", "the name of a module", "no-module")]
    [InlineData("meter-models.json", "/families/0/members", "9", "$.families[0].members", "8, as there are entries", "9")]
    [InlineData("meter-models.json", "/counts/entries", "81", "$.counts.entries", "80, as there are entries", "81")]
    [InlineData("approvals.json", "/approvals/0/date", "\"2012-13-04\"", "$.approvals[0].date", "a date", "\"2012-13-04\"")]
    [InlineData("approvals.json", "/approvals/0/revisions/2/revision", "3", "$.approvals[0].revisions[2].revision", "2, in order", "3")]
    [InlineData("approvals.json", "/approvals/0/communication/modules/0/module_id", "\"other\"",
        "$.approvals[0].communication.modules[0].module_id", "the name of a module", "other")]
    [InlineData("approvals.json", "/approvals/0/service_configurations/0/meter_model_ids/0", "\"gone\"",
        "$.approvals[0].service_configurations[0].meter_model_ids", "the name of a meter", "gone")]
    [InlineData("approvals.json", "/approvals/0/service_configurations/0/voltage_v", "121",
        "$.approved[0]", "a row that stands in approvals.json too", "single element, two wire")]
    [InlineData("service-configurations.json", "/approved/0/codes/0", "17", "$.approved[0].codes[0]", "16 or less", "17")]
    [InlineData("communication-modules.json", "/modules/0/id", "\"Upper Case\"", "$.modules[0].id", "text that matches", "\"Upper Case\"")]
    [InlineData("communication-modules.json", "/modules/2/compatibility/rows/0/wires", "5",
        "$.modules[2].compatibility.rows[0].wires", "one of 2, 3, 4", "5")]
    [InlineData("contradictions.json", "/contradictions/0/id", "\"A-XX-9\"", "ambiguity_refs", "the name of a contradiction", "A-DSP-1")]
    [InlineData("edition.json", "/version", "\"one\"", "$.version", "text that matches", "\"one\"")]
    public void A_fault_is_named_with_its_place(string file, string pointer, string? value, string path, string expected, string got)
    {
        var load = CatalogueEditing.LoadAfter(file, root => Put(root, pointer, value));
        Assert.Null(load.Catalogue);
        Assert.Contains(load.Faults, fault => fault.Path.EndsWith(path, StringComparison.Ordinal)
            && fault.Expected.StartsWith(expected, StringComparison.Ordinal) && fault.Got == got);
    }

    [Fact]
    public void A_missing_file_and_one_that_is_not_JSON_are_named()
    {
        var missing = CatalogueLoader.Load([.. CatalogueFiles.BuiltIn().Skip(1)]);
        Assert.Equal("edition.json $: expected a file, got none", Assert.Single(missing.Faults).ToString());
        var broken = Assert.Single(CatalogueEditing.LoadWith("texts.json", "{\n \"catalogue\": tru }"u8.ToArray()).Faults);
        Assert.Equal(("texts.json", "JSON"), (broken.File, broken.Expected));
        Assert.Contains("line 2", broken.Got, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"catalogue\": \"edition\", \"catalogue\": \"edition\"}")]
    [InlineData("{\"catalogue\": \"\\ud800\"}")]
    [InlineData("[]")]
    [InlineData("")]
    public void Doubled_members_lone_surrogates_and_other_roots_are_refused(string content) =>
        Assert.Null(CatalogueEditing.LoadWith("edition.json", Encoding.UTF8.GetBytes(content)).Catalogue);

    [Fact]
    public void A_name_that_is_used_twice_is_refused()
    {
        var load = CatalogueEditing.LoadAfter("meter-models.json", root => Put(root, "/entries/1/id", "\"lg-focus-ax-1s-120v-cl100\""));
        Assert.Contains(load.Faults, fault => fault.Got == "lg-focus-ax-1s-120v-cl100" && fault.Expected == "a name that is used once");
    }

    [Fact]
    public void Entries_that_inherit_in_a_ring_are_refused()
    {
        var load = CatalogueEditing.LoadAfter("meter-models.json", root =>
        {
            var entries = root["entries"]!.AsArray();
            var (one, other) = (entries.Count - 1, entries.Count - 2);
            Put(root, FormattableString.Invariant($"/entries/{one}/variant_of"), entries[other]!["id"]!.ToJsonString());
            Put(root, FormattableString.Invariant($"/entries/{other}/variant_of"), entries[one]!["id"]!.ToJsonString());
        });
        Assert.Contains(load.Faults, fault => fault.Expected == "a parent that does not inherit from it");
    }

    [Fact]
    public void Firmware_that_two_files_tell_differently_is_a_fault()
    {
        var load = CatalogueEditing.LoadAfter("communication-modules.json", root =>
            root["modules"]!.AsArray().Single(module => (string?)module!["id"] == "lg-ts2")!["approval"]!["legally_relevant_firmware"] =
                new JsonArray("18", "19"));
        Assert.Contains(load.Faults, fault => fault.Expected == "as in approvals.json: 18, 20, 23" && fault.Got == "18, 19");
    }

    [Theory]
    [InlineData("meter-models.json")]
    [InlineData("approvals.json")]
    [InlineData("communication-modules.json")]
    [InlineData("service-configurations.json")]
    [InlineData("devices-other.json")]
    [InlineData("contradictions.json")]
    [InlineData("texts.json")]
    [InlineData("edition.json")]
    public void Seeded_mutations_give_a_catalogue_or_faults_and_never_an_exception(string file)
    {
        var random = new Random(5);
        var original = CatalogueFiles.BuiltIn().Single(one => one.Name == file).Content.ToArray();
        for (var round = 0; round < 40; round++)
        {
            var load = CatalogueEditing.LoadWith(file, round % 2 == 0 ? Bytes(original, random) : Nodes(original, random));
            Assert.Equal(load.Catalogue is null, load.Faults.Count > 0);
        }
    }

    private static byte[] Bytes(byte[] original, Random random)
    {
        var content = original.ToArray();
        for (var change = random.Next(1, 4); change > 0; change--) content[random.Next(content.Length)] = (byte)random.Next(256);
        return random.Next(5) == 0 ? content[..random.Next(content.Length)] : content;
    }

    /// <summary>Replaces, removes or copies values at random, so that the JSON stays whole.</summary>
    private static byte[] Nodes(byte[] original, Random random)
    {
        var root = JsonNode.Parse(original)!;
        string[] values =
        [
            "null", "-1", "1e30", "0.5", "\"x\"", "[]", "{}", "[[]]", "[1, \"x\"]",
            "{\"a\": null}", "true", "\"2012-10-04\"", "99999999999",
        ];
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var node = root;
            while (Child(node, random) is { } child && (child.Parent == root || random.Next(4) > 0)) node = child;
            if (node == root) continue;
            var value = JsonNode.Parse(values[random.Next(values.Length)]);
            if (node.Parent is JsonObject holder && random.Next(3) == 0) holder.Remove(node.GetPropertyName());
            else if (node.Parent is JsonArray list && random.Next(3) == 0) list.Add(node.DeepClone());
            else node.ReplaceWith(value);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static JsonNode? Child(JsonNode node, Random random) => node switch
    {
        JsonObject { Count: > 0 } members => members.ElementAt(random.Next(members.Count)).Value,
        JsonArray { Count: > 0 } items => items[random.Next(items.Count)],
        _ => null,
    };

    private static void Put(JsonNode root, string pointer, string? value)
    {
        var parts = pointer.Split('/')[1..];
        var holder = root;
        foreach (var part in parts[..^1])
            holder = holder is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : holder[part]!;
        var parsed = value is null ? null : JsonNode.Parse(value);
        if (holder is JsonArray items) items[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = parsed;
        else if (value is null) holder.AsObject().Remove(parts[^1]);
        else holder[parts[^1]] = parsed;
    }
}
