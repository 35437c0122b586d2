using Microsoft.Extensions.Logging;

namespace Headrace.Storage;

/// <summary>Log messages of the storage, events 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Database {Path} open, SQLite {Version} ({Library})")]
    public static partial void Opened(ILogger log, string path, string version, string library);

    [LoggerMessage(4001, LogLevel.Information, "Database brought to schema {Version} ({Name})")]
    public static partial void Migrated(ILogger log, int version, string name);

    [LoggerMessage(4002, LogLevel.Warning, "The head-end was not stopped cleanly; the database has been recovered")]
    public static partial void Recovered(ILogger log);

    [LoggerMessage(4003, LogLevel.Error, "A transaction failed")]
    public static partial void CommitFailed(ILogger log, Exception exception);

    [LoggerMessage(4004, LogLevel.Information, "Database closed")]
    public static partial void Closed(ILogger log);

    [LoggerMessage(4005, LogLevel.Warning, "The write-ahead log has grown to {Bytes} bytes; waiting for readers to start it anew")]
    public static partial void LogGrown(ILogger log, long bytes);

    [LoggerMessage(4006, LogLevel.Error, "Closing the database failed")]
    public static partial void CloseFailed(ILogger log, Exception exception);
}
