namespace Headrace.Core.Metering;

/// <summary>By which way values came in.</summary>
public enum DeliverySource
{
    /// <summary>The meter sent them unasked.</summary>
    Push = 1,

    /// <summary>A scheduled read.</summary>
    Schedule = 2,

    /// <summary>A read of missing intervals.</summary>
    Reread = 3,

    /// <summary>A person or another system asked.</summary>
    OnDemand = 4,
}

/// <summary>An interval of a load profile that came in, by its place in the ledger.</summary>
/// <param name="Profile">Number of the load profile in the device type.</param>
/// <param name="Day">Local day in which the interval began.</param>
/// <param name="Slot">Index of the interval in its day, from 0.</param>
/// <param name="Slots">Number of intervals of that day: 96 of 15 minutes, 92 or 100 where the clock changes.</param>
public readonly record struct IntervalMark(short Profile, DateOnly Day, short Slot, short Slots);

/// <summary>An invocation counter seen on an authenticated message of a meter (Green Book 9.2.3.3.7.4).</summary>
/// <param name="Key">
/// Mark of the key the counter belongs to: counters of different keys are checked apart, and one of a key used earlier goes on where it
/// ended. Tells nothing about the key.
/// </param>
/// <param name="Value">Counter as received.</param>
/// <param name="Fingerprint">A 64-bit hash of the message, which tells a repeated transmission from a replayed counter.</param>
public readonly record struct CounterUse(ulong Key, uint Value, ulong Fingerprint);

/// <summary>An entry of a meter's event log, or an alarm.</summary>
/// <param name="MeterId">The meter.</param>
/// <param name="Log">OBIS code of the log, such as <c>0-0:99.98.0.255</c>.</param>
/// <param name="At">Time of the event by the meter.</param>
/// <param name="Code">Event code of the meter's profile.</param>
public readonly record struct MeterEvent(long MeterId, string Log, DateTimeOffset At, int Code);

/// <summary>All that one message or one read brought in from one meter; stored as a whole or not at all.</summary>
public sealed record Delivery
{
    /// <summary>The meter.</summary>
    public required long MeterId { get; init; }

    /// <summary>By which way.</summary>
    public required DeliverySource Source { get; init; }

    /// <summary>When the last byte was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>
    /// Invocation counter to check and advance in the same transaction; null for answers of an association, which checks its own.
    /// </summary>
    public CounterUse? Counter { get; init; }

    /// <summary>The values.</summary>
    public IReadOnlyList<Reading> Readings { get; init; } = [];

    /// <summary>The profile intervals that are complete with these values.</summary>
    public IReadOnlyList<IntervalMark> Intervals { get; init; } = [];

    /// <summary>Events.</summary>
    public IReadOnlyList<MeterEvent> Events { get; init; } = [];
}

/// <summary>What became of a delivery.</summary>
public enum DeliveryVerdict
{
    /// <summary>Stored; durable.</summary>
    Stored = 1,

    /// <summary>The same message came before, byte by byte; nothing changed.</summary>
    Duplicate = 2,

    /// <summary>Its invocation counter is not above the last accepted: refused and counted.</summary>
    Replayed = 3,

    /// <summary>The head-end was too busy to take it: refused and counted; a re-read will bring the values.</summary>
    Overloaded = 4,
}

/// <summary>What became of a delivery, and how many of its values were new or differed from what is stored.</summary>
/// <param name="Verdict">Stored or why not.</param>
/// <param name="New">Values that were not there before.</param>
/// <param name="Repeated">Values that were there already, unchanged.</param>
/// <param name="Conflicting">Values that differ from what is stored; the stored ones stand.</param>
public readonly record struct DeliveryOutcome(DeliveryVerdict Verdict, int New, int Repeated, int Conflicting);

/// <summary>Takes deliveries in: the one path by which values become durable.</summary>
public interface IDeliverySink
{
    /// <summary>Queues the delivery and completes when it is durable or refused. Waits while the queue is full.</summary>
    ValueTask<DeliveryOutcome> DeliverAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Queues the delivery without waiting, for senders that await no answer.</summary>
    /// <returns>False where the queue is full: the delivery is dropped and counted.</returns>
    bool TryDeliver(Delivery delivery);
}
