using System.Globalization;
using Headrace.Core.Catalogue;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Drivers.Dlms;

namespace Headrace.Drivers.Profiles;

/// <summary>Reads and checks a device type whose inheritance has been resolved.</summary>
internal static class DeviceTypeReader
{
    private const int SecondsPerHour = 3600;
    private const int SecondsPerDay = 86_400;
    private const ushort PushSetupClass = 40;
    private const ushort ProfileClass = 7;
    private const ushort ClockClass = 8;

    public static DeviceType Read(JsonPlace root)
    {
        root.Only(
            "name", "extends", "abstract", "title", "driver", "access", "quantities", "registers", "profiles", "event_logs", "companion",
            "event_names", "alarm_names", "pushes", "push_grace_seconds");
        root.Flag("abstract", false);
        var quantities = Quantities(root);
        var profiles = root.Objects("profiles").Select(place => Profile(place, quantities)).ToList();
        if (profiles.Select(p => p.Number).Distinct().Count() != profiles.Count) throw root.Wrong("two profiles have the same number.");
        if (profiles.Select(p => p.Obis).Distinct(StringComparer.Ordinal).Count() != profiles.Count)
            throw root.Wrong("two profiles have the same OBIS code.");
        var registers = Named(root, "registers", quantities);
        if (registers.FirstOrDefault(r => r.ClassId is ClockClass or ProfileClass or PushSetupClass) is { } odd)
            throw root.Wrong($"'{odd.Name}' is no register.");
        var companion = Companion(root);
        return new DeviceType
        {
            Name = Name(root),
            Title = root.Text("title"),
            Driver = root.Text("driver"),
            Access = Access(root.Object("access")),
            Registers = registers,
            Profiles = profiles,
            EventLogs = [.. root.Texts("event_logs").Select(obis => Obis(root, obis))],
            EventNames = Names(companion?.Events.Select(e => (e.Key, e.Value.Name)) ?? [], root.Object("event_names"), 65_535),
            AlarmNames = Names(FirstRegister(companion).Select(a => (a.Key, a.Value.Name)), root.Object("alarm_names"), 31),
            Pushes = Pushes(root, quantities, profiles),
            PushGrace = TimeSpan.FromSeconds(root.Number("push_grace_seconds", 0, SecondsPerDay, 180)),
        };
    }

    private static string Name(JsonPlace root)
    {
        var name = root.Text("name");
        return name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')
            ? name
            : throw root.Wrong($"the name '{name}' has other characters than a-z, 0-9 and hyphen.");
    }

    private static Dictionary<string, Quantity> Quantities(JsonPlace root)
    {
        var found = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (key, place) in root.Members("quantities"))
        {
            place.Only("class", "obis", "attribute", "name", "scaler", "unit");
            var unit = place.Text("unit", "");
            if (unit.Length > 0 && !IsUnit(unit)) throw place.Wrong($"'{unit}' is no unit of the standard.");
            found.Add(key, new Quantity(
                (ushort)place.Number("class", 1, ushort.MaxValue),
                Obis(place, place.Text("obis")),
                (sbyte)place.Number("attribute", 1, sbyte.MaxValue, 2),
                place.Text("name"),
                (sbyte)place.Number("scaler", -18, 9, 0),
                unit));
        }

