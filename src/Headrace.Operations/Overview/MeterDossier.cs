using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Overview;

/// <summary>All that is known of one meter.</summary>
public sealed class MeterDossier
{
    private const int LedgerDays = 35;
    private const int EventLimit = 100;
    private const int ContactLimit = 50;
    private readonly HeadEndStores _stores;
    private readonly IDeviceTypes _types;
    private readonly MeterRegistry _registry;
    private readonly LocalCalendar _calendar;
    private readonly TimeProvider _time;
    private readonly ProfileQuery _profiles;

    internal MeterDossier(HeadEndStores stores, IDeviceTypes types, MeterRegistry registry, LocalCalendar calendar, TimeProvider time)
    {
        (_stores, _types, _registry, _calendar, _time) = (stores, types, registry, calendar, time);
        _profiles = new ProfileQuery(stores, calendar, time);
    }

    /// <summary>The meter's file, or null where no meter has that serial.</summary>
    public async ValueTask<MeterFile?> GetAsync(string serial, CancellationToken cancellationToken)
    {
        if (_registry.FindBySerial(serial) is not { } meter) return null;
        var type = TypeOf(meter);
        var today = _calendar.DayOf(_time.GetUtcNow());
        var presence = await _stores.Meters.PresenceAsync([meter.Id], cancellationToken) is [var known, ..] ? known : default;
        var latest = await _stores.Readings.LatestAsync(meter.Id, cancellationToken);
        var ledger = await _stores.Ledger.OfMeterAsync(meter.Id, today.AddDays(-LedgerDays), today, cancellationToken);
        var all = new TimeRange(DateTimeOffset.UnixEpoch, _time.GetUtcNow().AddYears(1));
        var events = await _stores.Events.OfMeterAsync(meter.Id, all, EventLimit, cancellationToken);
        var contacts = await _stores.Journal.OfMeterAsync(meter.Id, ContactLimit, cancellationToken);
        return new MeterFile(
            meter, type, presence.LastSeen, presence.Refused, Registers(type, latest), ledger,
            [.. events.Select(e => EventLine.Of(meter, e, _types))], contacts);
    }

    /// <summary>
    /// A load profile of a meter over local days, both included, or null where there is no such meter or profile. At most 400 days.
    /// </summary>
    public async ValueTask<ProfileTable?> ProfileAsync(
        string serial, short profile, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        _registry.FindBySerial(serial) is { } meter && TypeOf(meter).Profiles.FirstOrDefault(p => p.Number == profile) is { } found
            ? await _profiles.TableAsync(meter, found, from, to, cancellationToken)
            : null;

    /// <summary>
    /// Lines of readings with names, momentary values first and profile values only of quantities that have no momentary one.
    /// </summary>
    internal IReadOnlyList<RegisterLine> Registers(DeviceType type, IReadOnlyList<Reading> readings)
    {
        var momentary = new HashSet<(string, int)>();
        var lines = new List<(bool Momentary, RegisterLine Line)>(readings.Count);
        foreach (var reading in readings)
        {
            if (_stores.Channels.Find(reading.Series.Channel) is not { } channel) continue;
            var now = channel.Key.Profile.Length == 0;
            if (now) momentary.Add((channel.Key.Obis, channel.Key.Attribute));
            lines.Add((now, new RegisterLine(channel, NameOf(type, channel), channel.Scale(reading.Value), reading.At, reading.Status)));
        }

        return
        [
            .. lines.Where(l => l.Momentary || !momentary.Contains((l.Line.Channel.Key.Obis, l.Line.Channel.Key.Attribute)))
                .OrderByDescending(l => l.Momentary)
                .ThenBy(l => Place(type, l.Line.Channel))
                .ThenBy(l => l.Line.Channel.Key.Obis, StringComparer.Ordinal)
                .Select(l => l.Line),
        ];
    }

    private static string NameOf(DeviceType type, Channel channel) =>
        Quantities(type, channel.Key.Profile).FirstOrDefault(q => q.Obis == channel.Key.Obis && q.Attribute == channel.Key.Attribute)?.Name
        ?? Quantities(type, null).FirstOrDefault(q => q.Obis == channel.Key.Obis)?.Name
        ?? channel.Key.Obis;

    private static IEnumerable<Quantity> Quantities(DeviceType type, string? profile) => profile switch
    {
        null => type.Registers.Concat(type.Pushes.SelectMany(p => p.Elements)).Concat(type.Profiles.SelectMany(p => p.Columns)),
        "" => type.Registers,
        _ => type.Profiles.Where(p => p.Obis == profile).SelectMany(p => p.Columns),
    };

    private static int Place(DeviceType type, Channel channel)
    {
        for (var i = 0; i < type.Registers.Count; i++)
        {
            if (type.Registers[i].Obis == channel.Key.Obis && type.Registers[i].Attribute == channel.Key.Attribute) return i;
        }

        return int.MaxValue;
    }

    // A type that has gone from the catalogue leaves its meters readable by people.
    private DeviceType TypeOf(Meter meter) =>
        _types.Find(meter.DeviceType)
        ?? new DeviceType { Name = meter.DeviceType, Title = $"{meter.DeviceType} (not in the catalogue)", Driver = "" };
}
