using SQLitePCL;

namespace Headrace.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;

    private SqliteConnection(sqlite3 handle) => _handle = handle;

    /// <summary>Rows changed by the last statement that was run.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>False where no transaction was begun, or SQLite itself has rolled it back.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Opens a database file, making it where it is missing.</summary>
    public static SqliteConnection OpenWriter(string path) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX);

    /// <summary>Opens a database file that is there, for reading only.</summary>
    public static SqliteConnection OpenReader(string path) => Open(path, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX);

    private static SqliteConnection Open(string path, int flags)
    {
        NativeSqlite.Load();
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var connection = new SqliteConnection(handle);
        try
        {
            connection.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, 5000);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that give no rows and take no values.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The prepared statement of that text, ready to bind. It stays prepared; disposing it makes it ready again.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (_statements.TryGetValue(sql, out var known)) return known;
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new SqliteStatement(this, handle);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>The first column of the first row as an integer, or null.</summary>
    public long? Scalar(string sql)
    {
        using var row = Statement(sql);
        return row.Step() && !row.IsNull(0) ? row.Long(0) : null;
    }

    /// <summary>Turns a result code that is not a success into an exception.</summary>
    public void Check(int code)
    {
        var primary = code & 0xFF;
        if (primary is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE) return;
        var words = raw.sqlite3_errmsg(_handle).utf8_to_string();
        throw new StorageException($"{Explain(primary)} (SQLite {code}: {words}).") { ResultCode = primary };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Release();
        _statements.Clear();
        _handle.Dispose();
    }

    private static string Explain(int primary) => primary switch
    {
        raw.SQLITE_FULL => "The disk holding the database is full",
        raw.SQLITE_IOERR => "The disk holding the database failed",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The database is damaged",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "The database is in use by another program",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "The database may not be written",
        raw.SQLITE_CANTOPEN => "The database cannot be opened",
        _ => "The database refused",
    };
}
