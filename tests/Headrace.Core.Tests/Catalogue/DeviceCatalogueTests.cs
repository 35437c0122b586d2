using System.Text.Json;
using Headrace.Core.Catalogue;

namespace Headrace.Core.Tests.Catalogue;

public sealed class DeviceCatalogueTests
{
    private static readonly DeviceCatalogue Catalogue = DeviceCatalogue.BuiltIn;

    [Fact]
    public void The_built_in_files_have_no_fault()
    {
        var load = CatalogueLoader.Load(CatalogueFiles.BuiltIn());
        Assert.Empty(load.Faults);
        Assert.Equal("1.0.0", Catalogue.Version);
        Assert.Equal((80, 44, 1, 9, 16, 56), (Catalogue.Meters.Count, Catalogue.Modules.Count, Catalogue.Approvals.Count,
            Catalogue.Statements.Count, Catalogue.Codes.Count, Catalogue.Contradictions.Count));
    }

    [Fact]
    public void Every_entry_can_be_asked_for_in_any_letter_case()
    {
        foreach (var entry in Catalogue.Entries)
        {
            Assert.Same(entry, Catalogue.Find(entry.Id.ToUpperInvariant()));
            Assert.Equal(JsonValueKind.Object, entry.Facts.ValueKind);
            Assert.All(entry.Contradictions, id => Assert.Contains(Catalogue.Contradictions, one => one.Id == id));
        }
        Assert.Null(Catalogue.Find("no-such-entry"));
    }

    [Fact]
    public void Every_meter_has_a_source_and_knows_its_modules_and_approvals()
    {
        foreach (var meter in Catalogue.Meters)
        {
            Assert.NotEmpty(meter.Facts.Texts("source"));
            Assert.All(meter.ModuleIds, id => Assert.Contains(Catalogue.ModulesFor(meter), module => module.Id == id));
            Assert.Equal(meter.Certifications.Any(text => text == "AE-1559"), Catalogue.ApprovalsFor(meter).Count == 1);
            Assert.Equal([meter], Catalogue.MetersNamed(meter.Id));
        }
    }

    [Fact]
    public void A_variant_inherits_from_family_and_parent_and_overrides_both()
    {
        var bought = Meter("unitil-axre-2s-plx");
        Assert.Equal(("FOCUS AXRe", "Landis+Gyr", "E331", "CL200"), (bought.Model, bought.Maker, bought.Platform, bought.CurrentClass));
        Assert.Equal(7.2m, bought.Facts.Number("kh"));
        Assert.Equal(3, bought.Wires);
        Assert.Equal(["lg-plx-res-26-7200"], bought.ModuleIds);
        Assert.Contains("A-AXE-1", bought.Contradictions);
        Assert.Contains("A-PLX-1", bought.Contradictions);
        Assert.Equal("32-40", bought.Facts.Items("evidence")[0].Text("lines"));
    }

    [Fact]
    public void A_null_removes_what_is_inherited()
    {
        var load = CatalogueEditing.LoadAfter("meter-models.json", root =>
            root["entries"]!.AsArray().Single(entry => (string?)entry!["id"] == "lg-e331-2s")!.AsObject().Add("also_named", null));
        Assert.NotEmpty(Meter("lg-e331-2s").AlsoNamed);
        Assert.Empty(load.Catalogue!.Meters.Single(meter => meter.Id == "lg-e331-2s").AlsoNamed);
    }

    [Fact]
    public void Meters_are_found_by_maker_family_form_service_and_phases()
    {
        Assert.Equal(["lg-focus-ax-4s", "lg-e331-4s", "lg-e650-s4x-4s", "lg-focus-alf-1-5el-3w-240v-10a", "lg-focus-alf-1-5el-3w-240v-20a",
            "lg-focus-al", "unitil-s4x-rxr-4s-plx"], Ids(new MeterQuery(Form: "4s")));
        Assert.Equal(["im-31100-hcx", "im-31100-d100"], Ids(new MeterQuery(Family: "iM", Phases: 3)));
        Assert.Equal(4, Catalogue.Meters.Count(meter => meter.Maker is null));
        Assert.All(Catalogue.MetersOf(new MeterQuery(Maker: "landis", Service: "transformer")), meter =>
            Assert.Equal("transformer-rated", meter.Service));
        Assert.All(Catalogue.MetersOf(new MeterQuery(ModuleId: "lg-ts2")), meter => Assert.Equal("FOCUS ALF", meter.Model));
        Assert.Equal(["lg-e450-plc"], Catalogue.MetersNamed("e450").Select(meter => meter.Id));
    }

    [Fact]
    public void Modules_are_found_for_a_meter_by_list_and_by_stated_host()
    {
        Assert.Equal(15, Catalogue.ModulesFor(Meter("lg-focus-alf-1el-2w-120v-10a")).Count);
        Assert.Contains("lg-plx-res-26-7200", Catalogue.ModulesFor(Meter("lg-focus-ax-sd-2s")).Select(module => module.Id));
    }

    [Fact]
    public void Contradictions_keep_all_sides_and_name_the_entries_they_touch()
    {
        var firmware = Catalogue.Contradictions.Single(one => one.Id == "A-APR-2");
        Assert.Equal(2, firmware.Sides.Count);
        Assert.Contains("lg-ts2", firmware.Entries);
        Assert.All(Catalogue.Contradictions.Where(one => one.Kind == "contradiction"), one => Assert.True(one.Sides.Count > 1, one.Id));
    }

    [Fact]
    public void What_was_approved_changes_with_the_day()
    {
        Assert.Empty(Catalogue.ApprovedOn(new DateOnly(2008, 2, 7)));
        var first = Assert.Single(Catalogue.ApprovedOn(new DateOnly(2008, 2, 8)));
        Assert.Equal((0, 5), (first.Revision.Number, first.Configurations.Count));
        var later = Assert.Single(Catalogue.ApprovedOn(new DateOnly(2010, 5, 10)));
        Assert.Equal((12, 9), (later.Revision.Number, later.Configurations.Count));
        Assert.DoesNotContain(later.Modules, module => module.ModuleId == "aclara-umt-r-fcb");
        Assert.Equal(15, Catalogue.Approvals[0].At(new DateOnly(2012, 10, 3))!.Revision.Number);
        Assert.Equal(16, Catalogue.Approvals[0].At(new DateOnly(2012, 10, 4))!.Revision.Number);
    }

    [Fact]
    public void A_bilingual_approval_has_every_text_in_French()
    {
        var approval = Catalogue.Approvals[0];
        Assert.True(approval.Bilingual);
        BilingualText[] texts =
        [
            approval.Scope, approval.Seal!, approval.ProgrammingSeal!, .. approval.SealingRules,
            .. approval.Revisions.SelectMany(revision => revision.Purposes), .. approval.Modules.SelectMany(module => module.Conditions),
        ];
        Assert.All(texts, text => Assert.NotNull(text.French));
        Assert.Equal("bouchon", approval.ProgrammingSeal!.In("fr"));
    }

    private static MeterModel Meter(string id) => Catalogue.Meters.Single(meter => meter.Id == id);

    private static IEnumerable<string> Ids(MeterQuery query) => Catalogue.MetersOf(query).Select(meter => meter.Id);
}
