using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Translation;

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
                ["known"] = Known(profile, objects),
                ["required"] = Required(profile, isPublic).Count(),
                ["required_present"] = Required(profile, isPublic).Count(o => Lists(objects, o)),
                ["differences"] = new JsonArray([.. differences.Select(d => (JsonNode)Json(d))]),
            }, json: true);
        }
        else
        {
            foreach (var difference in differences) Console.WriteLine(Line(difference));
            var required = Required(profile, isPublic).ToList();
            Console.WriteLine($"{objects.Count} objects, of which {profile.Name} knows {Known(profile, objects)}; "
                + $"{required.Count(o => Lists(objects, o))} of {required.Count} required objects");
            Console.WriteLine($"{differences.Count} differences from {profile.Name}");
            if (differences.Any(IsDoubtful))
                Console.WriteLine("* this entry of the profile is general knowledge, confirmed by no public document or running meter");
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
        return $"{Kind(d.Kind),-13}  {d.LogicalName,-20}  {what}  {NameOf(d)}".TrimEnd() + (IsDoubtful(d) ? " *" : "");
    }

    private static bool IsDoubtful(ObjectDifference d) => !d.IsConfirmed && d.Kind != ObjectDifferenceKind.Additional;

    /// <summary>What the object is, in the profile's words or else in those of its name.</summary>
    private static string NameOf(ObjectDifference d) =>
        d.Name.Length > 0 || !LogicalName.TryParse(d.LogicalName, out var name) ? d.Name : ObisText.Describe(name) ?? "";

    private static IEnumerable<ProfileObject> Required(CompanionProfile profile, bool isPublic) =>
        profile.Objects.Where(o => o.IsRequired && (!isPublic || o.PublicRights.Count > 0));

    private static bool Lists(IReadOnlyList<ListedObject> objects, ProfileObject expected) =>
        objects.Any(o => expected.Pattern.Matches(o.LogicalName));

    private static int Known(CompanionProfile profile, IReadOnlyList<ListedObject> objects) =>
        objects.Count(o => profile.Objects.Any(expected => expected.Pattern.Matches(o.LogicalName)));

    private static JsonObject Json(ObjectDifference d) => new()
    {
        ["kind"] = Kind(d.Kind),
        ["class"] = d.ClassId,
        ["obis"] = d.LogicalName,
        ["name"] = NameOf(d),
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
