using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Profiles;

namespace Headrace.Commands.Dlms;

/// <summary>
/// <c>headrace dlms compare</c>: holds a meter's object list against a companion profile. Exit code 1 where there are differences.
/// </summary>
internal static class DlmsCompareCommand
{
    public static Command Create()
    {
        var profile = new Option<string>("--profile") { Description = "The companion profile, such as idis-2.", Required = true };
        var file = new Option<FileInfo?>("--file") { Description = "An object list saved by 'objects --json', in place of a meter." };
        var additional = new Option<bool>("--allow-additional")
        {
            Description = "Objects that the profile does not know are no difference.",
        };
        var options = new MeterOptions(hostRequired: false);
        var command = new Command("compare", "Compares the objects of a meter with a companion profile.") { profile, file, additional };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var expected = DlmsProfilesCommand.Find(parsed.GetRequiredValue(profile));
            var json = options.Json(parsed);
            if (parsed.GetValue(file) is { } saved)
                return Task.FromResult(Report(expected, Read(saved), isPublic: false, parsed.GetValue(additional), json));
            var meter = options.Read(parsed);
            return MeterConnection.UseAsync(meter, async (client, token) =>
            {
                var (listed, error) = await ObjectListReading.ReadAsync(client, token);
                if (listed is null) throw new CommandFailure($"The meter does not tell its objects: {error.Name()}.");
                var isPublic = meter.Client == MeterConnection.PublicClient;
                return Report(expected, listed, isPublic, parsed.GetValue(additional), json);
            }, cancellationToken);
        });
        return command;
    }

    private static IReadOnlyList<ListedObject> Read(FileInfo file)
    {
        try
        {
            return ListedObject.FromJson(File.ReadAllText(file.FullName));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailure($"{file.FullName} cannot be used: {wrong.Message}.", wrong);
        }
    }

    private static int Report(CompanionProfile profile, IReadOnlyList<ListedObject> objects, bool isPublic, bool allowAdditional, bool json)
    {
        var differences = ObjectListComparison.Compare(profile, objects, isPublic)
            .Where(d => !allowAdditional || d.Kind != ObjectDifferenceKind.Additional).ToList();
        if (json)
        {
            Output.Print(new JsonObject
            {
                ["profile"] = profile.Name,
                ["objects"] = objects.Count,
                ["differences"] = new JsonArray([.. differences.Select(d => (JsonNode)Json(d))]),
            }, json: true);
        }
        else
        {
            foreach (var difference in differences) Console.WriteLine(Line(difference));
            Console.WriteLine($"{objects.Count} objects, {differences.Count} differences from {profile.Name}");
        }
        return differences.Count == 0 ? 0 : 1;
    }

    private static string Line(ObjectDifference d)
    {
        var what = d.Kind switch
        {
            ObjectDifferenceKind.Missing => $"{d.Expected} expected",
            ObjectDifferenceKind.Additional => $"{d.Found}, not in the profile",
            ObjectDifferenceKind.FewerRights => $"attribute {d.Attribute}: {d.Expected} expected, {d.Found} given",
            _ => $"{d.Expected} expected, {d.Found} found",
        };
        var doubt = d.IsConfirmed || d.Kind == ObjectDifferenceKind.Additional ? "" : "  (the profile's entry is not confirmed)";
        return $"{Kind(d.Kind),-13}  {d.LogicalName,-20}  {what}{(d.Name.Length > 0 ? $"  {d.Name}" : "")}{doubt}";
    }

    private static JsonObject Json(ObjectDifference d) => new()
    {
        ["kind"] = Kind(d.Kind),
        ["class"] = d.ClassId,
        ["obis"] = d.LogicalName,
        ["name"] = d.Name,
        ["attr"] = d.Attribute,
        ["expected"] = d.Expected,
        ["found"] = d.Found,
        ["confirmed"] = d.IsConfirmed,
    };

    private static string Kind(ObjectDifferenceKind kind) => kind switch
    {
        ObjectDifferenceKind.Missing => "missing",
        ObjectDifferenceKind.Additional => "additional",
        ObjectDifferenceKind.OtherClass => "other-class",
        ObjectDifferenceKind.OtherVersion => "other-version",
        _ => "fewer-rights",
    };
}
