using System.Collections.Concurrent;
using Headrace.Core.Metering;
using Headrace.Core.Stores;

namespace Headrace.Storage.Sqlite;

/// <summary>Channels, all of them in memory.</summary>
/// <remarks>
/// A new number is handed out before it is on the disk, but its row is queued first, and every intake carries the rows that are
/// not known to be durable: no value is ever committed under a number without a channel.
/// </remarks>
internal sealed class SqliteChannelStore : IChannelStore
{
    /// <summary>Numbers that may be given out; more different channels are not believable.</summary>
    public const int Limit = 10_000;

    private readonly ConcurrentDictionary<ChannelKey, short> _numbers = new();
    private readonly ConcurrentDictionary<short, Channel> _channels = new();
    private readonly SqliteDatabase _database;
    private readonly Lock _adding = new();
    private volatile int _last;
    private volatile int _durable;

    /// <summary>Goes on with the channels that the database holds.</summary>
    public SqliteChannelStore(SqliteDatabase database, IEnumerable<Channel> known)
    {
        _database = database;
        foreach (var channel in known) Remember(channel);
        _durable = _last;
    }

    /// <summary>Reads all channels.</summary>
    public static List<Channel> ReadAll(PreparedConnection connection)
    {
        var channels = new List<Channel>();
        using var rows = connection.Command("SELECT number, profile, obis, attribute, scaler, unit FROM channel ORDER BY number")
            .ExecuteReader();
        while (rows.Read())
        {
            var key = new ChannelKey(rows.GetString(1), rows.GetString(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetString(5));
            channels.Add(new Channel(rows.GetInt16(0), key));
        }

        return channels;
    }

    /// <inheritdoc/>
    public short Resolve(in ChannelKey key) => _numbers.TryGetValue(key, out var number) ? number : Add(key);

    /// <inheritdoc/>
    public IReadOnlyList<Channel> All() => [.. _channels.Values.OrderBy(channel => channel.Number)];

    /// <inheritdoc/>
    public Channel? Find(short number) => _channels.GetValueOrDefault(number);

    /// <summary>Within a transaction of the writer: stores the channels that may not be on the disk yet.</summary>
    /// <returns>The number of the last channel that is stored when the transaction commits; see <see cref="NoteDurable"/>.</returns>
    public int SaveNew(PreparedConnection connection)
    {
        var last = _last;
        for (var number = _durable + 1; number <= last; number++) Save(connection, _channels[(short)number]);
        return last;
    }

    /// <summary>Notes that the channels up to a number are on the disk.</summary>
    public void NoteDurable(int number)
    {
        lock (_adding) _durable = Math.Max(_durable, number);
    }

    private short Add(in ChannelKey key)
    {
        lock (_adding)
        {
            if (_numbers.TryGetValue(key, out var known)) return known;
            if (_last >= Limit) throw new InvalidOperationException($"More than {Limit} different channels: the input is not believable.");
            var channel = new Channel((short)(_last + 1), key);
            Remember(channel);
            _ = SaveAsync(channel);
            return channel.Number;
        }
    }

    /// <summary>Stores one new channel. Where that fails, the next intake carries it.</summary>
    private async Task SaveAsync(Channel channel)
    {
        try
        {
            await _database.PostAsync(connection => Save(connection, channel));
            lock (_adding) _durable = _durable == channel.Number - 1 ? channel.Number : _durable;
        }
        catch (StorageException)
        {
            // The writer has logged it; the channel stays among those that are not durable.
        }
    }

    private static void Save(PreparedConnection connection, Channel channel)
    {
        var key = channel.Key;
        connection.Command("INSERT OR IGNORE INTO channel (number, profile, obis, attribute, scaler, unit) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .With(channel.Number, key.Profile, key.Obis, key.Attribute, key.Scaler, key.Unit).ExecuteNonQuery();
    }

    private void Remember(Channel channel)
    {
        _channels[channel.Number] = channel;
        _last = Math.Max(_last, channel.Number);
        _numbers[channel.Key] = channel.Number;
    }
}
