using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Contacts and refusals, both bounded: the newest of each meter, and the newest of all.</summary>
internal sealed class SqliteJournalStore(SqliteDatabase database) : IJournalStore
{
    /// <inheritdoc/>
    public ValueTask AppendAsync(IReadOnlyList<MeterContact> contacts, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken) =>
        contacts.Count + refusals.Count == 0
            ? ValueTask.CompletedTask
            : database.WriteAsync(
                connection =>
                {
                    foreach (var contact in contacts) Append(connection, contact);
                    foreach (var refusal in refusals) Append(connection, refusal);
                    if (refusals.Count > 0) DropOldRefusals(connection);
                },
                cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterContact>> OfMeterAsync(long meterId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterContact>>(
            connection =>
            {
                var contacts = new List<MeterContact>();
                using var rows = connection.Statement("""
                    SELECT kind, started_at, duration, remote, succeeded, detail, stored_values, bytes_received, bytes_sent
                    FROM contact WHERE meter_id = ?1 ORDER BY started_at DESC, number DESC LIMIT ?2
                    """);
                rows.Bind(1, meterId).Bind(2, Math.Max(0, limit));
                while (rows.Step()) contacts.Add(Read(rows, meterId));
                return contacts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Refusal>> RefusalsAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Refusal>>(
            connection =>
            {
                var refusals = new List<Refusal>();
                using var rows = connection.Statement("SELECT at, kind, meter_id, detail FROM refusal ORDER BY number DESC LIMIT ?1");
                rows.Bind(1, Math.Max(0, limit));
                while (rows.Step()) refusals.Add(new Refusal(Instant.From(rows.Long(0)), (RefusalKind)rows.Int(1), rows.Long(2), rows.Text(3)));
                return refusals;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<RefusalKind, long>> RefusalCountsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<RefusalKind, long>>(
            connection =>
            {
                var counts = new Dictionary<RefusalKind, long>();
                using var rows = connection.Statement("SELECT kind, count FROM refusal_count");
                while (rows.Step()) counts[(RefusalKind)rows.Int(0)] = rows.Long(1);
                return counts;
            },
            cancellationToken);

    private static void Append(SqliteConnection connection, MeterContact contact)
    {
        long number;
        using (var last = connection.Statement("SELECT coalesce(max(number), 0) FROM contact WHERE meter_id = ?1"))
        {
            last.Bind(1, contact.MeterId).Step();
            number = last.Long(0) + 1;
        }

        using var insert = connection.Statement("""
            INSERT INTO contact
                (meter_id, number, kind, started_at, duration, remote, succeeded, detail, stored_values, bytes_received, bytes_sent)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """);
        insert.Bind(1, contact.MeterId).Bind(2, number).Bind(3, (long)contact.Kind).Bind(4, Instant.Of(contact.StartedAt))
            .Bind(5, (long)contact.Duration.TotalMilliseconds).Bind(6, contact.Remote).Bind(7, contact.Succeeded ? 1 : 0).Bind(8, contact.Detail)
            .Bind(9, contact.Values).Bind(10, contact.BytesReceived).Bind(11, contact.BytesSent).Run();

        using var drop = connection.Statement("DELETE FROM contact WHERE meter_id = ?1 AND number <= ?2");
        drop.Bind(1, contact.MeterId).Bind(2, number - JournalLimits.ContactsPerMeter).Run();
    }

    private static void Append(SqliteConnection connection, Refusal refusal)
    {
        using var insert = connection.Statement("INSERT INTO refusal (at, kind, meter_id, detail) VALUES (?1, ?2, ?3, ?4)");
        insert.Bind(1, Instant.Of(refusal.At)).Bind(2, (long)refusal.Kind).Bind(3, refusal.MeterId).Bind(4, JournalLimits.Cut(refusal.Detail)).Run();

        using var count = connection.Statement(
            "INSERT INTO refusal_count (kind, count) VALUES (?1, 1) ON CONFLICT (kind) DO UPDATE SET count = count + 1");
        count.Bind(1, (long)refusal.Kind).Run();
        if (JournalLimits.CountsForMeter(refusal)) Presence.CountRefused(connection, refusal.MeterId, 1);
    }

    private static void DropOldRefusals(SqliteConnection connection)
    {
        using var drop = connection.Statement("DELETE FROM refusal WHERE number <= (SELECT max(number) FROM refusal) - ?1");
        drop.Bind(1, JournalLimits.Refusals).Run();
    }

    private static MeterContact Read(SqliteStatement row, long meterId) => new()
    {
        MeterId = meterId,
        Kind = (ContactKind)row.Int(0),
        StartedAt = Instant.From(row.Long(1)),
        Duration = TimeSpan.FromMilliseconds(row.Long(2)),
        Remote = row.Text(3),
        Succeeded = row.Int(4) != 0,
        Detail = row.Text(5),
        Values = row.Int(6),
        BytesReceived = row.Long(7),
        BytesSent = row.Long(8),
    };
}
