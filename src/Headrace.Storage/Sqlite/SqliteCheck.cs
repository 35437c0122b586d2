namespace Headrace.Storage.Sqlite;

/// <summary>Tells a sound database file from a damaged one when it is opened.</summary>
/// <remarks>
/// Every opening reads the header and the schema. The pages are checked as well while that takes under a second or so: always up to 64 MiB,
/// and up to 1 GiB when the last stop was not a clean one. A larger file is trusted: the log's checksums already guard what a crash may
/// tear.
/// </remarks>
internal static class SqliteCheck
{
    private const long AlwaysUpTo = 64L << 20;
    private const long AfterCrashUpTo = 1L << 30;

    /// <exception cref="StorageException">Pages of the file are damaged.</exception>
    public static void Run(PreparedConnection connection, string path, bool unclean)
    {
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        connection.Execute("SELECT count(*) FROM sqlite_master");
        if (length == 0 || length > (unclean ? AfterCrashUpTo : AlwaysUpTo)) return;

        var answer = connection.Command("PRAGMA quick_check(1)").ExecuteScalar() as string;
        if (!string.Equals(answer, "ok", StringComparison.Ordinal)) throw SqliteFailure.Damaged(path, answer ?? "no answer");
    }
}
