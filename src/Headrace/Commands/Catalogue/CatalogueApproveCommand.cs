using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Commands.Dlms;
using Headrace.Core.Catalogue;
using Headrace.Core.Catalogue.Approvals;

namespace Headrace.Commands.Catalogue;

/// <summary><c>headrace catalogue approve</c>: whether a device is within its approval. Exit code 1 where a rule refuses.</summary>
internal static class CatalogueApproveCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "Entry, model, family or platform.", Required = true };
    private static readonly Option<string?> Form = new("--form") { Description = "ANSI form, such as 2S." };
    private static readonly Option<string?> Service = new("--service")
    {
        Description = "Service configuration: a code from 1 to 16 or its wording, such as '2 element, 3 wire, network'.",
    };
    private static readonly Option<decimal?> Voltage = new("--voltage") { Description = "Rated voltage, V." };
    private static readonly Option<decimal?> Current = new("--current") { Description = "Rated (largest) current, A." };
    private static readonly Option<decimal?> Frequency = new("--frequency") { Description = "Frequency, Hz." };
    private static readonly Option<decimal[]> Ambient = new("--ambient")
    {
        Description = "Ambient temperature, degrees Celsius: one or lowest and highest.",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Firmware = new("--firmware") { Description = "Legally relevant firmware of the meter." };
    private static readonly Option<string[]> Modules = new("--module")
    {
        Description = "A fitted module, with its firmware after @ where known, such as lg-ts2@20; may be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Quantities = new("--quantity")
    {
        Description = "A quantity used for billing, such as kWh or kW; may be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<decimal?> Scroll = new("--display-scroll") { Description = "Scroll time of the display, seconds." };
    private static readonly Option<bool> Sealed = new("--sealed") { Description = "It is sealed." };
    private static readonly Option<bool> Verified = new("--verified") { Description = "It has been verified." };

    public static Command Create()
    {
        var on = CatalogueCommand.DateOption("Day of the question, such as 2012-10-04; the newest revision where not given.");
        var language = CatalogueCommand.LanguageOption();
        var json = CatalogueCommand.JsonOption();
        var command = new Command("approve", "Holds a device against its approval: allowed, or the rules that refuse.")
        {
            Model, Form, Service, Voltage, Current, Frequency, Ambient, Firmware, Modules, Quantities, Scroll, Sealed, Verified, on,
            language, json,
        };
        command.SetAction(parsed =>
        {
            var device = Describe(parsed) with { On = CatalogueCommand.Day(parsed.GetValue(on)) };
            var answer = ApprovalRules.Check(DeviceCatalogue.BuiltIn, device);
            var words = parsed.GetRequiredValue(language);
            if (parsed.GetValue(json)) Output.Print(Report(answer, words), json: true);
            else Print(answer, words);
            return answer.Allowed ? 0 : 1;
        });
        return command;
    }

    private static DeviceDescription Describe(ParseResult parsed) => new()
    {
        Model = parsed.GetRequiredValue(Model),
        Form = parsed.GetValue(Form),
        Service = parsed.GetValue(Service),
        Volts = parsed.GetValue(Voltage),
        Amperes = parsed.GetValue(Current),
        Hertz = parsed.GetValue(Frequency),
        AmbientCelsius = parsed.GetValue(Ambient) is [var low, ..] range ? new NumberRange(low, range[^1]) : null,
        Firmware = parsed.GetValue(Firmware),
        Modules = [.. (parsed.GetValue(Modules) ?? []).Select(Fitted)],
        Quantities = parsed.GetValue(Quantities) ?? [],
        DisplayScrollSeconds = parsed.GetValue(Scroll),
        Sealed = parsed.GetValue(Sealed) ? true : null,
        Verified = parsed.GetValue(Verified) ? true : null,
    };

    private static FittedModule Fitted(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 ? new FittedModule(text[..at], text[(at + 1)..]) : new FittedModule(text);
    }

    private static JsonObject Report(ApprovalAnswer answer, string language)
    {
        JsonArray Answers(RuleVerdict verdict) =>
            new([.. answer.Answers.Where(one => one.Verdict == verdict).Select(one => Json(one, language))]);
        return new JsonObject
        {
            ["allowed"] = answer.Allowed,
            ["model"] = answer.Device.Model,
            ["meters"] = new JsonArray([.. answer.Models.Select(model => (JsonNode)JsonValue.Create(model))]),
            ["approval"] = answer.Approval,
            ["revision"] = answer.Revision,
            ["on"] = answer.Device.On?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["refused"] = Answers(RuleVerdict.Refused),
            ["open"] = Answers(RuleVerdict.Open),
            ["conditions"] = Answers(RuleVerdict.Condition),
            ["kept"] = Answers(RuleVerdict.Allowed),
        };
    }

    private static JsonObject Json(RuleAnswer answer, string language) => new()
    {
        ["rule"] = answer.Rule,
        ["verdict"] = Word(answer.Verdict),
        ["subject"] = answer.Subject,
        ["approval"] = answer.Basis.Document,
        ["revision"] = answer.Basis.Revision,
        ["section"] = answer.Basis.Section,
        ["source"] = answer.Basis.Source,
        ["lines"] = answer.Basis.Lines,
        ["text"] = answer.Text.In(language),
        ["text_en"] = answer.Text.English,
        ["text_fr"] = answer.Text.French,
    };

    private static void Print(ApprovalAnswer answer, string language)
    {
        var newest = answer.Revision is { } revision ? FormattableString.Invariant($", {answer.Approval} revision {revision}") : "";
        Console.WriteLine($"{(answer.Allowed ? "Allowed" : "Refused")}: {answer.Device.Model}{newest}");
        foreach (var one in answer.Answers.OrderBy(one => one.Verdict == RuleVerdict.Refused ? 0 : 1))
        {
            var basis = one.Basis.Document
                + (one.Basis.Revision is { } number ? FormattableString.Invariant($" rev. {number}") : "")
                + (one.Basis.Section is { } section ? $" section {section}" : "");
            var subject = one.Subject.Length > 0 ? one.Subject + ": " : "";
            Console.WriteLine($"  {Word(one.Verdict),-9}  {one.Rule,-21}  {subject}{one.Text.In(language)} [{basis}]");
        }
    }

    private static string Word(RuleVerdict verdict) => verdict switch
    {
        RuleVerdict.Allowed => "kept",
        RuleVerdict.Refused => "refused",
        RuleVerdict.Open => "open",
        _ => "condition",
    };
}
