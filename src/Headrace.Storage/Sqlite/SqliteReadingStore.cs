using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Reads values back.</summary>
/// <remarks>
/// A series is fetched whole before the first value is given out: no slow consumer then holds a reader, or the write-ahead log, open.
/// </remarks>
internal sealed class SqliteReadingStore(SqliteDatabase database) : IReadingStore
{
    private readonly record struct Point(long At, long Value, int Status);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Reading> ReadAsync(
        SeriesKey series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var point in await database.ReadAsync(connection => Points(connection, series, range), cancellationToken))
        {
            yield return new Reading(series, Instant.From(point.At), point.Value, point.Status);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Reading>>(
            connection =>
            {
                var readings = new List<Reading>();
                using var rows = connection.Command("""
                    SELECT channel, at, value, status FROM reading
                    WHERE meter_id = ?1 AND at >= ?2 AND at < ?3 ORDER BY channel, at LIMIT ?4
                    """).With(meterId, Instant.NotBefore(range.From), Instant.NotBefore(range.To), Math.Max(0, limit)).ExecuteReader();
                while (rows.Read())
                {
                    readings.Add(new Reading(
                        new SeriesKey(meterId, rows.GetInt16(0)), Instant.From(rows.GetInt64(1)), rows.GetInt64(2), rows.GetInt32(3)));
                }

                return readings;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> LatestAsync(long meterId, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Latest(connection, meterId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Figure.Get(connection, Figure.Readings) ?? 0, cancellationToken);

    private static List<Point> Points(PreparedConnection connection, SeriesKey series, TimeRange range)
    {
        var points = new List<Point>();
        using var rows = connection.Command("""
            SELECT at, value, status FROM reading WHERE meter_id = ?1 AND at >= ?2 AND at < ?3 AND channel = ?4 ORDER BY at
            """).With(series.MeterId, Instant.NotBefore(range.From), Instant.NotBefore(range.To), series.Channel).ExecuteReader();
        while (rows.Read()) points.Add(new Point(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt32(2)));
        return points;
    }

    private static IReadOnlyList<Reading> Latest(PreparedConnection connection, long meterId)
    {
        var newest = new NewestReadings();
        if (connection.Command("SELECT newest FROM presence WHERE meter_id = ?1").With(meterId).ExecuteScalar() is byte[] stored)
            newest.Load(stored);

        var readings = new List<Reading>(newest.Count);
        var reading = connection.Command("SELECT value, status FROM reading WHERE meter_id = ?1 AND at = ?2 AND channel = ?3");
        for (var i = 0; i < newest.Count; i++)
        {
            var (channel, at) = newest[i];
            using var row = reading.With(meterId, at, channel).ExecuteReader();
            if (row.Read()) readings.Add(new Reading(new SeriesKey(meterId, channel), Instant.From(at), row.GetInt64(0), row.GetInt32(1)));
        }

        readings.Sort((a, b) => a.Series.Channel.CompareTo(b.Series.Channel));
        return readings;
    }
}
