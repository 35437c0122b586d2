using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Data;

/// <summary>Seeded random values of every type.</summary>
internal sealed class RandomData(int seed)
{
    private static readonly CosemTag[] Simple =
        [.. Enum.GetValues<CosemTag>().Where(t => t is not (CosemTag.Array or CosemTag.Structure or CosemTag.CompactArray))];

    public Random Random { get; } = new(seed);

    public byte[] Octets(int most = 20)
    {
        var bytes = new byte[Random.Next(0, most)];
        Random.NextBytes(bytes);
        return bytes;
    }

    public CosemData Value(int depth = 0)
    {
        var kind = Random.Next(0, depth > 4 ? 6 : 9);
        if (kind < 6) return Content(Simple[Random.Next(Simple.Length)]);
        if (kind == 8) return CompactArray();
        var items = Enumerable.Range(0, Random.Next(0, 5)).Select(_ => Value(depth + 1)).ToArray();
        return kind == 6 ? CosemData.Array(items) : CosemData.Structure(items);
    }

    public CosemData Content(CosemTag tag)
    {
        var number = Random.NextInt64(long.MinValue, long.MaxValue);
        unchecked
        {
            return tag switch
            {
                CosemTag.NullData => CosemData.Null,
                CosemTag.DontCare => CosemData.DontCare,
                CosemTag.Boolean => CosemData.Boolean((number & 1) != 0),
                CosemTag.BitString => BitString(),
                CosemTag.DoubleLong => CosemData.DoubleLong((int)number),
                CosemTag.DoubleLongUnsigned => CosemData.DoubleLongUnsigned((uint)number),
                CosemTag.OctetString => CosemData.OctetString(Octets(Random.Next(300) == 0 ? 70_000 : 200)),
                CosemTag.VisibleString => CosemData.VisibleString(Octets()),
                CosemTag.Utf8String => CosemData.Utf8String("Zähler " + number),
                CosemTag.Bcd => CosemData.Bcd((byte)number),
                CosemTag.Integer => CosemData.Integer((sbyte)number),
                CosemTag.Long => CosemData.Long((short)number),
                CosemTag.Unsigned => CosemData.Unsigned((byte)number),
                CosemTag.LongUnsigned => CosemData.LongUnsigned((ushort)number),
                CosemTag.Long64 => CosemData.Long64(number),
                CosemTag.Long64Unsigned => CosemData.Long64Unsigned((ulong)number),
                CosemTag.Enum => CosemData.Enum((byte)number),
                CosemTag.Float32 => CosemData.Float32(BitConverter.Int32BitsToSingle((int)number)),
                CosemTag.Float64 => CosemData.Float64(BitConverter.Int64BitsToDouble(number)),
                CosemTag.DateTime => CosemData.DateTime(DateTime()),
                CosemTag.Date => CosemData.Date(DateTime().Date),
                CosemTag.Time => CosemData.Time(DateTime().Time),
                CosemTag.DeltaInteger => CosemData.DeltaInteger((sbyte)number),
                CosemTag.DeltaLong => CosemData.DeltaLong((short)number),
                CosemTag.DeltaDoubleLong => CosemData.DeltaDoubleLong((int)number),
                CosemTag.DeltaUnsigned => CosemData.DeltaUnsigned((byte)number),
                CosemTag.DeltaLongUnsigned => CosemData.DeltaLongUnsigned((ushort)number),
                _ => CosemData.DeltaDoubleLongUnsigned((uint)number),
            };
        }
    }

    public CosemDateTime DateTime()
    {
        var bytes = new byte[CosemDateTime.Size];
        Random.NextBytes(bytes);
        return CosemDateTime.Parse(bytes);
    }

    public LogicalName Name()
    {
        var bytes = new byte[LogicalName.Size];
        Random.NextBytes(bytes);
        return LogicalName.FromBytes(bytes);
    }

    private CosemData BitString()
    {
        var bits = Random.Next(0, 40);
        var octets = new byte[(bits + 7) / 8];
        Random.NextBytes(octets);
        return CosemData.BitString(bits, octets);
    }

    private CosemData CompactArray()
    {
        var type = CompactArrayType.Structure(CompactArrayType.Of(CosemTag.Unsigned), ElementType(0), ElementType(0)); // never without size
        return CosemData.CompactArray(type, [.. Enumerable.Range(0, Random.Next(0, 6)).Select(_ => Element(type))]);
    }

    private CompactArrayType ElementType(int depth) => Random.Next(0, depth > 2 ? 2 : 4) switch
    {
        2 => CompactArrayType.Structure([.. Enumerable.Range(0, Random.Next(0, 4)).Select(_ => ElementType(depth + 1))]),
        3 => CompactArrayType.Array(Random.Next(0, 4), ElementType(depth + 1)),
        _ => CompactArrayType.Of(Simple[Random.Next(Simple.Length)]),
    };

    private CosemData Element(CompactArrayType type) => type.Tag switch
    {
        CosemTag.Structure => CosemData.Structure([.. type.Elements.Select(Element)]),
        CosemTag.Array => CosemData.Array([.. Enumerable.Range(0, type.Count).Select(_ => Element(type.Elements[0]))]),
        _ => Content(type.Tag),
    };
}
