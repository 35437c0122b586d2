using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>A SET response (IEC 62056-5-3, <c>Set-Response</c>).</summary>
/// <param name="InvokeId">That of the request.</param>
public abstract record SetResponse(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.SetResponse;

    internal static SetResponse Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        if (choice == 3 && IsBlockFirst(reader.Wire) && reader.Bears(ApduTolerance.BlockNumberBeforeResult))
        {
            var block = reader.Wire.ReadUInt32();
            return new SetResponseLastDatablock(invokeId, reader.ReadAccessResult(), block);
        }
        SetResponse response = choice switch
        {
            1 => new SetResponseNormal(invokeId, reader.ReadAccessResult()),
            2 => new SetResponseDatablock(invokeId, reader.Wire.ReadUInt32()),
            3 => new SetResponseLastDatablock(invokeId, reader.ReadAccessResult(), reader.Wire.ReadUInt32()),
            4 => new SetResponseLastDatablockWithList(invokeId, reader.ReadAccessResultList(), reader.Wire.ReadUInt32()),
            5 => new SetResponseWithList(invokeId, reader.ReadAccessResultList()),
            _ => throw reader.UnknownChoice("set-response", choice),
        };
        if (choice == 2 && reader.Wire.Remaining == 1 && reader.Bears(ApduTolerance.TrailingOctetInSetResponse)) reader.Wire.ReadByte();
        return response;
    }

    /// <summary>Success in front of a number above 255 is taken for a number in front of a result.</summary>
    private static bool IsBlockFirst(CosemReader wire) => wire.Remaining == 5 && wire.ReadByte() == 0 && wire.ReadUInt32() > byte.MaxValue;
}

/// <summary>The outcome of writing one attribute.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Result">The outcome.</param>
public sealed record SetResponseNormal(InvokeIdAndPriority InvokeId, DataAccessResult Result) : SetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        writer.WriteByte((byte)Result);
    }
}

/// <summary>A block has been taken; the next may come.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="BlockNumber">The block taken.</param>
public sealed record SetResponseDatablock(InvokeIdAndPriority InvokeId, uint BlockNumber) : SetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.WriteUInt32(BlockNumber);
    }
}

/// <summary>The outcome of a long write of one attribute.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Result">The outcome.</param>
/// <param name="BlockNumber">The last block.</param>
public sealed record SetResponseLastDatablock(InvokeIdAndPriority InvokeId, DataAccessResult Result, uint BlockNumber)
    : SetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.WriteByte((byte)Result);
        writer.WriteUInt32(BlockNumber);
    }
}

/// <summary>The outcomes of a long write of several attributes.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Results">In the order of the request.</param>
/// <param name="BlockNumber">The last block.</param>
public sealed record SetResponseLastDatablockWithList(
    InvokeIdAndPriority InvokeId, IReadOnlyList<DataAccessResult> Results, uint BlockNumber)
    : SetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(4, InvokeId);
        writer.Write(Results);
        writer.WriteUInt32(BlockNumber);
    }
}

/// <summary>The outcomes of writing several attributes.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Results">In the order of the request.</param>
public sealed record SetResponseWithList(InvokeIdAndPriority InvokeId, IReadOnlyList<DataAccessResult> Results) : SetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(5, InvokeId);
        writer.Write(Results);
    }
}
