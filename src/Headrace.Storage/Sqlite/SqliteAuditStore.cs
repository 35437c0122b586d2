using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>What users did. The table refuses changes and deletions.</summary>
internal sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    /// <inheritdoc/>
    public ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                connection.Command("INSERT INTO audit (at, actor, action, subject, succeeded, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                    .With(Instant.Of(entry.At), entry.Actor, entry.Action, entry.Subject, entry.Succeeded ? 1 : 0, entry.Detail)
                    .ExecuteNonQuery();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditEntry>>(
            connection =>
            {
                var entries = new List<AuditEntry>();
                using var rows = connection.Command(
                    "SELECT at, actor, action, subject, succeeded, detail FROM audit ORDER BY number DESC LIMIT ?1")
                    .With(Math.Max(0, limit)).ExecuteReader();
                while (rows.Read())
                {
                    var at = Instant.From(rows.GetInt64(0));
                    entries.Add(new AuditEntry(
                        at, rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetBoolean(4), rows.GetString(5)));
                }

                return entries;
            },
            cancellationToken);
}
