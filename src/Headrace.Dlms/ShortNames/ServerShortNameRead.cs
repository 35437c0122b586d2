using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.ShortNames;

/// <summary>The Read service on the server's side, with the long answer that is fetched and the long request that comes block by
/// block.</summary>
/// <remarks>A long value goes as it is where one variable was asked for; several go as the list of results with its count, which is not
/// confirmed by a vector.</remarks>
internal sealed class ServerShortNameRead(ShortNameVariables variables)
{
    // Tag, count, choice, last-block and block number.
    private const int BlockHead = 6;

    // In front of the value of one variable: tag, count and choice of data; of the list: the tag.
    private const int SingleHead = 3;
    private const int ListHead = 1;

    private readonly ServerObjects _objects = variables.Objects;
    private LongAnswer? _long;
    private LongRequest? _request;

    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public void Handle(ReadRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        switch (request.Variables)
        {
            case [BlockNumberAccess next] when MayBlock:
                Next(next.BlockNumber, limit, output);
                break;
            case [ReadDataBlockAccess piece] when MayBlock:
                Piece(piece, limit, output);
                break;
            default:
                (_long, _request) = (null, null);
                Answer(request.Variables, limit, output);
                break;
        }
    }

    private bool MayBlock => _objects.Agreed(Conformance.BlockTransferWithGetOrRead);

    private void Answer(IReadOnlyList<VariableAccess> wanted, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (wanted.Count == 0 || wanted.Any(w => w is not (VariableName or ParameterizedAccess)))
        {
            output.Write(ServerRefusals.NotPossible);
            return;
        }
        if (wanted.Count > 1 && !_objects.Agreed(Conformance.MultipleReferences))
        {
            output.Write(ServerRefusals.NotSupported);
            return;
        }
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.ReadResponse);
        writer.WriteLength(wanted.Count);
        foreach (var one in wanted)
        {
            var answer = variables.Read(one);
            writer.Flag(!answer.IsSuccess);
            if (answer.IsSuccess) answer.WriteTo(output);
            else writer.WriteByte((byte)answer.Result);
            // A list may name a long value thousands of times.
            if (output.WrittenCount > limit.MaxAnswerSize) break;
        }
        if (limit.GoesInBlocks(output.WrittenCount, MayBlock))
            Begin(wanted.Count == 1 ? SingleHead : ListHead, limit, output);
    }

    /// <summary>Begins to give what was written in blocks, leaving its head out.</summary>
    private void Begin(int head, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (MayBlock && LongAnswer.Begin(output, head, BlockHead, limit, _objects, ushort.MaxValue) is { } begun)
        {
            _long = begun;
            WriteBlock(begun, output);
            return;
        }
        output.ResetWrittenCount();
        output.Write(ServerRefusals.PduTooLong);
    }

    /// <summary>The block after the one named; the one before again, where the client did not get it.</summary>
    private void Next(ushort number, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (_long is null)
        {
            Write(new ReadError(DataAccessResult.NoLongGetInProgress), output);
        }
        else if (number is > 0 and < ushort.MaxValue && _long.TryMove(number, limit.RawSize(BlockHead), _objects.Protection))
        {
            _objects.Require(_long.Required);
            WriteBlock(_long, output);
        }
        else
        {
            _long = null;
            Write(new ReadError(DataAccessResult.DataBlockNumberInvalid), output);
        }
    }

    /// <summary>A piece of a request that is too long for one APDU.</summary>
    private void Piece(ReadDataBlockAccess piece, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        if (_request is null || (piece.BlockNumber == 1 && _request.Last > 1))
            (_long, _request) = (null, new LongRequest(_objects));
        try
        {
            if (!_request.TryAdd(piece.BlockNumber, piece.RawData.Span) || !piece.LastBlock)
            {
                Write(new ReadBlockNumber(piece.BlockNumber), output);
                return;
            }
            var reader = new ApduReader(_request.Joined, ApduTolerance.None);
            var wanted = VariableAccess.ReadList(ref reader);
            reader.Wire.ExpectEnd();
            _request = null;
            Answer(wanted, limit, output);
        }
        catch (ProtocolException)
        {
            var wrongNumber = piece.BlockNumber != _request?.Last;
            _request = null;
            Write(new ReadError(wrongNumber ? DataAccessResult.DataBlockNumberInvalid : DataAccessResult.LongGetAborted), output);
        }
    }

    private static void WriteBlock(LongAnswer answer, ArrayBufferWriter<byte> output)
    {
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.ReadResponse);
        writer.WriteLength(1);
        writer.WriteByte(2);
        writer.Flag(answer.AtEnd);
        writer.WriteUInt16((ushort)answer.Number);
        writer.WriteLengthPrefixed(answer.Piece);
    }

    private static void Write(ReadResult result, ArrayBufferWriter<byte> output) => new ReadResponse([result]).WriteTo(output);
}