        return found;
    }

    private static LoadProfile Profile(JsonPlace place, Dictionary<string, Quantity> quantities)
    {
        place.Only("number", "name", "obis", "capture_seconds", "memory_days", "columns", "status");
        var seconds = place.Number("capture_seconds", 1, SecondsPerDay);
        if (seconds != SecondsPerDay && SecondsPerHour % seconds != 0)
            throw place.Wrong(FormattableString.Invariant($"'capture_seconds' is {seconds}: neither a divisor of an hour nor a day."));
        var columns = Named(place, "columns", quantities);
        if (columns.Count(c => c is { ClassId: ClockClass, Attribute: 2 }) != 1) throw place.Wrong("the columns must hold the clock once.");
        if (columns.Select(c => (c.Obis, c.Attribute)).Distinct().Count() != columns.Count) throw place.Wrong("a column is there twice.");
        var status = -1;
        if (place.Has("status"))
        {
            var name = place.Text("status");
            status = place.Texts("columns").ToList().IndexOf(name);
            if (status < 0) throw place.Wrong($"the status '{name}' is none of the columns.");
        }

        return new LoadProfile
        {
            Number = (short)place.Number("number", 1, 99),
            Name = place.Text("name"),
            Obis = Obis(place, place.Text("obis")),
            CapturePeriod = TimeSpan.FromSeconds(seconds),
            MemoryDepth = TimeSpan.FromDays(place.Number("memory_days", 1, 3660)),
            Columns = columns,
            StatusColumn = status,
        };
    }

    private static List<PushLayout> Pushes(JsonPlace root, Dictionary<string, Quantity> quantities, List<LoadProfile> profiles)
    {
        var found = new List<PushLayout>();
        foreach (var place in root.Objects("pushes"))
        {
            place.Only("push_setup", "elements");
            var setup = Obis(place, place.Text("push_setup"));
            var elements = Named(place, "elements", quantities);
            if (elements.Count == 0) throw place.Wrong("a push has no elements.");
            if (elements.Count(e => e.ClassId == ProfileClass) > 1) throw place.Wrong("a push has more than one buffer.");
            if (found.Any(p => string.Equals(p.PushSetup, setup, StringComparison.Ordinal)))
                throw place.Wrong($"the push setup {setup} is there twice.");
            foreach (var element in elements)
            {
                if (element.ClassId == ProfileClass && !profiles.Any(p => string.Equals(p.Obis, element.Obis, StringComparison.Ordinal)))
                    throw place.Wrong($"the buffer {element.Obis} is of no profile of this type.");
                if (element is { ClassId: PushSetupClass, Attribute: 1 } && !string.Equals(element.Obis, setup, StringComparison.Ordinal))
                    throw place.Wrong($"the element {element.Obis} names another push setup than {setup}.");
            }

            found.Add(new PushLayout(setup, elements));
        }

        return found;
    }

    private static DeviceAccess Access(JsonPlace? given)
    {
        var usual = new DeviceAccess();
        if (given is not { } place) return usual;
        place.Only(
            "client_sap", "server_sap", "authentication", "ciphered", "invocation_counter", "accept_unauthenticated", "accept_plain",
            "tolerances", "max_request_bytes", "max_list_items", "range_deviation");
        var counter = place.TextOrNull("invocation_counter", usual.InvocationCounter);
        return new DeviceAccess
        {
            ClientSap = (ushort)place.Number("client_sap", 1, 0x3FFF, usual.ClientSap),
            ServerSap = (ushort)place.Number("server_sap", 1, 0x3FFF, usual.ServerSap),
            Authentication = OneOf(place, "authentication", usual.Authentication, "none", "low", "gmac"),
            Ciphered = place.Flag("ciphered", usual.Ciphered),
            InvocationCounter = counter is null ? null : Obis(place, counter),
            AcceptUnauthenticated = place.Flag("accept_unauthenticated", usual.AcceptUnauthenticated),
            AcceptPlain = place.Flag("accept_plain", usual.AcceptPlain),
            Tolerances = Tolerances(place),
            MaxRequestBytes = place.Has("max_request_bytes") ? place.Number("max_request_bytes", 12, ushort.MaxValue) : null,
            MaxListItems = place.Has("max_list_items") ? place.Number("max_list_items", 1, 1_000) : null,
            RangeDeviation = OneOf(place, "range_deviation", usual.RangeDeviation, "actual", "unspecified"),
        };
    }

    private static IReadOnlyList<string> Tolerances(JsonPlace place)
    {
        List<string> names = [.. place.Texts("tolerances")];
        return names.FirstOrDefault(name => !DlmsTolerances.Names.Contains(name)) is { } unknown
            ? throw place.Wrong($"'{unknown}' in 'tolerances' is none of {string.Join(", ", DlmsTolerances.Names)}.")
            : names;
    }

    private static string OneOf(JsonPlace place, string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var text = place.Text(name, otherwise);
        return allowed.Contains(text)
            ? text
            : throw place.Wrong($"'{name}' is '{text}', which is none of {string.Join(", ", allowed.ToArray())}.");
    }

    private static List<Quantity> Named(JsonPlace place, string list, Dictionary<string, Quantity> quantities) =>
        [.. place.Texts(list).Select(name => quantities.TryGetValue(name, out var quantity)
            ? quantity
            : throw place.Wrong($"'{name}' in '{list}' is no quantity."))];

    /// <summary>The companion profile that tells what events and alarms are called; null where the type names none.</summary>
    private static CompanionProfile? Companion(JsonPlace root)
    {
        if (root.TextOrNull("companion", null) is not { } name) return null;
        return CompanionProfiles.Known.Find(name) ?? throw root.Wrong($"'companion' is '{name}', which is no companion profile.");
    }

    private static IReadOnlyDictionary<int, ProfileCode> FirstRegister(CompanionProfile? companion) =>
        companion?.Alarms.GetValueOrDefault(1) ?? new Dictionary<int, ProfileCode>();

    /// <summary>The companion profile's names, with the type's own in their place where it gives some.</summary>
    private static Dictionary<int, string> Names(IEnumerable<(int Code, string Name)> companion, JsonPlace? given, int most)
    {
        var names = companion.ToDictionary(entry => entry.Code, entry => entry.Name);
        if (given is not { } place) return names;
        var own = new HashSet<int>();
        foreach (var (key, _) in place.Json)
        {
            var isCode = int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= most;
            if (!isCode || !own.Add(code))
                throw place.Wrong($"'{key}' is no code from 0 to {most.ToString(CultureInfo.InvariantCulture)}, or there twice.");
            names[code] = place.Text(key);
        }

        return names;
    }

    private static string Obis(JsonPlace place, string text) => place.LogicalName(text).ToString();

    private static bool IsUnit(string symbol)
    {
        foreach (var unit in Enum.GetValues<Unit>())
        {
            if (string.Equals(unit.Symbol(), symbol, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
