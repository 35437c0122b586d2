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
                using var rows = connection.Statement("""
                    SELECT channel, at, value, status FROM reading WHERE meter_id = ?1 AND at >= ?2 AND at < ?3 ORDER BY channel, at LIMIT ?4
                    """);
                rows.Bind(1, meterId).Bind(2, Instant.NotBefore(range.From)).Bind(3, Instant.NotBefore(range.To)).Bind(4, Math.Max(0, limit));
                while (rows.Step()) readings.Add(new Reading(new SeriesKey(meterId, rows.Short(0)), Instant.From(rows.Long(1)), rows.Long(2), rows.Int(3)));
                return readings;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> LatestAsync(long meterId, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Latest(connection, meterId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Figure.Get(connection, Figure.Readings) ?? 0, cancellationToken);

    private static List<Point> Points(SqliteConnection connection, SeriesKey series, TimeRange range)
    {
        var points = new List<Point>();
        using var rows = connection.Statement(
            "SELECT at, value, status FROM reading WHERE meter_id = ?1 AND at >= ?2 AND at < ?3 AND channel = ?4 ORDER BY at");
        rows.Bind(1, series.MeterId).Bind(2, Instant.NotBefore(range.From)).Bind(3, Instant.NotBefore(range.To)).Bind(4, series.Channel);
        while (rows.Step()) points.Add(new Point(rows.Long(0), rows.Long(1), rows.Int(2)));
        return points;
    }

    private static IReadOnlyList<Reading> Latest(SqliteConnection connection, long meterId)
    {
        var newest = new NewestReadings();
        using (var presence = connection.Statement("SELECT newest FROM presence WHERE meter_id = ?1"))
        {
            if (presence.Bind(1, meterId).Step()) newest.Load(presence.Blob(0));
        }

        var readings = new List<Reading>(newest.Count);
        using var row = connection.Statement("SELECT value, status FROM reading WHERE meter_id = ?1 AND at = ?2 AND channel = ?3");
        for (var i = 0; i < newest.Count; i++)
        {
            var (channel, at) = newest[i];
            if (row.Bind(1, meterId).Bind(2, at).Bind(3, channel).Step())
            {
                readings.Add(new Reading(new SeriesKey(meterId, channel), Instant.From(at), row.Long(0), row.Int(1)));
            }

            row.Reset();
        }

        readings.Sort((a, b) => a.Series.Channel.CompareTo(b.Series.Channel));
        return readings;
    }
}
