using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>Contacts and refusals, both bounded: the newest of each meter, and the newest of all.</summary>
internal sealed class SqliteJournalStore(SqliteDatabase database) : IJournalStore
{
    /// <inheritdoc/>
    public ValueTask AppendAsync(
        IReadOnlyList<MeterContact> contacts, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken) =>
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
                using var rows = connection.Command("""
                    SELECT kind, started_at, duration, remote, succeeded, detail, stored_values, bytes_received, bytes_sent
                    FROM contact WHERE meter_id = ?1 ORDER BY started_at DESC, number DESC LIMIT ?2
                    """).With(meterId, Math.Max(0, limit)).ExecuteReader();
                while (rows.Read()) contacts.Add(Read(rows, meterId));
                return contacts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Refusal>> RefusalsAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Refusal>>(
            connection =>
            {
                var refusals = new List<Refusal>();
                using var rows = connection.Command("SELECT at, kind, meter_id, detail FROM refusal ORDER BY number DESC LIMIT ?1")
                    .With(Math.Max(0, limit)).ExecuteReader();
                while (rows.Read())
                {
                    refusals.Add(new Refusal(
                        Instant.From(rows.GetInt64(0)), (RefusalKind)rows.GetInt32(1), rows.GetInt64(2), rows.GetString(3)));
                }

                return refusals;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<RefusalKind, long>> RefusalCountsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<RefusalKind, long>>(
            connection =>
            {
                var counts = new Dictionary<RefusalKind, long>();
                using var rows = connection.Command("SELECT kind, count FROM refusal_count").ExecuteReader();
                while (rows.Read()) counts[(RefusalKind)rows.GetInt32(0)] = rows.GetInt64(1);
                return counts;
            },
            cancellationToken);

    private static void Append(PreparedConnection connection, MeterContact contact)
    {
        var last = connection.Command("SELECT max(number) FROM contact WHERE meter_id = ?1").With(contact.MeterId).Integer();
        var number = (last ?? 0) + 1;
        connection.Command("""
            INSERT INTO contact
                (meter_id, number, kind, started_at, duration, remote, succeeded, detail, stored_values, bytes_received, bytes_sent)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """).With(
                contact.MeterId, number, (long)contact.Kind, Instant.Of(contact.StartedAt), (long)contact.Duration.TotalMilliseconds,
                contact.Remote, contact.Succeeded ? 1 : 0, contact.Detail, contact.Values,
                contact.BytesReceived, contact.BytesSent).ExecuteNonQuery();

        connection.Command("DELETE FROM contact WHERE meter_id = ?1 AND number <= ?2")
            .With(contact.MeterId, number - JournalLimits.ContactsPerMeter).ExecuteNonQuery();
    }

    private static void Append(PreparedConnection connection, Refusal refusal)
    {
        connection.Command("INSERT INTO refusal (at, kind, meter_id, detail) VALUES (?1, ?2, ?3, ?4)")
            .With(Instant.Of(refusal.At), (long)refusal.Kind, refusal.MeterId, JournalLimits.Cut(refusal.Detail)).ExecuteNonQuery();

        connection.Command("INSERT INTO refusal_count (kind, count) VALUES (?1, 1) ON CONFLICT (kind) DO UPDATE SET count = count + 1")
            .With((long)refusal.Kind).ExecuteNonQuery();
        if (JournalLimits.CountsForMeter(refusal)) Presence.CountRefused(connection, refusal.MeterId, 1);
    }

    private static void DropOldRefusals(PreparedConnection connection)
    {
        connection.Command("DELETE FROM refusal WHERE number <= (SELECT max(number) FROM refusal) - ?1")
            .With(JournalLimits.Refusals).ExecuteNonQuery();
    }

    private static MeterContact Read(SqliteDataReader row, long meterId) => new()
    {
        MeterId = meterId,
        Kind = (ContactKind)row.GetInt32(0),
        StartedAt = Instant.From(row.GetInt64(1)),
        Duration = TimeSpan.FromMilliseconds(row.GetInt64(2)),
        Remote = row.GetString(3),
        Succeeded = row.GetInt32(4) != 0,
        Detail = row.GetString(5),
        Values = row.GetInt32(6),
        BytesReceived = row.GetInt64(7),
        BytesSent = row.GetInt64(8),
    };
}
