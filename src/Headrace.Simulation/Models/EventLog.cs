using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Simulation.Metrology;

namespace Headrace.Simulation.Models;

/// <summary>An entry of an event log.</summary>
/// <param name="At">When.</param>
/// <param name="Code">Event code of the IDIS packages.</param>
public readonly record struct LoggedEvent(DateTimeOffset At, byte Code);

/// <summary>The standard event log 0-0:99.98.0.255: a past that follows from the seed, and what happens while the meter runs.</summary>
/// <param name="seed">Seed of the meter.</param>
/// <param name="point">The measured point, whose interruptions are logged.</param>
/// <param name="clock">The meter's clock.</param>
public sealed class EventLog(ulong seed, ConnectionPoint point, MeterClock clock) : IProfileBuffer
{
    /// <summary>Rows that the log keeps.</summary>
    public const int Capacity = 100;

    private const int DaysBack = 365;
    private readonly Lock _gate = new();
    private readonly Queue<LoggedEvent> _live = new();

    /// <summary>Event codes (IDIS packages 2 and 3, standard event log).</summary>
    public const byte PowerDown = 1, PowerUp = 2, DaylightSavingChanged = 3, ClockAdjustedFrom = 4, ClockAdjustedTo = 5,
        MeterCoverRemoved = 44, MeterCoverClosed = 45, AuthenticationFailure = 46, KeysChanged = 48, DecryptionFailure = 49, Replay = 50,
        RemoteDisconnection = 62, RemoteConnection = 63;

    /// <inheritdoc/>
    public int Count => Entries().Count;

    /// <summary>Logs something that happens now.</summary>
    public void Add(byte code)
    {
        lock (_gate)
        {
            if (_live.Count == Capacity) _live.Dequeue();
            _live.Enqueue(new LoggedEvent(InHundredths(clock.UtcNow), code));
        }
    }

    /// <summary>What is in the log now, oldest first.</summary>
    public IReadOnlyList<LoggedEvent> Entries()
    {
        var now = clock.UtcNow;
        var today = clock.Calendar.DayOf(now);
        var found = new List<LoggedEvent>();
        for (var back = 0; back <= DaysBack && found.Count < Capacity; back++)
        {
            foreach (var seeded in SeededOn(today.AddDays(-back)))
            {
                if (seeded.At <= now) found.Add(seeded);
            }
        }

        lock (_gate) found.AddRange(_live);
        found.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Code.CompareTo(b.Code));
        return found.Count <= Capacity ? found : found[^Capacity..];
    }

    /// <summary>What the seed lets happen on a local day, in no order.</summary>
    public IEnumerable<LoggedEvent> SeededOn(DateOnly day)
    {
        if (day < ConnectionPoint.FirstDay) yield break;
        var start = clock.Calendar.StartOf(day);
        if (point.Interruptions.On(day) is { } interruption)
        {
            yield return new LoggedEvent(interruption.From, PowerDown);
            yield return new LoggedEvent(interruption.To, PowerUp);
        }

        var random = SeededRandom.For(seed, purpose: 8, day.DayNumber);
        if (day.Day == 1 + (int)(seed % 28))
        {
            var at = start.AddSeconds(random.Whole(12_000, 18_000));
            yield return new LoggedEvent(at, ClockAdjustedFrom);
            yield return new LoggedEvent(at.AddSeconds(1), ClockAdjustedTo);
        }

        if (random.Chance(1.0 / 500))
        {
            var at = start.AddSeconds(random.Whole(30_000, 60_000));
            yield return new LoggedEvent(at, MeterCoverRemoved);
            yield return new LoggedEvent(at.AddSeconds(random.Whole(120, 1_800)), MeterCoverClosed);
        }

        var next = clock.Calendar.StartOf(day.AddDays(1));
        if (clock.IsDaylightSaving(start) != clock.IsDaylightSaving(next))
            yield return new LoggedEvent(ChangeOf(start, next), DaylightSavingChanged);
    }

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> Read(int first, int count) => Entries().Skip(first).Take(count).Select(Row);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<CosemData>> ReadBetween(DateTimeOffset from, DateTimeOffset to) =>
        Entries().Where(e => e.At >= from && e.At <= to).Select(Row);

    /// <summary>As fine as the clock of a row tells it: else a row is not found by the very time it shows.</summary>
    private static DateTimeOffset InHundredths(DateTimeOffset at) => at.AddTicks(-(at.Ticks % (TimeSpan.TicksPerMillisecond * 10)));

    private DateTimeOffset ChangeOf(DateTimeOffset from, DateTimeOffset to)
    {
        var before = clock.IsDaylightSaving(from);
        for (var at = from; at < to; at = at.AddMinutes(30))
        {
            if (clock.IsDaylightSaving(at) != before) return at;
        }

        return to;
    }

    private IReadOnlyList<CosemData> Row(LoggedEvent entry) => [CosemData.OctetString(clock.At(entry.At)), CosemData.Unsigned(entry.Code)];
}
