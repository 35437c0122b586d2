using System.Buffers.Binary;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Operations.Registry;

/// <summary>All meters in memory, found by number, serial, system title or logical device name without a lock.</summary>
/// <remarks>
/// Two layers: a large one that never changes and a small one that is copied on every change and merged into the large one when it
/// has grown, so that one meter more among a million costs little.
/// </remarks>
public sealed class MeterRegistry : IMeterDirectory
{
    private readonly Lock _writing = new();
    private volatile Layers _layers = new(new Index(0), new Index(0), 0);

    /// <summary>Number of meters.</summary>
    public int Count => _layers.Count;

    /// <summary>All meters, in no order, as they are while the enumeration runs.</summary>
    public IEnumerable<Meter> All
    {
        get
        {
            var layers = _layers;
            foreach (var meter in layers.Recent.ById.Values) yield return meter;
            foreach (var meter in layers.Settled.ById.Values)
            {
                if (!layers.Recent.ById.ContainsKey(meter.Id)) yield return meter;
            }
        }
    }

    /// <summary>Takes all meters from the store. To be called before anything is looked up.</summary>
    public async Task LoadAsync(IMeterStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var settled = new Index(0);
        await foreach (var meter in store.AllAsync(cancellationToken)) settled.Add(meter);
        lock (_writing) _layers = new Layers(settled, new Index(0), settled.ById.Count);
    }

    /// <summary>Adds meters or replaces those of the same number.</summary>
    public void Put(IReadOnlyList<Meter> meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        if (meters.Count == 0) return;
        lock (_writing)
        {
            var (settled, recent, count) = _layers;
            recent = new Index(recent);
            foreach (var meter in meters)
            {
                if (!recent.ById.ContainsKey(meter.Id) && !settled.ById.ContainsKey(meter.Id)) count++;
                recent.Add(meter);
            }

            if (recent.ById.Count > Math.Max(1_000, settled.ById.Count / 8))
            {
                var merged = new Index(settled);
                foreach (var meter in recent.ById.Values) merged.Add(meter);
                (settled, recent) = (merged, new Index(0));
            }

            _layers = new Layers(settled, recent, count);
        }
    }

    /// <inheritdoc/>
    public Meter? Find(long meterId)
    {
        var layers = _layers;
        return layers.Recent.ById.GetValueOrDefault(meterId) ?? layers.Settled.ById.GetValueOrDefault(meterId);
    }

    /// <inheritdoc/>
    public Meter? FindBySerial(string serial)
    {
        var layers = _layers;
        return layers.Recent.BySerial.GetValueOrDefault(serial) ?? Current(layers, layers.Settled.BySerial.GetValueOrDefault(serial));
    }

    /// <inheritdoc/>
    public Meter? FindBySystemTitle(ReadOnlySpan<byte> systemTitle)
    {
        if (systemTitle.Length != 8) return null;
        var layers = _layers;
        var title = BinaryPrimitives.ReadUInt64BigEndian(systemTitle);
        return layers.Recent.ByTitle.GetValueOrDefault(title) ?? Current(layers, layers.Settled.ByTitle.GetValueOrDefault(title));
    }

    /// <inheritdoc/>
    public Meter? FindByLogicalDeviceName(string logicalDeviceName)
    {
        var layers = _layers;
        return layers.Recent.ByName.GetValueOrDefault(logicalDeviceName)
            ?? Current(layers, layers.Settled.ByName.GetValueOrDefault(logicalDeviceName));
    }

    // A settled meter that was replaced since is no answer: the recent layer has been asked under its new names already.
    private static Meter? Current(Layers layers, Meter? settled) =>
        settled is not null && layers.Recent.ById.ContainsKey(settled.Id) ? null : settled;

    private sealed record Layers(Index Settled, Index Recent, int Count);

    private sealed class Index
    {
        public Index(int capacity)
        {
            ById = new(capacity);
            BySerial = new(capacity, StringComparer.Ordinal);
            ByTitle = new(capacity);
            ByName = new(StringComparer.Ordinal);
        }

        public Index(Index other)
        {
            ById = new(other.ById);
            BySerial = new(other.BySerial, StringComparer.Ordinal);
            ByTitle = new(other.ByTitle);
            ByName = new(other.ByName, StringComparer.Ordinal);
        }

        public Dictionary<long, Meter> ById { get; }

        public Dictionary<string, Meter> BySerial { get; }

        public Dictionary<ulong, Meter> ByTitle { get; }

        public Dictionary<string, Meter> ByName { get; }

        public void Add(Meter meter)
        {
            if (ById.TryGetValue(meter.Id, out var old)) Remove(old);
            ById[meter.Id] = meter;
            BySerial[meter.Serial] = meter;
            if (TitleOf(meter) is { } title) ByTitle[title] = meter;
            if (meter.LogicalDeviceName is { Length: > 0 } name) ByName[name] = meter;
        }

        private void Remove(Meter old)
        {
            if (BySerial.TryGetValue(old.Serial, out var m) && m.Id == old.Id) BySerial.Remove(old.Serial);
            if (TitleOf(old) is { } title && ByTitle.TryGetValue(title, out m) && m.Id == old.Id) ByTitle.Remove(title);
            if (old.LogicalDeviceName is { } name && ByName.TryGetValue(name, out m) && m.Id == old.Id) ByName.Remove(name);
        }

        private static ulong? TitleOf(Meter meter) =>
            ulong.TryParse(meter.SystemTitle, System.Globalization.NumberStyles.HexNumber,
                System.Globalization.CultureInfo.InvariantCulture, out var title)
                ? title
                : null;
    }
}
