using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Storage.Sqlite;

/// <summary>All stores over one SQLite database, the file <c>headrace.db</c> of a data directory.</summary>
public sealed class SqliteStores : StoreSet
{
    private readonly SqliteDatabase _database;

    private SqliteStores(SqliteDatabase database, IEnumerable<Channel> known)
    {
        _database = database;
        var channels = new SqliteChannelStore(database, known);
        Channels = channels;
        Meters = new SqliteMeterStore(database);
        Intake = new SqliteIntakeStore(database, channels);
        Readings = new SqliteReadingStore(database);
        Ledger = new SqliteLedgerStore(database);
        Events = new SqliteEventStore(database);
        Journal = new SqliteJournalStore(database);
        Audit = new SqliteAuditStore(database);
        SealedKeys = new SqliteSealedKeyStore(database);
        SendCounters = new SqliteSendCounterStore(database);
    }

    /// <inheritdoc/>
    public override IMeterStore Meters { get; }

    /// <inheritdoc/>
    public override IIntakeStore Intake { get; }

    /// <inheritdoc/>
    public override IReadingStore Readings { get; }

    /// <inheritdoc/>
    public override ILedgerStore Ledger { get; }

    /// <inheritdoc/>
    public override IEventStore Events { get; }

    /// <inheritdoc/>
    public override IJournalStore Journal { get; }

    /// <inheritdoc/>
    public override IAuditStore Audit { get; }

    /// <inheritdoc/>
    public override ISealedKeyStore SealedKeys { get; }

    /// <inheritdoc/>
    public override ISendCounterStore SendCounters { get; }

    /// <inheritdoc/>
    public override IChannelStore Channels { get; }

    /// <summary>Opens the database of a data directory, making both where they are missing, and brings it to the newest schema.</summary>
    /// <param name="directory">Data directory; locked until the stores are disposed.</param>
    /// <param name="time">Clock for the notes of the migrations.</param>
    /// <param name="logs">Where the storage logs, or null.</param>
    /// <param name="cancellationToken">Ends the wait before the opening has begun.</param>
    /// <exception cref="StorageException">Unwritable, in use by another head-end, damaged, or written by a newer program.</exception>
    public static async Task<SqliteStores> OpenAsync(
        string directory, TimeProvider time, ILoggerFactory? logs = null, CancellationToken cancellationToken = default)
    {
        var log = (logs ?? NullLoggerFactory.Instance).CreateLogger("Headrace.Storage");
        var database = await Task.Run(() => SqliteDatabase.Open(Path.GetFullPath(directory), time, log), cancellationToken);
        try
        {
            return new SqliteStores(database, await database.ReadAsync(SqliteChannelStore.ReadAll, cancellationToken));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _database.DisposeAsync();
}
