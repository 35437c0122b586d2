using Headrace.Core.Metering;

namespace Headrace.Core.Stores;

/// <summary>Makes deliveries durable: counters, values, ledger marks, events and presence in one transaction.</summary>
public interface IIntakeStore
{
    /// <summary>
    /// Commits a group of deliveries in one transaction and answers for each. A value that is there already is left as it is.
    /// A delivery whose counter is not above the last accepted of its meter and key is refused; with an equal counter and fingerprint it is
    /// a duplicate.
    /// When the call returns, all that is reported stored survives a crash of the machine.
    /// </summary>
    ValueTask<DeliveryOutcome[]> CommitAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken);
}

/// <summary>Numbers the channels. Answers from memory once a channel is known.</summary>
public interface IChannelStore
{
    /// <summary>The number of a channel, given to it when it is first seen.</summary>
    /// <exception cref="InvalidOperationException">More than 10,000 different channels: the input is not believable.</exception>
    short Resolve(in ChannelKey key);

    /// <summary>All channels.</summary>
    IReadOnlyList<Channel> All();

    /// <summary>The channel of a number, or null.</summary>
    Channel? Find(short number);
}

/// <summary>Reads values back.</summary>
public interface IReadingStore
{
    /// <summary>Readings of one series in order of time, as they were when the enumeration began.</summary>
    IAsyncEnumerable<Reading> ReadAsync(SeriesKey series, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Readings of all channels of a meter, in order of channel and time; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<Reading>> OfMeterAsync(long meterId, TimeRange range, int limit, CancellationToken cancellationToken);

    /// <summary>The newest reading of each channel of a meter.</summary>
    ValueTask<IReadOnlyList<Reading>> LatestAsync(long meterId, CancellationToken cancellationToken);

    /// <summary>Number of stored values.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken);
}
