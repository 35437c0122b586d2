using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Headrace.Storage.Sqlite;

/// <summary>Puts failures of SQLite into one sentence for the operator.</summary>
internal static class SqliteFailure
{
    /// <summary>The failure for a caller outside; one that is not SQLite's stays as it is.</summary>
    public static Exception Explain(Exception failure, string path) => failure is SqliteException sqlite ? Explain(sqlite, path) : failure;

    /// <summary>The sentence for a failure of SQLite.</summary>
    public static StorageException Explain(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, failure.Message, failure),
        var code => new StorageException($"{Explain(code, path)}: {OneLine(failure.Message)}", failure) { ResultCode = code },
    };

    /// <summary>The sentence for a damaged file.</summary>
    public static StorageException Damaged(string path, string words, Exception? inner = null) =>
        new($"The database file '{path}' is damaged or not a database; restore it from a backup, or move it away to start empty: " +
            $"{OneLine(words)}", inner)
        {
            ResultCode = raw.SQLITE_CORRUPT,
        };

    private static string Explain(int code, string path) => code switch
    {
        raw.SQLITE_FULL => $"The disk holding the database file '{path}' is full",
        raw.SQLITE_IOERR => $"The disk holding the database file '{path}' failed",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"The database file '{path}' is in use by another program",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => $"The database file '{path}' may not be written",
        raw.SQLITE_CANTOPEN => $"The database file '{path}' cannot be opened",
        _ => $"The database file '{path}' refused",
    };

    private static string OneLine(string words) => words.ReplaceLineEndings(" ");
}
