using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>Reads one variable or several, with blocks in both directions (IEC 62056-5-3, Read service).</summary>
/// <remarks>Short-name services have no invoke id: what answers is the next response, so one that does not fit ends the
/// association.</remarks>
internal sealed class ShortNameReadExchange : ClientExchange
{
    private readonly int _count;
    private readonly Func<IReadOnlyList<GetDataResult>, SessionEvent> _tell;
    private readonly bool _streaming;
    private readonly BlockJoin _blocks;
    private readonly BlockCutter? _asked;

    /// <param name="variables">What to read.</param>
    /// <param name="terms">What was agreed.</param>
    /// <param name="tell">Makes the event of the results, one for each variable.</param>
    /// <param name="streaming">Tell every block as it comes, and do not keep it; for one variable.</param>
    public ShortNameReadExchange(
        IReadOnlyList<VariableAccess> variables, in ShortNameTerms terms, Func<IReadOnlyList<GetDataResult>, SessionEvent> tell,
        bool streaming = false)
    {
        (_count, _tell, _streaming) = (variables.Count, tell, streaming);
        _blocks = new BlockJoin(terms.MaxValueSize);
        First = new ReadRequest(variables);
        if (terms.Limits.Fits(First, terms.ReadBlocks)) return;
        var empty = new ReadRequest([new ReadDataBlockAccess(false, 0, default)]);
        _asked = terms.Limits.Cut(First.Encode().AsMemory(1), empty, terms.ReadBlocks);
        if (_asked.Count > ushort.MaxValue)
            throw new InvalidOperationException($"A request of {_asked.Count} blocks, where short names count to {ushort.MaxValue}.");
        First = NextPiece();
    }

    public override XdlmsApdu First { get; }

    public override bool IsOfService(XdlmsApdu response) => true;

    public override bool IsToRequest(XdlmsApdu response) => true;

    private bool IsAsking => _asked is { AtEnd: false };

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not ReadResponse { Results: var results }) throw Unexpected(response);
        switch (results)
        {
            case [ReadBlockNumber taken] when IsAsking:
                return taken.BlockNumber == _asked!.Last
                    ? new ExchangeStep(NextPiece(), null, false)
                    : throw new ProtocolException($"block {taken.BlockNumber} taken where {_asked.Last} was sent");
            case [ReadError refused] when IsAsking || _blocks.Last > 0:
                return Finish(Failed(refused.Error));
            case [ReadDataBlock block] when !IsAsking:
                return Block(block);
            default:
                return !IsAsking && _blocks.Last == 0 && results.Count == _count
                    ? Finish(_tell([.. results.Select(Result)]))
                    : throw Unexpected(response);
        }
    }

    public override SessionEvent? Refuse(XdlmsApdu refusal) =>
        refusal is ConfirmedServiceError error ? Failed(error.ToDataAccessResult()) : null;

    private ExchangeStep? Block(ReadDataBlock block)
    {
        var raw = _blocks.Last == 0 && _count == 1 ? Bare(block.RawData) : block.RawData;
        if (!_blocks.TryAdd(block.BlockNumber, raw.Span, keep: !_streaming)) return null;
        var next = block.LastBlock ? null : new ReadRequest([new BlockNumberAccess(block.BlockNumber)]);
        if (_streaming) return new ExchangeStep(next, new BlockReceived(block.BlockNumber, raw, block.LastBlock), block.LastBlock);
        return next is not null ? new ExchangeStep(next, null, false) : Finish(_tell(Joined()));
    }

    /// <summary>
    /// The value without what some servers put in front of it in the first block: the count of results and the choice, or the choice. An
    /// array of no elements and null-data end there, so what goes on cannot be one of those.
    /// </summary>
    private static ReadOnlyMemory<byte> Bare(ReadOnlyMemory<byte> raw) => raw.Span switch
    {
        [1, 0, _, ..] => raw[2..],
        [0, _, ..] => raw[1..],
        _ => raw,
    };

    private IReadOnlyList<GetDataResult> Joined()
    {
        if (_count == 1) return [GetDataResult.FromData(CosemData.Decode(_blocks.Joined.Span))];
        var reader = new ApduReader(_blocks.Joined, ApduTolerance.None);
        // The choice of the first result is 0 or 1, the count of several is more: both forms can be told.
        if (_blocks.Joined.Span is [> 1, ..] && reader.Wire.ReadCount(2) is var count && count != _count)
            throw new ProtocolException($"{count} results for {_count} variables");
        var results = new GetDataResult[_count];
        for (var i = 0; i < results.Length; i++) results[i] = Result(ReadResult.Read(ref reader));
        reader.Wire.ExpectEnd();
        return results;
    }

    private static GetDataResult Result(ReadResult result) => result switch
    {
        ReadData data => GetDataResult.FromData(data.Value),
        ReadError error => GetDataResult.FromError(error.Error),
        _ => throw new ProtocolException($"{result.GetType().Name} among values"),
    };

    private SessionEvent Failed(DataAccessResult error) => _tell([.. Enumerable.Repeat(GetDataResult.FromError(error), _count)]);

    private ReadRequest NextPiece()
    {
        var block = _asked!.Next();
        return new ReadRequest([new ReadDataBlockAccess(block.LastBlock, (ushort)block.BlockNumber, block.RawData)]);
    }
}
