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
                using var insert = connection.Statement(
                    "INSERT INTO audit (at, actor, action, subject, succeeded, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
                insert.Bind(1, Instant.Of(entry.At)).Bind(2, entry.Actor).Bind(3, entry.Action).Bind(4, entry.Subject)
                    .Bind(5, entry.Succeeded ? 1 : 0).Bind(6, entry.Detail).Run();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditEntry>>(
            connection =>
            {
                var entries = new List<AuditEntry>();
                using var rows = connection.Statement(
                    "SELECT at, actor, action, subject, succeeded, detail FROM audit ORDER BY number DESC LIMIT ?1");
                rows.Bind(1, Math.Max(0, limit));
                while (rows.Step())
                {
                    entries.Add(new AuditEntry(Instant.From(rows.Long(0)), rows.Text(1), rows.Text(2), rows.Text(3), rows.Int(4) != 0, rows.Text(5)));
                }

                return entries;
            },
            cancellationToken);
}
