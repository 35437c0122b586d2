using Headrace.Api.Http;
using Headrace.Core.Metering;
using Headrace.Operations.Overview;

namespace Headrace.Api.Resources;

/// <summary>Completeness of expected intervals.</summary>
/// <param name="Expected">Intervals that were due.</param>
/// <param name="Received">Of those, how many are there.</param>
/// <param name="Share">Received over expected, 0 to 1.</param>
internal sealed record CompletenessItem(long Expected, long Received, double Share)
{
    public static CompletenessItem Of(Completeness value) => new(value.Expected, value.Received, Math.Round(value.Share, 6));
}

/// <summary>A meter in a list. Keys are never part of it.</summary>
internal sealed record DeviceLine(
    string Serial,
    string? SystemTitle,
    string DeviceType,
    string? Address,
    IReadOnlyList<string> Contact,
    string? LogicalDeviceName,
    DateTime ExpectedFrom,
    DateTime RegisteredAt,
    DateTime? LastSeen,
    CompletenessItem Today,
    CompletenessItem Yesterday)
{
    public static DeviceLine Of(MeterLine line)
    {
        var meter = line.Meter;
        return new DeviceLine(
            meter.Serial, meter.SystemTitle, meter.DeviceType, meter.Address, Codes.Of(meter.Contact), meter.LogicalDeviceName,
            meter.ExpectedFrom.UtcDateTime, meter.RegisteredAt.UtcDateTime, line.LastSeen?.UtcDateTime,
            CompletenessItem.Of(line.Today), CompletenessItem.Of(line.Yesterday));
    }
}

/// <summary>A page of the list of meters.</summary>
/// <param name="Total">Number of all that match.</param>
/// <param name="Offset">Number left out at the start.</param>
/// <param name="Items">The page.</param>
internal sealed record DevicePage(int Total, int Offset, IReadOnlyList<DeviceLine> Items);

/// <summary>One meter with the newest value of each of its registers. Keys are never part of it.</summary>
internal sealed record DeviceItem(
    string Serial,
    string? SystemTitle,
    string DeviceType,
    string? Address,
    IReadOnlyList<string> Contact,
    string? LogicalDeviceName,
    DateTime ExpectedFrom,
    DateTime RegisteredAt,
    DateTime? LastSeen,
    long Refused,
    IReadOnlyList<RegisterItem> Registers)
{
    public static DeviceItem Of(MeterFile file)
    {
        var meter = file.Meter;
        return new DeviceItem(
            meter.Serial, meter.SystemTitle, meter.DeviceType, meter.Address, Codes.Of(meter.Contact), meter.LogicalDeviceName,
            meter.ExpectedFrom.UtcDateTime, meter.RegisteredAt.UtcDateTime, file.LastSeen?.UtcDateTime, file.Refused,
            [.. file.Registers.Select(RegisterItem.Of)]);
    }
}

/// <summary>The newest value of a quantity.</summary>
internal sealed record RegisterItem(
    string Name, string Profile, string Obis, int Attribute, decimal Value, string Unit, DateTime Time, int Status,
    IReadOnlyList<string> Flags)
{
    public static RegisterItem Of(RegisterLine line)
    {
        var key = line.Channel.Key;
        return new RegisterItem(
            line.Name, key.Profile, key.Obis, key.Attribute, line.Value, key.Unit, line.At.UtcDateTime, Codes.StatusOf(line.Status),
            Codes.FlagsOf(line.Status));
    }
}

/// <summary>A meter to be registered. A known serial number is updated; keys that are left out stay as they are.</summary>
/// <param name="Serial">Serial number as printed on the meter, 1 to 64 characters.</param>
/// <param name="DeviceType">Name of a device type, see <c>/device-types</c>.</param>
/// <param name="SystemTitle">DLMS system title, 16 hex digits.</param>
/// <param name="Guek">Global unicast encryption key, 32 hex digits.</param>
/// <param name="Gak">Authentication key, 32 hex digits.</param>
/// <param name="Kek">Master key, 32 hex digits.</param>
/// <param name="Password">Password of low level security, hex.</param>
/// <param name="Address">Where the meter listens, <c>host:port</c>.</param>
/// <param name="Contact">How it is reached: pushes, answers, dials-in.</param>
/// <param name="LogicalDeviceName">COSEM logical device name.</param>
/// <param name="ExpectedFrom">Intervals from here on are expected.</param>
internal sealed record NewDevice(
    string Serial,
    string DeviceType,
    string? SystemTitle,
    string? Guek,
    string? Gak,
    string? Kek,
    string? Password,
    string? Address,
    IReadOnlyList<string>? Contact,
    string? LogicalDeviceName,
    DateTimeOffset? ExpectedFrom);

/// <summary>What became of an import.</summary>
/// <param name="Accepted">New meters.</param>
/// <param name="Updated">Meters that were there already.</param>
/// <param name="Refused">Rows of which nothing was stored.</param>
/// <param name="Rows">Every row, in order.</param>
internal sealed record ImportAnswer(int Accepted, int Updated, int Refused, IReadOnlyList<ImportRowItem> Rows);

/// <summary>What became of a row of an import.</summary>
/// <param name="Row">Place in the file, from 1.</param>
/// <param name="Serial">Serial number as given.</param>
/// <param name="Result"><c>accepted</c>, <c>updated</c> or <c>refused</c>.</param>
/// <param name="Field">The field at fault, or null.</param>
/// <param name="Expected">What was expected there, or null.</param>
/// <param name="Got">What was found, or null; for keys only their length.</param>
/// <param name="Reason">The refusal in a sentence, or null.</param>
internal sealed record ImportRowItem(int Row, string Serial, string Result, string? Field, string? Expected, string? Got, string? Reason);
