using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Operations.Tests.Bench;

/// <summary>A driver whose meters are kept in memory: each has every interval since long ago, but for those it is told to lack.</summary>
public sealed class FakeMeters(IChannelStore channels, LocalCalendar calendar, TimeProvider time) : IMeterDriver
{
    private readonly ConcurrentDictionary<string, FakeMeter> _meters = new();
    private int _sessionsNow;

    public string Name => "fake";

    /// <summary>Most sessions with all meters at a time.</summary>
    public int MostSessions { get; private set; }

    public FakeMeter this[string serial] => _meters.GetOrAdd(serial, static s => new FakeMeter(s));

    public async ValueTask<IMeterSession> OpenAsync(Meter meter, CancellationToken cancellationToken)
    {
        var fake = this[meter.Serial];
        fake.Opened.Add(time.GetUtcNow());
        var now = Interlocked.Increment(ref fake.SessionsNow);
        if (now > fake.MostSessions) fake.MostSessions = now;
        lock (_meters) MostSessions = Math.Max(MostSessions, ++_sessionsNow);
        try
        {
            if (fake.Gate is { } gate) await gate.Task.WaitAsync(cancellationToken);
            if (fake.Fault is { } fault) throw fault;
            return new Session(this, fake, meter, channels, calendar, time);
        }
        catch
        {
            Close(fake);
            throw;
        }
    }

    /// <summary>The count of a meter at an instant: one watt-hour per second and a little of its own.</summary>
    public static long CountAt(Meter meter, DateTimeOffset at) => at.ToUnixTimeSeconds() - 1_700_000_000 + meter.Id;

    private void Close(FakeMeter fake)
    {
        Interlocked.Decrement(ref fake.SessionsNow);
        lock (_meters) _sessionsNow--;
    }

    private sealed class Session(
        FakeMeters all, FakeMeter fake, Meter meter, IChannelStore channels, LocalCalendar calendar, TimeProvider time) : IMeterSession
    {
        private long _received;

        public (long Received, long Sent) Traffic => (_received, _received / 2);

        public async IAsyncEnumerable<ProfileRow> ReadProfileAsync(
            LoadProfile profile, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            fake.Asked.Add((profile.Number, range));
            var channel = channels.Resolve(new ChannelKey(profile.Obis, Catalogue.Energy, 2, 0, "Wh"));
            var given = 0;
            for (var day = calendar.DayOf(range.From).AddDays(-1); day <= calendar.DayOf(range.To); day = day.AddDays(1))
            {
                for (var slot = 0; slot < calendar.SlotsOf(day, profile.CapturePeriod); slot++)
                {
                    var at = calendar.EndOf(day, slot, profile.CapturePeriod);
                    if (!range.Contains(at) || at > time.GetUtcNow() || fake.Holes.Contains(at) || at < fake.Remembers) continue;
                    if (fake.BreakAfterRows is { } rows && given++ >= rows)
                        throw new MeterException("The meter fell silent.", isTransient: true);
                    cancellationToken.ThrowIfCancellationRequested();
                    await Task.Yield();
                    _received += 20;
                    yield return new ProfileRow(at, 0, [new Reading(new SeriesKey(meter.Id, channel), at, CountAt(meter, at), 0)]);
                }
            }
        }

        public ValueTask<IReadOnlyList<Reading>> ReadRegistersAsync(CancellationToken cancellationToken)
        {
            fake.RegisterReads++;
            var channel = channels.Resolve(new ChannelKey("", Catalogue.Energy, 2, 0, "Wh"));
            var now = time.GetUtcNow();
            return new([new Reading(new SeriesKey(meter.Id, channel), now, CountAt(meter, now), 0)]);
        }

        public ValueTask<IReadOnlyList<MeterEvent>> ReadEventsAsync(string log, TimeRange range, CancellationToken cancellationToken)
        {
            fake.EventRanges.Add(range);
            return new([.. fake.Events.Where(e => range.Contains(e.At)).Select(e => e with { MeterId = meter.Id, Log = log })]);
        }

        public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => new(time.GetUtcNow() + fake.ClockAhead);

        public ValueTask DisposeAsync()
        {
            all.Close(fake);
            return default;
        }
    }
}

/// <summary>How one meter behaves, and what was asked of it.</summary>
public sealed class FakeMeter(string serial)
{
    internal int SessionsNow;

    public string Serial { get; } = serial;

    /// <summary>Thrown when a session is opened.</summary>
    public MeterException? Fault { get; set; }

    /// <summary>Opening waits for this.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Interval ends the meter has no row for.</summary>
    public ConcurrentSet<DateTimeOffset> Holes { get; } = [];

    /// <summary>Rows before this instant are gone.</summary>
    public DateTimeOffset Remembers { get; set; }

    /// <summary>The connection breaks in the midst of a profile read.</summary>
    public int? BreakAfterRows { get; set; }

    public TimeSpan ClockAhead { get; set; }

    public List<MeterEvent> Events { get; } = [];

    public ConcurrentSet<DateTimeOffset> Opened { get; } = [];

    public ConcurrentSet<(short Profile, TimeRange Range)> Asked { get; } = [];

    public List<TimeRange> EventRanges { get; } = [];

    public int RegisterReads { get; set; }

    public int MostSessions { get; set; }
}

/// <summary>A list several threads may add to, in order.</summary>
public sealed class ConcurrentSet<T> : IEnumerable<T>
{
    private readonly ConcurrentQueue<T> _items = new();

    public int Count => _items.Count;

    public void Add(T item) => _items.Enqueue(item);

    public void Clear() => _items.Clear();

    public bool Contains(T item) => _items.Contains(item);

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
