using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>Data a server pushes (IEC 62056-5-3, <c>Data-Notification</c>).</summary>
/// <param name="InvokeId">Numbers the notification.</param>
/// <param name="Time">When it was made, or null where not given.</param>
/// <param name="Body">The data.</param>
public sealed record DataNotification(LongInvokeIdAndPriority InvokeId, CosemDateTime? Time, CosemData Body) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.DataNotification;

    internal static DataNotification Read(ref ApduReader reader)
    {
        var invokeId = reader.ReadLongInvokeId();
        if (reader.Wire.PeekTag() == CosemTag.OctetString && reader.Bears(ApduTolerance.TaggedNotificationTime)) reader.Wire.ReadByte();
        return new DataNotification(invokeId, reader.ReadOptionalTime(), reader.ReadData());
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteUInt32(InvokeId.Value);
        writer.Write(Time);
        writer.WriteData(Body);
    }
}

/// <summary>A client's answer to a confirmed push (IEC 62056-5-3, <c>Data-Notification-Confirm</c>).</summary>
/// <param name="InvokeId">That of the notification.</param>
/// <param name="Result">0 where it was taken.</param>
public sealed record DataNotificationConfirm(LongInvokeIdAndPriority InvokeId, byte Result) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.DataNotificationConfirm;

    internal static DataNotificationConfirm Read(ref ApduReader reader) => new(reader.ReadLongInvokeId(), reader.Wire.ReadByte());

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.WriteUInt32(InvokeId.Value);
        writer.WriteByte(Result);
    }
}

/// <summary>One attribute a server sends of its own accord (IEC 62056-5-3, <c>EventNotificationRequest</c>).</summary>
/// <param name="Time">When it happened, or null where not given.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Value">Its value.</param>
public sealed record EventNotification(CosemDateTime? Time, CosemAttributeDescriptor Attribute, CosemData Value) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.EventNotification;

    internal static EventNotification Read(ref ApduReader reader)
    {
        var presence = reader.Wire.ReadByte();
        var present = presence switch
        {
            0 => false,
            1 => true,
            (byte)CosemTag.OctetString when reader.Bears(ApduTolerance.TaggedNotificationTime) => true,
            _ => throw reader.Malformed($"presence flag {presence}"),
        };
        var time = present ? reader.ReadOptionalTime() ?? throw reader.Malformed("date-time present but empty") : (CosemDateTime?)null;
        return new EventNotification(time, reader.ReadAttribute(), reader.ReadData());
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Flag(Time is not null);
        if (Time is not null) writer.Write(Time);
        Attribute.WriteTo(writer);
        writer.WriteData(Value);
    }
}
