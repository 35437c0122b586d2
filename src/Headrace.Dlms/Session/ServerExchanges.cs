using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>GET on the server's side, with the long answer that is being fetched block by block.</summary>
internal sealed class ServerGet(ServerObjects objects)
{
    private const int BlockHead = 9;
    private const int LongestLengthField = 4;

    private ReadOnlyMemory<byte> _value;
    private int _start;
    private int _end;
    private uint _block;

    /// <summary>Forgets a long answer.</summary>
    public void Reset() => (_value, _start, _end, _block) = (default, 0, 0, 0);

    /// <param name="request">The request.</param>
    /// <param name="authenticated">It came authenticated.</param>
    /// <param name="maxSize">Longest plain response, in bytes.</param>
    public byte[] Handle(GetRequest request, bool authenticated, int maxSize)
    {
        if (request is GetRequestNext next) return Next(next, maxSize);
        Reset();
        var output = new ArrayBufferWriter<byte>();
        var writer = new CosemWriter(output);
        switch (request)
        {
            case GetRequestNormal normal:
                writer.WriteByte((byte)ApduTag.GetResponse);
                writer.Head(1, request.InvokeId);
                var answer = objects.Get(new AttributeSelection(normal.Attribute, normal.Selection), authenticated);
                Write(answer, output);
                return answer.IsSuccess && output.WrittenCount > maxSize ? Begin(request, output.WrittenMemory[4..], maxSize)
                    : output.WrittenSpan.ToArray();
            case GetRequestWithList list:
                if (!objects.Conformance.HasFlag(Conformance.MultipleReferences)) return ServerRefusals.NotSupported;
                writer.WriteByte((byte)ApduTag.GetResponse);
                writer.Head(3, request.InvokeId);
                writer.WriteLength(list.Attributes.Count);
                foreach (var attribute in list.Attributes) Write(objects.Get(attribute, authenticated), output);
                return output.WrittenCount > maxSize ? Begin(request, output.WrittenMemory[3..], maxSize) : output.WrittenSpan.ToArray();
            default:
                return ServerRefusals.NotSupported;
        }
    }

    private static void Write(in Classes.AttributeAnswer answer, ArrayBufferWriter<byte> output)
    {
        var writer = new CosemWriter(output);
        writer.Flag(!answer.IsSuccess);
        if (answer.IsSuccess) answer.WriteTo(output);
        else writer.WriteByte((byte)answer.Result);
    }

    private byte[] Begin(GetRequest request, ReadOnlyMemory<byte> value, int maxSize)
    {
        if (!objects.Conformance.HasFlag(Conformance.BlockTransferWithGetOrRead)
            || maxSize <= BlockHead + LongestLengthField) return ServerRefusals.PduTooLong;
        (_value, _start, _end, _block) = (value, 0, 0, 0);
        return Cut(request.InvokeId, maxSize);
    }

    /// <summary>The block after the one named; the one before again, where the client did not get it.</summary>
    private byte[] Next(GetRequestNext request, int maxSize)
    {
        if (_block == 0) return Fail(request, DataAccessResult.NoLongGetInProgress);
        if (request.BlockNumber == _block && _end < _value.Length) return Cut(request.InvokeId, maxSize);
        if (request.BlockNumber == _block - 1) return Block(request.InvokeId).Encode();
        Reset();
        return Fail(request, DataAccessResult.DataBlockNumberInvalid);
    }

    private byte[] Cut(InvokeIdAndPriority invokeId, int maxSize)
    {
        _start = _end;
        _end = Math.Min(_value.Length, _start + maxSize - BlockHead - LongestLengthField);
        _block++;
        return Block(invokeId).Encode();
    }

    private GetResponseWithDatablock Block(InvokeIdAndPriority invokeId) =>
        new(invokeId, _end == _value.Length, _block, _value[_start.._end]);

    private static byte[] Fail(GetRequestNext request, DataAccessResult error) =>
        new GetResponseWithDatablock(request.InvokeId, true, request.BlockNumber, null, error).Encode();
}

/// <summary>SET on the server's side, with the long value that is coming block by block.</summary>
internal sealed class ServerSet(ServerObjects objects, int maxValueSize)
{
    private IReadOnlyList<AttributeSelection>? _targets;
    private bool _asList;
    private BlockJoin? _blocks;

    /// <summary>Forgets a long value.</summary>
    public void Reset() => (_targets, _blocks) = (null, null);

