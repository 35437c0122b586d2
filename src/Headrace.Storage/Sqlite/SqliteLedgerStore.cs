using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>The ledger of expected and received intervals.</summary>
/// <remarks>
/// A page whose highest bit lies below the due slots needs no look at its bits: its count is exact. Only pages that hold an interval
/// stamped in the future are counted bit by bit.
/// </remarks>
internal sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const int PagesPerJob = 5000; // so that values need not wait long behind the opening of a day for every meter

    /// <inheritdoc/>
    public async ValueTask ExpectAsync(IReadOnlyList<LedgerDay> pages, CancellationToken cancellationToken)
    {
        for (var from = 0; from < pages.Count; from += PagesPerJob)
        {
            var start = from;
            await database.WriteAsync(
                connection => Open(connection, pages, start, Math.Min(pages.Count, start + PagesPerJob)), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateOnly?> ExpectedThroughAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => Figure.Get(connection, Figure.ExpectedThrough), cancellationToken) is { } day
            ? DateOnly.FromDayNumber((int)day)
            : null;

    /// <inheritdoc/>
    public ValueTask SetExpectedThroughAsync(DateOnly day, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Figure.Set(connection, Figure.ExpectedThrough, day.DayNumber), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerDay>> GapsAsync(
        DueSlots due, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Gaps(connection, due, now, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(short Profile, DateOnly Day)>> OpenDaysAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(OpenDays, cancellationToken);

    /// <inheritdoc/>
    public ValueTask NoteAttemptAsync(LedgerKey key, DateTimeOffset nextAttempt, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                connection.Command("""
                    UPDATE ledger_day SET attempts = attempts + 1, next_attempt = ?4, reason = ?5
                    WHERE profile = ?1 AND day = ?2 AND meter_id = ?3
                    """).With(key.Profile, key.Day.DayNumber, key.MeterId, LedgerRows.NextAttempt(nextAttempt), reason).ExecuteNonQuery();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask CloseAsync(IReadOnlyList<LedgerKey> keys, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                var update = connection.Command(
                    "UPDATE ledger_day SET state = 2, reason = ?4 WHERE profile = ?1 AND day = ?2 AND meter_id = ?3 AND state = 0");
                foreach (var key in keys) update.With(key.Profile, key.Day.DayNumber, key.MeterId, reason).ExecuteNonQuery();
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Completeness> CompletenessAsync(DueSlots due, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Sum(connection, due), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, Completeness>> CompletenessAsync(
        DueSlots due, IReadOnlyList<long> meterIds, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => ByMeter(connection, due, meterIds), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerDay>> OfMeterAsync(
        long meterId, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LedgerDay>>(
            connection =>
            {
                var pages = new List<LedgerDay>();
                using var rows = connection.Command($"""
                    SELECT {LedgerRows.Columns} FROM ledger_day INDEXED BY ledger_of_meter
                    WHERE meter_id = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY profile, day
                    """).With(meterId, from.DayNumber, to.DayNumber).ExecuteReader();
                while (rows.Read()) pages.Add(LedgerRows.Read(rows));
                return pages;
            },
            cancellationToken);

    private static void Open(PreparedConnection connection, IReadOnlyList<LedgerDay> pages, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var page = pages[i];
            LedgerRows.Insert(connection, page.Key, LedgerPage.Of(page),
                page.Attempts, LedgerRows.NextAttempt(page.NextAttempt), page.Reason);
        }
    }

    private static IReadOnlyList<LedgerDay> Gaps(PreparedConnection connection, DueSlots due, DateTimeOffset now, int limit)
    {
        var pages = new List<LedgerDay>();
        using var rows = connection.Command($"""
            SELECT {LedgerRows.Columns} FROM ledger_day INDEXED BY ledger_open
            WHERE state = 0 AND profile = ?1 AND day = ?2 AND next_attempt <= ?3
              AND (received < min(?4, slots) - first_slot OR last_slot >= ?4) AND (?5 = 0 OR slots = ?5)
            ORDER BY next_attempt, meter_id
            """).With(due.Profile, due.Day.DayNumber, Instant.Of(now), due.Slots, due.DaySlots).ExecuteReader();
        while (pages.Count < limit && rows.Read())
        {
            var page = LedgerRows.Read(rows);
            if (page.Missing(due.Slots) > 0) pages.Add(page);
        }

        return pages;
    }

    private static IReadOnlyList<(short Profile, DateOnly Day)> OpenDays(PreparedConnection connection)
    {
        var days = new List<(short Profile, DateOnly Day)>();
        var next = connection.Command("""
            SELECT day, profile FROM ledger_day INDEXED BY ledger_open
            WHERE state = 0 AND (day, profile) > (?1, ?2) ORDER BY day, profile LIMIT 1
            """);
        for (var (day, profile) = (-1, (short)0); ;)
        {
            using var row = next.With(day, profile).ExecuteReader();
            if (!row.Read()) return days;
            (day, profile) = (row.GetInt32(0), row.GetInt16(1));
            days.Add((profile, DateOnly.FromDayNumber(day)));
        }
    }

    private static Completeness Sum(PreparedConnection connection, DueSlots due)
    {
        using var sum = connection.Command("""
            SELECT coalesce(sum(max(0, min(?3, slots) - first_slot)), 0), coalesce(sum(CASE WHEN last_slot < ?3 THEN received END), 0)
            FROM ledger_day NOT INDEXED WHERE profile = ?1 AND day = ?2 AND (?4 = 0 OR slots = ?4)
            """).With(due.Profile, due.Day.DayNumber, due.Slots, due.DaySlots).ExecuteReader();
        if (!sum.Read()) return default;
        var (expected, received) = (sum.GetInt64(0), sum.GetInt64(1));

        using var ahead = connection.Command("""
            SELECT first_slot, slots, present FROM ledger_day NOT INDEXED
            WHERE profile = ?1 AND day = ?2 AND last_slot >= ?3 AND (?4 = 0 OR slots = ?4)
            """).With(due.Profile, due.Day.DayNumber, due.Slots, due.DaySlots).ExecuteReader();
        while (ahead.Read())
        {
            received += LedgerPage.CompletenessOf(ahead.GetFieldValue<byte[]>(2), ahead.GetInt32(1), ahead.GetInt32(0), due.Slots).Received;
        }

        return new Completeness(expected, received);
    }

    private static IReadOnlyDictionary<long, Completeness> ByMeter(
        PreparedConnection connection, DueSlots due, IReadOnlyList<long> meterIds)
    {
        var found = new Dictionary<long, Completeness>(meterIds.Count);
        var page = connection.Command(
            "SELECT first_slot, slots, present FROM ledger_day WHERE profile = ?1 AND day = ?2 AND meter_id = ?3");
        foreach (var meterId in meterIds)
        {
            using var row = page.With(due.Profile, due.Day.DayNumber, meterId).ExecuteReader();
            found[meterId] = row.Read() && LedgerPage.IsMeant(due, row.GetInt16(1))
                ? LedgerPage.CompletenessOf(row.GetFieldValue<byte[]>(2), row.GetInt32(1), row.GetInt32(0), due.Slots)
                : default;
        }

        return found;
    }
}
