using Headrace.Core.Stores;

namespace Headrace.Operations;

/// <summary>The stores a head-end works on; all of one database.</summary>
/// <param name="Meters">Registry.</param>
/// <param name="Intake">Makes deliveries durable.</param>
/// <param name="Channels">Numbers of channels.</param>
/// <param name="Readings">Reads values back.</param>
/// <param name="Ledger">Expected and received intervals.</param>
/// <param name="Events">Reads meter events back.</param>
/// <param name="Journal">Contacts and refusals.</param>
/// <param name="Audit">What users did.</param>
public sealed record HeadEndStores(
    IMeterStore Meters,
    IIntakeStore Intake,
    IChannelStore Channels,
    IReadingStore Readings,
    ILedgerStore Ledger,
    IEventStore Events,
    IJournalStore Journal,
    IAuditStore Audit);
