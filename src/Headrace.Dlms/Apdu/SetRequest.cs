using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>A SET request (IEC 62056-5-3, <c>Set-Request</c>).</summary>
/// <param name="InvokeId">Returned in the response.</param>
public abstract record SetRequest(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.SetRequest;

    internal static SetRequest Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        return choice switch
        {
            1 => new SetRequestNormal(invokeId, reader.ReadSelection(), reader.ReadData()),
            2 => new SetRequestWithFirstDatablock(invokeId, reader.ReadSelection(), reader.ReadBlock()),
            3 => new SetRequestWithDatablock(invokeId, reader.ReadBlock()),
            4 => new SetRequestWithList(invokeId, reader.ReadSelectionList(), reader.ReadDataList()),
            5 => new SetRequestWithListAndFirstDatablock(invokeId, reader.ReadSelectionList(), reader.ReadBlock()),
            _ => throw reader.UnknownChoice("set-request", choice),
        };
    }
}

/// <summary>Writes one attribute.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Target">The attribute.</param>
/// <param name="Value">Its new value.</param>
public sealed record SetRequestNormal(InvokeIdAndPriority InvokeId, AttributeSelection Target, CosemData Value) : SetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        writer.Write(Target);
        writer.WriteData(Value);
    }
}

/// <summary>Begins to write a long attribute.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Target">The attribute.</param>
/// <param name="Block">The first block of the encoded value.</param>
public sealed record SetRequestWithFirstDatablock(InvokeIdAndPriority InvokeId, AttributeSelection Target, DataBlock Block)
    : SetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.Write(Target);
        writer.Write(Block);
    }
}

/// <summary>Continues a long write.</summary>
/// <param name="InvokeId">That of the first request.</param>
/// <param name="Block">The next block.</param>
public sealed record SetRequestWithDatablock(InvokeIdAndPriority InvokeId, DataBlock Block) : SetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.Write(Block);
    }
}

/// <summary>Writes several attributes.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Targets">The attributes.</param>
/// <param name="Values">Their values, in the same order.</param>
public sealed record SetRequestWithList(
    InvokeIdAndPriority InvokeId, IReadOnlyList<AttributeSelection> Targets, IReadOnlyList<CosemData> Values)
    : SetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(4, InvokeId);
        writer.Write(Targets);
        writer.Write(Values);
    }
}

/// <summary>Begins to write several attributes whose values together are long.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Targets">The attributes.</param>
/// <param name="Block">The first block of the encoded list of values, its count in front.</param>
public sealed record SetRequestWithListAndFirstDatablock(
    InvokeIdAndPriority InvokeId, IReadOnlyList<AttributeSelection> Targets, DataBlock Block)
    : SetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(5, InvokeId);
        writer.Write(Targets);
        writer.Write(Block);
    }
}
