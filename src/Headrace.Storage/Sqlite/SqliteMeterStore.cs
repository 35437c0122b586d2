using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>The registry of meters. A meter that is put again keeps its number and the time of its registration.</summary>
internal sealed class SqliteMeterStore(SqliteDatabase database) : IMeterStore
{
    private const int PageSize = 1000;
    private const string Columns = "m.id, m.serial, m.system_title, m.device_type, m.address, m.contact, m.logical_device_name, m.expected_from, m.registered_at";

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
                using var row = connection.Statement("SELECT last_seen, refused FROM presence WHERE meter_id = ?1");
                return [.. meterIds.Select(id => Presence(row, id))];
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<(Meter Meter, MeterPresence Presence)>> SilentAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Silent(connection, Instant.NotBefore(since), limit), cancellationToken);

    private static Meter Put(SqliteConnection connection, Meter meter)
    {
        using var upsert = connection.Statement("""
            INSERT INTO meter (serial, system_title, device_type, address, contact, logical_device_name, expected_from, registered_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (serial) DO UPDATE SET system_title = excluded.system_title, device_type = excluded.device_type, address = excluded.address,
                contact = excluded.contact, logical_device_name = excluded.logical_device_name, expected_from = excluded.expected_from
            """);
        upsert.Bind(1, meter.Serial).Bind(2, meter.SystemTitle).Bind(3, meter.DeviceType).Bind(4, meter.Address).Bind(5, (long)meter.Contact)
            .Bind(6, meter.LogicalDeviceName).Bind(7, Instant.Of(meter.ExpectedFrom)).Bind(8, Instant.Of(meter.RegisteredAt)).Run();

        using var stored = connection.Statement($"SELECT {Columns} FROM meter m WHERE m.serial = ?1");
        stored.Bind(1, meter.Serial).Step();
        return Read(stored);
    }

    private static List<Meter> After(SqliteConnection connection, long id)
    {
        var page = new List<Meter>(PageSize);
        using var rows = connection.Statement($"SELECT {Columns} FROM meter m WHERE m.id > ?1 ORDER BY m.id LIMIT {PageSize}");
        rows.Bind(1, id);
        while (rows.Step()) page.Add(Read(rows));
        return page;
    }

    private static Page<Meter> Search(SqliteConnection connection, string text, int offset, int limit)
    {
        const string Matching = """
            FROM meter m WHERE ?1 = '%%' OR m.serial LIKE ?1 ESCAPE '\' OR m.system_title LIKE ?1 ESCAPE '\' OR m.device_type LIKE ?1 ESCAPE '\'
            """;
        var pattern = "%" + text.Trim().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";
        using var count = connection.Statement($"SELECT count(*) {Matching}");
        count.Bind(1, pattern).Step();
        var total = count.Int(0);

        var items = new List<Meter>();
        using var rows = connection.Statement($"SELECT {Columns} {Matching} ORDER BY m.serial LIMIT ?2 OFFSET ?3");
        rows.Bind(1, pattern).Bind(2, Math.Max(0, limit)).Bind(3, Math.Max(0, offset));
        while (rows.Step()) items.Add(Read(rows));
        return new Page<Meter>(items, total);
    }

    private static Page<(Meter Meter, MeterPresence Presence)> Silent(SqliteConnection connection, long since, int limit)
    {
        const string Matching = "FROM meter m LEFT JOIN presence p ON p.meter_id = m.id WHERE p.last_seen IS NULL OR p.last_seen < ?1";
        using var count = connection.Statement($"SELECT count(*) {Matching}");
        count.Bind(1, since).Step();
        var total = count.Int(0);

        var items = new List<(Meter, MeterPresence)>();
        using var rows = connection.Statement(
            $"SELECT {Columns}, p.last_seen, coalesce(p.refused, 0) {Matching} ORDER BY p.last_seen IS NOT NULL, p.last_seen, m.id LIMIT ?2");
        rows.Bind(1, since).Bind(2, Math.Max(0, limit));
        while (rows.Step()) items.Add((Read(rows), new MeterPresence(rows.Long(0), Seen(rows, 9), rows.Long(10))));
        return new Page<(Meter Meter, MeterPresence Presence)>(items, total);
    }

    private static MeterPresence Presence(SqliteStatement row, long meterId)
    {
        using (row)
        {
            return row.Bind(1, meterId).Step() ? new MeterPresence(meterId, Seen(row, 0), row.Long(1)) : new MeterPresence(meterId, null, 0);
        }
    }

    private static DateTimeOffset? Seen(SqliteStatement row, int column) => row.IsNull(column) ? null : Instant.From(row.Long(column));

    private static Meter Read(SqliteStatement row) => new()
    {
        Id = row.Long(0),
        Serial = row.Text(1),
        SystemTitle = row.TextOrNull(2),
        DeviceType = row.Text(3),
        Address = row.TextOrNull(4),
        Contact = (ContactModes)row.Int(5),
        LogicalDeviceName = row.TextOrNull(6),
        ExpectedFrom = Instant.From(row.Long(7)),
        RegisteredAt = Instant.From(row.Long(8)),
    };
}
