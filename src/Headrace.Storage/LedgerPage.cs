using System.Numerics;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage;

/// <summary>The part of a ledger page that received intervals change.</summary>
/// <remarks>
/// Bits are only ever set. A page is complete when every expected bit is set, however late; a page closed as unrecoverable stays
/// closed while something is still missing. A mark outside the page is ignored: the page keeps the number of slots it was opened with.
/// </remarks>
internal sealed class LedgerPage
{
    /// <summary>A new page of <paramref name="slots"/> intervals.</summary>
    public LedgerPage(short slots, short firstSlot = 0)
    {
        Slots = slots;
        FirstSlot = firstSlot;
        Present = new byte[(slots + 7) / 8];
        State = firstSlot >= slots ? LedgerState.Complete : LedgerState.Open;
    }

    public short Slots { get; }

    public short FirstSlot { get; }

    public short Received { get; set; }

    /// <summary>Highest slot that is there, or -1.</summary>
    public short LastSlot { get; set; } = -1;

    public byte[] Present { get; set; }

    public LedgerState State { get; set; }

    /// <summary>A page as a caller describes it; its counts follow from its bits.</summary>
    public static LedgerPage Of(LedgerDay day)
    {
        var page = new LedgerPage(day.Slots, day.FirstSlot);
        for (var slot = 0; slot < day.Slots; slot++) if (day.Has(slot)) page.Mark(slot);
        if (page.State == LedgerState.Open && day.State == LedgerState.Unrecoverable) page.State = LedgerState.Unrecoverable;
        return page;
    }

    /// <summary>Notes an interval. False where that changed nothing.</summary>
    public bool Mark(int slot)
    {
        if (slot < 0 || slot >= Slots) return false;
        var bit = (byte)(1 << (slot % 8));
        if ((Present[slot / 8] & bit) != 0) return false;
        Present[slot / 8] |= bit;
        if (slot > LastSlot) LastSlot = (short)slot;
        if (slot < FirstSlot) return true;
        Received++;
        if (Received == Slots - FirstSlot) State = LedgerState.Complete;
        return true;
    }

    /// <summary>Number of set bits from slot <paramref name="from"/> up to, not including, slot <paramref name="to"/>.</summary>
    public static int Count(ReadOnlySpan<byte> present, int from, int to)
    {
        var count = 0;
        for (var index = Math.Max(from, 0) / 8; index < present.Length && index * 8 < to; index++)
        {
            var bits = (int)present[index];
            if (index * 8 < from) bits &= 0xFF << (from - (index * 8));
            if ((index + 1) * 8 > to) bits &= 0xFF >> (((index + 1) * 8) - to);
            count += BitOperations.PopCount((uint)bits & 0xFF);
        }

        return count;
    }

    /// <summary>True where a question about due slots is about pages of that many slots.</summary>
    public static bool IsMeant(DueSlots due, short slots) => due.DaySlots == 0 || due.DaySlots == slots;

    /// <summary>Expected and received intervals of a page among the first <paramref name="dueSlots"/>.</summary>
    public static Completeness CompletenessOf(ReadOnlySpan<byte> present, int slots, int firstSlot, int dueSlots)
    {
        var due = Math.Min(dueSlots, slots);
        return due <= firstSlot ? default : new Completeness(due - firstSlot, Count(present, firstSlot, due));
    }
}
