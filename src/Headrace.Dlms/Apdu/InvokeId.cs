namespace Headrace.Dlms.Apdu;

/// <summary>The byte that ties a response to its request (IEC 62056-5-3, <c>Invoke-Id-And-Priority</c>).</summary>
/// <param name="Value">The byte as sent; reserved bits are kept.</param>
public readonly record struct InvokeIdAndPriority(byte Value)
{
    /// <summary>Bits 0 to 3.</summary>
    public byte InvokeId => (byte)(Value & 0x0F);

    /// <summary>Bit 6: a response is expected.</summary>
    public bool Confirmed => (Value & 0x40) != 0;

    /// <summary>Bit 7.</summary>
    public bool HighPriority => (Value & 0x80) != 0;

    /// <summary>Puts the byte together.</summary>
    /// <param name="invokeId">0 to 15; only the low four bits count.</param>
    /// <param name="confirmed">A response is expected.</param>
    /// <param name="highPriority">Asks to be served first.</param>
    public static InvokeIdAndPriority Of(int invokeId, bool confirmed = true, bool highPriority = true) =>
        new((byte)((invokeId & 0x0F) | (confirmed ? 0x40 : 0) | (highPriority ? 0x80 : 0)));
}

/// <summary>The invoke id of notifications and the access service (IEC 62056-5-3, <c>Long-Invoke-Id-And-Priority</c>).</summary>
/// <param name="Value">The four bytes as sent; reserved bits are kept.</param>
public readonly record struct LongInvokeIdAndPriority(uint Value)
{
    /// <summary>Bits 0 to 23.</summary>
    public uint InvokeId => Value & 0x00FF_FFFF;

    /// <summary>Bit 28: the body describes itself.</summary>
    public bool SelfDescriptive => (Value & 0x1000_0000) != 0;

    /// <summary>Bit 29: processing stops at the first error.</summary>
    public bool BreakOnError => (Value & 0x2000_0000) != 0;

    /// <summary>Bit 30: a response is expected.</summary>
    public bool Confirmed => (Value & 0x4000_0000) != 0;

    /// <summary>Bit 31.</summary>
    public bool HighPriority => (Value & 0x8000_0000) != 0;

    /// <summary>Puts the four bytes together; only the low 24 bits of the id count.</summary>
    public static LongInvokeIdAndPriority Of(
        uint invokeId, bool confirmed = false, bool highPriority = false, bool selfDescriptive = false, bool breakOnError = false) =>
        new((invokeId & 0x00FF_FFFF) | (selfDescriptive ? 0x1000_0000u : 0) | (breakOnError ? 0x2000_0000u : 0)
            | (confirmed ? 0x4000_0000u : 0) | (highPriority ? 0x8000_0000u : 0));
}
