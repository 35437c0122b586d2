using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Session;

/// <summary>SET of one attribute or of several, in blocks where it is too long for one request.</summary>
internal sealed class SetExchange : ClientExchange
{
    private readonly InvokeIdAndPriority _invokeId;
    private readonly int _count;
    private readonly bool _asList;
    private readonly BlockCutter? _blocks;

    /// <exception cref="InvalidOperationException">The server takes neither so long a request nor blocks.</exception>
    public SetExchange(InvokeIdAndPriority invokeId, IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values,
        bool asList, RequestLimits limits)
    {
        (_invokeId, _count, _asList) = (invokeId, targets.Count, asList);
        First = asList ? new SetRequestWithList(invokeId, targets, values) : new SetRequestNormal(invokeId, targets[0], values[0]);
        if (limits.Fits(First, limits.SetBlocks)) return;
        var encoded = asList ? EncodedList.Of(values) : values[0].Encode();
        XdlmsApdu empty = asList
            ? new SetRequestWithListAndFirstDatablock(invokeId, targets, default)
            : new SetRequestWithFirstDatablock(invokeId, targets[0], default);
        _blocks = limits.Cut(encoded, empty, limits.SetBlocks);
        First = asList
            ? new SetRequestWithListAndFirstDatablock(invokeId, targets, _blocks.Next())
            : new SetRequestWithFirstDatablock(invokeId, targets[0], _blocks.Next());
    }

    public override XdlmsApdu First { get; }

    public override bool IsOfService(XdlmsApdu response) => response is SetResponse;

    public override bool IsToRequest(XdlmsApdu response) => ((SetResponse)response).InvokeId.InvokeId == _invokeId.InvokeId;

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        switch (response)
        {
            case SetResponseNormal normal:
                return All(normal.Result);
            case SetResponseWithList list when _asList && list.Results.Count == _count:
                if (_blocks is not null) Tolerated?.Invoke(ToleranceNames.Of(ApduTolerance.ListTagInBlocks));
                return Finish(new SetCompleted(list.Results));
            case SetResponseDatablock taken when _blocks is not null:
                return _blocks.After(taken.BlockNumber) is { } next
                    ? new ExchangeStep(new SetRequestWithDatablock(_invokeId, next), null, false)
                    : null;
            case SetResponseLastDatablock last when _blocks is not null:
                return All(last.Result);
            case SetResponseLastDatablockWithList last when _blocks is not null && last.Results.Count == _count:
                return Finish(new SetCompleted(last.Results));
            default:
                throw Unexpected(response);
        }
    }

    private ExchangeStep All(DataAccessResult result)
    {
        var results = new DataAccessResult[_count];
        Array.Fill(results, result);
        return Finish(new SetCompleted(results));
    }
}

/// <summary>The encoding of several values as they go in blocks: their count in front.</summary>
internal static class EncodedList
{
    public static byte[] Of(IReadOnlyList<CosemData> values)
    {
        var output = new ArrayBufferWriter<byte>();
        new CosemWriter(output).Write(values);
        return output.WrittenSpan.ToArray();
    }
}
