using System.CommandLine;
using System.Globalization;

namespace Headrace.Commands.Catalogue;

/// <summary><c>headrace catalogue</c>: which meters and modules there are, and what is approved together.</summary>
internal static class CatalogueCommand
{
    public static Command Create() => new("catalogue", "Meters, modules and approvals: what there is and what is approved together.")
    {
        CatalogueListCommand.Create(),
        CatalogueShowCommand.Create(),
        CatalogueCheckCommand.Create(),
        CatalogueApproveCommand.Create(),
    };

    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    public static Option<string?> DateOption(string description) => new("--on") { Description = description };

    public static Option<string> LanguageOption()
    {
        var language = new Option<string>("--lang")
        {
            Description = "en or fr; French where the approval has it.",
            DefaultValueFactory = _ => "en",
        };
        language.AcceptOnlyFromAmong("en", "fr");
        return language;
    }

    /// <summary>The day of an option, or null where it is not given.</summary>
    public static DateOnly? Day(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new CommandFailure($"--on: '{text}' is not a date such as 2012-10-04.");

}
