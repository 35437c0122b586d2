using System.Buffers.Binary;

namespace Headrace.Storage.Sqlite;

/// <summary>The instant of the newest value of each channel of one meter, as the presence row keeps it: 10 bytes a channel.</summary>
internal sealed class NewestReadings
{
    private const int EntryBytes = sizeof(short) + sizeof(long);
    private byte[] _entries = new byte[16 * EntryBytes];
    private int _length;

    /// <summary>The stored form.</summary>
    public byte[] ToArray() => _entries[.._length];

    /// <summary>Number of channels.</summary>
    public int Count => _length / EntryBytes;

    /// <summary>Takes over a stored form.</summary>
    public void Load(ReadOnlySpan<byte> stored)
    {
        Reserve(stored.Length);
        stored.CopyTo(_entries);
        _length = stored.Length;
    }

    /// <summary>The channel at an index and the instant of its newest value.</summary>
    public (short Channel, long At) this[int index] => (ChannelAt(index * EntryBytes), AtAt(index * EntryBytes));

    /// <summary>Notes a value that was received.</summary>
    public void Note(short channel, long at)
    {
        for (var offset = 0; offset < _length; offset += EntryBytes)
        {
            if (ChannelAt(offset) != channel) continue;
            if (at > AtAt(offset)) BinaryPrimitives.WriteInt64LittleEndian(_entries.AsSpan(offset + sizeof(short)), at);
            return;
        }

        Reserve(_length + EntryBytes);
        BinaryPrimitives.WriteInt16LittleEndian(_entries.AsSpan(_length), channel);
        BinaryPrimitives.WriteInt64LittleEndian(_entries.AsSpan(_length + sizeof(short)), at);
        _length += EntryBytes;
    }

    private short ChannelAt(int offset) => BinaryPrimitives.ReadInt16LittleEndian(_entries.AsSpan(offset));

    private long AtAt(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_entries.AsSpan(offset + sizeof(short)));

    private void Reserve(int length)
    {
        if (length > _entries.Length) Array.Resize(ref _entries, Math.Max(length, _entries.Length * 2));
    }
}
