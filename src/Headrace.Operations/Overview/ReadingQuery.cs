using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Operations.Registry;

namespace Headrace.Operations.Overview;

/// <summary>Stored values for export.</summary>
public sealed class ReadingQuery
{
    /// <summary>Most values in one answer.</summary>
    public const int Limit = 1_000_000;
    private readonly HeadEndStores _stores;
    private readonly MeterRegistry _registry;

    internal ReadingQuery(HeadEndStores stores, MeterRegistry registry) => (_stores, _registry) = (stores, registry);

    /// <summary>Values of a meter within a span of time, in order of channel and time; null where no meter has that serial.</summary>
    public async ValueTask<IReadOnlyList<ReadingLine>?> OfMeterAsync(string serial, TimeRange range, CancellationToken cancellationToken)
    {
        if (_registry.FindBySerial(serial) is not { } meter) return null;
        var readings = await _stores.Readings.OfMeterAsync(meter.Id, range, Limit, cancellationToken);
        var lines = new List<ReadingLine>(readings.Count);
        foreach (var reading in readings)
        {
            if (_stores.Channels.Find(reading.Series.Channel) is { } channel) lines.Add(Line(channel, reading));
        }

        return lines;
    }

    /// <summary>
    /// Values of a meter within a span of time, channel by channel in order of time, without holding them all; none where no meter has that
    /// serial.
    /// </summary>
    public async IAsyncEnumerable<ReadingLine> StreamAsync(
        string serial, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_registry.FindBySerial(serial) is not { } meter) yield break;
        foreach (var channel in _stores.Channels.All())
        {
            await foreach (var reading in _stores.Readings.ReadAsync(new SeriesKey(meter.Id, channel.Number), range, cancellationToken))
                yield return Line(channel, reading);
        }
    }

    private static ReadingLine Line(Channel channel, in Reading reading) =>
        new(channel.Key.Profile, channel.Key.Obis, channel.Key.Attribute, channel.Scale(reading.Value), channel.Key.Unit, reading.At,
            reading.Status);
}
