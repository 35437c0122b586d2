using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Registry;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Ledger;

/// <summary>
/// Opens a ledger page for every meter, profile and local day, a day ahead. What is expected is written down before it can go missing.
/// </summary>
public sealed class Expectations : IDisposable
{
    private const int Batch = 5_000;
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private readonly ILedgerStore _ledger;
    private readonly IDeviceTypes _types;
    private readonly MeterRegistry _registry;
    private readonly LocalCalendar _calendar;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _one = new(1, 1);

    internal Expectations(
        ILedgerStore ledger, IDeviceTypes types, MeterRegistry registry, LocalCalendar calendar, TimeProvider time, ILogger log) =>
        (_ledger, _types, _registry, _calendar, _time, _log) = (ledger, types, registry, calendar, time, log);

    /// <summary>To be called when nobody uses it any more.</summary>
    public void Dispose() => _one.Dispose();

    /// <summary>True while pages are opened.</summary>
    internal bool Opening => _one.CurrentCount == 0;

    /// <summary>Opens the pages of newly registered meters, from their first expected day through tomorrow.</summary>
    internal async ValueTask OpenAsync(IReadOnlyList<Meter> meters, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var through = await ThroughAsync(cancellationToken);
            await ExpectAsync(meters.SelectMany(m => Pages(m, DateOnly.MinValue, through)), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Opens the pages of all meters through tomorrow that are not open yet, those of days when the head-end stood still among them.
    /// </summary>
    /// <param name="starting">True at the start: pages may be missing that a stop in the midst of a registration prevented.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    internal async Task CatchUpAsync(bool starting, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var tomorrow = _calendar.DayOf(_time.GetUtcNow()).AddDays(1);
            var opened = await _ledger.ExpectedThroughAsync(cancellationToken);
            var from = opened?.AddDays(1) ?? DateOnly.MinValue;
            if (from > tomorrow && !starting) return;
            var recent =
                !starting ? DateTimeOffset.MaxValue : opened is { } day ? _calendar.StartOf(day.AddDays(-2)) : DateTimeOffset.MinValue;
            var pages = _registry.All.SelectMany(m => Pages(m, m.RegisteredAt >= recent ? DateOnly.MinValue : from, tomorrow));
            await ExpectAsync(pages, cancellationToken);
            if (from > tomorrow) return;
            await _ledger.SetExpectedThroughAsync(tomorrow, cancellationToken);
            Log.PagesOpened(_log, tomorrow);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Goes on opening pages as days begin, until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = _time.GetUtcNow();
            var pause = _calendar.StartOf(_calendar.DayOf(now).AddDays(1)) - now;
            await Task.Delay(Timers.AtLeast(pause), _time, cancellationToken);
            try
            {
                await CatchUpAsync(starting: false, cancellationToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.PagesFailed(_log, failed);
                await Task.Delay(Retry, _time, cancellationToken);
                continue;
            }
        }
    }

    private async ValueTask<DateOnly> ThroughAsync(CancellationToken cancellationToken)
    {
        var tomorrow = _calendar.DayOf(_time.GetUtcNow()).AddDays(1);
        return await _ledger.ExpectedThroughAsync(cancellationToken) is { } opened && opened > tomorrow ? opened : tomorrow;
    }

    private async ValueTask ExpectAsync(IEnumerable<LedgerDay> pages, CancellationToken cancellationToken)
    {
        foreach (var batch in pages.Chunk(Batch)) await _ledger.ExpectAsync(batch, cancellationToken);
    }

    private IEnumerable<LedgerDay> Pages(Meter meter, DateOnly from, DateOnly through)
    {
        if (_types.Find(meter.DeviceType) is not { } type) yield break;
        var first = _calendar.DayOf(meter.ExpectedFrom);
        for (var day = from > first ? from : first; day <= through; day = day.AddDays(1))
        {
            foreach (var profile in type.Profiles)
            {
                var slots = _calendar.SlotsOf(day, profile.CapturePeriod);
                var firstSlot = FirstSlot(meter, profile, day);
                if (firstSlot >= slots) continue;
                yield return new LedgerDay
                {
                    Key = new LedgerKey(meter.Id, profile.Number, day),
                    Slots = slots,
                    FirstSlot = firstSlot,
                    // Nobody can ask a meter that only pushes: its page comes up again when its memory is past.
                    NextAttempt = meter.CanBeRead ? default : _calendar.StartOf(day.AddDays(1)) + profile.MemoryDepth,
                };
            }
        }
    }

    // The first interval that begins at or after the instant from which the meter's intervals are expected.
    private short FirstSlot(Meter meter, LoadProfile profile, DateOnly day)
    {
        var start = _calendar.StartOf(day);
        if (meter.ExpectedFrom <= start) return 0;
        if (profile.CapturePeriod >= TimeSpan.FromDays(1)) return 1;
        var ticks = (meter.ExpectedFrom - start).Ticks;
        return (short)Math.Min(short.MaxValue, ((ticks - 1) / profile.CapturePeriod.Ticks) + 1);
    }
}
