using Headrace.Core.Keys;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>
/// Invocation counters the head-end sends with. They begin at 1: a meter accepts only what is above its last, which begins at 0.
/// </summary>
internal sealed class SqliteSendCounterStore(SqliteDatabase database) : ISendCounterStore
{
    /// <inheritdoc/>
    public ValueTask<uint> ReserveAsync(long meterId, KeyKind key, uint count, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var first = Next(connection, meterId, key);
                SetNext(connection, meterId, key, SendCounters.After(first, count));
                return (uint)first;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask RaiseAsync(long meterId, KeyKind key, uint next, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => SetNext(connection, meterId, key, Math.Max(next, Next(connection, meterId, key))), cancellationToken);

    private static long Next(PreparedConnection connection, long meterId, KeyKind key) =>
        connection.Command("SELECT next FROM send_counter WHERE meter_id = ?1 AND key_kind = ?2").With(meterId, (long)key).Integer()
            ?? SendCounters.First;

    private static void SetNext(PreparedConnection connection, long meterId, KeyKind key, long next)
    {
        connection.Command("""
            INSERT INTO send_counter (meter_id, key_kind, next) VALUES (?1, ?2, ?3)
            ON CONFLICT (meter_id, key_kind) DO UPDATE SET next = excluded.next
            """).With(meterId, (long)key, next).ExecuteNonQuery();
    }
}
