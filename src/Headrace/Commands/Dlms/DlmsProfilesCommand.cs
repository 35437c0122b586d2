using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Profiles;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms profiles</c>: the companion profiles that are known, and what is in one.</summary>
internal static class DlmsProfilesCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("profiles", "Lists companion profiles.") { json, Show() };
        command.SetAction(parsed =>
        {
            var list = new JsonArray([.. CompanionProfiles.Known.All.Select(profile => (JsonNode)new JsonObject
            {
                ["name"] = profile.Name,
                ["title"] = profile.Title,
                ["extends"] = profile.Extends,
                ["objects"] = profile.Objects.Count,
                ["events"] = profile.Events.Count,
            })]);
            if (parsed.GetValue(json)) Output.Print(list, json: true);
            else foreach (var profile in CompanionProfiles.Known.All) Console.WriteLine($"{profile.Name,-10}  {profile.Title}");
            return 0;
        });
        return command;
    }

    /// <summary>A profile by name, or what is wrong with the name.</summary>
    public static CompanionProfile Find(string name) => CompanionProfiles.Known.Find(name) ?? throw new CommandFailure(
        $"'{name}' is no companion profile; there are {string.Join(", ", CompanionProfiles.Known.All.Select(p => p.Name))}.");

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = "The profile, such as idis-2." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("show", "Prints all of a companion profile.") { name, json };
        command.SetAction(parsed =>
        {
            Output.Print(Of(Find(parsed.GetRequiredValue(name))), parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static JsonObject Of(CompanionProfile profile) => new()
    {
        ["name"] = profile.Name,
        ["title"] = profile.Title,
        ["extends"] = profile.Extends,
        ["source"] = profile.Source,
        ["max_pdu"] = Map(profile.MaxPdu, size => size.Key,
            size => new JsonObject { ["bytes"] = size.Bytes, ["confirmed"] = size.IsConfirmed }),
        ["clients"] = Map(profile.Clients, client => client.Key, Client),
        ["objects"] = new JsonArray([.. profile.Objects.Select(o => (JsonNode)Object(o))]),
        ["event_logs"] = Map(profile.EventLogs, log => log.Key, log => JsonValue.Create(log.ToString())),
        ["events"] = Map(profile.Events, e => Number(e.Key),
            e => new JsonObject { ["name"] = e.Name, ["log"] = e.Log, ["confirmed"] = e.IsConfirmed }),
        ["alarms"] = Map(profile.Alarms, register => Number(register.Key), bits => Map(bits, bit => Number(bit.Key), Code)),
        ["status_bits"] = Map(profile.StatusBits, bit => Number(bit.Key), Code),
        ["push_setups"] = Map(profile.PushSetups, push => push.Key.ToString(), Code),
    };

    private static JsonObject Client(ProfileClient client) => new()
    {
        ["sap"] = client.Sap,
        ["context"] = client.Context.ToString(),
        ["mechanisms"] = new JsonArray([.. client.Mechanisms.Select(m => (JsonNode)MeterOptions.MechanismName(m))]),
        ["suites"] = new JsonArray([.. client.Suites.Select(s => (JsonNode)(int)s)]),
        ["services"] = new JsonArray([.. client.Services.ToNames().Select(s => (JsonNode)s)]),
        ["confirmed"] = client.IsConfirmed,
    };

    private static JsonObject Object(ProfileObject o)
    {
        var json = new JsonObject
        {
            ["class"] = o.ClassId,
            ["versions"] = new JsonArray([.. o.Versions.Select(v => (JsonNode)v)]),
            ["obis"] = o.Pattern.ToString(),
            ["name"] = o.Name,
            ["required"] = o.IsRequired,
            ["confirmed"] = o.IsConfirmed,
        };
        if (o.Rights.Count > 0) json["rights"] = Map(o.Rights, r => Number(r.Key), r => JsonValue.Create(r.Name()));
        if (o.PublicRights.Count > 0) json["public"] = Map(o.PublicRights, r => Number(r.Key), r => JsonValue.Create(r.Name()));
        return json;
    }

    private static JsonObject Code(ProfileCode code) => new() { ["name"] = code.Name, ["confirmed"] = code.IsConfirmed };

    private static JsonObject Map<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> map, Func<KeyValuePair<TKey, TValue>, string> name,
        Func<TValue, JsonNode?> value) => new(map.Select(entry => KeyValuePair.Create(name(entry), value(entry.Value))));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
