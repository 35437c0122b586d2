using Headrace.Dlms.Data;

namespace Headrace.Dlms.Apdu;

/// <summary>A GET request (IEC 62056-5-3, <c>Get-Request</c>).</summary>
/// <param name="InvokeId">Returned in the response.</param>
public abstract record GetRequest(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GetRequest;

    internal static GetRequest Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        return choice switch
        {
            1 => new GetRequestNormal(invokeId, reader.ReadAttribute(), SelectiveAccess.ReadOptional(ref reader.Wire)),
            2 => new GetRequestNext(invokeId, reader.Wire.ReadUInt32()),
            3 => new GetRequestWithList(invokeId, reader.ReadSelectionList()),
            _ => throw reader.UnknownChoice("get-request", choice),
        };
    }
}

/// <summary>Asks for one attribute.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Selection">A part of it, or null for all.</param>
public sealed record GetRequestNormal(InvokeIdAndPriority InvokeId, CosemAttributeDescriptor Attribute, SelectiveAccess? Selection = null)
    : GetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        Attribute.WriteTo(writer);
        SelectiveAccess.WriteOptional(Selection, writer);
    }
}

/// <summary>Asks for the block after the one named.</summary>
/// <param name="InvokeId">That of the first request.</param>
/// <param name="BlockNumber">The block just received.</param>
public sealed record GetRequestNext(InvokeIdAndPriority InvokeId, uint BlockNumber) : GetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.WriteUInt32(BlockNumber);
    }
}

/// <summary>Asks for several attributes.</summary>
/// <param name="InvokeId">Returned in the response.</param>
/// <param name="Attributes">The attributes, in the order of the results.</param>
public sealed record GetRequestWithList(InvokeIdAndPriority InvokeId, IReadOnlyList<AttributeSelection> Attributes) : GetRequest(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.Write(Attributes);
    }
}

/// <summary>A GET response (IEC 62056-5-3, <c>Get-Response</c>).</summary>
/// <param name="InvokeId">That of the request.</param>
public abstract record GetResponse(InvokeIdAndPriority InvokeId) : XdlmsApdu
{
    /// <inheritdoc/>
    public override ApduTag Tag => ApduTag.GetResponse;

    internal static GetResponse Read(ref ApduReader reader)
    {
        var choice = reader.Wire.ReadByte();
        var invokeId = reader.ReadInvokeId();
        return choice switch
        {
            1 => new GetResponseNormal(invokeId, GetDataResult.Read(ref reader)),
            2 => GetResponseWithDatablock.Read(ref reader, invokeId),
            3 when IsBlock(reader) && reader.Bears(ApduTolerance.ListTagInBlocks) => GetResponseWithDatablock.Read(ref reader, invokeId),
            3 => new GetResponseWithList(invokeId, GetDataResult.ReadList(ref reader)),
            _ => throw reader.UnknownChoice("get-response", choice),
        };
    }

    /// <summary>What follows a list's tag is a datablock: flag, number, choice, and raw data to the end.</summary>
    private static bool IsBlock(ApduReader reader)
    {
        if (reader.Wire.Remaining < 7 || reader.Wire.ReadByte() > 1 || reader.Wire.ReadUInt32() == 0) return false;
        return reader.Wire.ReadByte() == 0 && reader.Wire.ReadLength() == reader.Wire.Remaining;
    }
}

/// <summary>The value of one attribute, or why there is none.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Result">Value or reason.</param>
public sealed record GetResponseNormal(InvokeIdAndPriority InvokeId, GetDataResult Result) : GetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(1, InvokeId);
        Result.WriteTo(writer);
    }
}

/// <summary>One block of a long value, or why the transfer ended (IEC 62056-5-3, <c>DataBlock-G</c>).</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="LastBlock">No more blocks follow.</param>
/// <param name="BlockNumber">From 1.</param>
/// <param name="RawData">A piece of the encoded value (of the list of results where a list was asked for), or null where there is
/// an error.</param>
/// <param name="Error">Why the transfer ended; success where there is data.</param>
public sealed record GetResponseWithDatablock(
    InvokeIdAndPriority InvokeId, bool LastBlock, uint BlockNumber, ReadOnlyMemory<byte>? RawData,
    DataAccessResult Error = DataAccessResult.Success)
    : GetResponse(InvokeId)
{
    internal static GetResponseWithDatablock Read(ref ApduReader reader, InvokeIdAndPriority invokeId)
    {
        var last = reader.ReadFlag();
        var block = reader.Wire.ReadUInt32();
        return reader.Wire.ReadByte() switch
        {
            0 => new GetResponseWithDatablock(invokeId, last, block, reader.ReadOctets()),
            1 => new GetResponseWithDatablock(invokeId, last, block, null, reader.ReadAccessResult()),
            var choice => throw reader.UnknownChoice("datablock", choice),
        };
    }

    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(2, InvokeId);
        writer.Flag(LastBlock);
        writer.WriteUInt32(BlockNumber);
        writer.Flag(RawData is null);
        if (RawData is { } raw) writer.WriteLengthPrefixed(raw.Span);
        else writer.WriteByte((byte)Error);
    }
}

/// <summary>The values of several attributes.</summary>
/// <param name="InvokeId">That of the request.</param>
/// <param name="Results">In the order of the request.</param>
public sealed record GetResponseWithList(InvokeIdAndPriority InvokeId, IReadOnlyList<GetDataResult> Results) : GetResponse(InvokeId)
{
    private protected override void WriteBody(CosemWriter writer)
    {
        writer.Head(3, InvokeId);
        writer.WriteLength(Results.Count);
        foreach (var result in Results) result.WriteTo(writer);
    }
}
