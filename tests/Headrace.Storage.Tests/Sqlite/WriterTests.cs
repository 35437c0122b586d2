using Headrace.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Sqlite;

/// <summary>The one writer: order, groups, failures, cancellation, the end.</summary>
public sealed class WriterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteDatabase? _database;

    private SqliteDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = SqliteDatabase.Open(_directory.Path, TimeProvider.System, NullLogger.Instance);
        await Write(c => c.Execute("CREATE TABLE t (n INTEGER PRIMARY KEY)"));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_change_that_fails_is_undone_alone()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = await BusyUntil(gate);
        var good = Write(c => c.Execute("INSERT INTO t VALUES (1)"));
        var bad = Write(c => { c.Execute("INSERT INTO t VALUES (2)"); throw new InvalidOperationException("half done"); });
        var clash = Write(c => { c.Execute("INSERT INTO t VALUES (3)"); c.Execute("INSERT INTO t VALUES (1)"); });
        var last = Write(c => c.Execute("INSERT INTO t VALUES (4)"));
        gate.Set();

        await Task.WhenAll(blocked, good, last);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Assert.ThrowsAsync<StorageException>(() => clash);
        Assert.Equal([1L, 4], await Numbers());
    }

    [Fact]
    public async Task A_lone_change_that_fails_leaves_nothing_and_the_writer_goes_on()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Write(c => { c.Execute("INSERT INTO t VALUES (2)"); throw new InvalidOperationException("half done"); }));
        await Write(c => c.Execute("INSERT INTO t VALUES (1)"));
        Assert.Equal([1L], await Numbers());
    }

    [Fact]
    public async Task A_prepared_command_that_failed_serves_the_next_change()
    {
        await Insert(1);
        var refused = await Assert.ThrowsAsync<StorageException>(() => Insert(1));
        Assert.Equal(SQLitePCL.raw.SQLITE_CONSTRAINT, refused.ResultCode);
        Assert.Contains(_directory.Database, refused.Message, StringComparison.Ordinal);
        await Insert(2);
        Assert.Equal([1L, 2], await Numbers());

        Task Insert(long number) => Write(c => c.Command("INSERT INTO t VALUES (?1)").With(number).ExecuteNonQuery());
    }

    [Fact]
    public async Task When_sqlite_gives_the_transaction_up_every_change_of_it_fails_and_the_writer_goes_on()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = await BusyUntil(gate);
        var first = Write(c => c.Execute("INSERT INTO t VALUES (1)"));
        var ending = Write(c => { c.Execute("ROLLBACK"); throw new InvalidOperationException("as when the disk is full"); });
        var after = Write(c => c.Execute("INSERT INTO t VALUES (2)"));
        gate.Set();

        await blocked;
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ending);
        await Assert.ThrowsAsync<InvalidOperationException>(() => after);
        await Write(c => c.Execute("INSERT INTO t VALUES (3)"));
        Assert.Equal([3L], await Numbers());
    }

    [Fact]
    public async Task A_change_whose_caller_gave_up_before_it_began_is_left_out()
    {
        using var gate = new ManualResetEventSlim();
        using var giveUp = new CancellationTokenSource();
        var blocked = await BusyUntil(gate);
        var left = Database.WriteAsync(c => c.Execute("INSERT INTO t VALUES (1)"), giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        gate.Set();
        await blocked;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task More_changes_than_the_queue_holds_wait_and_are_all_made_in_order()
    {
        var done = new List<long>();
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => Write(c => { done.Add(i); c.Execute($"INSERT INTO t VALUES ({i})"); })));
        Assert.Equal(3000, (await Numbers()).Count);
        Assert.Equal(Enumerable.Range(0, 1024).Select(i => (long)i), done.Take(1024));
    }

    [Fact]
    public async Task What_is_queued_when_the_database_closes_is_still_committed()
    {
        var writes = Enumerable.Range(0, 500).Select(i => Write(c => c.Execute($"INSERT INTO t VALUES ({i})"))).ToArray();
        await Database.DisposeAsync();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Write(_ => { }));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Numbers());
        using var connection = PreparedConnection.OpenReader(_directory.Database);
        Assert.Equal(500, connection.Command("SELECT count(*) FROM t").Integer());
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await Assert.ThrowsAsync<StorageException>(
            async () => await Database.ReadAsync(c => { c.Execute("INSERT INTO t VALUES (1)"); return 0; }, Cancel));
        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task A_query_sees_one_state_however_long_it_takes()
    {
        using var begun = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var counts = Task.Run(
            async () => await Database.ReadAsync(
                c =>
                {
                    var before = c.Command("SELECT count(*) FROM t").Integer();
                    begun.Set();
                    gate.Wait(Cancel);
                    return (before, c.Command("SELECT count(*) FROM t").Integer());
                },
                Cancel),
            Cancel);
        begun.Wait(Cancel);
        await Write(c => c.Execute("INSERT INTO t VALUES (1)"));
        gate.Set();
        Assert.Equal(((long?)0, (long?)0), await counts);
        Assert.Equal([1L], await Numbers());
    }

    /// <summary>Keeps the writer busy: what is queued meanwhile is committed together.</summary>
    private async Task<Task> BusyUntil(ManualResetEventSlim gate)
    {
        var begun = new TaskCompletionSource();
        var busy = Write(_ => { begun.SetResult(); gate.Wait(Cancel); });
        await begun.Task;
        return busy;
    }

    private Task Write(Action<PreparedConnection> change) => Database.WriteAsync(change, Cancel).AsTask();

    private async Task<List<long>> Numbers() => await Database.ReadAsync(
        c =>
        {
            var numbers = new List<long>();
            using var rows = c.Command("SELECT n FROM t ORDER BY n").ExecuteReader();
            while (rows.Read()) numbers.Add(rows.GetInt64(0));
            return numbers;
        },
        Cancel);
}
