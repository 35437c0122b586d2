using System.Runtime.CompilerServices;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Reads values back from memory.</summary>
internal sealed class MemoryReadingStore(MemoryData data) : IReadingStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Reading> ReadAsync(
        SeriesKey series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Reading[] found;
        lock (data.Gate) found = [.. Of(series).Where(reading => range.Contains(reading.At))];
        foreach (var reading in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return reading;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. SeriesOf(meterId).SelectMany(Of).Where(reading => range.Contains(reading.At)).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reading>> LatestAsync(long meterId, CancellationToken cancellationToken)
    {
        lock (data.Gate) return new([.. SeriesOf(meterId).Select(series => Of(series).Last())]);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        lock (data.Gate) return new(data.Series.Values.Sum(series => (long)series.Count));
    }

    private IEnumerable<SeriesKey> SeriesOf(long meterId) =>
        data.Series.Keys.Where(series => series.MeterId == meterId).OrderBy(series => series.Channel);

    private IEnumerable<Reading> Of(SeriesKey series) =>
        data.Series.TryGetValue(series, out var values)
            ? values.Select(v => new Reading(series, v.Key, v.Value.Value, v.Value.Status))
            : [];
}
