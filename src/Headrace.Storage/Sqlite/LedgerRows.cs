using Headrace.Core.Metering;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>Ledger pages as rows.</summary>
internal static class LedgerRows
{
    /// <summary>The columns <see cref="Read"/> expects, in order.</summary>
    public const string Columns = "meter_id, profile, day, slots, first_slot, received, state, attempts, next_attempt, present, reason";

    /// <summary>The page of the current row.</summary>
    public static LedgerDay Read(SqliteDataReader row) => new()
    {
        Key = new LedgerKey(row.GetInt64(0), row.GetInt16(1), DateOnly.FromDayNumber(row.GetInt32(2))),
        Slots = row.GetInt16(3),
        FirstSlot = row.GetInt16(4),
        Received = row.GetInt16(5),
        State = (LedgerState)row.GetInt32(6),
        Attempts = row.GetInt32(7),
        NextAttempt = row.GetInt64(8) == 0 ? default : Instant.From(row.GetInt64(8)),
        Present = row.GetFieldValue<byte[]>(9),
        Reason = row.GetString(10),
    };

    /// <summary>Adds a page; leaves one that is there as it is.</summary>
    public static void Insert(
        PreparedConnection connection, LedgerKey key, LedgerPage page, int attempts = 0, long nextAttempt = 0, string reason = "")
    {
        connection.Command("""
            INSERT OR IGNORE INTO ledger_day
                (profile, day, meter_id, slots, first_slot, received, last_slot, state, attempts, next_attempt, present, reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """).With(
                key.Profile, key.Day.DayNumber, key.MeterId, page.Slots, page.FirstSlot, page.Received, page.LastSlot, (long)page.State,
                attempts, nextAttempt, page.Present, reason).ExecuteNonQuery();
    }

    /// <summary>The instant before which there is no attempt, as stored: 0 for at once.</summary>
    public static long NextAttempt(DateTimeOffset next) => Math.Max(0, Instant.Of(next));
}
