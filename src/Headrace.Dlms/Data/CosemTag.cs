namespace Headrace.Dlms.Data;

/// <summary>The tag in front of a COSEM <c>Data</c> value (IEC 62056-6-2, common data types; IEC 62056-5-3, <c>Data</c> CHOICE).</summary>
public enum CosemTag : byte
{
    /// <summary>null-data: no content.</summary>
    NullData = 0x00,
    /// <summary>array: elements of one type.</summary>
    Array = 0x01,
    /// <summary>structure: elements of any type.</summary>
    Structure = 0x02,
    /// <summary>boolean: one byte, zero is false.</summary>
    Boolean = 0x03,
    /// <summary>bit-string: number of bits, then bytes, most significant bit first.</summary>
    BitString = 0x04,
    /// <summary>double-long: signed 32 bits.</summary>
    DoubleLong = 0x05,
    /// <summary>double-long-unsigned: unsigned 32 bits.</summary>
    DoubleLongUnsigned = 0x06,
    /// <summary>octet-string: length and bytes.</summary>
    OctetString = 0x09,
    /// <summary>visible-string: length and ASCII characters.</summary>
    VisibleString = 0x0A,
    /// <summary>utf8-string: length and UTF-8 bytes.</summary>
    Utf8String = 0x0C,
    /// <summary>bcd: one byte, two decimal digits.</summary>
    Bcd = 0x0D,
    /// <summary>integer: signed 8 bits.</summary>
    Integer = 0x0F,
    /// <summary>long: signed 16 bits.</summary>
    Long = 0x10,
    /// <summary>unsigned: unsigned 8 bits.</summary>
    Unsigned = 0x11,
    /// <summary>long-unsigned: unsigned 16 bits.</summary>
    LongUnsigned = 0x12,
    /// <summary>compact-array: one type description, then packed contents.</summary>
    CompactArray = 0x13,
    /// <summary>long64: signed 64 bits.</summary>
    Long64 = 0x14,
    /// <summary>long64-unsigned: unsigned 64 bits.</summary>
    Long64Unsigned = 0x15,
    /// <summary>enum: one byte.</summary>
    Enum = 0x16,
    /// <summary>float32: IEEE 754, 4 bytes.</summary>
    Float32 = 0x17,
    /// <summary>float64: IEEE 754, 8 bytes.</summary>
    Float64 = 0x18,
    /// <summary>date-time: 12 bytes.</summary>
    DateTime = 0x19,
    /// <summary>date: 5 bytes.</summary>
    Date = 0x1A,
    /// <summary>time: 4 bytes.</summary>
    Time = 0x1B,
    /// <summary>delta-integer: signed 8 bits, relative to the previous row.</summary>
    DeltaInteger = 0x1C,
    /// <summary>delta-long: signed 16 bits, relative to the previous row.</summary>
    DeltaLong = 0x1D,
    /// <summary>delta-double-long: signed 32 bits, relative to the previous row.</summary>
    DeltaDoubleLong = 0x1E,
    /// <summary>delta-unsigned: unsigned 8 bits, relative to the previous row.</summary>
    DeltaUnsigned = 0x1F,
    /// <summary>delta-long-unsigned: unsigned 16 bits, relative to the previous row.</summary>
    DeltaLongUnsigned = 0x20,
    /// <summary>delta-double-long-unsigned: unsigned 32 bits, relative to the previous row.</summary>
    DeltaDoubleLongUnsigned = 0x21,
    /// <summary>dont-care: no content.</summary>
    DontCare = 0xFF,
}

/// <summary>What a tag alone says.</summary>
public static class CosemTags
{
    /// <summary>Content of variable length: the size is in the message.</summary>
    internal const int Variable = -1;

    /// <summary>Not a tag of the standard.</summary>
    internal const int Unknown = -2;

    /// <summary>
    /// The standard's name, in lower case with hyphens, such as <c>double-long-unsigned</c>; <c>tag-0x07</c> where unknown.
    /// </summary>
    public static string Name(this CosemTag tag) => tag switch
    {
        CosemTag.NullData => "null-data",
        CosemTag.Array => "array",
        CosemTag.Structure => "structure",
        CosemTag.Boolean => "boolean",
        CosemTag.BitString => "bit-string",
        CosemTag.DoubleLong => "double-long",
        CosemTag.DoubleLongUnsigned => "double-long-unsigned",
        CosemTag.OctetString => "octet-string",
        CosemTag.VisibleString => "visible-string",
        CosemTag.Utf8String => "utf8-string",
        CosemTag.Bcd => "bcd",
        CosemTag.Integer => "integer",
        CosemTag.Long => "long",
        CosemTag.Unsigned => "unsigned",
        CosemTag.LongUnsigned => "long-unsigned",
        CosemTag.CompactArray => "compact-array",
        CosemTag.Long64 => "long64",
        CosemTag.Long64Unsigned => "long64-unsigned",
        CosemTag.Enum => "enum",
        CosemTag.Float32 => "float32",
        CosemTag.Float64 => "float64",
        CosemTag.DateTime => "date-time",
        CosemTag.Date => "date",
        CosemTag.Time => "time",
        CosemTag.DeltaInteger => "delta-integer",
        CosemTag.DeltaLong => "delta-long",
        CosemTag.DeltaDoubleLong => "delta-double-long",
        CosemTag.DeltaUnsigned => "delta-unsigned",
        CosemTag.DeltaLongUnsigned => "delta-long-unsigned",
        CosemTag.DeltaDoubleLongUnsigned => "delta-double-long-unsigned",
        CosemTag.DontCare => "dont-care",
        _ => $"tag-0x{(byte)tag:X2}",
    };

    /// <summary>Bytes of content after the tag, or <see cref="Variable"/>, or <see cref="Unknown"/>.</summary>
    internal static int ContentSize(CosemTag tag) => (int)tag < Sizes.Length ? Sizes[(int)tag] : tag == CosemTag.DontCare ? 0 : Unknown;

    private static ReadOnlySpan<sbyte> Sizes =>
    [
        0, -1, -1, 1, -1, 4, 4, -2, -2, -1, -1, -2, -1, 1, -2, 1, // 00..0F
        2, 1, 2, -1, 8, 8, 1, 4, 8, 12, 5, 4, 1, 2, 4, 1,         // 10..1F
        2, 4,                                                     // 20, 21
    ];
}
