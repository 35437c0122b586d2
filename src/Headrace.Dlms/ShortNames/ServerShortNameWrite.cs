using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>The Write services on the server's side, with the long request that is coming block by block.</summary>
internal sealed class ServerShortNameWrite(ShortNameVariables variables)
{
    // Tag, and a choice and a reason for each refusal.
    private const int Head = 1;
    private const int LargestResult = 2;

    private readonly ServerObjects _objects = variables.Objects;
    private LongRequest? _blocks;

    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public void Handle(WriteRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (request.Variables is not [WriteDataBlockAccess block])
        {
            _blocks = null;
            Write(request, limit, output);
        }
        else if (!_objects.Agreed(Conformance.BlockTransferWithSetOrWrite))
        {
            output.Write(ServerRefusals.NotSupported);
        }
        else if (request.Values is [{ Tag: CosemTag.OctetString } raw])
        {
            Block(block, raw.AsOctets().Span, limit, output);
        }
        else
        {
            Refuse(DataAccessResult.TypeUnmatched, output);
        }
    }

    /// <summary>Writes without an answer; what cannot be written is passed over.</summary>
    public void Handle(UnconfirmedWriteRequest request)
    {
        if (!IsWhole(request.Variables, request.Values)) return;
        if (request.Variables.Count == 1 || _objects.Agreed(Conformance.MultipleReferences)) WriteAll(request.Variables, request.Values);
    }

    private void Write(WriteRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        // The length of the answer is known beforehand: nothing is done that could not be answered.
        var count = request.Variables.Count;
        var size = Head + CosemWriter.LengthSize(count) + count * LargestResult;
        if (!IsWhole(request.Variables, request.Values)) output.Write(ServerRefusals.NotPossible);
        else if (count > 1 && !_objects.Agreed(Conformance.MultipleReferences)) output.Write(ServerRefusals.NotSupported);
        else if (!limit.Fits(size)) output.Write(ServerRefusals.PduTooLong);
        else new WriteResponse(WriteAll(request.Variables, request.Values)).WriteTo(output);
    }

    private void Block(WriteDataBlockAccess block, ReadOnlySpan<byte> raw, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (block.BlockNumber == 1 && _blocks is not { Last: 1 }) _blocks = new LongRequest(_objects);
        if (_blocks is null)
        {
            Refuse(DataAccessResult.NoLongSetInProgress, output);
            return;
        }
        try
        {
            if (!_blocks.TryAdd(block.BlockNumber, raw) || !block.LastBlock)
            {
                new WriteResponse([new WriteResult(DataAccessResult.Success, block.BlockNumber)]).WriteTo(output);
                return;
            }
            var reader = new ApduReader(_blocks.Joined, ApduTolerance.None);
            var request = WriteRequest.Read(ref reader);
            reader.Wire.ExpectEnd();
            _blocks = null;
            Write(request, limit, output);
        }
        catch (ProtocolException)
        {
            var wrongNumber = block.BlockNumber != _blocks?.Last;
            _blocks = null;
            Refuse(wrongNumber ? DataAccessResult.DataBlockNumberInvalid : DataAccessResult.LongSetAborted, output);
        }
    }

    private WriteResult[] WriteAll(IReadOnlyList<VariableAccess> targets, IReadOnlyList<CosemData> values) =>
        [.. targets.Zip(values, (target, value) => new WriteResult(variables.Write(target, value)))];

    private static bool IsWhole(IReadOnlyList<VariableAccess> targets, IReadOnlyList<CosemData> values) =>
        targets.Count > 0 && targets.Count == values.Count && targets.All(t => t is VariableName or ParameterizedAccess);

    private static void Refuse(DataAccessResult error, ArrayBufferWriter<byte> output) =>
        new WriteResponse([new WriteResult(error)]).WriteTo(output);
}
