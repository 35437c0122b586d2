namespace Headrace.Storage.Sqlite;

/// <summary>Single numbers of the database.</summary>
internal static class Figure
{
    /// <summary>Number of stored values.</summary>
    public const string Readings = "readings";

    /// <summary>Last day through which ledger pages of every meter are open, as a day number.</summary>
    public const string ExpectedThrough = "expected_through";

    /// <summary>The number, or null.</summary>
    public static long? Get(PreparedConnection connection, string name) =>
        connection.Command("SELECT value FROM figure WHERE name = ?1").With(name).Integer();

    /// <summary>Sets a number.</summary>
    public static void Set(PreparedConnection connection, string name, long value)
    {
        connection.Command("""
            INSERT INTO figure (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """).With(name, value).ExecuteNonQuery();
    }

    /// <summary>Adds to a number that begins at 0.</summary>
    public static void Add(PreparedConnection connection, string name, long more)
    {
        connection.Command("""
            INSERT INTO figure (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
            """).With(name, more).ExecuteNonQuery();
    }
}
