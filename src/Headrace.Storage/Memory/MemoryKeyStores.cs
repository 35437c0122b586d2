using Headrace.Core.Keys;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Sealed keys in memory.</summary>
internal sealed class MemorySealedKeyStore : ISealedKeyStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(long MeterId, KeyKind Kind), byte[]> _keys = [];

    /// <inheritdoc/>
    public ValueTask PutAsync(long meterId, KeyKind kind, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellationToken)
    {
        lock (_gate) _keys[(meterId, kind)] = sealedKey.ToArray();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(KeyKind Kind, byte[] Sealed)>> GetAsync(long meterId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _keys.Where(k => k.Key.MeterId == meterId).OrderBy(k => k.Key.Kind)
                .Select(k => (k.Key.Kind, k.Value.ToArray()))]);
        }
    }
}

/// <summary>Sending counters in memory.</summary>
internal sealed class MemorySendCounterStore : ISendCounterStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(long MeterId, KeyKind Kind), long> _next = [];

    /// <inheritdoc/>
    public ValueTask<uint> ReserveAsync(long meterId, KeyKind key, uint count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var first = _next.GetValueOrDefault((meterId, key), SendCounters.First);
            _next[(meterId, key)] = SendCounters.After(first, count);
            return new((uint)first);
        }
    }

    /// <inheritdoc/>
    public ValueTask RaiseAsync(long meterId, KeyKind key, uint next, CancellationToken cancellationToken)
    {
        lock (_gate) _next[(meterId, key)] = Math.Max(next, _next.GetValueOrDefault((meterId, key), SendCounters.First));
        return default;
    }
}
