using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>What the intake fills and the other stores read, under one lock.</summary>
internal sealed class MemoryData
{
    /// <summary>Guards everything here.</summary>
    public Lock Gate { get; } = new();

    public Dictionary<SeriesKey, SortedList<DateTimeOffset, (long Value, int Status)>> Series { get; } = [];

    public Dictionary<LedgerKey, MemoryLedgerPage> Pages { get; } = [];

    public HashSet<MeterEvent> Events { get; } = [];

    public Dictionary<long, MeterPresence> Presence { get; } = [];

    public Dictionary<(long MeterId, ulong Key), CounterUse> Counters { get; } = [];

    /// <summary>Stores keep milliseconds.</summary>
    public static DateTimeOffset Instant(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    /// <summary>What is known of a meter's contact.</summary>
    public MeterPresence PresenceOf(long meterId) =>
        Presence.TryGetValue(meterId, out var known) ? known : new MeterPresence(meterId, null, 0);

    /// <summary>Adds a refused message to a meter's count.</summary>
    public void CountRefused(long meterId)
    {
        var known = PresenceOf(meterId);
        Presence[meterId] = known with { Refused = known.Refused + 1 };
    }
}

/// <summary>A ledger page with what its re-reads left behind.</summary>
internal sealed class MemoryLedgerPage(LedgerPage page)
{
    public LedgerPage Page { get; } = page;

    public int Attempts { get; set; }

    public DateTimeOffset NextAttempt { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>The page for a caller.</summary>
    public LedgerDay ToDay(LedgerKey key) => new()
    {
        Key = key,
        Slots = Page.Slots,
        FirstSlot = Page.FirstSlot,
        Received = Page.Received,
        Present = Page.Present.ToArray(),
        State = Page.State,
        Attempts = Attempts,
        NextAttempt = NextAttempt,
        Reason = Reason,
    };

    /// <summary>Expected and received intervals among the first <paramref name="dueSlots"/>.</summary>
    public Completeness CompletenessOf(int dueSlots) => LedgerPage.CompletenessOf(Page.Present, Page.Slots, Page.FirstSlot, dueSlots);
}
