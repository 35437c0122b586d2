using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Memory;

/// <summary>Channels in memory.</summary>
internal sealed class MemoryChannelStore : IChannelStore
{
    private const int Limit = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<ChannelKey, short> _numbers = [];
    private readonly List<Channel> _channels = [];

    /// <inheritdoc/>
    public short Resolve(in ChannelKey key)
    {
        lock (_gate)
        {
            if (_numbers.TryGetValue(key, out var known)) return known;
            if (_channels.Count >= Limit)
                throw new InvalidOperationException($"More than {Limit} different channels: the input is not believable.");
            var number = (short)(_channels.Count + 1);
            _channels.Add(new Channel(number, key));
            return _numbers[key] = number;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Channel> All()
    {
        lock (_gate) return [.. _channels];
    }

    /// <inheritdoc/>
    public Channel? Find(short number)
    {
        lock (_gate) return number >= 1 && number <= _channels.Count ? _channels[number - 1] : null;
    }
}
