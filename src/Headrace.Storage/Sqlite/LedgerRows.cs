using Headrace.Core.Metering;

namespace Headrace.Storage.Sqlite;

/// <summary>Ledger pages as rows.</summary>
internal static class LedgerRows
{
    /// <summary>The columns <see cref="Read"/> expects, in order.</summary>
    public const string Columns = "meter_id, profile, day, slots, first_slot, received, state, attempts, next_attempt, present, reason";

    /// <summary>The page of the current row.</summary>
    public static LedgerDay Read(SqliteStatement row) => new()
    {
        Key = new LedgerKey(row.Long(0), row.Short(1), DateOnly.FromDayNumber(row.Int(2))),
        Slots = row.Short(3),
        FirstSlot = row.Short(4),
        Received = row.Short(5),
        State = (LedgerState)row.Int(6),
        Attempts = row.Int(7),
        NextAttempt = row.Long(8) == 0 ? default : Instant.From(row.Long(8)),
        Present = row.Blob(9).ToArray(),
        Reason = row.Text(10),
    };

    /// <summary>Adds a page; leaves one that is there as it is.</summary>
    public static void Insert(SqliteConnection connection, LedgerKey key, LedgerPage page, int attempts = 0, long nextAttempt = 0, string reason = "")
    {
        using var insert = connection.Statement("""
            INSERT OR IGNORE INTO ledger_day
                (profile, day, meter_id, slots, first_slot, received, last_slot, state, attempts, next_attempt, present, reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """);
        insert.Bind(1, key.Profile).Bind(2, key.Day.DayNumber).Bind(3, key.MeterId)
            .Bind(4, page.Slots).Bind(5, page.FirstSlot).Bind(6, page.Received).Bind(7, page.LastSlot).Bind(8, (long)page.State)
            .Bind(9, attempts).Bind(10, nextAttempt).Bind(11, page.Present).Bind(12, reason).Run();
    }

    /// <summary>The instant before which there is no attempt, as stored: 0 for at once.</summary>
    public static long NextAttempt(DateTimeOffset next) => Math.Max(0, Instant.Of(next));
}
