using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>GET of one attribute.</summary>
/// <param name="invokeId">Ties the answers to the request.</param>
/// <param name="attribute">The attribute.</param>
/// <param name="selection">A part of it, or null.</param>
/// <param name="streaming">Blocks are told and not kept.</param>
/// <param name="maxSize">Longest value, in bytes.</param>
internal sealed class GetExchange(
    InvokeIdAndPriority invokeId, CosemAttributeDescriptor attribute, SelectiveAccess? selection, bool streaming, int maxSize)
    : ClientExchange
{
    private BlockJoin? _blocks;

    public override XdlmsApdu First => new GetRequestNormal(invokeId, attribute, selection);

    public override bool IsOfService(XdlmsApdu response) => response is GetResponse;

    public override bool IsToRequest(XdlmsApdu response) => ((GetResponse)response).InvokeId.InvokeId == invokeId.InvokeId;

    public override Conformance Uses(XdlmsApdu response) => GetBlocks.Uses(response);

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        switch (response)
        {
            case GetResponseNormal normal when _blocks is null || !normal.Result.IsData:
                return Finish(new GetCompleted(normal.Result));
            case GetResponseWithDatablock { RawData: null } aborted:
                return Finish(new GetCompleted(GetDataResult.FromError(aborted.Error)));
            case GetResponseWithDatablock block:
                return Block(block, block.RawData.Value);
            default:
                throw Unexpected(response);
        }
    }

    private ExchangeStep? Block(GetResponseWithDatablock block, ReadOnlyMemory<byte> raw)
    {
        _blocks ??= new BlockJoin(maxSize);
        if (!_blocks.TryAdd(block.BlockNumber, raw.Span, keep: !streaming)) return null;
        var next = block.LastBlock ? null : new GetRequestNext(invokeId, block.BlockNumber);
        if (streaming) return new ExchangeStep(next, new BlockReceived(block.BlockNumber, raw, block.LastBlock), block.LastBlock);
        return next is not null ? new ExchangeStep(next, null, false)
            : Finish(new GetCompleted(GetDataResult.FromData(CosemData.Decode(_blocks.Joined.Span))));
    }
}

/// <summary>GET of several attributes.</summary>
/// <param name="invokeId">Ties the answers to the request.</param>
/// <param name="attributes">The attributes.</param>
/// <param name="maxSize">Longest list of values, in bytes.</param>
internal sealed class GetListExchange(InvokeIdAndPriority invokeId, IReadOnlyList<AttributeSelection> attributes, int maxSize)
    : ClientExchange
{
    private BlockJoin? _blocks;

    public override XdlmsApdu First => new GetRequestWithList(invokeId, attributes);

    public override bool IsOfService(XdlmsApdu response) => response is GetResponse;

    public override bool IsToRequest(XdlmsApdu response) => ((GetResponse)response).InvokeId.InvokeId == invokeId.InvokeId;

    public override Conformance Uses(XdlmsApdu response) => GetBlocks.Uses(response);

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        switch (response)
        {
            case GetResponseNormal { Result.IsData: false } aborted:
                return Failed(aborted.Result.Error);
            case GetResponseWithList list when list.Results.Count == attributes.Count:
                return Finish(new GetListCompleted(list.Results));
            case GetResponseWithDatablock { RawData: null } aborted:
                return Failed(aborted.Error);
            case GetResponseWithDatablock block:
                _blocks ??= new BlockJoin(maxSize);
                if (!_blocks.TryAdd(block.BlockNumber, block.RawData.Value.Span)) return null;
                return block.LastBlock ? Finish(Results(_blocks.Joined))
                    : new ExchangeStep(new GetRequestNext(invokeId, block.BlockNumber), null, false);
            default:
                throw Unexpected(response);
        }
    }

    private ExchangeStep Failed(DataAccessResult error)
    {
        var results = new GetDataResult[attributes.Count];
        Array.Fill(results, GetDataResult.FromError(error));
        return Finish(new GetListCompleted(results));
    }

    private GetListCompleted Results(ReadOnlyMemory<byte> joined)
    {
        var reader = new ApduReader(joined, ApduTolerance.None);
        var results = GetDataResult.ReadList(ref reader);
        reader.Wire.ExpectEnd();
        return results.Length == attributes.Count ? new GetListCompleted(results)
            : throw new ProtocolException($"{results.Length} results for {attributes.Count} attributes");
    }
}

/// <summary>What the blocks of both kinds of GET share.</summary>
internal static class GetBlocks
{
    /// <summary>A block needs the block bit; an error in its place does not.</summary>
    public static Conformance Uses(XdlmsApdu response) =>
        response is GetResponseWithDatablock { RawData: not null } ? Conformance.BlockTransferWithGetOrRead : Conformance.None;
}
