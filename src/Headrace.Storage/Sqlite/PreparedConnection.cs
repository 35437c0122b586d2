using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>One connection and the commands that were prepared on it. Used by one thread at a time.</summary>
/// <remarks>
/// A text is parsed once in the life of a connection; SQLite's own parsing takes longer than most of the statements here.
/// </remarks>
internal sealed class PreparedConnection : IDisposable
{
    private const int WaitSeconds = 5;

    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;

    private PreparedConnection(string path, SqliteOpenMode mode)
    {
        NativeSqlite.Load();
        var options = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = WaitSeconds };
        _connection = new SqliteConnection(options.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {WaitSeconds * 1000}");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>False where no transaction was begun, or SQLite itself has rolled it back.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Opens a database file, making it where it is missing.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static PreparedConnection OpenWriter(string path) => new(path, SqliteOpenMode.ReadWriteCreate);

    /// <summary>Opens a database file that is there, for reading only.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static PreparedConnection OpenReader(string path) => new(path, SqliteOpenMode.ReadOnly);

    /// <summary>The prepared command of that text. It belongs to the connection; its readers are the caller's to dispose.</summary>
    public SqliteCommand Command(string sql)
    {
        if (_commands.TryGetValue(sql, out var known)) return known;
        var command = new SqliteCommand(sql, _connection);
        _commands.Add(sql, command);
        return command;
    }

    /// <summary>Runs a text that is not worth keeping, such as a script.</summary>
    public void Execute(string sql)
    {
        using var command = new SqliteCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Closes the connection; the library ends its commands with it.</summary>
    public void Dispose() => _connection.Dispose();
}
