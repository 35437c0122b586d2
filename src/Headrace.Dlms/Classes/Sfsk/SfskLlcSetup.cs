using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Sfsk;

/// <summary>What an object of class 55, IEC 61334-4-32 LLC setup, says (IEC 62056-6-2, 4.10).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record SfskLlcSetup
{
    /// <summary>Attribute 2, max_frame_length: longest LLC frame, in bytes, 26 to 242.</summary>
    public byte MaxFrameLength { get; init; } = 134;

    /// <summary>Attribute 3, reply_status_list: answers that wait, by L-SAP.</summary>
    public IReadOnlyList<ReplyStatus> ReplyStatus { get; init; } = [];
}

/// <summary>An answer that waits (IEC 62056-6-2, 4.10).</summary>
/// <param name="LSap">L-SAP selector.</param>
/// <param name="WaitingLength">Bytes that wait.</param>
public sealed record ReplyStatus(byte LSap, byte WaitingLength) : ICosemStructure<ReplyStatus>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static ReplyStatus FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new ReplyStatus(CosemTypes.Unsigned.FromData(items[0]), CosemTypes.Unsigned.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(LSap), CosemTypes.Unsigned.ToData(WaitingLength));
}
