using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>What users did, in memory.</summary>
internal sealed class MemoryAuditStore : IAuditStore
{
    private readonly Lock _gate = new();
    private readonly List<AuditEntry> _entries = [];

    /// <inheritdoc/>
    public ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_gate) _entries.Add(entry with { At = MemoryData.Instant(entry.At) });
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEntry>> NewestAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return new([.. Enumerable.Reverse(_entries).Take(limit)]);
    }
}
