using System.Collections.Concurrent;
using Headrace.Core.Metering;

namespace Headrace.Operations.Ledger;

/// <summary>
/// Remembers how often a meter answered a read without a row it was asked for. Kept in memory only: after a restart the meter is asked
/// again. Bounded: beyond the limit nothing is remembered and the re-reads go on under their back-off.
/// </summary>
internal sealed class Holes(int confirmations)
{
    private const int PageLimit = 100_000;
    private readonly ConcurrentDictionary<LedgerKey, byte[]> _answers = new();

    /// <summary>Notes that the meter answered without a row.</summary>
    public void Absent(LedgerKey key, IntervalMark mark)
    {
        if (_answers.Count >= PageLimit && !_answers.ContainsKey(key)) return;
        var counts = _answers.GetOrAdd(key, static (_, slots) => new byte[slots], Math.Max((int)mark.Slots, mark.Slot + 1));
        if (mark.Slot < counts.Length && counts[mark.Slot] < byte.MaxValue) counts[mark.Slot]++;
    }

    /// <summary>True where the meter has answered without that row often enough to believe that it has none.</summary>
    public bool Confirmed(LedgerKey key, short slot) =>
        _answers.TryGetValue(key, out var counts) && slot < counts.Length && counts[slot] >= confirmations;

    public void Forget(LedgerKey key) => _answers.TryRemove(key, out _);
}
