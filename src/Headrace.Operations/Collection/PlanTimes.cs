using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Ledger;

namespace Headrace.Operations.Collection;

/// <summary>When what is due: shortly after each capture, each meter at its own fixed place, and later after failures.</summary>
internal sealed class PlanTimes(LocalCalendar calendar, HeadEndSettings settings)
{
    /// <summary>
    /// A meter that was just registered, or the start of the head-end: everything soon, spread. One that pushes may deliver its backlog
    /// first.
    /// </summary>
    public void First(MeterPlan plan, Meter meter, DeviceType type, DateTimeOffset now)
    {
        var from = GapPlanner.MayDeliverBacklog(meter, settings, now) ? meter.RegisteredAt + settings.BacklogGrace : now;
        var soon = (from + (Place(meter) / 2)).UtcTicks;
        plan.NextProfiles = ReadsProfiles(meter, type) ? soon : MeterPlan.Never;
        plan.NextRegisters = type.Registers.Count > 0 && settings.RegisterInterval > TimeSpan.Zero ? soon : MeterPlan.Never;
        plan.NextEvents = type.EventLogs.Count > 0 && settings.EventInterval > TimeSpan.Zero ? soon : MeterPlan.Never;
    }

    /// <summary>
    /// What is due up to here is done in a session that begins now: a meter's place in the spread keeps meters apart, not its own sessions.
    /// </summary>
    public DateTimeOffset Horizon(Meter meter, DateTimeOffset now) => now + Place(meter);

    /// <summary>
    /// After a session: what was done is due again at its next time, what failed after a pause. A null outcome is a broken session.
    /// </summary>
    public void Next(MeterPlan plan, Meter meter, DeviceType type, VisitWork work, VisitOutcome? outcome, DateTimeOffset now)
    {
        if (outcome?.ProfilesDone == true) plan.NextProfiles = After(now, type.Profiles.Min(p => p.CapturePeriod), meter);
        if (outcome?.RegistersDone == true) plan.NextRegisters = After(now, settings.RegisterInterval, meter);
        if (outcome?.EventsDone == true)
        {
            plan.NextEvents = After(now, settings.EventInterval, meter);
            plan.EventsThrough = now.UtcTicks;
        }

        if (work.Reread && outcome?.RereadTried != true) plan.RereadWanted = true;
        if (outcome is { Failure: null })
        {
            plan.Failures = 0;
            plan.NotBefore = 0;
            if (outcome.RereadTried) plan.AllGaps = false;
            return;
        }

        plan.AllGaps = true;
        plan.Failures = Math.Min(plan.Failures + 1, 1_000);
        var pause = outcome is { IsTransient: false }
            ? BackOff.Exponential(settings.MeterBackOffLimit, settings.MeterBackOffLimit, plan.Failures, meter.Id)
            : BackOff.Exponential(settings.MeterBackOff, settings.MeterBackOffLimit, plan.Failures, meter.Id);
        plan.NotBefore = (now + pause).UtcTicks;
    }

    private static bool ReadsProfiles(Meter meter, DeviceType type) =>
        !meter.Contact.HasFlag(ContactModes.Pushes) && type.Profiles.Count > 0;

    // The next multiple of the period in the local day whose row the meter has not had time to capture yet, then the meter's own place.
    private long After(DateTimeOffset now, TimeSpan period, Meter meter)
    {
        var captured = now - settings.PollDelay;
        var day = calendar.RangeOf(calendar.DayOf(captured));
        var passed = (captured - day.From).Ticks / period.Ticks;
        var capture = day.From + (period * (passed + 1));
        return ((capture < day.To ? capture : day.To) + settings.PollDelay + Place(meter)).UtcTicks;
    }

    private TimeSpan Place(Meter meter) => settings.PollSpread * BackOff.Place(meter.Id, 0);
}
