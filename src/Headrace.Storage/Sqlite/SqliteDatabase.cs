using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Headrace.Storage.Sqlite;

/// <summary>An open database: one writer, a few readers, and the lock that keeps a second head-end out.</summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    /// <summary>Name of the database file in the data directory.</summary>
    public const string FileName = "headrace.db";

    private const string LockName = "headrace.lock";
    private const int Readers = 4;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SqliteWriter _writer;
    private readonly Channel<PreparedConnection> _readers;
    private readonly ILogger _log;
    private int _disposed;

    private SqliteDatabase(string path, FileStream @lock, SqliteWriter writer, Channel<PreparedConnection> readers, ILogger log) =>
        (_path, _lock, _writer, _readers, _log) = (path, @lock, writer, readers, log);

    /// <summary>Opens or makes the database of a data directory and brings it to the newest schema. Blocks on the disk.</summary>
    /// <exception cref="StorageException">Unwritable, in use, damaged, or written by a newer program.</exception>
    public static SqliteDatabase Open(string directory, TimeProvider time, ILogger log)
    {
        var (version, library) = NativeSqlite.Load();
        var @lock = TakeLock(directory);
        var path = Path.Combine(directory, FileName);
        PreparedConnection? connection = null;
        try
        {
            var unclean = new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };
            connection = OpenWriter(path, unclean);
            if (unclean) Log.Recovered(log);
            SqliteMigrations.Apply(connection, path, time, log);
            var readers = OpenReaders(path);
            Log.Opened(log, path, version, library);
            return new SqliteDatabase(path, @lock, new SqliteWriter(connection, path, log), readers, log);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            @lock.Dispose();
            if (e is SqliteException failure) throw SqliteFailure.Explain(failure, path);
            throw;
        }
    }

    /// <summary>Runs a query over one state of the database, off the caller's thread. Waits while every reader is at work.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<PreparedConnection, T> query, CancellationToken cancellationToken)
    {
        var connection = await Lease(cancellationToken);
        try
        {
            return await Task.Run(() => Query(connection, query), cancellationToken);
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Explain(e, _path);
        }
        finally
        {
            _readers.Writer.TryWrite(connection);
        }
    }

    /// <summary>Queues a change and completes when it is durable. Changes take effect in the order they were queued.</summary>
    public ValueTask<T> WriteAsync<T>(Func<PreparedConnection, T> change, CancellationToken cancellationToken) =>
        _writer.WriteAsync(change, cancellationToken);

    /// <summary>Queues a change and completes when it is durable.</summary>
    public async ValueTask WriteAsync(Action<PreparedConnection> change, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(c => { change(c); return true; }, cancellationToken);

    /// <summary>Queues a change at once, full or not; it is committed with or before everything that is queued later.</summary>
    public Task PostAsync(Action<PreparedConnection> change) => _writer.PostAsync(change);

    /// <summary>Waits for the readers, commits what is queued, checkpoints, closes and gives the directory free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        for (var i = 0; i < Readers; i++) (await _readers.Reader.ReadAsync()).Dispose();
        _readers.Writer.Complete();
        await _writer.DisposeAsync();
        await _lock.DisposeAsync();
        Log.Closed(_log);
    }

    private async ValueTask<PreparedConnection> Lease(CancellationToken cancellationToken)
    {
        try
        {
            return await _readers.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The database is closed.", e);
        }
    }

    private static T Query<T>(PreparedConnection connection, Func<PreparedConnection, T> query)
    {
        connection.Command("BEGIN").ExecuteNonQuery();
        try
        {
            return query(connection);
        }
        finally
        {
            connection.Command("COMMIT").ExecuteNonQuery();
        }
    }

    private static FileStream TakeLock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StorageException($"The data directory '{directory}' cannot be made or used: {e.Message}", e);
        }

        try
        {
            return new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"The data directory '{directory}' may not be written by this user.", e);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw new StorageException($"The data directory '{directory}' is in use by another head-end.", e);
        }
        catch (IOException e)
        {
            throw new StorageException($"The data directory '{directory}' cannot be written: {e.Message}", e);
        }
    }

    // EWOULDBLOCK of Linux and macOS; sharing and lock violations of Windows.
    private static bool IsSharingViolation(IOException e) => e.HResult is 11 or 35 || (e.HResult & 0xFFFF) is 32 or 33;

    private static PreparedConnection OpenWriter(string path, bool unclean)
    {
        var connection = PreparedConnection.OpenWriter(path);
        try
        {
            SqliteCheck.Run(connection, path, unclean);
            SqliteWriter.Configure(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static Channel<PreparedConnection> OpenReaders(string path)
    {
        var readers = Channel.CreateBounded<PreparedConnection>(Readers);
        for (var i = 0; i < Readers; i++)
        {
            var connection = PreparedConnection.OpenReader(path);
            connection.Execute("PRAGMA query_only = ON");
            connection.Execute("PRAGMA wal_autocheckpoint = 0");
            connection.Execute("PRAGMA cache_size = -16384");
            connection.Execute("PRAGMA temp_store = MEMORY");
            readers.Writer.TryWrite(connection);
        }

        return readers;
    }
}
