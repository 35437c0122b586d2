using System.Globalization;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Profiles;

/// <summary>Reads and checks a companion profile whose inheritance has been resolved.</summary>
internal static class CompanionProfileReader
{
    private static readonly Dictionary<string, ApplicationContext> Contexts = new(StringComparer.Ordinal)
    {
        ["logical-names"] = ApplicationContext.LogicalNames,
        ["short-names"] = ApplicationContext.ShortNames,
        ["logical-names-ciphered"] = ApplicationContext.LogicalNamesCiphered,
        ["short-names-ciphered"] = ApplicationContext.ShortNamesCiphered,
    };

    private static readonly Dictionary<string, AuthenticationMechanism> Mechanisms = new(StringComparer.Ordinal)
    {
        ["lowest"] = AuthenticationMechanism.Lowest,
        ["low"] = AuthenticationMechanism.LowLevel,
        ["high-manufacturer"] = AuthenticationMechanism.HighLevelManufacturer,
        ["high-md5"] = AuthenticationMechanism.HighLevelMd5,
        ["high-sha1"] = AuthenticationMechanism.HighLevelSha1,
        ["high-gmac"] = AuthenticationMechanism.HighLevelGmac,
        ["high-sha256"] = AuthenticationMechanism.HighLevelSha256,
        ["high-ecdsa"] = AuthenticationMechanism.HighLevelEcdsa,
    };

    private static readonly Dictionary<string, Conformance> Services = Enumerable.Range(0, 24)
        .Select(bit => (Conformance)(1u << bit)).ToDictionary(service => service.ToNames().First(), StringComparer.Ordinal);

    public static CompanionProfile Read(JsonPlace root)
    {
        root.Only("name", "extends", "abstract", "title", "source", "max_pdu", "clients", "class_rights", "objects", "event_logs", "events",
            "alarms", "status_bits", "push_setups");
        root.Flag("abstract", false);
        var classRights = root.Object("class_rights") is { } all
            ? all.Json.ToDictionary(c => c.Key, c => Rights(all, c.Key), StringComparer.Ordinal)
            : [];
        var logs = root.Members("event_logs").ToDictionary(log => log.Name, log => Log(log.Place), StringComparer.Ordinal);
        return new CompanionProfile
        {
            Name = root.Text("name"),
            Title = root.Text("title"),
            Source = root.Text("source"),
            Extends = root.TextOrNull("extends", null),
            MaxPdu = root.Members("max_pdu").ToDictionary(size => size.Name, size => PduSize(size.Place), StringComparer.Ordinal),
            Clients = root.Members("clients").ToDictionary(client => client.Name, client => Client(client.Place), StringComparer.Ordinal),
            Objects =
            [
                .. root.Members("objects").Select(o => Object(o.Name, o.Place, classRights)).OrderBy(o => o.Pattern.IsExact ? 0 : 1)
                    .ThenBy(o => o.ClassId),
            ],
            EventLogs = logs,
            Events = Codes(root, "events", ushort.MaxValue, place => Event(place, logs)),
            Alarms = Codes(root, "alarms", 9, place => place).ToDictionary(
                register => register.Key,
                register => (IReadOnlyDictionary<int, ProfileCode>)Codes(root.Object("alarms")!.Value,
                    register.Key.ToString(CultureInfo.InvariantCulture), 31, Code)),
            StatusBits = Codes(root, "status_bits", 31, Code),
            PushSetups = root.Members("push_setups").ToDictionary(push => push.Place.LogicalName(push.Name), push => Code(push.Place)),
        };
    }

    private static ProfilePduSize PduSize(JsonPlace place)
    {
        place.Only("bytes", "confirmed");
        return new ProfilePduSize(place.Number("bytes", 12, ushort.MaxValue), IsConfirmed(place));
    }

    private static ProfileClient Client(JsonPlace place)
    {
        place.Only("sap", "context", "mechanisms", "suites", "services", "confirmed");
        var services = Conformance.None;
        foreach (var name in place.Texts("services")) services |= Find(place, Services, name, "service");
        return new ProfileClient(
            place.Number("sap", 0, 0x3FFF), Find(place, Contexts, place.Text("context"), "application context"),
            [.. place.Texts("mechanisms").Select(name => Find(place, Mechanisms, name, "mechanism"))],
            [.. place.Numbers("suites", 0, 2).Select(suite => (SecuritySuite)suite)], services, IsConfirmed(place));
    }

    private static ProfileObject Object(string name, JsonPlace place, Dictionary<string, Dictionary<sbyte, ObjectRights>> classRights)
    {
        place.Only("class", "versions", "name", "required", "confirmed", "rights", "public");
        if (!LogicalNamePattern.TryParse(name, out var pattern)) throw place.Wrong($"'{name}' is no logical name such as 0-*:24.1.0.255.");
        var classId = (ushort)place.Number("class", 1, ushort.MaxValue);
        var rights = new Dictionary<sbyte, ObjectRights>(
            classRights.GetValueOrDefault(classId.ToString(CultureInfo.InvariantCulture)) ?? []);
        foreach (var (attribute, right) in Rights(place, "rights")) rights[attribute] = right;
        return new ProfileObject(
            pattern, classId, place.Numbers("versions", 0, byte.MaxValue), place.Text("name"), place.Flag("required", false),
            IsConfirmed(place), rights, Rights(place, "public"));
    }

    private static Dictionary<sbyte, ObjectRights> Rights(JsonPlace parent, string name)
    {
        var rights = new Dictionary<sbyte, ObjectRights>();
        if (parent.Object(name) is not { } place) return rights;
        foreach (var (key, _) in place.Json)
        {
            if (!sbyte.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var attribute))
                throw place.Wrong($"'{key}' is no attribute.");
            if (!ObjectRightsText.TryParse(place.Text(key), out var right))
                throw place.Wrong($"'{key}' is '{place.Text(key)}', which is none of none, read, write, read-write.");
            rights.Add(attribute, right);
        }
        return rights;
    }

    private static LogicalName Log(JsonPlace place)
    {
        place.Only("obis", "confirmed");
        IsConfirmed(place);
        return place.LogicalName(place.Text("obis"));
    }

    private static ProfileEvent Event(JsonPlace place, Dictionary<string, LogicalName> logs)
    {
        place.Only("name", "log", "confirmed");
        var log = place.Text("log");
        return log == "any" || logs.ContainsKey(log)
            ? new ProfileEvent(place.Text("name"), log, IsConfirmed(place))
            : throw place.Wrong($"'{log}' is no event log.");
    }

    private static ProfileCode Code(JsonPlace place)
    {
        place.Only("name", "confirmed");
        return new ProfileCode(place.Text("name"), IsConfirmed(place));
    }

    private static Dictionary<int, T> Codes<T>(JsonPlace root, string name, int most, Func<JsonPlace, T> read)
    {
        var codes = new Dictionary<int, T>();
        foreach (var (key, place) in root.Members(name))
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code > most
                || !codes.TryAdd(code, read(place)))
                throw place.Wrong(string.Create(CultureInfo.InvariantCulture, $"'{key}' is no code from 0 to {most}, or there twice."));
        }
        return codes;
    }

    // What is not marked is not confirmed: the mark has to be made on purpose.
    private static bool IsConfirmed(JsonPlace place) => place.Flag("confirmed", false);

    private static T Find<T>(JsonPlace place, Dictionary<string, T> known, string name, string what) =>
        known.TryGetValue(name, out var found)
        ? found
        : throw place.Wrong($"'{name}' is no {what}; there are {string.Join(", ", known.Keys)}.");
}
