using Headrace.Core.Stores;

namespace Headrace.Storage;

/// <summary>All stores of one head-end, over one place of storage. Disposing it closes the storage; no store is to be used after.</summary>
public abstract class StoreSet : IAsyncDisposable
{
    /// <summary>The registry of meters.</summary>
    public abstract IMeterStore Meters { get; }

    /// <summary>The way in for values.</summary>
    public abstract IIntakeStore Intake { get; }

    /// <summary>The values.</summary>
    public abstract IReadingStore Readings { get; }

    /// <summary>Expected and received intervals.</summary>
    public abstract ILedgerStore Ledger { get; }

    /// <summary>Events of the meters.</summary>
    public abstract IEventStore Events { get; }

    /// <summary>Contacts and refused traffic.</summary>
    public abstract IJournalStore Journal { get; }

    /// <summary>What users did.</summary>
    public abstract IAuditStore Audit { get; }

    /// <summary>Encrypted keys.</summary>
    public abstract ISealedKeyStore SealedKeys { get; }

    /// <summary>Invocation counters the head-end sends with.</summary>
    public abstract ISendCounterStore SendCounters { get; }

    /// <summary>The numbering of channels.</summary>
    public abstract IChannelStore Channels { get; }

    /// <summary>Completes what is queued, then closes the storage.</summary>
    public abstract ValueTask DisposeAsync();
}
