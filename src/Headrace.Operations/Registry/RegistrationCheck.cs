using System.Globalization;
using System.Net;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;

namespace Headrace.Operations.Registry;

/// <summary>Judges rows of an import one by one; knows the rules of each field.</summary>
internal static class RegistrationCheck
{
    private const ContactModes AllModes = ContactModes.Pushes | ContactModes.Answers | ContactModes.DialsIn;
    private static readonly TimeSpan LongestPast = TimeSpan.FromDays(400);

    /// <summary>The refusal of a row, or null where every field is in order.</summary>
    public static ImportRow? Refuse(DeviceRegistration row, IDeviceTypes types, DateTimeOffset now) =>
        Identity(row, types) ?? Keys(row) ?? Reach(row) ?? Expectation(row, now);

    /// <summary>How the meter of a row is reached, where the row does not say it.</summary>
    public static ContactModes ContactOf(DeviceRegistration row) =>
        row.Contact is { } given and not ContactModes.None ? given
        : string.IsNullOrEmpty(row.Address) ? ContactModes.Pushes
        : ContactModes.Pushes | ContactModes.Answers;

    public static ImportRow Refusal(DeviceRegistration row, string field, string expected, string got) =>
        new(row.Row, Shown(row.Serial, 64), ImportVerdict.Refused, field, expected, got);

    private static ImportRow? Identity(DeviceRegistration row, IDeviceTypes types)
    {
        if (string.IsNullOrWhiteSpace(row.Serial)) return Refusal(row, "serial", "1 to 64 characters", "nothing");
        if (row.Serial.Length > 64) return Refusal(row, "serial", "1 to 64 characters", $"{row.Serial.Length} characters");
        if (row.Serial.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || row.Serial != row.Serial.Trim())
            return Refusal(row, "serial", "printable characters without blanks around them", Quoted(row.Serial));
        if (row.SystemTitle is { } title && !(title.Length == 16 && title.AsSpan().IndexOfAnyExcept(Hex) < 0))
            return Refusal(row, "system_title", "16 hex digits", Quoted(title));
        if (types.Find(row.DeviceType) is null)
        {
            var known = string.Join(", ", types.All.Select(t => t.Name).Order(StringComparer.Ordinal).Take(20));
            return Refusal(row, "device_type", $"one of {known}", row.DeviceType.Length == 0 ? "nothing" : Quoted(row.DeviceType));
        }

        return row.LogicalDeviceName is { Length: > 16 } name
            ? Refusal(row, "logical_device_name", "at most 16 characters", $"{name.Length} characters")
            : null;
    }

    private static ImportRow? Keys(DeviceRegistration row) =>
        Key(row, "guek", row.Guek) ?? Key(row, "gak", row.Gak) ?? Key(row, "kek", row.Kek)
        ?? (row.Password.Length > 64 ? Refusal(row, "password", "1 to 64 bytes", $"{row.Password.Length} bytes") : null);

    private static ImportRow? Key(DeviceRegistration row, string field, byte[] key) =>
        key.Length is 0 or 16 or 32
            ? null
            : Refusal(row, field, "16 bytes (32 hex digits) of suites 0 and 1 or 32 bytes of suite 2", $"{key.Length} bytes");

    private static ImportRow? Reach(DeviceRegistration row)
    {
        if (row.Contact is { } modes && (modes & ~AllModes) != ContactModes.None)
            return Refusal(row, "contact", "pushes, answers, dials-in", ((int)modes).ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(row.Address) && !IsAddress(row.Address))
            return Refusal(row, "address", "host:port with a port of 1 to 65535", Quoted(row.Address));
        return ContactOf(row).HasFlag(ContactModes.Answers) && string.IsNullOrEmpty(row.Address)
            ? Refusal(row, "address", "host:port, for a meter that answers", "nothing")
            : null;
    }

    private static ImportRow? Expectation(DeviceRegistration row, DateTimeOffset now) =>
        row.ExpectedFrom is { } from && (from < now - LongestPast || from > now + LongestPast)
            ? Refusal(row, "expected_from", "an instant within 400 days of now", from.ToString("u", CultureInfo.InvariantCulture))
            : null;

    private static bool IsAddress(string address)
    {
        if (IPEndPoint.TryParse(address, out var end) && end.Port is > 0) return true;
        var colon = address.LastIndexOf(':');
        return colon > 0
            && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            && Uri.CheckHostName(address[..colon]) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }

    private static string Quoted(string text) => $"'{Shown(text, 40)}'";

    private static string Shown(string? text, int limit)
    {
        text ??= "";
        var cut = text.Length > limit ? text[..limit] + "..." : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c));
    }

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
