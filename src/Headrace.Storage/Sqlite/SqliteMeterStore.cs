using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>The registry of meters. A meter that is put again keeps its number and the time of its registration.</summary>
internal sealed class SqliteMeterStore(SqliteDatabase database) : IMeterStore
{
    private const int PageSize = 1000;
    private const string Columns =
        "m.id, m.serial, m.system_title, m.device_type, m.address, m.contact, m.logical_device_name, m.expected_from, m.registered_at";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Meter>> PutAsync(IReadOnlyList<Meter> meters, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<Meter>>(connection => [.. meters.Select(meter => Put(connection, meter))], cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Meter> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var start = after;
            var page = await database.ReadAsync(connection => After(connection, start), cancellationToken);
            foreach (var meter in page) yield return meter;
            if (page.Count < PageSize) yield break;
            after = page[^1].Id;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Page<Meter>> SearchAsync(string text, int offset, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Search(connection, text, offset, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterPresence>> PresenceAsync(IReadOnlyList<long> meterIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterPresence>>(
            connection =>
            {
                var presence = connection.Command("SELECT last_seen, refused FROM presence WHERE meter_id = ?1");
                return [.. meterIds.Select(id => Presence(presence, id))];
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<(Meter Meter, MeterPresence Presence)>> SilentAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Silent(connection, Instant.NotBefore(since), limit), cancellationToken);

    private static Meter Put(PreparedConnection connection, Meter meter)
    {
        connection.Command("""
            INSERT INTO meter (serial, system_title, device_type, address, contact, logical_device_name, expected_from, registered_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (serial) DO UPDATE SET
                system_title = excluded.system_title, device_type = excluded.device_type, address = excluded.address,
                contact = excluded.contact, logical_device_name = excluded.logical_device_name, expected_from = excluded.expected_from
            """).With(
                meter.Serial, meter.SystemTitle, meter.DeviceType, meter.Address, (long)meter.Contact, meter.LogicalDeviceName,
                Instant.Of(meter.ExpectedFrom), Instant.Of(meter.RegisteredAt)).ExecuteNonQuery();

        using var stored = connection.Command($"SELECT {Columns} FROM meter m WHERE m.serial = ?1").With(meter.Serial).ExecuteReader();
        stored.Read();
        return Read(stored);
    }

    private static List<Meter> After(PreparedConnection connection, long id)
    {
        var page = new List<Meter>(PageSize);
        using var rows = connection.Command($"SELECT {Columns} FROM meter m WHERE m.id > ?1 ORDER BY m.id LIMIT {PageSize}")
            .With(id).ExecuteReader();
        while (rows.Read()) page.Add(Read(rows));
        return page;
    }

    private static Page<Meter> Search(PreparedConnection connection, string text, int offset, int limit)
    {
        const string Matching = """
            FROM meter m
            WHERE ?1 = '%%' OR m.serial LIKE ?1 ESCAPE '\' OR m.system_title LIKE ?1 ESCAPE '\' OR m.device_type LIKE ?1 ESCAPE '\'
            """;
        var pattern = "%" + text.Trim().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";
        var total = connection.Command($"SELECT count(*) {Matching}").With(pattern).Integer();

        var items = new List<Meter>();
        using var rows = connection.Command($"SELECT {Columns} {Matching} ORDER BY m.serial LIMIT ?2 OFFSET ?3")
            .With(pattern, Math.Max(0, limit), Math.Max(0, offset)).ExecuteReader();
        while (rows.Read()) items.Add(Read(rows));
        return new Page<Meter>(items, (int)total!);
    }

    private static Page<(Meter Meter, MeterPresence Presence)> Silent(PreparedConnection connection, long since, int limit)
    {
        const string Matching = "FROM meter m LEFT JOIN presence p ON p.meter_id = m.id WHERE p.last_seen IS NULL OR p.last_seen < ?1";
        var total = connection.Command($"SELECT count(*) {Matching}").With(since).Integer();

        var items = new List<(Meter, MeterPresence)>();
        using var rows = connection.Command($"""
            SELECT {Columns}, p.last_seen, coalesce(p.refused, 0) {Matching} ORDER BY p.last_seen IS NOT NULL, p.last_seen, m.id LIMIT ?2
            """).With(since, Math.Max(0, limit)).ExecuteReader();
        while (rows.Read()) items.Add((Read(rows), new MeterPresence(rows.GetInt64(0), Seen(rows, 9), rows.GetInt64(10))));
        return new Page<(Meter Meter, MeterPresence Presence)>(items, (int)total!);
    }

    private static MeterPresence Presence(SqliteCommand presence, long meterId)
    {
        using var row = presence.With(meterId).ExecuteReader();
        return row.Read() ? new MeterPresence(meterId, Seen(row, 0), row.GetInt64(1)) : new MeterPresence(meterId, null, 0);
    }

    private static DateTimeOffset? Seen(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.From(row.GetInt64(column));

    private static Meter Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Serial = row.GetString(1),
        SystemTitle = row.TextOrNull(2),
        DeviceType = row.GetString(3),
        Address = row.TextOrNull(4),
        Contact = (ContactModes)row.GetInt32(5),
        LogicalDeviceName = row.TextOrNull(6),
        ExpectedFrom = Instant.From(row.GetInt64(7)),
        RegisteredAt = Instant.From(row.GetInt64(8)),
    };
}
