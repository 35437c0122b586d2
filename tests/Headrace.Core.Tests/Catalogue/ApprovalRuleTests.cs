using Headrace.Core.Catalogue;
using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Core.Tests.Catalogue;

public sealed class ApprovalRuleTests
{
    private static readonly DeviceCatalogue Catalogue = DeviceCatalogue.BuiltIn;

    private static readonly DeviceDescription Sound = new()
    {
        Model = "FOCUS ALF",
        Form = "2S",
        Service = "1 1/2 element, 3 wire",
        Volts = 240,
        Amperes = 200,
        Hertz = 60,
        AmbientCelsius = new NumberRange(-40, 53),
        Firmware = "3.22",
        Quantities = ["kWh"],
        Sealed = true,
        Verified = true,
    };

    [Fact]
    public void A_device_that_keeps_every_rule_is_allowed_and_nothing_is_open()
    {
        var answer = Ask(Sound);
        Assert.True(answer.Allowed);
        Assert.DoesNotContain(answer.Answers, one => one.Verdict == RuleVerdict.Open);
        Assert.Equal(("AE-1559", 16), (answer.Approval, answer.Revision));
    }

    [Fact]
    public void Every_answer_names_what_it_rests_on_and_speaks_both_languages()
    {
        FittedModule[] modules = [new("EMTR-3"), new("UMT-R-F", "4.02.1"), new("HP AirPoint"), new("no such module")];
        var answers = Ask(Sound with { Modules = modules }).Answers;
        Assert.All(answers, one => Assert.NotNull(one.Text.French));
        Assert.All(answers.Where(one => one.Basis.Document == "AE-1559"), one =>
            Assert.Equal((16, "002_f4866c8da503b0c8.txt"), (one.Basis.Revision, one.Basis.Source)));
        Assert.Equal("3.3", answers.First(one => one.Rule == "module.display-scroll").Basis.Section);
        Assert.Equal("1", answers.First(one => one.Rule == "voltage").Basis.Section);
        Assert.Equal("approuvé pour la configuration : 240 V", answers.First(one => one.Rule == "voltage").Text.In("fr"));
    }

    [Theory]
    [InlineData("unheard of", "model")]
    [InlineData("iM-1180", "model")]
    [InlineData("FOCUS AX-SD", "model")]
    public void A_model_without_approval_is_refused(string model, string rule) => Refuses(new DeviceDescription { Model = model }, rule);

    [Fact]
    public void A_day_before_the_original_is_refused()
    {
        Refuses(Sound with { On = new DateOnly(2008, 2, 7) }, "date");
        Assert.True(Ask(Sound with { On = new DateOnly(2008, 2, 8) }).Allowed);
    }

    [Theory]
    [InlineData("2S", true)]
    [InlineData("12S", false)]
    [InlineData("2K", false)]
    [InlineData("9S", false)]
    public void The_form_must_fit_the_approved_configurations(string form, bool allowed) =>
        Assert.Equal(allowed, Ask(Sound with { Form = form }).Allowed);

    [Theory]
    [InlineData("2", true)]
    [InlineData("2, 13", true)]
    [InlineData("one and a half element, three wire", true)]
    [InlineData("1½ elements 3 wires", true)]
    [InlineData("10", false)]
    [InlineData("2, 14", false)]
    [InlineData("service detected automatically", false)]
    [InlineData("three cups of tea", false)]
    public void The_service_configuration_is_a_code_or_its_wording(string service, bool allowed) =>
        Assert.Equal(allowed, Ask(Sound with { Form = null, Service = service }).Allowed);

    [Fact]
    public void APR_04_only_the_nine_rows_pass()
    {
        var passed = from code in Enumerable.Range(1, 11)
                     from volts in new[] { 120m, 208m, 240m, 277m }
                     from amperes in new[] { 10m, 20m, 100m, 200m, 320m }
                     let device = Sound with
                     {
                         Form = null,
                         Service = FormattableString.Invariant($"{code}"),
                         Volts = volts,
                         Amperes = amperes,
                     }
                     where Ask(device).Allowed
                     select (code, volts, amperes);
        Assert.Equal(
        [
            (1, 120, 10), (1, 120, 20), (1, 120, 100), (2, 240, 10), (2, 240, 20), (2, 240, 200), (4, 120, 10), (4, 120, 20), (4, 120, 200),
        ], passed);
    }

    [Fact]
    public void The_row_that_a_revision_announced_and_the_table_lacks_is_refused() =>
        Refuses(Sound with { Form = null, Service = "1", Volts = 240, Amperes = 20 }, "voltage");

