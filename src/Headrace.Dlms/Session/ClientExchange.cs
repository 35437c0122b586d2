using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>What follows from a response: something to send, something to tell, and whether the exchange is over.</summary>
internal readonly record struct ExchangeStep(XdlmsApdu? Send, SessionEvent? Event, bool Done);

/// <summary>One request of a client with all the blocks it takes, in both directions.</summary>
internal abstract class ClientExchange(InvokeIdAndPriority invokeId)
{
    /// <summary>Ties the answers to the request.</summary>
    public InvokeIdAndPriority InvokeId { get; } = invokeId;

    /// <summary>What opens the exchange.</summary>
    public abstract XdlmsApdu First { get; }

    /// <summary>Takes a response in; null where it belongs to another exchange or repeats an earlier block.</summary>
    /// <exception cref="ProtocolException">A response that cannot be one to this request.</exception>
    public abstract ExchangeStep? Receive(XdlmsApdu response);

    /// <summary>What a refusal of the whole request tells in place of a result; null where it is no more than a refusal.</summary>
    public virtual SessionEvent? Refuse(XdlmsApdu refusal) => null;

    protected static ExchangeStep Finish(SessionEvent told) => new(null, told, true);

    protected static ProtocolException Unexpected(XdlmsApdu response) => new($"{response.GetType().Name} does not answer this request");
}

/// <summary>Joins the blocks of a long answer.</summary>
internal sealed class BlockJoin(int maxSize)
{
    private readonly ArrayBufferWriter<byte> _joined = new();

    /// <summary>The last block taken; 0 before the first.</summary>
    public uint Last { get; private set; }

    public ReadOnlyMemory<byte> Joined => _joined.WrittenMemory;

    /// <summary>Takes a block; false where it is the one before again.</summary>
    /// <exception cref="ProtocolException">A block out of order, or too much in all.</exception>
    public bool TryAdd(uint number, ReadOnlySpan<byte> raw, bool keep = true)
    {
        if (number == Last && Last > 0) return false;
        if (number != Last + 1) throw new ProtocolException($"block {number} where {Last + 1} was expected");
        Last = number;
        if (!keep) return true;
        if (_joined.WrittenCount + raw.Length > maxSize) throw new ProtocolException($"a value of more than {maxSize} bytes");
        _joined.Write(raw);
        return true;
    }
}

/// <summary>GET of one attribute or of several.</summary>
internal sealed class GetExchange(InvokeIdAndPriority invokeId, IReadOnlyList<AttributeSelection> attributes, bool asList, bool streaming,
    int maxSize)
    : ClientExchange(invokeId)
{
    private readonly BlockJoin _blocks = new(maxSize);

    public override XdlmsApdu First => asList
        ? new GetRequestWithList(InvokeId, attributes)
        : new GetRequestNormal(InvokeId, attributes[0].Attribute, attributes[0].Selection);

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not GetResponse get || get.InvokeId.InvokeId != InvokeId.InvokeId) return null;
        switch (get)
        {
            case GetResponseNormal normal when !asList && _blocks.Last == 0:
                return Finish(new GetCompleted(normal.Result));
            case GetResponseNormal { Result.IsData: false } aborted:
                return Failed(aborted.Result.Error);
            case GetResponseWithList list when asList && list.Results.Count == attributes.Count:
                return Finish(new GetListCompleted(list.Results));
            case GetResponseWithDatablock block:
                return Block(block);
            default:
                throw Unexpected(response);
        }
    }

    private ExchangeStep? Block(GetResponseWithDatablock block)
    {
        if (block.RawData is not { } raw) return Failed(block.Error);
        if (!_blocks.TryAdd(block.BlockNumber, raw.Span, keep: !streaming)) return null;
        var next = block.LastBlock ? null : new GetRequestNext(InvokeId, block.BlockNumber);
        if (streaming) return new ExchangeStep(next, new BlockReceived(block.BlockNumber, raw, block.LastBlock), block.LastBlock);
        return next is not null ? new ExchangeStep(next, null, false)
            : Finish(asList ? Results() : new GetCompleted(GetDataResult.FromData(CosemData.Decode(_blocks.Joined.Span))));
    }

    private ExchangeStep Failed(DataAccessResult error) => Finish(asList
        ? new GetListCompleted([.. attributes.Select(_ => GetDataResult.FromError(error))])
        : new GetCompleted(GetDataResult.FromError(error)));

    private GetListCompleted Results()
    {
        var reader = new ApduReader(_blocks.Joined, ApduTolerance.None);
        var results = GetDataResult.ReadList(ref reader);
        reader.Wire.ExpectEnd();
        return results.Length == attributes.Count ? new GetListCompleted(results)
            : throw new ProtocolException($"{results.Length} results for {attributes.Count} attributes");
    }
}

