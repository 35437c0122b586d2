using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>Writes one variable or several, in blocks where they are long (IEC 62056-5-3, Write service).</summary>
/// <remarks>The blocks join to a WriteRequest without its tag; not confirmed by a vector.</remarks>
internal sealed class ShortNameWriteExchange : ClientExchange
{
    private readonly int _count;
    private readonly Func<IReadOnlyList<DataAccessResult>, SessionEvent> _tell;
    private readonly BlockCutter? _blocks;

    /// <param name="variables">What to write.</param>
    /// <param name="values">The values, in the same order.</param>
    /// <param name="terms">What was agreed.</param>
    /// <param name="tell">Makes the event of the results, one for each variable.</param>
    public ShortNameWriteExchange(
        IReadOnlyList<VariableAccess> variables, IReadOnlyList<CosemData> values, in ShortNameTerms terms,
        Func<IReadOnlyList<DataAccessResult>, SessionEvent> tell)
    {
        (_count, _tell) = (variables.Count, tell);
        First = new WriteRequest(variables, values);
        if (terms.Limits.Fits(First, terms.Limits.SetBlocks)) return;
        var empty = new WriteRequest([new WriteDataBlockAccess(false, 0)], [CosemData.OctetString([])]);
        _blocks = terms.Limits.Cut(First.Encode().AsMemory(1), empty, terms.Limits.SetBlocks);
        if (_blocks.Count > ushort.MaxValue)
            throw new InvalidOperationException($"A request of {_blocks.Count} blocks, where short names count to {ushort.MaxValue}.");
        First = NextPiece();
    }

    public override XdlmsApdu First { get; }

    public override bool IsOfService(XdlmsApdu response) => true;

    public override bool IsToRequest(XdlmsApdu response) => true;

    private bool IsSending => _blocks is { AtEnd: false };

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        if (response is not WriteResponse { Results: var results }) throw Unexpected(response);
        switch (results)
        {
            case [{ BlockNumber: { } taken }] when IsSending:
                return taken == _blocks!.Last
                    ? new ExchangeStep(NextPiece(), null, false)
                    : throw new ProtocolException($"block {taken} taken where {_blocks.Last} was sent");
            case [{ BlockNumber: null, Error: not DataAccessResult.Success and var error }] when _blocks is not null:
                return Finish(Failed(error));
            default:
                return !IsSending && results.Count == _count && results.All(r => r.BlockNumber is null)
                    ? Finish(_tell([.. results.Select(r => r.Error)]))
                    : throw Unexpected(response);
        }
    }

    public override SessionEvent? Refuse(XdlmsApdu refusal) =>
        refusal is ConfirmedServiceError error ? Failed(error.ToDataAccessResult()) : null;

    private SessionEvent Failed(DataAccessResult error) => _tell([.. Enumerable.Repeat(error, _count)]);

    private WriteRequest NextPiece()
    {
        var block = _blocks!.Next();
        return new WriteRequest(
            [new WriteDataBlockAccess(block.LastBlock, (ushort)block.BlockNumber)], [CosemData.OctetString(block.RawData.Span)]);
    }
}
