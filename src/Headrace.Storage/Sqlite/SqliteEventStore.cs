using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>Reads meter events back.</summary>
internal sealed class SqliteEventStore(SqliteDatabase database) : IEventStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterEvent>>(
            connection =>
            {
                using var rows = connection.Command("""
                    SELECT meter_id, log, at, code FROM meter_event INDEXED BY meter_event_newest
                    ORDER BY at DESC, meter_id, log, code LIMIT ?1
                    """).With(Math.Max(0, limit)).ExecuteReader();
                return ReadAll(rows);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterEvent>> OfMeterAsync(
        long meterId, TimeRange range, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MeterEvent>>(
            connection =>
            {
                using var rows = connection.Command("""
                    SELECT meter_id, log, at, code FROM meter_event NOT INDEXED WHERE meter_id = ?1 AND at >= ?2 AND at < ?3
                    ORDER BY at DESC, log, code LIMIT ?4
                    """).With(meterId, Instant.NotBefore(range.From), Instant.NotBefore(range.To), Math.Max(0, limit)).ExecuteReader();
                return ReadAll(rows);
            },
            cancellationToken);

    private static List<MeterEvent> ReadAll(SqliteDataReader rows)
    {
        var events = new List<MeterEvent>();
        while (rows.Read())
            events.Add(new MeterEvent(rows.GetInt64(0), rows.GetString(1), Instant.From(rows.GetInt64(2)), rows.GetInt32(3)));
        return events;
    }
}
