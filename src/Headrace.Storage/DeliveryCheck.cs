using Headrace.Core.Metering;

namespace Headrace.Storage;

/// <summary>What a store asks of a delivery before it is queued, so that one bad one does not undo its group.</summary>
internal static class DeliveryCheck
{
    /// <exception cref="ArgumentException">
    /// A value or an event is of another meter than its delivery, or a mark is of a day without intervals.
    /// </exception>
    public static void Require(IReadOnlyList<Delivery> deliveries)
    {
        for (var i = 0; i < deliveries.Count; i++)
        {
            var delivery = deliveries[i];
            for (var r = 0; r < delivery.Readings.Count; r++) Require(delivery, delivery.Readings[r].Series.MeterId);
            for (var m = 0; m < delivery.Intervals.Count; m++) RequireSlots(delivery, delivery.Intervals[m]);
            for (var e = 0; e < delivery.Events.Count; e++) Require(delivery, delivery.Events[e].MeterId);
        }
    }

    private static void RequireSlots(Delivery delivery, IntervalMark mark)
    {
        if (mark.Slots <= 0)
            throw new ArgumentException(
                $"A delivery of meter {delivery.MeterId} marks an interval of a day without any.", nameof(delivery));
    }

    private static void Require(Delivery delivery, long meterId)
    {
        if (meterId != delivery.MeterId)
            throw new ArgumentException($"A delivery of meter {delivery.MeterId} holds data of meter {meterId}.", nameof(delivery));
    }
}
