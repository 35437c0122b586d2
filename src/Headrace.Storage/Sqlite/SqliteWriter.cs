using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Headrace.Storage.Sqlite;

/// <summary>
/// The one thread that writes and checkpoints. Changes that wait together are committed together: one flush to the disk serves
/// them all, and a change that fails is undone alone.
/// </summary>
/// <remarks>The queue is bounded: callers wait for room. SQLite blocks, so it gets a thread of its own and not one of the pool.</remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int WaitingJobs = 1024;
    private const int JobsPerTransaction = 64;
    private const int CheckpointPages = 8192; // 32 MiB of log
    private const long LogLimitBytes = 512L << 20;

    private readonly PreparedConnection _connection;
    private readonly string _path;
    private readonly ILogger _log;
    private readonly BlockingCollection<WriteJob> _queue = [];
    private readonly SemaphoreSlim _room = new(WaitingJobs);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _transactions;

    /// <summary>Takes the connection over and starts the thread.</summary>
    public SqliteWriter(PreparedConnection connection, string path, ILogger log)
    {
        (_connection, _path, _log) = (connection, path, log);
        new Thread(Serve) { IsBackground = true, Name = "database writer" }.Start();
    }

    /// <summary>Settings of the writing connection. Nothing that is acknowledged is lost, even when the power fails.</summary>
    public static void Configure(PreparedConnection connection)
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
        connection.Execute("PRAGMA journal_size_limit = 134217728");
        connection.Execute("PRAGMA cache_size = -98304");
        connection.Execute("PRAGMA temp_store = MEMORY");
        connection.Execute("PRAGMA foreign_keys = ON");
    }

    /// <summary>Queues a change and completes when it is durable. Waits while the queue is full.</summary>
    /// <exception cref="StorageException">The database refused; nothing of the change is stored.</exception>
    public async ValueTask<T> WriteAsync<T>(Func<PreparedConnection, T> change, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_queue.IsAddingCompleted, this);
        await _room.WaitAsync(cancellationToken);
        var job = new WriteJob<T>(change, tookRoom: true, cancellationToken);
        Add(job);
        return await job.Done;
    }

    /// <summary>Queues a change without waiting for room. For changes that are few by nature.</summary>
    public Task PostAsync(Action<PreparedConnection> change)
    {
        var job = new WriteJob<bool>(c => { change(c); return true; }, tookRoom: false, CancellationToken.None);
        Add(job);
        return job.Done;
    }

    /// <summary>Commits what is queued, then checkpoints and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.IsAddingCompleted) _queue.CompleteAdding();
        await _ended.Task;
    }

    private void Add(WriteJob job)
    {
        try
        {
            _queue.Add(job);
        }
        catch (InvalidOperationException e)
        {
            if (job.TookRoom) _room.Release();
            throw new ObjectDisposedException("The database is closed.", e);
        }
    }

    private void Serve()
    {
        try
        {
            var jobs = new List<WriteJob>(JobsPerTransaction);
            foreach (var first in _queue.GetConsumingEnumerable())
            {
                jobs.Clear();
                jobs.Add(first);
                while (jobs.Count < JobsPerTransaction && _queue.TryTake(out var next)) jobs.Add(next);
                Commit(jobs);
            }

            _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (Exception e)
        {
            Log.CloseFailed(_log, e);
        }
        finally
        {
            _connection.Dispose();
            _ended.SetResult();
        }
    }

    private void Commit(List<WriteJob> jobs)
    {
        try
        {
            _connection.Command("BEGIN IMMEDIATE").ExecuteNonQuery();
            foreach (var job in jobs) Run(job, alone: jobs.Count == 1);
            _connection.Command("COMMIT").ExecuteNonQuery();
        }
        catch (Exception e)
        {
            Log.CommitFailed(_log, e);
            foreach (var job in jobs) job.Failure ??= SqliteFailure.Explain(e, _path);
            Undo("ROLLBACK");
        }

        var room = 0;
        foreach (var job in jobs)
        {
            room += job.TookRoom ? 1 : 0;
            job.Finish();
        }

        if (room > 0) _room.Release(room);
        if (++_transactions % 64 == 0) LimitLog();
    }

    /// <summary>Runs one change; a failure is kept in it and undone alone, unless SQLite has given up the whole transaction.</summary>
    private void Run(WriteJob job, bool alone)
    {
        if (job.Cancelled)
        {
            job.Failure = new OperationCanceledException();
            return;
        }

        if (!alone) _connection.Command("SAVEPOINT job").ExecuteNonQuery();
        try
        {
            job.Run(_connection);
            if (!alone) _connection.Command("RELEASE job").ExecuteNonQuery();
        }
        catch (Exception e)
        {
            job.Failure = SqliteFailure.Explain(e, _path);
            if (!_connection.InTransaction) throw;
            _connection.Command(alone ? "ROLLBACK" : "ROLLBACK TO job").ExecuteNonQuery();
            _connection.Command(alone ? "BEGIN" : "RELEASE job").ExecuteNonQuery();
        }
    }

    private void Undo(string rollback)
    {
        try
        {
            if (_connection.InTransaction) _connection.Command(rollback).ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            Log.CommitFailed(_log, e);
        }
    }

    /// <summary>
    /// Ordinary checkpoints leave the log growing while readers overlap without a pause; then the writer waits for them once.
    /// </summary>
    private void LimitLog()
    {
        var log = new FileInfo(_path + "-wal");
        if (!log.Exists || log.Length < LogLimitBytes) return;
        Log.LogGrown(_log, log.Length);
        try
        {
            _connection.Execute("PRAGMA wal_checkpoint(RESTART)");
        }
        catch (SqliteException e)
        {
            Log.CommitFailed(_log, e);
        }
    }
}
