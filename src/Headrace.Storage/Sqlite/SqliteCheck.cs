namespace Headrace.Storage.Sqlite;

/// <summary>Tells a sound database file from a damaged one when it is opened.</summary>
/// <remarks>
/// Every opening reads the header and the schema. The pages are checked as well while that takes under a second or so: always up to 64 MiB,
/// and up to 1 GiB when the last stop was not a clean one. A larger file is trusted: the log's checksums already guard what a crash may tear.
/// </remarks>
internal static class SqliteCheck
{
    private const long AlwaysUpTo = 64L << 20;
    private const long AfterCrashUpTo = 1L << 30;

    /// <exception cref="StorageException">The file is not a database, or pages of it are damaged.</exception>
    public static void Run(SqliteConnection connection, string path, bool unclean)
    {
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        connection.Scalar("SELECT count(*) FROM sqlite_master");
        if (length == 0 || length > (unclean ? AfterCrashUpTo : AlwaysUpTo)) return;

        using var answer = connection.Statement("PRAGMA quick_check(1)");
        if (answer.Step() && answer.Text(0) is var words && !string.Equals(words, "ok", StringComparison.Ordinal)) throw Damaged(path, words);
    }

    /// <summary>The sentence for a damaged file.</summary>
    public static StorageException Damaged(string path, string words, Exception? inner = null) =>
        new($"The database file '{path}' is damaged or not a database; restore it from a backup, or move it away to start empty: {OneLine(words)}", inner)
        {
            ResultCode = SQLitePCL.raw.SQLITE_CORRUPT,
        };

    private static string OneLine(string words) => words.ReplaceLineEndings(" ");
}
