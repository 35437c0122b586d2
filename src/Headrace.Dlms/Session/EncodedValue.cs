using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>Finds the end of an A-XDR value of which perhaps not all has arrived (IEC 62056-5-3, Data).</summary>
internal static class EncodedValue
{
    private const int MaxPending = 1 << 24;

    /// <summary>Measures the value at the start of <paramref name="source"/>; false where its end is not there yet.</summary>
    /// <exception cref="ProtocolException">An unknown tag, or a length that cannot be.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> source, out int length)
    {
        var known = default(Measured);
        return TryMeasure(source, ref known, out length);
    }

    /// <summary>As the other, and goes on where the last call ran out of bytes: what comes byte by byte is not looked through again and
    /// again.</summary>
    /// <exception cref="ProtocolException">As the other.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> source, ref Measured known, out int length)
    {
        length = 0;
        var position = known.Position;
        for (var pending = position == 0 ? 1 : known.Pending; pending > 0; pending--)
        {
            known = new Measured(position, pending);
            if (position >= source.Length) return false;
            var tag = (CosemTag)source[position++];
            if (tag is CosemTag.Array or CosemTag.Structure)
            {
                if (!TryReadLength(source, ref position, out var count)) return false;
                pending += count;
                if (pending > MaxPending) throw new ProtocolException($"{tag} of {count} elements", position);
                continue;
            }
            if (!TrySkip(source, tag, ref position)) return false;
        }
        length = position;
        known = default;
        return true;
    }

    /// <summary>How far an incomplete value was measured.</summary>
    /// <param name="Position">Where the first element begins that is not all there; 0 for nothing measured.</param>
    /// <param name="Pending">Elements that are awaited, that one included.</param>
    internal readonly record struct Measured(int Position, long Pending);

    /// <summary>Reads an array's header; false where it is not all there yet.</summary>
    /// <exception cref="ProtocolException">Not an array.</exception>
    public static bool TryReadArrayHeader(ReadOnlySpan<byte> source, out int count, out int length)
    {
        (count, length) = (0, 0);
        if (source.IsEmpty) return false;
        if ((CosemTag)source[0] != CosemTag.Array) throw new ProtocolException($"{(CosemTag)source[0]} where an array was expected", 0);
        var position = 1;
        if (!TryReadLength(source, ref position, out count)) return false;
        length = position;
        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> source, CosemTag tag, ref int position)
    {
        int size;
        switch (tag)
        {
            case CosemTag.OctetString or CosemTag.VisibleString or CosemTag.Utf8String:
                if (!TryReadLength(source, ref position, out size)) return false;
                break;
            case CosemTag.BitString:
                if (!TryReadLength(source, ref position, out var bits)) return false;
                size = (int)(((long)bits + 7) / 8);
                break;
            case CosemTag.CompactArray:
                if (!TrySkipTypeDescription(source, ref position) || !TryReadLength(source, ref position, out size)) return false;
                break;
            default:
                size = FixedSize(tag) ?? throw new ProtocolException($"unknown tag {(byte)tag}", position - 1);
                break;
        }
        if (size > source.Length - position) return false;
        position += size;
        return true;
    }

    private static int? FixedSize(CosemTag tag) => tag switch
    {
        CosemTag.NullData or CosemTag.DontCare => 0,
        CosemTag.Boolean or CosemTag.Integer or CosemTag.Unsigned or CosemTag.Enum or CosemTag.Bcd or CosemTag.DeltaInteger
            or CosemTag.DeltaUnsigned => 1,
        CosemTag.Long or CosemTag.LongUnsigned or CosemTag.DeltaLong or CosemTag.DeltaLongUnsigned => 2,
        CosemTag.DoubleLong or CosemTag.DoubleLongUnsigned or CosemTag.Float32 or CosemTag.Time
            or CosemTag.DeltaDoubleLong or CosemTag.DeltaDoubleLongUnsigned => 4,
        CosemTag.Date => 5,
        CosemTag.Long64 or CosemTag.Long64Unsigned or CosemTag.Float64 => 8,
        CosemTag.DateTime => 12,
        _ => null,
    };

    /// <summary>The type description of a compact-array: an element's tag; an array's count (u16) and element; a structure's count and
    /// elements.</summary>
    private static bool TrySkipTypeDescription(ReadOnlySpan<byte> source, ref int position)
    {
        for (long pending = 1; pending > 0; pending--)
        {
            if (position >= source.Length) return false;
            var tag = (CosemTag)source[position++];
            if (tag == CosemTag.Structure)
            {
                if (!TryReadLength(source, ref position, out var count)) return false;
                pending += count;
                if (pending > MaxPending) throw new ProtocolException($"{tag} of {count} elements", position);
            }
            else if (tag == CosemTag.Array)
            {
                position += 2;
                pending++;
            }
        }
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, ref int position, out int length)
    {
        length = 0;
        if (position >= source.Length) return false;
        var first = source[position];
        if (first < 0x80)
        {
            (length, position) = (first, position + 1);
            return true;
        }
        var size = first & 0x7F;
        if (size is 0 or > 4) throw new ProtocolException($"length of {size} bytes", position);
        if (position + 1 + size > source.Length) return false;
        uint value = 0;
        foreach (var b in source.Slice(position + 1, size)) value = unchecked((value << 8) | b);
        if (value > MaxPending) throw new ProtocolException($"length {value}", position);
        (length, position) = ((int)value, position + 1 + size);
        return true;
    }
}