/// <summary>Cuts a long value into blocks.</summary>
internal sealed class BlockCutter(ReadOnlyMemory<byte> encoded, int firstSize, int size)
{
    private int _position;

    /// <summary>The number of the block cut last; 0 before the first.</summary>
    public uint Last { get; private set; }

    public bool AtEnd => _position >= encoded.Length;

    public DataBlock Next()
    {
        var length = Math.Min(Last == 0 ? firstSize : size, encoded.Length - _position);
        var piece = encoded.Slice(_position, length);
        _position += length;
        return new DataBlock(AtEnd, ++Last, piece);
    }
}

/// <summary>SET of one attribute or of several, in blocks where it is too long for one request.</summary>
internal sealed class SetExchange : ClientExchange
{
    private readonly IReadOnlyList<AttributeSelection> _targets;
    private readonly bool _asList;
    private readonly BlockCutter? _blocks;

    public SetExchange(InvokeIdAndPriority invokeId, IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values,
        bool asList, RequestLimits limits)
        : base(invokeId)
    {
        (_targets, _asList) = (targets, asList);
        First = asList ? new SetRequestWithList(invokeId, targets, values) : new SetRequestNormal(invokeId, targets[0], values[0]);
        if (limits.Fits(First)) return;
        var encoded = asList ? EncodeList(values) : values[0].Encode();
        XdlmsApdu empty = asList
            ? new SetRequestWithListAndFirstDatablock(invokeId, targets, default)
            : new SetRequestWithFirstDatablock(invokeId, targets[0], default);
        _blocks = limits.Cut(encoded, empty, limits.SetBlocks);
        First = asList
            ? new SetRequestWithListAndFirstDatablock(invokeId, targets, _blocks.Next())
            : new SetRequestWithFirstDatablock(invokeId, targets[0], _blocks.Next());
    }

