using Headrace.Core.Metering;

namespace Headrace.Operations.Collection;

/// <summary>What is to be done in one session with a meter.</summary>
/// <param name="Profiles">Read the intervals of yesterday and today that are missing.</param>
/// <param name="Registers">Read the registers.</param>
/// <param name="Events">Read the event logs.</param>
/// <param name="Reread">Read what the ledger misses on all its open days.</param>
/// <param name="AllGaps">Re-read also what is put off: it was put off because the meter could not be reached, and now it can.</param>
/// <param name="Clock">Read the clock.</param>
/// <param name="Source">What brought this session about.</param>
internal readonly record struct VisitWork(
    bool Profiles, bool Registers, bool Events, bool Reread,
    bool AllGaps = false, bool Clock = false, DeliverySource Source = DeliverySource.Schedule);

/// <summary>When what is due with one meter, in UTC ticks. Guarded by its own lock.</summary>
internal sealed class MeterPlan(long meterId)
{
    public const long Never = long.MaxValue;

    public long MeterId { get; } = meterId;

    public long NextProfiles { get; set; } = Never;

    public long NextRegisters { get; set; } = Never;

    public long NextEvents { get; set; } = Never;

    public bool RereadWanted { get; set; }

    /// <summary>True until a session has gone through all gaps: at first, and again after a failure.</summary>
    public bool AllGaps { get; set; } = true;

    /// <summary>Back-off: nothing before this instant.</summary>
    public long NotBefore { get; set; }

    public int Failures { get; set; }

    public bool Visiting { get; set; }

    /// <summary>The meter dialled in during a visit, which may have begun too early to find it there.</summary>
    public bool Woken { get; set; }

    /// <summary>Event logs were last read completely up to here; 0 for not since the start.</summary>
    public long EventsThrough { get; set; }

    /// <summary>The instant for which the meter stands in the queue of its lane; entries for others are stale.</summary>
    public long QueuedLive { get; set; } = Never;

    public long QueuedReread { get; set; } = Never;

    public long DueLive
    {
        get
        {
            var due = Math.Min(NextProfiles, Math.Min(NextRegisters, NextEvents));
            return due == Never ? Never : Math.Max(due, NotBefore);
        }
    }

    /// <summary>What is due up to an instant.</summary>
    public VisitWork DueBy(long instant) =>
        new(NextProfiles <= instant, NextRegisters <= instant, NextEvents <= instant, RereadWanted || AllGaps, AllGaps);
}
