using Headrace.Core.Keys;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Sealed keys.</summary>
internal sealed class SqliteSealedKeyStore(SqliteDatabase database) : ISealedKeyStore
{
    /// <inheritdoc/>
    public ValueTask PutAsync(long meterId, KeyKind kind, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                using var upsert = connection.Statement(
                    "INSERT INTO sealed_key (meter_id, kind, sealed) VALUES (?1, ?2, ?3) ON CONFLICT (meter_id, kind) DO UPDATE SET sealed = excluded.sealed");
                upsert.Bind(1, meterId).Bind(2, (long)kind).Bind(3, sealedKey.Span).Run();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(KeyKind Kind, byte[] Sealed)>> GetAsync(long meterId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(KeyKind Kind, byte[] Sealed)>>(
            connection =>
            {
                var keys = new List<(KeyKind, byte[])>();
                using var rows = connection.Statement("SELECT kind, sealed FROM sealed_key WHERE meter_id = ?1 ORDER BY kind");
                rows.Bind(1, meterId);
                while (rows.Step()) keys.Add(((KeyKind)rows.Int(0), rows.Blob(1).ToArray()));
                return keys;
            },
            cancellationToken);
}
