namespace Headrace.Storage.Sqlite;

/// <summary>Counts refused messages of a meter.</summary>
internal static class Presence
{
    /// <summary>Adds refused messages to a meter's count.</summary>
    public static void CountRefused(PreparedConnection connection, long meterId, long more)
    {
        connection.Command("""
            INSERT INTO presence (meter_id, refused) VALUES (?1, ?2)
            ON CONFLICT (meter_id) DO UPDATE SET refused = refused + excluded.refused
            """).With(meterId, more).ExecuteNonQuery();
    }
}
