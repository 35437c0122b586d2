using Headrace.Core.Metering;

namespace Headrace.Storage.Tests;

/// <summary>Deliveries and pages to try stores with.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Day = new(2026, 3, 2);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TimeRange WholeDay => new(Midnight, Midnight.AddDays(1));

    public static Delivery Push(long meterId, params Reading[] readings) => new()
    {
        MeterId = meterId,
        Source = DeliverySource.Push,
        ReceivedAt = Midnight.AddHours(12),
        Readings = readings,
    };

    public static Delivery Counted(long meterId, uint counter, ulong fingerprint, params Reading[] readings) =>
        Push(meterId, readings) with { Counter = new CounterUse(1, counter, fingerprint) };

    /// <summary>The delivery under another key.</summary>
    public static Delivery Under(this Delivery delivery, ulong key) =>
        delivery with { Counter = delivery.Counter!.Value with { Key = key } };

    public static Delivery Marked(long meterId, DateOnly day, short slots, params int[] marks) =>
        Push(meterId) with { Intervals = [.. marks.Select(slot => new IntervalMark(1, day, (short)slot, slots))] };

    public static Reading Value(long meterId, short channel, int quarter, long value) =>
        new(new SeriesKey(meterId, channel), Midnight.AddMinutes(15 * quarter), value, 0);

    /// <summary>A day of quarters of an hour, valued 0 to 95.</summary>
    public static Reading[] DayOf(long meterId, short channel = 1) =>
        [.. Enumerable.Range(0, 96).Select(i => Value(meterId, channel, i, i))];

    public static LedgerDay Page(long meterId, DateOnly day, short slots = 96, short firstSlot = 0, short profile = 1) =>
        new() { Key = new LedgerKey(meterId, profile, day), Slots = slots, FirstSlot = firstSlot };

    public static Meter Meter(string serial) => new()
    {
        Serial = serial,
        DeviceType = "idis-e450",
        SystemTitle = "4C475A6700000001",
        Contact = ContactModes.Pushes | ContactModes.Answers,
        Address = "192.0.2.7:4059",
        ExpectedFrom = Midnight,
        RegisteredAt = Midnight.AddHours(1),
    };

    public static async Task<List<T>> ToList<T>(IAsyncEnumerable<T> source)
    {
        var all = new List<T>();
        await foreach (var item in source) all.Add(item);
        return all;
    }
}
