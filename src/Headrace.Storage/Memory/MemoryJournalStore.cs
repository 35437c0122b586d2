using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Contacts and refusals in memory, bounded as on the disk.</summary>
internal sealed class MemoryJournalStore(MemoryData data) : IJournalStore
{
    private readonly Dictionary<long, List<MeterContact>> _contacts = [];
    private readonly Queue<Refusal> _refusals = [];
    private readonly Dictionary<RefusalKind, long> _counts = [];

    /// <inheritdoc/>
    public ValueTask AppendAsync(IReadOnlyList<MeterContact> contacts, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            foreach (var contact in contacts) Append(contact);
            foreach (var refusal in refusals) Append(refusal);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MeterContact>> OfMeterAsync(long meterId, int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            if (!_contacts.TryGetValue(meterId, out var contacts)) return new([]);
            return new([.. Enumerable.Reverse(contacts).OrderByDescending(c => c.StartedAt).Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Refusal>> RefusalsAsync(int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. _refusals.Reverse().Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<RefusalKind, long>> RefusalCountsAsync(CancellationToken cancellationToken)
    {
        lock (data.Gate) return new(new Dictionary<RefusalKind, long>(_counts));
    }

    private void Append(MeterContact contact)
    {
        if (!_contacts.TryGetValue(contact.MeterId, out var contacts)) _contacts[contact.MeterId] = contacts = [];
        contacts.Add(contact);
        if (contacts.Count > JournalLimits.ContactsPerMeter) contacts.RemoveAt(0);
    }

    private void Append(Refusal refusal)
    {
        _refusals.Enqueue(refusal with { Detail = JournalLimits.Cut(refusal.Detail) });
        if (_refusals.Count > JournalLimits.Refusals) _refusals.Dequeue();
        _counts[refusal.Kind] = _counts.GetValueOrDefault(refusal.Kind) + 1;
        if (JournalLimits.CountsForMeter(refusal)) data.CountRefused(refusal.MeterId);
    }
}
