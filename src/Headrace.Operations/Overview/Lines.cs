using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;

namespace Headrace.Operations.Overview;

/// <summary>The state of the head-end at a glance.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Meters">Registered meters.</param>
/// <param name="SilentCount">Of those, silent ones.</param>
/// <param name="ValuesLastMinute">Values newly stored in the last sixty seconds.</param>
/// <param name="ValuesPerMinute">Values newly stored per minute, oldest first; the last is the running minute.</param>
/// <param name="Today">Completeness of today so far.</param>
/// <param name="Yesterday">Completeness of yesterday.</param>
/// <param name="MissingIntervals">Intervals missing on all days that are still open.</param>
/// <param name="Events">Newest events, newest first.</param>
/// <param name="Silent">Silent meters, longest silent first; the first twenty.</param>
/// <param name="Refusals">Refused traffic by kind since the store was made.</param>
public sealed record TodaySummary(
    DateTimeOffset At,
    int Meters,
    int SilentCount,
    long ValuesLastMinute,
    IReadOnlyList<int> ValuesPerMinute,
    Completeness Today,
    Completeness Yesterday,
    long MissingIntervals,
    IReadOnlyList<EventLine> Events,
    IReadOnlyList<SilentMeter> Silent,
    IReadOnlyDictionary<RefusalKind, long> Refusals);

/// <summary>An event with its meter and its name for people.</summary>
/// <param name="Meter">The meter.</param>
/// <param name="Event">The event.</param>
/// <param name="Name">Name by the type of device, or <c>Event 12</c> where it has none.</param>
public sealed record EventLine(Meter Meter, MeterEvent Event, string Name)
{
    internal static EventLine Of(Meter meter, in MeterEvent entry, IDeviceTypes types) =>
        new(meter, entry, types.Find(meter.DeviceType)?.EventName(entry.Log, entry.Code) ?? $"Event {entry.Code}");
}

/// <summary>A meter without authentic contact for longer than allowed.</summary>
/// <param name="Meter">The meter.</param>
/// <param name="LastSeen">Last authentic contact, or null where there was none yet.</param>
public sealed record SilentMeter(Meter Meter, DateTimeOffset? LastSeen);

/// <summary>A meter in a list.</summary>
/// <param name="Meter">The meter.</param>
/// <param name="LastSeen">Last authentic contact, or null.</param>
/// <param name="Today">Completeness of today so far.</param>
/// <param name="Yesterday">Completeness of yesterday.</param>
public sealed record MeterLine(Meter Meter, DateTimeOffset? LastSeen, Completeness Today, Completeness Yesterday);

/// <summary>All about one meter.</summary>
/// <param name="Meter">The meter.</param>
/// <param name="Type">Its type.</param>
/// <param name="LastSeen">Last authentic contact, or null.</param>
/// <param name="Refused">Messages refused since registration.</param>
/// <param name="Registers">Newest value of each quantity.</param>
/// <param name="Ledger">Ledger pages of the last weeks, by profile and day.</param>
/// <param name="Events">Newest events, newest first.</param>
/// <param name="Contacts">Newest contacts, newest first.</param>
public sealed record MeterFile(
    Meter Meter,
    DeviceType Type,
    DateTimeOffset? LastSeen,
    long Refused,
    IReadOnlyList<RegisterLine> Registers,
    IReadOnlyList<LedgerDay> Ledger,
    IReadOnlyList<EventLine> Events,
    IReadOnlyList<MeterContact> Contacts);

/// <summary>The newest value of a quantity.</summary>
/// <param name="Channel">What it is; its key carries the unit.</param>
/// <param name="Name">Name for people, or the OBIS code where the type of device has none.</param>
/// <param name="Value">The quantity in the channel's unit.</param>
/// <param name="At">Its time by the meter.</param>
/// <param name="Status">The meter's status word, with <see cref="ReadingFlags"/> above it.</param>
public sealed record RegisterLine(Channel Channel, string Name, decimal Value, DateTimeOffset At, int Status);

/// <summary>A load profile over a span of days, every expected interval in its place.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Series">One per quantity, each with one entry per time.</param>
/// <param name="Times">The ends of all intervals that have passed, in order. A missing interval is here too, without value.</param>
public sealed record ProfileTable(LoadProfile Profile, IReadOnlyList<ProfileSeries> Series, IReadOnlyList<DateTimeOffset> Times);

/// <summary>One quantity of a load profile over time. What is missing is null; nothing is interpolated.</summary>
/// <param name="Channel">What it is; number 0 where no value of it was ever stored.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Values">Value at each time, in the channel's unit.</param>
/// <param name="Differences">
/// Consumption in the interval that ends at each time, for totals of energy or volume; null for other quantities and where either end is
/// missing.
/// </param>
public sealed record ProfileSeries(Channel Channel, string Name, IReadOnlyList<decimal?> Values, IReadOnlyList<decimal?> Differences);

/// <summary>One stored value for export.</summary>
/// <param name="Profile">OBIS code of the profile, or empty for a register's momentary value.</param>
/// <param name="Obis">OBIS code of the quantity.</param>
/// <param name="Attribute">COSEM attribute.</param>
/// <param name="Value">The quantity in its unit.</param>
/// <param name="Unit">Unit symbol, or empty.</param>
/// <param name="Time">Time by the meter, in UTC.</param>
/// <param name="Status">The meter's status word, with <see cref="ReadingFlags"/> above it.</param>
public sealed record ReadingLine(string Profile, string Obis, int Attribute, decimal Value, string Unit, DateTimeOffset Time, int Status);
