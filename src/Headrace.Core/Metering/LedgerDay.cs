namespace Headrace.Core.Metering;

/// <summary>Meter, profile and local day: one page of the ledger.</summary>
public readonly record struct LedgerKey(long MeterId, short Profile, DateOnly Day);

/// <summary>State of a ledger page.</summary>
public enum LedgerState
{
    /// <summary>Intervals are still expected or missing.</summary>
    Open = 0,

    /// <summary>Every interval is there.</summary>
    Complete = 1,

    /// <summary>What is missing is past the meter's memory: nothing more can come.</summary>
    Unrecoverable = 2,
}

/// <summary>Which intervals of one profile and one day are expected of a meter, and which are there.</summary>
public sealed record LedgerDay
{
    /// <summary>Meter, profile, day.</summary>
    public required LedgerKey Key { get; init; }

    /// <summary>Intervals of the day: 96, 92, 100, or 1 for a daily profile.</summary>
    public required short Slots { get; init; }

    /// <summary>First interval that is expected; above 0 on the day a meter came into service.</summary>
    public short FirstSlot { get; init; }

    /// <summary>Number of expected intervals that are there.</summary>
    public short Received { get; init; }

    /// <summary>One bit per interval, first interval in the lowest bit of the first byte; set where it is there.</summary>
    public ReadOnlyMemory<byte> Present { get; init; }

    /// <summary>State of the page.</summary>
    public LedgerState State { get; init; }

    /// <summary>Number of re-reads tried.</summary>
    public int Attempts { get; init; }

    /// <summary>No re-read before this instant.</summary>
    public DateTimeOffset NextAttempt { get; init; }

    /// <summary>Why the last re-read brought nothing, or why the page is closed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True where the interval is there.</summary>
    public bool Has(int slot) => slot >= 0 && slot / 8 < Present.Length && (Present.Span[slot / 8] & (1 << (slot % 8))) != 0;

    /// <summary>Number of expected intervals among the first <paramref name="dueSlots"/> that are missing.</summary>
    public int Missing(int dueSlots)
    {
        var missing = 0;
        for (var slot = (int)FirstSlot; slot < Math.Min(dueSlots, Slots); slot++) missing += Has(slot) ? 0 : 1;
        return missing;
    }
}

/// <summary>Sums over ledger pages.</summary>
/// <param name="Expected">Intervals whose end has passed.</param>
/// <param name="Received">Of those, how many are there.</param>
public readonly record struct Completeness(long Expected, long Received)
{
    /// <summary>Share that is there, 0 to 1; 1 where nothing was expected.</summary>
    public double Share => Expected == 0 ? 1 : (double)Received / Expected;
}
