using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>What a side can do (IEC 62056-5-3, <c>Conformance</c>). Bit 0 of the standard is the most significant of 24.</summary>
[Flags]
public enum Conformance : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Bit 0, reserved-zero.</summary>
    ReservedZero = 1u << 23,
    /// <summary>Bit 1, general-protection.</summary>
    GeneralProtection = 1u << 22,
    /// <summary>Bit 2, general-block-transfer.</summary>
    GeneralBlockTransfer = 1u << 21,
    /// <summary>Bit 3, read (short names).</summary>
    Read = 1u << 20,
    /// <summary>Bit 4, write (short names).</summary>
    Write = 1u << 19,
    /// <summary>Bit 5, unconfirmed-write (short names).</summary>
    UnconfirmedWrite = 1u << 18,
    /// <summary>Bit 6, delta-value-encoding.</summary>
    DeltaValueEncoding = 1u << 17,
    /// <summary>Bit 7, reserved-seven.</summary>
    ReservedSeven = 1u << 16,
    /// <summary>Bit 8, attribute0-supported-with-set.</summary>
    Attribute0SupportedWithSet = 1u << 15,
    /// <summary>Bit 9, priority-mgmt-supported.</summary>
    PriorityMgmtSupported = 1u << 14,
    /// <summary>Bit 10, attribute0-supported-with-get.</summary>
    Attribute0SupportedWithGet = 1u << 13,
    /// <summary>Bit 11, block-transfer-with-get-or-read.</summary>
    BlockTransferWithGetOrRead = 1u << 12,
    /// <summary>Bit 12, block-transfer-with-set-or-write.</summary>
    BlockTransferWithSetOrWrite = 1u << 11,
    /// <summary>Bit 13, block-transfer-with-action.</summary>
    BlockTransferWithAction = 1u << 10,
    /// <summary>Bit 14, multiple-references.</summary>
    MultipleReferences = 1u << 9,
    /// <summary>Bit 15, information-report (short names).</summary>
    InformationReport = 1u << 8,
    /// <summary>Bit 16, data-notification.</summary>
    DataNotification = 1u << 7,
    /// <summary>Bit 17, access.</summary>
    Access = 1u << 6,
    /// <summary>Bit 18, parameterized-access (short names).</summary>
    ParameterizedAccess = 1u << 5,
    /// <summary>Bit 19, get.</summary>
    Get = 1u << 4,
    /// <summary>Bit 20, set.</summary>
    Set = 1u << 3,
    /// <summary>Bit 21, selective-access.</summary>
    SelectiveAccess = 1u << 2,
    /// <summary>Bit 22, event-notification.</summary>
    EventNotification = 1u << 1,
    /// <summary>Bit 23, action.</summary>
    Action = 1u << 0,
}

/// <summary>Text and wire form of <see cref="Conformance"/>.</summary>
public static class ConformanceBits
{
    private static readonly string[] Names =
    [
        "reserved-zero", "general-protection", "general-block-transfer", "read", "write", "unconfirmed-write", "delta-value-encoding",
        "reserved-seven",
        "attribute0-supported-with-set", "priority-mgmt-supported", "attribute0-supported-with-get", "block-transfer-with-get-or-read",
        "block-transfer-with-set-or-write", "block-transfer-with-action", "multiple-references", "information-report",
        "data-notification", "access", "parameterized-access", "get", "set", "selective-access", "event-notification", "action",
    ];

    /// <summary>The standard's names of the bits set, in the order of the bits.</summary>
    public static IEnumerable<string> ToNames(this Conformance conformance) =>
        Names.Where((_, bit) => ((uint)conformance & (1u << (23 - bit))) != 0);

    /// <summary>Tag 5F 1F (5F alone from old meters), length 4, no unused bits, three bytes.</summary>
    internal static Conformance Read(ref CosemReader reader, out bool oldTag)
    {
        if (reader.ReadByte() != 0x5F) throw reader.Malformed("conformance tag expected");
        var length = reader.ReadByte();
        oldTag = length != 0x1F;
        if (!oldTag) length = reader.ReadByte();
        if (length != 4) throw reader.Malformed($"conformance of {length} bytes");
        var value = reader.ReadUInt32();
        return value <= 0xFF_FFFF ? (Conformance)value : throw reader.Malformed("conformance of less than 24 bits");
    }

    internal static void Write(Conformance conformance, bool oldTag, CosemWriter writer)
    {
        writer.WriteRaw(oldTag ? [0x5F, 0x04] : [0x5F, 0x1F, 0x04]);
        writer.WriteUInt32((uint)conformance & 0xFF_FFFF);
    }
}
