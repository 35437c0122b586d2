namespace Headrace.Wire;

/// <summary>
/// Reads BER fields (ISO/IEC 8825-1) of one-byte tags and definite length, short or long form, out of a complete message.
/// </summary>
/// <remarks>Forward only. Contents are slices of the message. Every broken rule throws <see cref="ProtocolException"/>.</remarks>
/// <param name="source">The whole message or the contents of one field.</param>
public ref struct BerReader(ReadOnlyMemory<byte> source)
{
    private const int HighTagNumber = 0x1F;
    private int _position;

    /// <summary>Bytes consumed so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => source.Length - _position;

    /// <summary>True when everything was read.</summary>
    public readonly bool AtEnd => Remaining == 0;

    /// <summary>The next tag, which stays unread; -1 at the end.</summary>
    public readonly int PeekTag() => AtEnd ? -1 : source.Span[_position];

    /// <summary>Reads tag, length and contents.</summary>
    public ReadOnlyMemory<byte> Read(out byte tag)
    {
        tag = Take(1).Span[0];
        if ((tag & HighTagNumber) == HighTagNumber) throw Malformed("tag of several bytes");
        return Take(ReadLength());
    }

    /// <summary>Reads a field that has to have this tag.</summary>
    public ReadOnlyMemory<byte> Read(byte expected)
    {
        var contents = Read(out var tag);
        return tag == expected ? contents : throw Malformed($"tag {tag:X2} where {expected:X2} was expected");
    }

    /// <summary>Reads a tag and a length, and leaves the contents unread.</summary>
    public int ReadHeader(byte expected)
    {
        var tag = Take(1).Span[0];
        return tag == expected ? ReadLength() : throw Malformed($"tag {tag:X2} where {expected:X2} was expected");
    }

    /// <summary>Takes bytes as they are.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining) throw Malformed($"{count} bytes expected, {Remaining} left");
        var taken = source.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>Refuses what is left over.</summary>
    public readonly void ExpectEnd()
    {
        if (!AtEnd) throw Malformed($"{Remaining} bytes left over");
    }

    /// <summary>Makes the exception for a broken rule at the present position.</summary>
    public readonly ProtocolException Malformed(string rule) => new(rule, _position);

    private int ReadLength()
    {
        int first = Take(1).Span[0];
        if (first < 0x80) return first;
        var size = first & 0x7F;
        if (size is 0 or > 4) throw Malformed($"length of {size} bytes");
        uint length = 0;
        foreach (var b in Take(size).Span) length = (length << 8) | b;
        return length <= int.MaxValue ? (int)length : throw Malformed($"length {length}");
    }
}
