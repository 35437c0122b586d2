using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Live;
using Headrace.Operations.Tests.Bench;
using Headrace.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Operations.Tests.Live;

public sealed class JournalTests
{
    private readonly FakeTime _time = new(TestHeadEnd.Noon);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_noted_is_stored_by_the_stop_at_the_latest()
    {
        var stores = new MemoryStores();
        var journal = new Journal(stores.Journal, TestHeadEnd.Settings, _time, NullLogger.Instance);
        journal.Start();
        for (var i = 0; i < 3; i++) journal.Note(Contact());
        journal.Refused(RefusalKind.UnknownMeter, 0, new string('x', 2_000));
        await journal.StopAsync();
        Assert.Equal(3, (await stores.Journal.OfMeterAsync(1, 10, Cancel)).Count);
        Assert.Equal(500, (await stores.Journal.RefusalsAsync(10, Cancel))[0].Detail.Length);
        Assert.Equal(1, journal.RefusedSinceStart(RefusalKind.UnknownMeter));
        Assert.Equal((4, 0), (journal.Noted, journal.Dropped));
    }

    [Fact]
    public async Task A_journal_that_is_behind_drops_the_oldest_and_counts_them()
    {
        var stores = new MemoryStores();
        var journal = new Journal(stores.Journal, TestHeadEnd.Settings with { JournalCapacity = 10 }, _time, NullLogger.Instance);
        for (var i = 0; i < 25; i++) journal.Refused(RefusalKind.Malformed, 0, $"{i}");
        journal.Start();
        await journal.StopAsync();
        Assert.Equal(15, journal.Dropped);
        Assert.Equal("24", (await stores.Journal.RefusalsAsync(1, Cancel))[0].Detail);
        Assert.Equal(25, journal.RefusedSinceStart(RefusalKind.Malformed));
    }

    [Fact]
    public async Task A_store_that_fails_costs_entries_and_never_the_journal()
    {
        var store = new FailingStore();
        var journal = new Journal(store, TestHeadEnd.Settings, _time, NullLogger.Instance);
        journal.Start();
        journal.Note(Contact());
        while (journal.Dropped == 0)
        {
            await Task.Delay(2, Cancel);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        store.Works = true;
        journal.Note(Contact());
        await journal.StopAsync();
        Assert.Equal((1, 1), (journal.Dropped, journal.Noted));
    }

    private static MeterContact Contact() => new()
    {
        MeterId = 1,
        Kind = ContactKind.Push,
        StartedAt = TestHeadEnd.Noon,
        Duration = TimeSpan.FromSeconds(1),
        Succeeded = true,
        Detail = "Read.",
    };

    private sealed class FailingStore : IJournalStore
    {
        public bool Works { get; set; }

        public ValueTask AppendAsync(IReadOnlyList<MeterContact> contacts, IReadOnlyList<Refusal> refusals,
            CancellationToken cancellationToken) =>
            Works ? default : throw new IOException("No space left on device");

        public ValueTask<IReadOnlyList<MeterContact>> OfMeterAsync(long meterId, int limit, CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyList<Refusal>> RefusalsAsync(int limit, CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyDictionary<RefusalKind, long>> RefusalCountsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
