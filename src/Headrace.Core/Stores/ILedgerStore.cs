using Headrace.Core.Metering;

namespace Headrace.Core.Stores;

/// <summary>How many intervals of a profile's day have ended, given by the calendar.</summary>
/// <param name="Profile">Number of the profile.</param>
/// <param name="Day">Local day.</param>
/// <param name="Slots">Intervals of that day whose end has passed.</param>
/// <param name="DaySlots">
/// Only pages of that many intervals are meant: types of device may give one profile number different periods. 0 for pages of any.
/// </param>
public readonly record struct DueSlots(short Profile, DateOnly Day, short Slots, short DaySlots = 0);

/// <summary>
/// Keeps the ledger of expected and received intervals. Marks of received intervals are set by <see cref="IIntakeStore"/>.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Opens pages that are not there yet; leaves those that are there as they are.</summary>
    ValueTask ExpectAsync(IReadOnlyList<LedgerDay> pages, CancellationToken cancellationToken);

    /// <summary>The last day for which pages of every meter were opened, or null.</summary>
    ValueTask<DateOnly?> ExpectedThroughAsync(CancellationToken cancellationToken);

    /// <summary>Notes that pages of every meter registered so far are open through a day.</summary>
    ValueTask SetExpectedThroughAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>
    /// Open pages of one profile's day with fewer intervals received than <see cref="DueSlots.Slots"/> says are due and whose
    /// <see cref="LedgerDay.NextAttempt"/> is not after <paramref name="now"/>, in order of next attempt.
    /// </summary>
    ValueTask<IReadOnlyList<LedgerDay>> GapsAsync(DueSlots due, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Days that have open pages, oldest first.</summary>
    ValueTask<IReadOnlyList<(short Profile, DateOnly Day)>> OpenDaysAsync(CancellationToken cancellationToken);

    /// <summary>Notes a re-read: one more attempt, when the next may be, and what came of it.</summary>
    ValueTask NoteAttemptAsync(LedgerKey key, DateTimeOffset nextAttempt, string reason, CancellationToken cancellationToken);

    /// <summary>Closes pages as unrecoverable.</summary>
    ValueTask CloseAsync(IReadOnlyList<LedgerKey> keys, string reason, CancellationToken cancellationToken);

    /// <summary>Completeness over all meters of one profile's day.</summary>
    ValueTask<Completeness> CompletenessAsync(DueSlots due, CancellationToken cancellationToken);

    /// <summary>Completeness of given meters of one profile's day, by meter.</summary>
    ValueTask<IReadOnlyDictionary<long, Completeness>> CompletenessAsync(
        DueSlots due, IReadOnlyList<long> meterIds, CancellationToken cancellationToken);

    /// <summary>The pages of a meter between two days, both included, in order of profile and day.</summary>
    ValueTask<IReadOnlyList<LedgerDay>> OfMeterAsync(long meterId, DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
