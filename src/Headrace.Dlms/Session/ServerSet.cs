using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>SET on the server's side, with the long value that is coming block by block.</summary>
internal sealed class ServerSet(ServerObjects objects)
{
    // Tag, choice, invoke id, and the block number of the last response of a transfer.
    private const int ListHead = 3;
    private const int LastBlockHead = 7;

    private IReadOnlyList<AttributeSelection> _targets = [];
    private bool _asList;
    private LongRequest? _blocks;

    /// <summary>Forgets a long value.</summary>
    public void Reset() => (_targets, _blocks) = ([], null);

    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public void Handle(SetRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        switch (request)
        {
            case SetRequestNormal normal:
                new SetResponseNormal(request.InvokeId, Set(normal.Target, normal.Value)).WriteTo(output);
                break;
            case SetRequestWithList list when objects.Agreed(Conformance.MultipleReferences):
                All(list, limit, output);
                break;
            case SetRequestWithFirstDatablock first when MayBlock:
                Begin([first.Target], asList: false);
                Continue(request, first.Block, limit, output);
                break;
            case SetRequestWithListAndFirstDatablock first when MayBlock && objects.Agreed(Conformance.MultipleReferences):
                Begin(first.Targets, asList: true);
                Continue(request, first.Block, limit, output);
                break;
            case SetRequestWithDatablock block when MayBlock:
                Continue(request, block.Block, limit, output);
                break;
            default:
                output.Write(ServerRefusals.NotSupported);
                break;
        }
    }

    private bool MayBlock => objects.Agreed(Conformance.BlockTransferWithSetOrWrite);

    private void All(SetRequestWithList list, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        // The length of the answer is known beforehand: nothing is done that could not be answered.
        var count = list.Targets.Count;
        if (list.Values.Count != count) output.Write(ServerRefusals.NotPossible);
        else if (!limit.Fits(ListHead + CosemWriter.LengthSize(count) + count)) output.Write(ServerRefusals.PduTooLong);
        else new SetResponseWithList(list.InvokeId, SetAll(list.Targets, list.Values)).WriteTo(output);
    }

    private void Begin(IReadOnlyList<AttributeSelection> targets, bool asList) =>
        (_targets, _asList, _blocks) = (targets, asList, new LongRequest(objects));

    private void Continue(SetRequest request, DataBlock block, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (_blocks is null)
        {
            Last(request, DataAccessResult.NoLongSetInProgress, block.BlockNumber, output);
            return;
        }
        var last = _blocks.Last;
        try
        {
            if (_blocks.TryAdd(block.BlockNumber, block.RawData.Span) && block.LastBlock) Finish(request, block.BlockNumber, limit, output);
            else new SetResponseDatablock(request.InvokeId, block.BlockNumber).WriteTo(output);
        }
        catch (ProtocolException)
        {
            var wrongNumber = block.BlockNumber == 0 || block.BlockNumber < last || block.BlockNumber > last + 1;
            Reset();
            Last(request, wrongNumber ? DataAccessResult.DataBlockNumberInvalid : DataAccessResult.LongSetAborted, block.BlockNumber,
                output);
        }
    }

    private void Finish(SetRequest request, uint block, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        var (targets, blocks) = (_targets, _blocks!);
        Reset();
        try
        {
            if (!_asList)
            {
                Last(request, Set(targets[0], CosemData.Decode(blocks.Joined.Span)), block, output);
                return;
            }
            var values = blocks.ReadValues();
            var size = LastBlockHead + CosemWriter.LengthSize(targets.Count) + targets.Count;
            if (values.Length != targets.Count) Last(request, DataAccessResult.TypeUnmatched, block, output);
            else if (!limit.Fits(size)) output.Write(ServerRefusals.PduTooLong);
            else new SetResponseLastDatablockWithList(request.InvokeId, SetAll(targets, values), block).WriteTo(output);
        }
        catch (ProtocolException)
        {
            Last(request, DataAccessResult.TypeUnmatched, block, output);
        }
    }

    private DataAccessResult[] SetAll(IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values) =>
        [.. targets.Zip(values, Set)];

    private DataAccessResult Set(AttributeSelection target, CosemData value) => objects.Set(target.Attribute, target.Selection, value);

    private static void Last(SetRequest request, DataAccessResult result, uint block, ArrayBufferWriter<byte> output) =>
        new SetResponseLastDatablock(request.InvokeId, result, block).WriteTo(output);
}
