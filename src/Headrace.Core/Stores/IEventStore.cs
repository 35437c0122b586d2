using Headrace.Core.Metering;

namespace Headrace.Core.Stores;

/// <summary>Reads meter events back. They are stored by <see cref="IIntakeStore"/>.</summary>
public interface IEventStore
{
    /// <summary>Newest events of all meters, newest first.</summary>
    ValueTask<IReadOnlyList<MeterEvent>> NewestAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Events of a meter within a span of time, newest first.</summary>
    ValueTask<IReadOnlyList<MeterEvent>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken);
}

/// <summary>Keeps contacts with meters and refused traffic.</summary>
public interface IJournalStore
{
    /// <summary>Appends contacts and counts of refused traffic in one transaction.</summary>
    ValueTask AppendAsync(IReadOnlyList<MeterContact> contacts, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken);

    /// <summary>Newest contacts of a meter, newest first.</summary>
    ValueTask<IReadOnlyList<MeterContact>> OfMeterAsync(long meterId, int limit, CancellationToken cancellationToken);

    /// <summary>Newest refusals, newest first.</summary>
    ValueTask<IReadOnlyList<Refusal>> RefusalsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Number of refusals by kind since the store was made.</summary>
    ValueTask<IReadOnlyDictionary<Drivers.RefusalKind, long>> RefusalCountsAsync(CancellationToken cancellationToken);
}

/// <summary>Traffic that was not accepted.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">Why.</param>
/// <param name="MeterId">The meter where known, or 0.</param>
/// <param name="Detail">What and where, without secrets.</param>
public readonly record struct Refusal(DateTimeOffset At, Drivers.RefusalKind Kind, long MeterId, string Detail);

/// <summary>Keeps what users did, append only.</summary>
public interface IAuditStore
{
    /// <summary>Appends an entry durably.</summary>
    ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest entries, newest first.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> NewestAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>One action of a user or another system.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who, such as <c>local</c> for a caller on this machine.</param>
/// <param name="Action">What, such as <c>device.import</c>.</param>
/// <param name="Subject">On what.</param>
/// <param name="Succeeded">Whether it was carried out.</param>
/// <param name="Detail">More, without secrets.</param>
public sealed record AuditEntry(DateTimeOffset At, string Actor, string Action, string Subject, bool Succeeded, string Detail);