    public override XdlmsApdu First { get; }

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not SetResponse set || set.InvokeId.InvokeId != InvokeId.InvokeId) return null;
        switch (set)
        {
            case SetResponseNormal normal:
                return Finish(new SetCompleted([.. _targets.Select(_ => normal.Result)]));
            case SetResponseWithList list when _asList && list.Results.Count == _targets.Count:
                return Finish(new SetCompleted(list.Results));
            case SetResponseDatablock taken when _blocks is not null:
                if (taken.BlockNumber == _blocks.Last - 1) return null;
                if (taken.BlockNumber != _blocks.Last
                    || _blocks.AtEnd) throw new ProtocolException($"block {taken.BlockNumber} taken where {_blocks.Last} was sent");
                return new ExchangeStep(new SetRequestWithDatablock(InvokeId, _blocks.Next()), null, false);
            case SetResponseLastDatablock last when _blocks is not null:
                return Finish(new SetCompleted([.. _targets.Select(_ => last.Result)]));
            case SetResponseLastDatablockWithList last when _blocks is not null && last.Results.Count == _targets.Count:
                return Finish(new SetCompleted(last.Results));
            default:
                throw Unexpected(response);
        }
    }

    internal static byte[] EncodeList(IReadOnlyList<CosemData> values)
    {
        var output = new ArrayBufferWriter<byte>();
        new CosemWriter(output).Write(values);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>ACTION, with a parameter and a return value of any length.</summary>
internal sealed class ActionExchange : ClientExchange
{
    private readonly BlockCutter? _blocks;
    private readonly BlockJoin _returned;

    public ActionExchange(InvokeIdAndPriority invokeId, CosemMethodDescriptor method, CosemData? parameter, RequestLimits limits,
        int maxSize) : base(invokeId)
    {
        _returned = new BlockJoin(maxSize);
        First = new ActionRequestNormal(invokeId, method, parameter);
        if (parameter is null || limits.Fits(First)) return;
        _blocks = limits.Cut(parameter.Encode(), new ActionRequestWithFirstPblock(invokeId, method, default), limits.ActionBlocks);
        First = new ActionRequestWithFirstPblock(invokeId, method, _blocks.Next());
    }

    public override XdlmsApdu First { get; }

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not ActionResponse action || action.InvokeId.InvokeId != InvokeId.InvokeId) return null;
        switch (action)
        {
            case ActionResponseNormal normal:
                return Finish(new ActionCompleted([normal.Outcome]));
            case ActionResponseNextPblock taken when _blocks is not null:
                if (taken.BlockNumber == _blocks.Last - 1) return null;
                if (taken.BlockNumber != _blocks.Last
                    || _blocks.AtEnd) throw new ProtocolException($"block {taken.BlockNumber} taken where {_blocks.Last} was sent");
                return new ExchangeStep(new ActionRequestWithPblock(InvokeId, _blocks.Next()), null, false);
            case ActionResponseWithPblock returned:
                if (!_returned.TryAdd(returned.Block.BlockNumber, returned.Block.RawData.Span)) return null;
                return returned.Block.LastBlock
                    ? Finish(new ActionCompleted([Outcome()]))
                    : new ExchangeStep(new ActionRequestNextPblock(InvokeId, returned.Block.BlockNumber), null, false);
            default:
                throw Unexpected(response);
        }
    }

    /// <summary>The blocks join to the return parameters; some servers put the result and the optional flag in front of them.</summary>
    private ActionOutcome Outcome()
    {
        var joined = _returned.Joined;
        if (joined.Length > 3 && joined.Span[1] == 1 && joined.Span[2] <= 1 && EncodedValue.TryMeasure(joined.Span[3..], out var length)
            && length == joined.Length - 3)
        {
            var reader = new ApduReader(joined, ApduTolerance.None);
            return ActionOutcome.Read(ref reader);
        }
        return new ActionOutcome(ActionResult.Success, GetDataResult.FromData(CosemData.Decode(joined.Span)));
    }
}

/// <summary>Several ACTIONs in one request.</summary>
internal sealed class ActionListExchange(InvokeIdAndPriority invokeId, IReadOnlyList<CosemMethodDescriptor> methods,
    IReadOnlyList<CosemData> parameters)
    : ClientExchange(invokeId)
{
    public override XdlmsApdu First => new ActionRequestWithList(InvokeId, methods, parameters);

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not ActionResponse action || action.InvokeId.InvokeId != InvokeId.InvokeId) return null;
        return action is ActionResponseWithList list && list.Outcomes.Count == methods.Count ? Finish(new ActionCompleted(list.Outcomes))
            : throw Unexpected(response);
    }
}

/// <summary>What the server's longest APDU leaves for a request.</summary>
/// <param name="MaxPlainSize">Longest plain APDU, in bytes.</param>
/// <param name="SetBlocks">Block transfer with SET was agreed.</param>
/// <param name="ActionBlocks">Block transfer with ACTION was agreed.</param>
internal readonly record struct RequestLimits(int MaxPlainSize, bool SetBlocks, bool ActionBlocks)
{
    private const int LongestLengthField = 4;

    public bool Fits(XdlmsApdu request) => request.Encode().Length <= MaxPlainSize;

    /// <exception cref="InvalidOperationException">The server takes neither so long a request nor blocks.</exception>
    public BlockCutter Cut(ReadOnlyMemory<byte> encoded, XdlmsApdu emptyFirst, bool agreed)
    {
        var first = MaxPlainSize - emptyFirst.Encode().Length - LongestLengthField;
        var next = MaxPlainSize - 9 - LongestLengthField;
        if (!agreed
            || first < 1) throw new InvalidOperationException($"A request of more than the {MaxPlainSize} bytes that the server takes.");
        return new BlockCutter(encoded, first, next);
    }
}
