using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Session;

/// <summary>GET on the server's side, with the long answer that is being fetched block by block.</summary>
internal sealed class ServerGet(ServerObjects objects)
{
    // Tag, choice, invoke id, last-block, block number, and the choice of raw data.
    private const int BlockHead = 9;

    // In front of the data of get-response-normal: tag, choice, invoke id and the choice of data; of the list: without the latter.
    private const int NormalHead = 4;
    private const int ListHead = 3;

    private LongAnswer? _long;

    /// <summary>Forgets a long answer.</summary>
    public void Reset() => _long = null;

    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public void Handle(GetRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        switch (request)
        {
            case GetRequestNormal normal:
                Head(output, 1, request);
                Write(objects.Get(normal.Attribute, normal.Selection), output);
                if (limit.GoesInBlocks(output.WrittenCount, MayBlock)) Begin(request, NormalHead, limit, output);
                break;
            case GetRequestWithList list when objects.Agreed(Conformance.MultipleReferences):
                All(list, limit, output);
                break;
            case GetRequestNext next:
                Next(next, limit, output);
                break;
            default:
                output.Write(ServerRefusals.NotSupported);
                break;
        }
    }

    private bool MayBlock => objects.Agreed(Conformance.BlockTransferWithGetOrRead);

    private void All(GetRequestWithList list, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        Head(output, 3, list);
        new CosemWriter(output).WriteLength(list.Attributes.Count);
        foreach (var wanted in list.Attributes)
        {
            Write(objects.Get(wanted.Attribute, wanted.Selection), output);
            if (output.WrittenCount > limit.MaxAnswerSize) break;
        }
        if (limit.GoesInBlocks(output.WrittenCount, MayBlock)) Begin(list, ListHead, limit, output);
    }

    /// <summary>Begins to give what was written in blocks, leaving its head out.</summary>
    private void Begin(GetRequest request, int head, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (MayBlock && LongAnswer.Begin(output, head, BlockHead, limit, objects) is { } begun)
        {
            _long = begun;
            WriteBlock(request, begun, output);
            return;
        }
        output.ResetWrittenCount();
        output.Write(ServerRefusals.PduTooLong);
    }

    /// <summary>The block after the one named; the one before again, where the client did not get it.</summary>
    private void Next(GetRequestNext request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (!MayBlock)
        {
            output.Write(ServerRefusals.NotSupported);
        }
        else if (_long is null)
        {
            Fail(request, DataAccessResult.NoLongGetInProgress, output);
        }
        else if (_long.TryMove(request.BlockNumber, limit.RawSize(BlockHead), objects.Protection))
        {
            objects.Require(_long.Required);
            WriteBlock(request, _long, output);
        }
        else
        {
            _long = null;
            Fail(request, DataAccessResult.DataBlockNumberInvalid, output);
        }
    }

    private static void Write(in AttributeAnswer answer, ArrayBufferWriter<byte> output)
    {
        var writer = new CosemWriter(output);
        writer.Flag(!answer.IsSuccess);
        if (answer.IsSuccess) answer.WriteTo(output);
        else writer.WriteByte((byte)answer.Result);
    }

    private static void WriteBlock(GetRequest request, LongAnswer answer, ArrayBufferWriter<byte> output)
    {
        Head(output, 2, request);
        var writer = new CosemWriter(output);
        writer.Flag(answer.AtEnd);
        writer.WriteUInt32(answer.Number);
        writer.WriteByte(0);
        writer.WriteLengthPrefixed(answer.Piece);
    }

    private static void Fail(GetRequestNext request, DataAccessResult error, ArrayBufferWriter<byte> output) =>
        new GetResponseWithDatablock(request.InvokeId, true, request.BlockNumber, null, error).WriteTo(output);

    private static void Head(ArrayBufferWriter<byte> output, byte choice, GetRequest request)
    {
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.GetResponse);
        writer.Head(choice, request.InvokeId);
    }
}
