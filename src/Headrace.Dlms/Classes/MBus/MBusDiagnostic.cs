using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.MBus;

/// <summary>What an object of class 77, M-Bus diagnostic, says (IEC 62056-6-2, 4.8).</summary>
/// <remarks>Order from the Blue Book overview; element types from general knowledge, not confirmed by a vector.</remarks>
public sealed record MBusDiagnostic
{
    /// <summary>Attribute 2, received_signal_strength: strength of the last telegram; 0 where not known.</summary>
    public byte SignalStrength { get; init; }

    /// <summary>Attribute 3, channel_id: channel of the last telegram.</summary>
    public byte ChannelId { get; init; }

    /// <summary>Attribute 4, link_status: state of the link.</summary>
    public MBusLinkStatus LinkStatus { get; init; }

    /// <summary>Attribute 5, broadcast_frames_counter: broadcasts heard, by sender.</summary>
    public IReadOnlyList<BroadcastCounter> BroadcastFrames { get; init; } = [];

    /// <summary>Attribute 6, transmissions_counter: frames sent.</summary>
    public uint Transmissions { get; init; }

    /// <summary>Attribute 7, FCS_OK_frames_counter: frames heard with the right check sum.</summary>
    public uint GoodFrames { get; init; }

    /// <summary>Attribute 8, FCS_NOK_frames_counter: frames heard with a wrong one.</summary>
    public uint BadFrames { get; init; }

    /// <summary>Attribute 9, capture_time: which attribute changed last, and when.</summary>
    public MBusCaptureTime CaptureTime { get; init; } = new(0, CosemDateTime.NotSpecified);
}

/// <summary>State of an M-Bus link (IEC 62056-6-2, 4.8).</summary>
public enum MBusLinkStatus : byte
{
    /// <summary>Nothing heard yet.</summary>
    None = 0,
    /// <summary>Telegrams come.</summary>
    Normal = 1,
    /// <summary>None for a while.</summary>
    TemporaryInterrupted = 2,
    /// <summary>None for long.</summary>
    PermanentlyInterrupted = 3,
}

/// <summary>Broadcasts of one sender (IEC 62056-6-2, 4.8).</summary>
/// <param name="ClientId">The sender.</param>
/// <param name="Count">How many.</param>
/// <param name="At">When the last came.</param>
public sealed record BroadcastCounter(byte ClientId, uint Count, CosemDateTime At) : ICosemStructure<BroadcastCounter>
{
    /// <summary>Takes the structure of 3.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static BroadcastCounter FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new BroadcastCounter(
            CosemTypes.Unsigned.FromData(items[0]), CosemTypes.DoubleLongUnsigned.FromData(items[1]),
            SetupTypes.OwnDateTime.FromData(items[2]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(ClientId), CosemTypes.DoubleLongUnsigned.ToData(Count), SetupTypes.OwnDateTime.ToData(At));
}

/// <summary>When something changed (IEC 62056-6-2, 4.8).</summary>
/// <param name="AttributeId">Which attribute.</param>
/// <param name="At">When.</param>
public sealed record MBusCaptureTime(byte AttributeId, CosemDateTime At) : ICosemStructure<MBusCaptureTime>
{
    /// <summary>Takes the structure of 2.</summary>
    /// <exception cref="Headrace.Wire.ProtocolException">Not such a structure, or a number out of range.</exception>
    public static MBusCaptureTime FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return new MBusCaptureTime(CosemTypes.Unsigned.FromData(items[0]), SetupTypes.OwnDateTime.FromData(items[1]));
    }

    /// <summary>Makes the structure.</summary>
    public CosemData ToData() => CosemData.Structure(
        CosemTypes.Unsigned.ToData(AttributeId), SetupTypes.OwnDateTime.ToData(At));
}
