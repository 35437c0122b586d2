using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Reads meter events back.</summary>
internal sealed class SqliteEventStore(SqliteDatabase database) : IEventStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterEvent>>(
            connection =>
            {
                using var rows = connection.Statement("""
                    SELECT meter_id, log, at, code FROM meter_event INDEXED BY meter_event_newest ORDER BY at DESC, meter_id, log, code LIMIT ?1
                    """);
                rows.Bind(1, Math.Max(0, limit));
                return ReadAll(rows);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterEvent>>(
            connection =>
            {
                using var rows = connection.Statement("""
                    SELECT meter_id, log, at, code FROM meter_event NOT INDEXED WHERE meter_id = ?1 AND at >= ?2 AND at < ?3
                    ORDER BY at DESC, log, code LIMIT ?4
                    """);
                rows.Bind(1, meterId).Bind(2, Instant.NotBefore(range.From)).Bind(3, Instant.NotBefore(range.To)).Bind(4, Math.Max(0, limit));
                return ReadAll(rows);
            },
            cancellationToken);

    private static List<MeterEvent> ReadAll(SqliteStatement rows)
    {
        var events = new List<MeterEvent>();
        while (rows.Step()) events.Add(new MeterEvent(rows.Long(0), rows.Text(1), Instant.From(rows.Long(2)), rows.Int(3)));
        return events;
    }
}
