using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>An ACTION request (IEC 62056-5-3, <c>Action-Request</c>).</summary>
/// <param name="InvokeId">Returned in the response.</param>
public abstract record ActionRequest(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.ActionRequest;

    internal static ActionRequest Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        return choice switch
        {
            1 => new ActionRequestNormal(invokeId, reader.ReadMethod(), reader.ReadPresence() ? reader.ReadData() : null),
            2 => new ActionRequestNextPblock(invokeId, reader.Wire.ReadUInt32()),
            3 => new ActionRequestWithList(invokeId, reader.ReadMethodList(), reader.ReadDataList()),
            4 => new ActionRequestWithFirstPblock(invokeId, reader.ReadMethod(), reader.ReadBlock()),
            5 => new ActionRequestWithListAndFirstPblock(invokeId, reader.ReadMethodList(), reader.ReadBlock()),
            6 => new ActionRequestWithPblock(invokeId, reader.ReadBlock()),
            _ => throw reader.UnknownChoice("action-request", choice),
        };
    }
}

/// <summary>Invokes one method.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Method">The method.</param>
/// <param name="Parameter">Its parameter, or null where none is sent.</param>
public sealed record ActionRequestNormal(InvokeIdAndPriority InvokeId, CosemMethodDescriptor Method, CosemData? Parameter)
    : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        Method.WriteTo(writer);
        writer.Flag(Parameter is not null);
        if (Parameter is not null) writer.WriteData(Parameter);
    }
}

/// <summary>Asks for the block of return parameters after the one named.</summary>
/// <param name="InvokeId">That of the first request.</param>
/// <param name="BlockNumber">The block just received.</param>
public sealed record ActionRequestNextPblock(InvokeIdAndPriority InvokeId, uint BlockNumber) : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.WriteUInt32(BlockNumber);
    }
}

/// <summary>Invokes several methods.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Methods">The methods.</param>
/// <param name="Parameters">Their parameters in the same order; null-data where there is none.</param>
public sealed record ActionRequestWithList(
    InvokeIdAndPriority InvokeId, IReadOnlyList<CosemMethodDescriptor> Methods, IReadOnlyList<CosemData> Parameters)
    : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.Write(Methods);
        writer.Write(Parameters);
    }
}

/// <summary>Begins to invoke a method with a long parameter.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Method">The method.</param>
/// <param name="Block">The first block of the encoded parameter.</param>
public sealed record ActionRequestWithFirstPblock(InvokeIdAndPriority InvokeId, CosemMethodDescriptor Method, DataBlock Block)
    : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(4, InvokeId);
        Method.WriteTo(writer);
        writer.Write(Block);
    }
}

/// <summary>Begins to invoke several methods whose parameters together are long.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Methods">The methods.</param>
/// <param name="Block">The first block of the encoded list of parameters.</param>
public sealed record ActionRequestWithListAndFirstPblock(
    InvokeIdAndPriority InvokeId, IReadOnlyList<CosemMethodDescriptor> Methods, DataBlock Block)
    : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(5, InvokeId);
        writer.Write(Methods);
        writer.Write(Block);
    }
}

/// <summary>Continues a long parameter.</summary>
/// <param name="InvokeId">That of the first request.</param>
/// <param name="Block">The next block.</param>
public sealed record ActionRequestWithPblock(InvokeIdAndPriority InvokeId, DataBlock Block) : ActionRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(6, InvokeId);
        writer.Write(Block);
    }
}