    public byte[] Handle(SetRequest request, bool authenticated)
    {
        switch (request)
        {
            case SetRequestNormal normal:
                Reset();
                return new SetResponseNormal(request.InvokeId, objects.Set(normal.Target, normal.Value, authenticated)).Encode();
            case SetRequestWithList list when objects.Conformance.HasFlag(Conformance.MultipleReferences):
                Reset();
                return list.Values.Count == list.Targets.Count
                    ? new SetResponseWithList(request.InvokeId, SetAll(list.Targets, list.Values, authenticated)).Encode()
                    : ServerRefusals.NotPossible;
            case SetRequestWithFirstDatablock first when MayBlock:
                return Begin([first.Target], false, request, first.Block, authenticated);
            case SetRequestWithListAndFirstDatablock first when MayBlock && objects.Conformance.HasFlag(Conformance.MultipleReferences):
                return Begin(first.Targets, true, request, first.Block, authenticated);
            case SetRequestWithDatablock block when MayBlock:
                return Continue(request, block.Block, authenticated);
            default:
                return ServerRefusals.NotSupported;
        }
    }

    private bool MayBlock => objects.Conformance.HasFlag(Conformance.BlockTransferWithSetOrWrite);

    private byte[] Begin(IReadOnlyList<AttributeSelection> targets, bool asList, SetRequest request, DataBlock block, bool authenticated)
    {
        (_targets, _asList, _blocks) = (targets, asList, new BlockJoin(maxValueSize));
        return Continue(request, block, authenticated);
    }

    private byte[] Continue(SetRequest request, DataBlock block, bool authenticated)
    {
        if (_blocks is null) return Last(request, DataAccessResult.NoLongSetInProgress, block.BlockNumber);
        try
        {
            // The block before again: its answer was lost.
            if (!_blocks.TryAdd(block.BlockNumber, block.RawData.Span)
                || !block.LastBlock) return new SetResponseDatablock(request.InvokeId, block.BlockNumber).Encode();
        }
        catch (ProtocolException)
        {
            var wrongNumber = block.BlockNumber != _blocks.Last;
            Reset();
            return Last(request, wrongNumber ? DataAccessResult.DataBlockNumberInvalid
                : DataAccessResult.LongSetAborted, block.BlockNumber);
        }
        return Finish(request, block.BlockNumber, authenticated);
    }

    private byte[] Finish(SetRequest request, uint block, bool authenticated)
    {
        var (targets, joined) = (_targets!, _blocks!.Joined);
        Reset();
        try
        {
            if (!_asList) return Last(request, objects.Set(targets[0], CosemData.Decode(joined.Span), authenticated), block);
            var reader = new ApduReader(joined, ApduTolerance.None);
            var values = reader.ReadDataList();
            reader.Wire.ExpectEnd();
            if (values.Length != targets.Count) return Last(request, DataAccessResult.TypeUnmatched, block);
            return new SetResponseLastDatablockWithList(request.InvokeId, SetAll(targets, values, authenticated), block).Encode();
        }
        catch (ProtocolException)
        {
            return Last(request, DataAccessResult.TypeUnmatched, block);
        }
    }

    private DataAccessResult[] SetAll(IReadOnlyList<AttributeSelection> targets, IReadOnlyList<CosemData> values, bool authenticated) =>
        [.. targets.Zip(values, (target, value) => objects.Set(target, value, authenticated))];

    private static byte[] Last(SetRequest request, DataAccessResult result, uint block) =>
        new SetResponseLastDatablock(request.InvokeId, result, block).Encode();
}

/// <summary>ACTION on the server's side, with parameters coming and returned values going in blocks.</summary>
internal sealed class ServerAction(ServerObjects objects, int maxValueSize)
{
    private const int BlockHead = 8;
    private const int LongestLengthField = 4;

    private IReadOnlyList<CosemMethodDescriptor>? _methods;
    private bool _asList;
    private BlockJoin? _blocks;
    private ReadOnlyMemory<byte> _returned;
    private BlockCutter? _returning;
    private DataBlock _lastReturned;

    /// <summary>Forgets long parameters and returned values.</summary>
    public void Reset() => (_methods, _blocks, _returned, _returning) = (null, null, default, null);

    public byte[] Handle(ActionRequest request, bool authenticated, int maxSize)
    {
        switch (request)
        {
            case ActionRequestNormal normal:
                Reset();
                return Answer(request, objects.Invoke(normal.Method, normal.Parameter, authenticated), maxSize);
            case ActionRequestWithList list when objects.Conformance.HasFlag(Conformance.MultipleReferences):
                Reset();
                return InvokeAll(request, list.Methods, list.Parameters, authenticated);
            case ActionRequestNextPblock next when MayBlock:
                return Next(next);
            case ActionRequestWithFirstPblock first when MayBlock:
                return Begin([first.Method], false, request, first.Block, authenticated, maxSize);
            case ActionRequestWithListAndFirstPblock first when MayBlock && objects.Conformance.HasFlag(Conformance.MultipleReferences):
                return Begin(first.Methods, true, request, first.Block, authenticated, maxSize);
            case ActionRequestWithPblock block when MayBlock:
                return Continue(request, block.Block, authenticated, maxSize);
            default:
                return ServerRefusals.NotSupported;
        }
    }

