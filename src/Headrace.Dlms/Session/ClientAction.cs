using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>ACTION of one method or of several, with parameters and return values of any length.</summary>
internal sealed class ActionExchange : ClientExchange
{
    private readonly InvokeIdAndPriority _invokeId;
    private readonly int _count;
    private readonly bool _asList;
    private readonly int _maxSize;
    private readonly BlockCutter? _blocks;
    private BlockJoin? _returned;

    /// <exception cref="InvalidOperationException">The server takes neither so long a request nor blocks.</exception>
    public ActionExchange(InvokeIdAndPriority invokeId, CosemMethodDescriptor method, CosemData? parameter, RequestLimits limits,
        int maxSize)
    {
        (_invokeId, _count, _maxSize) = (invokeId, 1, maxSize);
        First = new ActionRequestNormal(invokeId, method, parameter);
        if (parameter is null || limits.Fits(First, limits.ActionBlocks)) return;
        _blocks = limits.Cut(parameter.Encode(), new ActionRequestWithFirstPblock(invokeId, method, default), limits.ActionBlocks);
        First = new ActionRequestWithFirstPblock(invokeId, method, _blocks.Next());
    }

    /// <exception cref="InvalidOperationException">The server takes neither so long a request nor blocks.</exception>
    public ActionExchange(InvokeIdAndPriority invokeId, IReadOnlyList<CosemMethodDescriptor> methods,
        IReadOnlyList<CosemData> parameters, RequestLimits limits, int maxSize)
    {
        (_invokeId, _count, _asList, _maxSize) = (invokeId, methods.Count, true, maxSize);
        First = new ActionRequestWithList(invokeId, methods, parameters);
        if (limits.Fits(First, limits.ActionBlocks)) return;
        var empty = new ActionRequestWithListAndFirstPblock(invokeId, methods, default);
        _blocks = limits.Cut(EncodedList.Of(parameters), empty, limits.ActionBlocks);
        First = new ActionRequestWithListAndFirstPblock(invokeId, methods, _blocks.Next());
    }

    public override XdlmsApdu First { get; }

    public override bool IsOfService(XdlmsApdu response) => response is ActionResponse;

    public override bool IsToRequest(XdlmsApdu response) => ((ActionResponse)response).InvokeId.InvokeId == _invokeId.InvokeId;

    public override Conformance Uses(XdlmsApdu response) =>
        response is ActionResponseWithPblock ? Conformance.BlockTransferWithAction : Conformance.None;

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        switch (response)
        {
            case ActionResponseNormal normal when !_asList:
                return Finish(new ActionCompleted([normal.Outcome]));
            case ActionResponseNormal { Outcome.Result: not ActionResult.Success } aborted:
                return Aborted(aborted.Outcome);
            case ActionResponseWithList list when _asList && list.Outcomes.Count == _count:
                return Finish(new ActionCompleted(list.Outcomes));
            case ActionResponseNextPblock taken when _blocks is not null:
                return _blocks.After(taken.BlockNumber) is { } next
                    ? new ExchangeStep(new ActionRequestWithPblock(_invokeId, next), null, false)
                    : null;
            case ActionResponseWithPblock returned:
                return Returned(returned.Block);
            default:
                throw Unexpected(response);
        }
    }

    private ExchangeStep Aborted(ActionOutcome outcome)
    {
        var outcomes = new ActionOutcome[_count];
        Array.Fill(outcomes, outcome);
        return Finish(new ActionCompleted(outcomes));
    }

    private ExchangeStep? Returned(DataBlock block)
    {
        _returned ??= new BlockJoin(_maxSize);
        if (!_returned.TryAdd(block.BlockNumber, block.RawData.Span)) return null;
        if (!block.LastBlock) return new ExchangeStep(new ActionRequestNextPblock(_invokeId, block.BlockNumber), null, false);
        return Finish(new ActionCompleted(_asList ? ReturnedList.Read(_returned.Joined, _count) : [Outcome(_returned.Joined)]));
    }

    /// <summary>The blocks join to the return parameters; some servers put the result and the optional flag in front of them.</summary>
    private static ActionOutcome Outcome(ReadOnlyMemory<byte> joined)
    {
        if (joined.Length > 3 && joined.Span[1] == 1 && joined.Span[2] <= 1 && EncodedValue.TryMeasure(joined.Span[3..], out var length)
            && length == joined.Length - 3)
        {
            var reader = new ApduReader(joined, ApduTolerance.None);
            return ActionOutcome.Read(ref reader);
        }
        return new ActionOutcome(ActionResult.Success, GetDataResult.FromData(CosemData.Decode(joined.Span)));
    }
}

/// <summary>What the blocks of the answer to a list of ACTIONs join to: the list of outcomes, or of the bare return parameters.</summary>
internal static class ReturnedList
{
    /// <exception cref="ProtocolException">Neither, or of another count.</exception>
    public static IReadOnlyList<ActionOutcome> Read(ReadOnlyMemory<byte> joined, int count)
    {
        var reader = new ApduReader(joined, ApduTolerance.None);
        var found = reader.Wire.ReadCount(1);
        if (found != count) throw new ProtocolException($"{found} outcomes for {count} methods");
        var outcomes = new ActionOutcome[count];
        var bare = IsBare(joined, count);
        for (var i = 0; i < count; i++)
        {
            outcomes[i] = bare
                ? new ActionOutcome(ActionResult.Success, GetDataResult.FromData(reader.ReadData()))
                : ActionOutcome.Read(ref reader);
        }
        reader.Wire.ExpectEnd();
        return outcomes;
    }

    private static bool IsBare(ReadOnlyMemory<byte> joined, int count)
    {
        var reader = new ApduReader(joined, ApduTolerance.None);
        try
        {
            reader.Wire.ReadCount(1);
            for (var i = 0; i < count; i++) ActionOutcome.Read(ref reader);
            return reader.Wire.Remaining > 0;
        }
        catch (ProtocolException)
        {
            return true;
        }
    }
}
