using System.Globalization;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Operations.Overview;
using Headrace.Operations.Registry;
using Microsoft.Extensions.Logging;

namespace Headrace.Operations.Ledger;

/// <summary>
/// Searches the ledger for intervals that are due and missing. Meters that can be read are handed to the collector, which reads all gaps
/// of a meter in one session; pages whose missing intervals no meter remembers any more are closed with the reason.
/// </summary>
public sealed class GapPlanner
{
    private const string Unasked = "The meter only pushes and cannot be asked: waiting for its push.";
    private readonly ILedgerStore _ledger;
    private readonly IDeviceTypes _types;
    private readonly MeterRegistry _registry;
    private readonly LocalCalendar _calendar;
    private readonly HeadEndSettings _settings;
    private readonly MissingIntervals _missing;
    private readonly Holes _holes;
    private readonly Action<long> _wantReread;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile bool _scanning;

    internal GapPlanner(
        ILedgerStore ledger, IDeviceTypes types, MeterRegistry registry, LocalCalendar calendar, HeadEndSettings settings,
        MissingIntervals missing, Holes holes, Action<long> wantReread, TimeProvider time, ILogger log)
    {
        (_ledger, _types, _registry, _calendar, _settings) = (ledger, types, registry, calendar, settings);
        (_missing, _holes, _wantReread, _time, _log) = (missing, holes, wantReread, time, log);
    }

    /// <summary>True while the ledger is being searched.</summary>
    internal bool Scanning => _scanning;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _scanning = true;
            try
            {
                await ScanAsync(cancellationToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.GapScanFailed(_log, failed);
            }
            finally
            {
                _scanning = false;
            }

            await Task.Delay(_settings.GapScan, _time, cancellationToken);
        }
    }

    /// <summary>Searches once, newest day first.</summary>
    /// <returns>Meters handed to the collector.</returns>
    internal async ValueTask<int> ScanAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var wanted = new HashSet<long>();
        var open = (await _ledger.OpenDaysAsync(cancellationToken)).ToHashSet();
        var profiles = DaySums.Profiles(_types).ToArray();
        foreach (var day in open.Select(o => o.Day).Distinct().OrderDescending())
        {
            foreach (var (number, period) in profiles)
            {
                if (open.Contains((number, day))) await ScanPagesAsync(number, period, day, now, wanted, cancellationToken);
            }
        }

        foreach (var meterId in wanted) _wantReread(meterId);
        return wanted.Count;
    }

    /// <summary>How long after its end an interval of a meter may still come of itself.</summary>
    internal static TimeSpan GraceOf(Meter meter, DeviceType type, HeadEndSettings settings) =>
        meter.Contact.HasFlag(ContactModes.Pushes) ? type.PushGrace : type.PushGrace + settings.PollDelay + settings.PollSpread;

    /// <summary>
    /// True while a newly registered meter that pushes is given time to deliver what it has stored:
    /// <see cref="HeadEndSettings.BacklogGrace"/>.
    /// </summary>
    internal static bool MayDeliverBacklog(Meter meter, HeadEndSettings settings, DateTimeOffset now) =>
        meter.Contact.HasFlag(ContactModes.Pushes) && now >= meter.RegisteredAt && now - meter.RegisteredAt < settings.BacklogGrace;

    private async ValueTask ScanPagesAsync(
        short number, TimeSpan period, DateOnly day, DateTimeOffset now, HashSet<long> wanted, CancellationToken cancellationToken)
    {
        var grace = _types.All.Where(t => t.Profiles.Any(p => p.Number == number && p.CapturePeriod == period)).Min(t => t.PushGrace);
        var due = new DueSlots(number, day, _calendar.DueSlots(day, period, now - grace), _calendar.SlotsOf(day, period));
        if (due.Slots == 0) return;
        var lost = new Dictionary<string, List<LedgerKey>>(StringComparer.Ordinal);
        foreach (var page in await _ledger.GapsAsync(due, now, _settings.GapPages, cancellationToken))
        {
            if (_registry.Find(page.Key.MeterId) is not { } meter || _types.Find(meter.DeviceType) is not { } type) continue;
            if (type.Profiles.FirstOrDefault(p => p.Number == number && p.CapturePeriod == period) is not { } profile) continue;
            if (MayDeliverBacklog(meter, _settings, now)) continue;
            await JudgeAsync(page, meter, type, profile, now, wanted, lost, cancellationToken);
        }

        foreach (var (reason, keys) in lost)
        {
            await _ledger.CloseAsync(keys, reason, cancellationToken);
            Log.PagesClosed(_log, keys.Count, day, reason);
        }
    }

    private async ValueTask JudgeAsync(
        LedgerDay page, Meter meter, DeviceType type, LoadProfile profile, DateTimeOffset now,
        HashSet<long> wanted, Dictionary<string, List<LedgerKey>> lost, CancellationToken cancellationToken)
    {
        var dueBy = now - GraceOf(meter, type, _settings);
        var memory = now - profile.MemoryDepth;
        var due = _missing.Of(page, profile.CapturePeriod, dueBy, memory).ToArray();
        if (due.Length > 0)
        {
            if (!meter.CanBeRead) await _ledger.NoteAttemptAsync(page.Key, Forgotten(page, profile), Unasked, cancellationToken);
            else if (due.All(slot => _holes.Confirmed(page.Key, slot))) await HolesOnlyAsync(page, now, lost, cancellationToken);
            else wanted.Add(meter.Id);
        }
        else if (Forgotten(page, profile) <= now)
        {
            var days = profile.MemoryDepth.TotalDays.ToString("0.#", CultureInfo.InvariantCulture);
            var reason = meter.CanBeRead
                ? $"Older than the meter's memory of {days} days."
                : $"The meter only pushes and cannot be asked, and its memory of {days} days is past.";
            Lose(page, reason, lost);
        }
    }

    // What is missing so far the meter does not have. The rest of the day may still come; when it has, the page is closed.
    private async ValueTask HolesOnlyAsync(
        LedgerDay page, DateTimeOffset now, Dictionary<string, List<LedgerKey>> lost, CancellationToken cancellationToken)
    {
        if (_calendar.StartOf(page.Key.Day.AddDays(1)) > now - _settings.HoleAge)
        {
            await _ledger.NoteAttemptAsync(page.Key, now + GapReading.HoleLook, GapReading.Hole, cancellationToken);
            return;
        }

        Lose(page, GapReading.Hole, lost);
        _holes.Forget(page.Key);
    }

    private static void Lose(LedgerDay page, string reason, Dictionary<string, List<LedgerKey>> lost)
    {
        if (!lost.TryGetValue(reason, out var keys)) lost.Add(reason, keys = []);
        keys.Add(page.Key);
    }

    // The instant from which a meter remembers nothing of a day.
    private DateTimeOffset Forgotten(LedgerDay page, LoadProfile profile) =>
        _calendar.StartOf(page.Key.Day.AddDays(1)) + profile.MemoryDepth;
}
