using System.Buffers.Binary;
using System.Text;
using Headrace.Wire;

namespace Headrace.Dlms.Data;

/// <summary>Reads A-XDR encoded COSEM <c>Data</c> (IEC 62056-5-3; A-XDR is IEC 61334-6) out of one complete APDU.</summary>
/// <remarks>
/// Forward only; allocates nothing but the text it is asked for. Framing comes before decoding, so running out of bytes here is
/// never "wait for more": it is a malformed message and throws <see cref="ProtocolException"/>, as does every other broken rule.
/// </remarks>
/// <param name="source">The whole message, or the part of it that holds data.</param>
public ref struct CosemReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    // A packed value takes a byte or more, but for null-data and what is made of it alone: so many are beyond any meter.
    internal const int PackedValuesPerByte = 8;
    internal const int FreePackedValues = 4096;

    /// <summary>Values that all compact-arrays of this message together may still have: a few bytes must not become many values.</summary>
    internal long PackedValues { get; set; } = (long)source.Length * PackedValuesPerByte + FreePackedValues;

    /// <summary>Bytes consumed so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _source.Length - _position;

    /// <summary>True when everything was read.</summary>
    public readonly bool AtEnd => _position == _source.Length;

    /// <summary>The tag of the next value, which stays unread.</summary>
    public readonly CosemTag PeekTag() => Remaining > 0
        ? (CosemTag)_source[_position]
        : throw Malformed("end of message where a tag was expected");

    /// <summary>Opens a structure and checks that it has the number of elements the caller knows it has.</summary>
    public void ReadStructure(int elements)
    {
        var found = ReadHeader(CosemTag.Structure);
        if (found != elements) throw Malformed($"structure of {found} elements where {elements} were expected");
    }

    /// <summary>Opens a structure and returns its element count; never more than could be in the bytes that are left.</summary>
    public int ReadStructure() => ReadHeader(CosemTag.Structure);

    /// <summary>Opens an array and returns its element count; never more than could be in the bytes that are left.</summary>
    public int ReadArray() => ReadHeader(CosemTag.Array);

    /// <summary>Reads an octet-string; the span points into the message.</summary>
    public ReadOnlySpan<byte> ReadOctetString()
    {
        Expect(CosemTag.OctetString);
        return ReadLengthPrefixed();
    }

    /// <summary>Reads a visible-string; the characters are one byte each and the span points into the message.</summary>
    public ReadOnlySpan<byte> ReadVisibleString()
    {
        Expect(CosemTag.VisibleString);
        return ReadLengthPrefixed();
    }

    /// <summary>Reads octet-string, visible-string or utf8-string as bytes. Meters interchange them.</summary>
    public ReadOnlySpan<byte> ReadAnyString()
    {
        var tag = PeekTag();
        if (tag is not (CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String)) throw Unexpected(tag, "a string");
        _position++;
        return ReadLengthPrefixed();
    }

    /// <summary>Reads any string type as text: UTF-8 where the tag says so, otherwise one character per byte.</summary>
    public string ReadText()
    {
        var utf8 = PeekTag() == CosemTag.Utf8String;
        var bytes = ReadAnyString();
        return utf8 ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Reads a boolean; every byte but zero is true.</summary>
    public bool ReadBoolean()
    {
        Expect(CosemTag.Boolean);
        return ReadByte() != 0;
    }

    /// <summary>Reads a bit-string, most significant bit of the first byte first; unused bits are as sent.</summary>
    public ReadOnlySpan<byte> ReadBitString(out int bits)
    {
        Expect(CosemTag.BitString);
        bits = ReadLength();
        return Take(BytesOf(bits));
    }

    /// <summary>Reads any integer type, enum and bcd included, widened to 64 bits. Meters differ in the width they choose.</summary>
    public long ReadInteger()
    {
        var tag = PeekTag();
        _position++;
        return tag switch
        {
            CosemTag.Integer or CosemTag.DeltaInteger => unchecked((sbyte)Take(1)[0]),
            CosemTag.Unsigned or CosemTag.Enum or CosemTag.DeltaUnsigned or CosemTag.Bcd => Take(1)[0],
            CosemTag.Long or CosemTag.DeltaLong => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
            CosemTag.LongUnsigned or CosemTag.DeltaLongUnsigned => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            CosemTag.DoubleLong or CosemTag.DeltaDoubleLong => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
            CosemTag.DoubleLongUnsigned or CosemTag.DeltaDoubleLongUnsigned => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            CosemTag.Long64 => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
            CosemTag.Long64Unsigned when BinaryPrimitives.ReadUInt64BigEndian(Take(8)) is var v and <= long.MaxValue => (long)v,
            _ => throw Unexpected(tag, "an integer"),
        };
    }

    /// <summary>Reads float32 or float64.</summary>
    public double ReadFloat()
    {
        var tag = PeekTag();
        _position++;
        return tag switch
        {
            CosemTag.Float32 => BinaryPrimitives.ReadSingleBigEndian(Take(4)),
            CosemTag.Float64 => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
            _ => throw Unexpected(tag, "a floating point number"),
        };
    }

    /// <summary>Reads a date-time, as its own type or as an octet-string of 12 bytes.</summary>
    public CosemDateTime ReadDateTime()
    {
        if (PeekTag() == CosemTag.DateTime)
        {
            _position++;
            return CosemDateTime.Parse(Take(CosemDateTime.Size));
        }

        var bytes = ReadOctetString();
        return bytes.Length == CosemDateTime.Size ? CosemDateTime.Parse(bytes) : throw Malformed($"date-time of {bytes.Length} bytes");
    }

    /// <summary>Reads a logical name, sent as an octet-string of six bytes.</summary>
    public LogicalName ReadLogicalName()
    {
        var bytes = ReadOctetString();
        return bytes.Length == LogicalName.Size ? LogicalName.FromBytes(bytes) : throw Malformed($"logical name of {bytes.Length} bytes");
    }

    /// <summary>Reads null-data if that comes next.</summary>
    public bool TryReadNull()
    {
        if (PeekTag() != CosemTag.NullData) return false;
        _position++;
        return true;
    }

    /// <summary>Skips one value of any type, however deeply nested, without recursion.</summary>
    public void Skip()
    {
        for (long pending = 1; pending > 0; pending--)
        {
            var tag = PeekTag();
            if (tag is CosemTag.Array or CosemTag.Structure)
            {
                pending += ReadHeader(tag);
                continue;
            }

            _position++;
            var size = CosemTags.ContentSize(tag);
            if (size >= 0) Take(size);
            else SkipVariable(tag);
        }
    }

    /// <summary>Skips one value and returns its encoding, tag included; the span points into the message.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        var start = _position;
        Skip();
        return _source[start.._position];
    }

    /// <summary>Takes bytes that are not tagged data.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining) throw Malformed($"{count} bytes expected, {Remaining} left");
        var taken = _source.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>Takes one byte that is not tagged data.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Takes two bytes, most significant first, that are not tagged data.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Takes four bytes, most significant first, that are not tagged data.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>
    /// Reads a length or count: one byte below 0x80, otherwise 0x81 to 0x84 and that many bytes. Not bounded by the message.
    /// </summary>
    public int ReadLength()
    {
        var first = ReadByte();
        return first < 0x80 ? first : ReadLongLength(first);
    }

    /// <summary>Reads a length and as many bytes.</summary>
    public ReadOnlySpan<byte> ReadLengthPrefixed() => Take(ReadLength());

    /// <summary>
    /// Reads the count of a SEQUENCE OF and refuses one that cannot fit, each element being <paramref name="leastBytes"/> or more.
    /// </summary>
    public int ReadCount(int leastBytes = 1)
    {
        var count = ReadLength();
        return count <= Remaining / leastBytes ? count : throw Malformed($"{count} elements in {Remaining} bytes");
    }

    /// <summary>Refuses what is left over after the last element.</summary>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0) throw Malformed($"{Remaining} bytes left over");
    }

    /// <summary>Makes the exception for a broken rule at the present position.</summary>
    internal readonly ProtocolException Malformed(string rule) => new(rule, _position);

    private readonly ProtocolException Unexpected(CosemTag found, string expected) =>
        Malformed($"{found.Name()} where {expected} was expected");

    private int ReadHeader(CosemTag tag)
    {
        Expect(tag);
        var count = ReadLength();
        if (count > Remaining) throw Malformed($"{tag.Name()} of {count} elements in {Remaining} bytes"); // each takes a byte or more
        return count;
    }

    private int ReadLongLength(int first)
    {
        var size = first & 0x7F;
        if (size is 0 or > 4) throw Malformed($"length of {size} bytes");
        uint length = 0;
        foreach (var b in Take(size)) length = (length << 8) | b;
        return length <= int.MaxValue - 7 ? (int)length : throw Malformed($"length {length}");
    }

    private void Expect(CosemTag tag)
    {
        var found = PeekTag();
        if (found != tag) throw Unexpected(found, tag.Name());
        _position++;
    }

    private void SkipVariable(CosemTag tag)
    {
        switch (tag)
        {
            case CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String:
                Take(ReadLength());
                break;
            case CosemTag.BitString:
                Take(BytesOf(ReadLength()));
                break;
            case CosemTag.CompactArray:
                SkipTypeDescription();
                Take(ReadLength());
                break;
            default:
                throw Malformed($"unknown {tag.Name()}");
        }
    }

    private void SkipTypeDescription()
    {
        for (long pending = 1; pending > 0; pending--)
        {
            var tag = PeekTag();
            _position++;
            if (tag == CosemTag.Array)
            {
                ReadUInt16();
                pending++;
            }
            else if (tag == CosemTag.Structure) pending += ReadCount();
            else if (tag == CosemTag.CompactArray || CosemTags.ContentSize(tag) == CosemTags.Unknown)
            {
                throw Unexpected(tag, "an element type");
            }
        }
    }

    private static int BytesOf(int bits) => (int)(((long)bits + 7) / 8);
}
