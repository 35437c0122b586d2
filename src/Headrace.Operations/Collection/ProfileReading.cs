using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;

namespace Headrace.Operations.Collection;

/// <summary>Reads one range of a profile and delivers its rows in batches as they arrive.</summary>
internal sealed class ProfileReading(IDeliverySink sink, LocalCalendar calendar, TimeProvider time)
{
    private const int RowsPerDelivery = 100;

    /// <summary>Reads a range. What came before a failure is delivered before the failure is passed on.</summary>
    /// <param name="session">The session.</param>
    /// <param name="meter">The meter.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="range">Rows stamped within it.</param>
    /// <param name="source">By which way the values come.</param>
    /// <param name="marks">The intervals that came are added here.</param>
    /// <param name="outcome">Rows and new values are counted here.</param>
    /// <param name="reading">Ends the read.</param>
    /// <param name="delivering">Ends the delivery; not before the read.</param>
    public async Task ReadAsync(
        IMeterSession session, Meter meter, LoadProfile profile, TimeRange range, DeliverySource source,
        ISet<IntervalMark> marks, VisitOutcome outcome, CancellationToken reading, CancellationToken delivering)
    {
        var rows = new List<ProfileRow>();
        try
        {
            await foreach (var row in session.ReadProfileAsync(profile, range, reading).WithCancellation(reading))
            {
                rows.Add(row);
                if (rows.Count >= RowsPerDelivery) await DeliverAsync(meter, profile, rows, source, marks, outcome, delivering);
            }
        }
        finally
        {
            if (rows.Count > 0 && !delivering.IsCancellationRequested)
                await DeliverAsync(meter, profile, rows, source, marks, outcome, delivering);
        }
    }

    private async Task DeliverAsync(
        Meter meter, LoadProfile profile, List<ProfileRow> rows, DeliverySource source,
        ISet<IntervalMark> marks, VisitOutcome outcome, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var batch = new List<IntervalMark>(rows.Count);
        foreach (var row in rows)
        {
            // A row from the future is kept as the meter gave it, but closes no interval that nobody expects yet.
            if (row.At <= now.AddDays(1) && calendar.MarkOf(profile.Number, row.At, profile.CapturePeriod) is { } mark) batch.Add(mark);
        }

        var delivery = new Delivery
        {
            MeterId = meter.Id,
            Source = source,
            ReceivedAt = now,
            Readings = [.. rows.SelectMany(r => r.Readings)],
            Intervals = batch,
        };
        var stored = await sink.DeliverAsync(delivery, cancellationToken);
        outcome.Rows += rows.Count;
        outcome.NewValues += stored.New;
        outcome.Delivered = true;
        marks.UnionWith(batch);
        rows.Clear();
    }
}