    private bool MayBlock => objects.Conformance.HasFlag(Conformance.BlockTransferWithAction);

    private byte[] Answer(ActionRequest request, Classes.MethodAnswer answer, int maxSize)
    {
        var whole = Normal(request, Outcome(answer));
        if (whole.Length <= maxSize || answer.Data is null) return whole;
        if (!MayBlock || maxSize <= BlockHead + LongestLengthField) return ServerRefusals.PduTooLong;
        _returned = answer.Data.Encode();
        _returning = new BlockCutter(_returned, maxSize - BlockHead - LongestLengthField, maxSize - BlockHead - LongestLengthField);
        _lastReturned = _returning.Next();
        return new ActionResponseWithPblock(request.InvokeId, _lastReturned).Encode();
    }

    private byte[] Next(ActionRequestNextPblock request)
    {
        if (_returning is null) return Normal(request, new ActionOutcome(ActionResult.NoLongActionInProgress));
        if (request.BlockNumber == _returning.Last && !_returning.AtEnd) _lastReturned = _returning.Next();
        else if (request.BlockNumber != _returning.Last - 1)
        {
            Reset();
            return Normal(request, new ActionOutcome(ActionResult.LongActionAborted));
        }
        return new ActionResponseWithPblock(request.InvokeId, _lastReturned).Encode();
    }

    private byte[] Begin(
        IReadOnlyList<CosemMethodDescriptor> methods, bool asList, ActionRequest request, DataBlock block, bool authenticated, int maxSize)
    {
        Reset();
        (_methods, _asList, _blocks) = (methods, asList, new BlockJoin(maxValueSize));
        return Continue(request, block, authenticated, maxSize);
    }

    private byte[] Continue(ActionRequest request, DataBlock block, bool authenticated, int maxSize)
    {
        if (_blocks is null) return Normal(request, new ActionOutcome(ActionResult.NoLongActionInProgress));
        try
        {
            if (!_blocks.TryAdd(block.BlockNumber, block.RawData.Span)
                || !block.LastBlock) return new ActionResponseNextPblock(request.InvokeId, block.BlockNumber).Encode();
            var (methods, joined) = (_methods!, _blocks.Joined);
            Reset();
            if (!_asList) return Answer(request, objects.Invoke(methods[0], CosemData.Decode(joined.Span), authenticated), maxSize);
            var reader = new ApduReader(joined, ApduTolerance.None);
            var parameters = reader.ReadDataList();
            reader.Wire.ExpectEnd();
            return InvokeAll(request, methods, parameters, authenticated);
        }
        catch (ProtocolException)
        {
            Reset();
            return Normal(request, new ActionOutcome(ActionResult.LongActionAborted));
        }
    }

    private byte[] InvokeAll(ActionRequest request, IReadOnlyList<CosemMethodDescriptor> methods, IReadOnlyList<CosemData> parameters,
        bool authenticated)
    {
        if (methods.Count != parameters.Count) return ServerRefusals.NotPossible;
        return new ActionResponseWithList(
            request.InvokeId,
                [.. methods.Zip(parameters, (method, parameter) => Outcome(objects.Invoke(method, parameter, authenticated)))]).Encode();
    }

    private static ActionOutcome Outcome(Classes.MethodAnswer answer) =>
        new(answer.Result, answer.Data is null ? null : GetDataResult.FromData(answer.Data));

    private static byte[] Normal(ActionRequest request, ActionOutcome outcome) =>
        new ActionResponseNormal(request.InvokeId, outcome).Encode();
}

/// <summary>Exception-responses a server gives (IEC 62056-5-3, <c>ExceptionResponse</c>).</summary>
internal static class ServerRefusals
{
    /// <summary>The service is unknown or was not agreed.</summary>
    public static byte[] NotSupported => new ExceptionResponse(StateError.ServiceUnknown, ServiceError.ServiceNotSupported).Encode();

    /// <summary>Not in this state: no association, or a list that does not fit itself.</summary>
    public static byte[] NotPossible => new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.OperationNotPossible).Encode();

    /// <summary>The bytes break a rule.</summary>
    public static byte[] Other => new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.OtherReason).Encode();

    /// <summary>The answer does not fit and may not go in blocks.</summary>
    public static byte[] PduTooLong => new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.PduTooLong).Encode();

    /// <summary>It could not be deciphered.</summary>
    public static byte[] Deciphering => new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.DecipheringError).Encode();

    /// <summary>The counter is not above the last one.</summary>
    public static byte[] Counter(uint expected) =>
        new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.InvocationCounterError, expected).Encode();
}
