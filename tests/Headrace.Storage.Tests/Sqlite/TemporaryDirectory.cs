using Headrace.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Headrace.Storage.Tests.Sqlite;

/// <summary>A data directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("headrace-storage-").FullName;

    public string Database => System.IO.Path.Combine(Path, "headrace.db");

    public Task<SqliteStores> OpenAsync(ILoggerFactory? logs = null) =>
        SqliteStores.OpenAsync(Path, TimeProvider.System, logs, Samples.Cancel);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
