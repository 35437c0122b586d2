using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>
/// All stores in memory, gone with the process. For tests and trials; they keep every promise of the ports but durability.
/// </summary>
public sealed class MemoryStores : StoreSet
{
    /// <summary>Empty stores.</summary>
    public MemoryStores()
    {
        var data = new MemoryData();
        Meters = new MemoryMeterStore(data);
        Intake = new MemoryIntakeStore(data);
        Readings = new MemoryReadingStore(data);
        Ledger = new MemoryLedgerStore(data);
        Events = new MemoryEventStore(data);
        Journal = new MemoryJournalStore(data);
        Audit = new MemoryAuditStore();
        SealedKeys = new MemorySealedKeyStore();
        SendCounters = new MemorySendCounterStore();
        Channels = new MemoryChannelStore();
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

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => default;
}
