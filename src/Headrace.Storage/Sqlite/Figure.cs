namespace Headrace.Storage.Sqlite;

/// <summary>Single numbers of the database.</summary>
internal static class Figure
{
    /// <summary>Number of stored values.</summary>
    public const string Readings = "readings";

    /// <summary>Last day through which ledger pages of every meter are open, as a day number.</summary>
    public const string ExpectedThrough = "expected_through";

    /// <summary>The number, or null.</summary>
    public static long? Get(SqliteConnection connection, string name)
    {
        using var row = connection.Statement("SELECT value FROM figure WHERE name = ?1");
        return row.Bind(1, name).Step() ? row.Long(0) : null;
    }

    /// <summary>Sets a number.</summary>
    public static void Set(SqliteConnection connection, string name, long value)
    {
        using var upsert = connection.Statement("INSERT INTO figure (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        upsert.Bind(1, name).Bind(2, value).Run();
    }

    /// <summary>Adds to a number that begins at 0.</summary>
    public static void Add(SqliteConnection connection, string name, long more)
    {
        using var upsert = connection.Statement(
            "INSERT INTO figure (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value");
        upsert.Bind(1, name).Bind(2, more).Run();
    }
}
