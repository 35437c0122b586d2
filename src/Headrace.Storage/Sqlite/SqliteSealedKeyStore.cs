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
                connection.Command("""
                    INSERT INTO sealed_key (meter_id, kind, sealed) VALUES (?1, ?2, ?3)
                    ON CONFLICT (meter_id, kind) DO UPDATE SET sealed = excluded.sealed
                    """).With(meterId, (long)kind, sealedKey.ToArray()).ExecuteNonQuery();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(KeyKind Kind, byte[] Sealed)>> GetAsync(long meterId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(KeyKind Kind, byte[] Sealed)>>(
            connection =>
            {
                var keys = new List<(KeyKind, byte[])>();
                using var rows = connection.Command("SELECT kind, sealed FROM sealed_key WHERE meter_id = ?1 ORDER BY kind")
                    .With(meterId).ExecuteReader();
                while (rows.Read()) keys.Add(((KeyKind)rows.GetInt32(0), rows.GetFieldValue<byte[]>(1)));
                return keys;
            },
            cancellationToken);
}
