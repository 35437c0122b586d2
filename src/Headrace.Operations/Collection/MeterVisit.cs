using System.Net.Sockets;
using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Operations.Ledger;

namespace Headrace.Operations.Collection;

/// <summary>One session with one meter, from dialling to the journal: does all that is due while the connection is open.</summary>
/// <remarks>The caller holds the meter's turn. A failure is part of the outcome; only the end of the head-end is thrown.</remarks>
internal sealed class MeterVisit(
    DriverTable drivers, HeadEndStores stores, IDeliverySink sink, ISessionJournal journal, MissingIntervals missing, Holes holes,
    ProfileReading profiles, GapReading gaps, LocalCalendar calendar, HeadEndSettings settings, TimeProvider time)
{
    private static readonly TimeSpan EventOverlap = TimeSpan.FromMinutes(10);

    /// <summary>Visits a meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="type">Its type.</param>
    /// <param name="work">What is to be done.</param>
    /// <param name="eventsThrough">Event logs were read up to here, or null for not since the start.</param>
    /// <param name="mayReread">Asked when all else is done; false where there is no room for re-reads.</param>
    /// <param name="stopping">The head-end ends, or the caller does not want the outcome any more.</param>
    public async Task<VisitOutcome> RunAsync(
        Meter meter, DeviceType type, VisitWork work, DateTimeOffset? eventsThrough, Func<bool> mayReread, CancellationToken stopping)
    {
        var outcome = new VisitOutcome();
        var started = time.GetUtcNow();
        var traffic = (Received: 0L, Sent: 0L);
        using var limit = new CancellationTokenSource(settings.SessionLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            var driver = drivers.Find(type.Driver) ?? throw new MeterException($"No driver is named '{type.Driver}'.", isTransient: false);
            var session = await driver.OpenAsync(meter, both.Token);
            await using (session)
            {
                outcome.Opened = true;
                try
                {
                    await WorkAsync(session, meter, type, work, eventsThrough, mayReread, outcome, both.Token, stopping);
                }
                finally
                {
                    traffic = session.Traffic;
                }
            }
        }
        catch (Exception failed) when (!stopping.IsCancellationRequested)
        {
            Judge(failed, outcome);
            if (!outcome.Opened && work.Reread && mayReread())
            {
                outcome.RereadTried = true;
                await gaps.FailedAsync(meter, type, outcome.Failure!, stopping);
            }
        }

        Note(meter, outcome, started, traffic);
        return outcome;
    }

    private async Task WorkAsync(
        IMeterSession session, Meter meter, DeviceType type, VisitWork work, DateTimeOffset? eventsThrough, Func<bool> mayReread,
        VisitOutcome outcome, CancellationToken limit, CancellationToken stopping)
    {
        if (work.Clock)
        {
            outcome.Clock = await session.ReadClockAsync(limit);
            outcome.ClockReadAt = time.GetUtcNow();
        }

        if (work.Profiles)
        {
            await ReadRecentAsync(session, meter, type, work.Source, outcome, limit, stopping);
            outcome.ProfilesDone = true;
        }

        if (work.Registers)
        {
            outcome.Registers = await session.ReadRegistersAsync(limit);
            await DeliverAsync(meter, work.Source, outcome, outcome.Registers, [], stopping);
            outcome.RegistersDone = true;
        }

        if (work.Events)
        {
            foreach (var log in type.EventLogs)
                await ReadEventsAsync(session, meter, log, eventsThrough, work.Source, outcome, limit, stopping);
            outcome.EventsDone = true;
        }

        if (work.Reread && mayReread())
        {
            outcome.RereadTried = true;
            await gaps.RunAsync(session, meter, type, work.AllGaps, outcome, limit, stopping);
        }

        // The meter answered, so it is not silent, even where there was nothing to store.
        if (!outcome.Delivered) await DeliverAsync(meter, work.Source, outcome, [], [], stopping);
    }

    // What the ledger misses of yesterday and today; older days are the re-reads' business.
    private async Task ReadRecentAsync(
        IMeterSession session, Meter meter, DeviceType type, DeliverySource source, VisitOutcome outcome, CancellationToken limit,
        CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var today = calendar.DayOf(now);
        var pages = await stores.Ledger.OfMeterAsync(meter.Id, today.AddDays(-1), today, limit);
        foreach (var profile in type.Profiles)
        {
            var wanted = pages
                .Where(p => p.Key.Profile == profile.Number && p.State == LedgerState.Open)
                .SelectMany(p => missing.Of(p, profile.CapturePeriod, now, now - profile.MemoryDepth)
                    .Where(slot => !holes.Confirmed(p.Key, slot))
                    .Select(slot => MissingIntervals.Mark(p, slot)));
            var got = new HashSet<IntervalMark>();
            foreach (var range in missing.Merge(profile, wanted))
                await profiles.ReadAsync(session, meter, profile, range.Range, source, got, outcome, limit, stopping);
        }
    }

    private async Task ReadEventsAsync(
        IMeterSession session, Meter meter, string log, DateTimeOffset? through, DeliverySource source, VisitOutcome outcome,
        CancellationToken limit, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (through is null)
        {
            var past = new TimeRange(now - settings.EventHistory, now);
            var known = await stores.Events.OfMeterAsync(meter.Id, past, 200, limit);
            through = known.Where(e => e.Log == log).Select(e => (DateTimeOffset?)e.At).FirstOrDefault() ?? past.From;
        }

        var events = await session.ReadEventsAsync(log, new TimeRange(through.Value - EventOverlap, now.AddDays(1)), limit);
        if (events.Count == 0) return;
        outcome.Events += events.Count;
        await DeliverAsync(meter, source, outcome, [], events, stopping);
    }

    private async Task DeliverAsync(
        Meter meter, DeliverySource source, VisitOutcome outcome, IReadOnlyList<Reading> readings, IReadOnlyList<MeterEvent> events,
        CancellationToken stopping)
    {
        var delivery =
            new Delivery { MeterId = meter.Id, Source = source, ReceivedAt = time.GetUtcNow(), Readings = readings, Events = events };
        var stored = await sink.DeliverAsync(delivery, stopping);
        outcome.NewValues += stored.New;
        outcome.Delivered = true;
    }

    private void Judge(Exception failed, VisitOutcome outcome) => (outcome.Failure, outcome.IsTransient) = failed switch
    {
        MeterException meter => (meter.Message, meter.IsTransient),
        OperationCanceledException => ($"The session took longer than {settings.SessionLimit.TotalSeconds:0} s and was broken off.", true),
        IOException or SocketException => ("The connection broke.", true),
        _ => ($"The session failed: {failed.GetType().Name}.", true),
    };

    // A meter that dials in and is not there was not contacted: its page shall not fill with that.
    private void Note(Meter meter, VisitOutcome outcome, DateTimeOffset started, (long Received, long Sent) traffic)
    {
        var dialled = meter.Contact.HasFlag(ContactModes.Answers);
        if (!outcome.Opened && !dialled) return;
        journal.Note(new MeterContact
        {
            MeterId = meter.Id,
            Kind = dialled ? ContactKind.Dialled : ContactKind.DialledIn,
            StartedAt = started,
            Duration = time.GetUtcNow() - started,
            Remote = dialled ? meter.Address ?? "" : "",
            Succeeded = outcome.Failure is null,
            Detail = outcome.Sentence,
            Values = outcome.NewValues,
            BytesReceived = traffic.Received,
            BytesSent = traffic.Sent,
        });
    }
}