    [Fact]
    public void A_rating_counts_from_the_revision_that_added_it()
    {
        var device = Sound with { Form = null, Service = "1", Volts = 120, Amperes = 100 };
        Refuses(device with { On = new DateOnly(2009, 4, 8) }, "current");
        Assert.True(Ask(device with { On = new DateOnly(2009, 4, 9) }).Allowed);
        var early = Ask(device with { On = new DateOnly(2009, 4, 8) }).Answers.Single(one => one.Rule == "current");
        Assert.Contains("revision 5", early.Text.English, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_brings_its_own_rating()
    {
        var device = new DeviceDescription { Model = "lg-focus-alf-1el-2w-120v-100a", Firmware = "3.22" };
        Assert.True(Ask(device).Allowed);
        Refuses(device with { On = new DateOnly(2009, 4, 8) }, "current");
        Refuses(device with { Volts = 240 }, "voltage");
    }

    [Fact]
    public void Frequency_and_ambient_temperature_stay_within_the_approval_APR_09()
    {
        Refuses(Sound with { Hertz = 50 }, "frequency");
        Refuses(Sound with { AmbientCelsius = new NumberRange(-41, 20) }, "ambient");
        Refuses(Sound with { AmbientCelsius = new NumberRange(-40, 54) }, "ambient");
        Refuses(new DeviceDescription { Model = "E331", Form = "2S", Hertz = 50 }, "frequency");
    }

    [Theory]
    [InlineData("3.22", null, null, null)]
    [InlineData("3.23", null, null, "firmware.meter")]
    [InlineData("3.22", "UMT-R-F", "2.14.1", null)]
    [InlineData("3.22", "UMT-R-F", "4.02.1", null)]
    [InlineData("3.22", "UMT-R-F", "4.50", "firmware.module")]
    [InlineData("3.22", "UMT-R-FCB", "4.50", null)]
    [InlineData("3.22", "UMT-R-FCB", "2.14.1", "firmware.module")]
    [InlineData("3.22", "TS2", "18", null)]
    [InlineData("3.22", "TS2", "19", "firmware.module")]
    [InlineData("3.22", "lg-ts2", "20", null)]
    [InlineData("3.22", "TS2", "23", null)]
    public void APR_01_firmware_is_approved_by_list(string meter, string? module, string? firmware, string? refusing)
    {
        var device = Sound with { Firmware = meter, Modules = module is null ? [] : [new(module, firmware)] };
        if (refusing is null) Assert.True(Ask(device).Allowed);
        else Refuses(device, refusing);
    }

    [Theory]
    [InlineData("20", "2009-01-27", false)]
    [InlineData("20", "2009-01-28", true)]
    [InlineData("23", "2009-12-06", false)]
    [InlineData("23", "2009-12-07", true)]
    public void Firmware_counts_from_the_revision_that_added_it(string firmware, string day, bool allowed) =>
        Assert.Equal(allowed, Ask(Sound with { Modules = [new("TS2", firmware)], On = Day(day) }).Allowed);

    [Theory]
    [InlineData("hp-airpoint", "2009-03-03", false)]
    [InlineData("hp-airpoint", "2009-03-04", true)]
    [InlineData("NCZR111P3", "2009-06-05", true)]
    [InlineData("RES-3000-FOCUS-P", "2009-06-04", false)]
    [InlineData("trilliant-nczr101", "2008-02-08", true)]
    public void A_module_counts_from_the_revision_that_added_it(string module, string day, bool allowed) =>
        Assert.Equal(allowed, Ask(Sound with { Modules = [new(module)], DisplayScrollSeconds = 10, On = Day(day) }).Allowed);

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void DSP_05_the_display_scrolls_ten_seconds_or_more_with_an_AirPoint(int seconds, bool allowed)
    {
        var device = Sound with { Modules = [new("HP AirPoint")], DisplayScrollSeconds = seconds };
        Assert.Equal(allowed, Ask(device).Allowed);
        if (!allowed) Refuses(device, "module.display-scroll");
        Refuses(device with { DisplayScrollSeconds = null }, "module.display-scroll");
        Assert.True(Ask(device with { Modules = [] }).Allowed);
    }

    [Fact]
    public void APR_05_EMTR_3_needs_one_of_its_partners()
    {
        Refuses(Sound with { Modules = [new("EMTR-3")] }, "module.together");
        Assert.True(Ask(Sound with { Modules = [new("EMTR-3"), new("UMT-R-FCB", "4.50")] }).Allowed);
        Refuses(Sound with { Modules = [new("lg-ts2-mu")] }, "module.together");
        Assert.True(Ask(Sound with { Modules = [new("lg-ts2-mu"), new("TS2", "20")] }).Allowed);
    }

    [Fact]
    public void APR_06_only_listed_modules_are_an_approved_fit()
    {
        foreach (var module in Catalogue.Modules)
        {
            var listed = Catalogue.Approvals[0].Modules.Any(one => one.ModuleId == module.Id);
            var verdict = Ask(Sound with { Modules = [new(module.Id)] }).Answers.Single(one => one.Rule == "module.listed").Verdict;
            Assert.Equal(listed ? RuleVerdict.Allowed : RuleVerdict.Refused, verdict);
        }
        Refuses(Sound with { Modules = [new("no such module")] }, "module.known");
    }

    [Theory]
    [InlineData("kWh", null, true)]
    [InlineData("kW", null, false)]
    [InlineData("kW", "TS2", true)]
    [InlineData("kW", "EMT-XMF", false)]
    [InlineData("kvarh", "TS2", false)]
    public void DMD_11_demand_is_approved_only_with_a_module_that_adds_it(string quantity, string? module, bool allowed) =>
        Assert.Equal(allowed, Ask(Sound with { Quantities = [quantity], Modules = module is null ? [] : [new(module)] }).Allowed);

    [Theory]
    [InlineData("E351", "2SE", null, "statement")]
    [InlineData("E351", "2S", null, null)]
    [InlineData("FOCUS AXe", "2SE", null, null)]
    [InlineData("E331", "9S", null, "form")]
    [InlineData("E331", "2S", "2019-08-31", "statement")]
    [InlineData("E331", "2S", "2019-09-01", null)]
    public void APR_10_a_claimed_approval_covers_its_forms_except_the_pending_one(string model, string form, string? day, string? refusing)
    {
        var device = new DeviceDescription { Model = model, Form = form, On = day is null ? null : Day(day) };
        if (refusing is not null) Refuses(device, refusing);
        else Assert.True(Ask(device).Allowed);
        Assert.Equal("AE-1967", Ask(device).Approval);
    }

    [Fact]
    public void Modules_of_other_models_and_boards_without_space_are_refused_COM_08_COM_09()
    {
        var device = new DeviceDescription { Model = "FOCUS AX Polyphase", Form = "9S" };
        Refuses(device with { Modules = [new("lg-gridstream-plc-focus-ax")] }, "module.host");
        Refuses(new DeviceDescription { Model = "FOCUS AX-SD", Modules = [new("metrum-cellular")] }, "module.host");
        Assert.DoesNotContain("module.host", Refusing(device with { Modules = [new("metrum-cellular")] }));
        Refuses(device with { Modules = [new("focus-ax-kyz-board"), new("metrum-cellular")] }, "module.space");
        Assert.DoesNotContain("module.space", Refusing(device with { Modules = [new("focus-ax-kyz-board")] }));
    }

    [Theory]
    [InlineData("26-7200", 264, true)]
    [InlineData("26-7200", 265, false)]
    [InlineData("26-7300", 305, true)]
    [InlineData("26-7300", 84, false)]
    public void COM_02_an_endpoint_works_over_its_supply_range(string module, int volts, bool allowed) =>
        Assert.NotEqual(allowed,
            Refusing(new DeviceDescription { Model = "E331", Volts = volts, Modules = [new(module)] }).Contains("module.supply"));

    [Fact]
    public void Sealing_and_verification_are_open_until_done_APR_12()
    {
        var answers = Ask(Sound with { Sealed = null, Verified = null }).Answers;
        Assert.Equal(RuleVerdict.Open, answers.Single(one => one.Rule == "sealing").Verdict);
        Assert.Equal(RuleVerdict.Open, answers.Single(one => one.Rule == "verification").Verdict);
        Refuses(Sound with { Verified = false }, "verification");
    }

    private static ApprovalAnswer Ask(DeviceDescription device) => ApprovalRules.Check(Catalogue, device);

    private static IReadOnlyList<string> Refusing(DeviceDescription device) =>
        [.. Ask(device).Answers.Where(one => one.Verdict == RuleVerdict.Refused).Select(one => one.Rule)];

    private static void Refuses(DeviceDescription device, string rule)
    {
        Assert.False(Ask(device).Allowed);
        Assert.Contains(rule, Refusing(device));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
