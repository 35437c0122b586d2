using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>ACTION on the server's side, with parameters coming and returned values going in blocks.</summary>
/// <remarks>Raw data of response blocks is the bare return parameters of one method, or the list of outcomes with its count in
/// front.</remarks>
internal sealed class ServerAction(ServerObjects objects)
{
    // Tag, choice, invoke id, last-block and block number.
    private const int BlockHead = 8;

    // In front of the return parameters: tag, choice, invoke id, result, presence flag and the choice of data; of the list: three.
    private const int NormalHead = 6;
    private const int ListHead = 3;

    private IReadOnlyList<CosemMethodDescriptor> _methods = [];
    private bool _asList;
    private LongRequest? _blocks;
    private LongAnswer? _long;

    /// <summary>Forgets long parameters and returned values.</summary>
    public void Reset() => (_methods, _blocks, _long) = ([], null, null);

    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public void Handle(ActionRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        switch (request)
        {
            case ActionRequestNormal normal:
                Invoke(request, normal.Method, normal.Parameter, limit, output);
                break;
            case ActionRequestWithList list when objects.Agreed(Conformance.MultipleReferences):
                InvokeAll(request, list.Methods, list.Parameters, limit, output);
                break;
            case ActionRequestNextPblock next when MayBlock:
                Next(next, limit, output);
                break;
            case ActionRequestWithFirstPblock first when MayBlock:
                Begin([first.Method], asList: false);
                Continue(request, first.Block, limit, output);
                break;
            case ActionRequestWithListAndFirstPblock first when MayBlock && objects.Agreed(Conformance.MultipleReferences):
                Begin(first.Methods, asList: true);
                Continue(request, first.Block, limit, output);
                break;
            case ActionRequestWithPblock block when MayBlock:
                Continue(request, block.Block, limit, output);
                break;
            default:
                output.Write(ServerRefusals.NotSupported);
                break;
        }
    }

    private bool MayBlock => objects.Agreed(Conformance.BlockTransferWithAction);

    private void Invoke(
        ActionRequest request, CosemMethodDescriptor method, CosemData? parameter, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        var answer = objects.Invoke(method, parameter);
        Normal(request, Outcome(answer), output);
        if (!limit.GoesInBlocks(output.WrittenCount, MayBlock)) return;
        if (TryCut(request, NormalHead, limit, output)) return;
        // The method was invoked, and only what it returned cannot be given.
        output.ResetWrittenCount();
        Normal(request, new ActionOutcome(answer.Result, GetDataResult.FromError(DataAccessResult.DataBlockUnavailable)), output);
    }

    private void InvokeAll(
        ActionRequest request, IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters, in AnswerLimit limit,
        ArrayBufferWriter<byte> output)
    {
        var least = ListHead + CosemWriter.LengthSize(methods.Count) + methods.Count * 2;
        if (methods.Count != parameters.Count)
        {
            output.Write(ServerRefusals.NotPossible);
            return;
        }
        if (!limit.Fits(least) && !MayBlock)
        {
            output.Write(ServerRefusals.PduTooLong);
            return;
        }
        Head(output, 3, request);
        new CosemWriter(output).WriteLength(methods.Count);
        for (var i = 0; i < methods.Count && output.WrittenCount <= limit.MaxAnswerSize; i++)
            Outcome(objects.Invoke(methods[i], parameters[i])).WriteTo(new CosemWriter(output));
        if (!limit.GoesInBlocks(output.WrittenCount, MayBlock)) return;
        if (TryCut(request, ListHead, limit, output)) return;
        output.ResetWrittenCount();
        output.Write(ServerRefusals.PduTooLong);
    }

    /// <summary>Begins to give what was written in blocks, leaving its head out; false where it cannot go so.</summary>
    private bool TryCut(ActionRequest request, int head, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (!MayBlock || LongAnswer.Begin(output, head, BlockHead, limit, objects) is not { } begun) return false;
        _long = begun;
        WriteBlock(request, begun, output);
        return true;
    }

    private void Next(ActionRequestNextPblock request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (_long is null)
        {
            Normal(request, new ActionOutcome(ActionResult.NoLongActionInProgress), output);
        }
        else if (_long.TryMove(request.BlockNumber, limit.RawSize(BlockHead), objects.Protection))
        {
            objects.Require(_long.Required);
            WriteBlock(request, _long, output);
        }
        else
        {
            _long = null;
            Normal(request, new ActionOutcome(ActionResult.LongActionAborted), output);
        }
    }

    private void Begin(IReadOnlyList<CosemMethodDescriptor> methods, bool asList) =>
        (_methods, _asList, _blocks) = (methods, asList, new LongRequest(objects));

    private void Continue(ActionRequest request, DataBlock block, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (_blocks is null)
        {
            Normal(request, new ActionOutcome(ActionResult.NoLongActionInProgress), output);
            return;
        }
        try
        {
            if (_blocks.TryAdd(block.BlockNumber, block.RawData.Span) && block.LastBlock) Finish(request, limit, output);
            else new ActionResponseNextPblock(request.InvokeId, block.BlockNumber).WriteTo(output);
        }
        catch (ProtocolException)
        {
            _blocks = null;
            output.ResetWrittenCount();
            Normal(request, new ActionOutcome(ActionResult.LongActionAborted), output);
        }
    }

    /// <exception cref="ProtocolException">What was joined is no parameter.</exception>
    private void Finish(ActionRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        var (methods, blocks) = (_methods, _blocks!);
        (_methods, _blocks) = ([], null);
        if (!_asList)
        {
            Invoke(request, methods[0], CosemData.Decode(blocks.Joined.Span), limit, output);
            return;
        }
        InvokeAll(request, methods, blocks.ReadValues(), limit, output);
    }

    private static ActionOutcome Outcome(MethodAnswer answer) =>
        new(answer.Result, answer.Data is null ? null : GetDataResult.FromData(answer.Data));

    private static void Normal(ActionRequest request, ActionOutcome outcome, ArrayBufferWriter<byte> output) =>
        new ActionResponseNormal(request.InvokeId, outcome).WriteTo(output);

    private static void WriteBlock(ActionRequest request, LongAnswer answer, ArrayBufferWriter<byte> output)
    {
        Head(output, 2, request);
        var writer = new CosemWriter(output);
        writer.Flag(answer.AtEnd);
        writer.WriteUInt32(answer.Number);
        writer.WriteLengthPrefixed(answer.Piece);
    }

    private static void Head(ArrayBufferWriter<byte> output, byte choice, ActionRequest request)
    {
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.ActionResponse);
        writer.Head(choice, request.InvokeId);
    }
}
