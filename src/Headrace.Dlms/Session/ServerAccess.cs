using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Session;

/// <summary>The access service on the server's side: GET, SET and ACTION in one request, in their order, each with its own rights
/// (IEC 62056-5-3, <c>Access-Request</c>).</summary>
/// <remarks>The specifications are repeated in the response where bit 28 of the invoke id asks for it. With bit 29 the first failure ends
/// the request; what was not done answers null-data and other-reason (the latter is not confirmed by a vector).</remarks>
internal static class ServerAccess
{
    /// <summary>Serves a request into <paramref name="output"/>, which is empty.</summary>
    public static void Handle(ServerObjects objects, AccessRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output)
    {
        var count = request.Specifications.Count;
        if (request.Data.Count != count)
        {
            output.Write(ServerRefusals.NotPossible);
            return;
        }
        var writer = new CosemWriter(output);
        writer.WriteByte((byte)ApduTag.AccessResponse);
        writer.WriteUInt32(request.InvokeId.Value);
        writer.WriteByte(0); // date-time: not given
        writer.Flag(request.InvokeId.SelfDescriptive);
        if (request.InvokeId.SelfDescriptive) AccessSpecification.WriteList(request.Specifications, writer);
        writer.WriteLength(count);
        // Each access answers at least a tag of data, a service and a result. What could not be answered at all is not begun.
        var rest = CosemWriter.LengthSize(count) + count * 2;
        if (!limit.Fits(output.WrittenCount + count + rest) || !TryDo(objects, request, limit, output, rest, out var outcomes))
        {
            output.ResetWrittenCount();
            output.Write(ServerRefusals.PduTooLong);
            return;
        }
        writer.WriteLength(count);
        writer.WriteRaw(outcomes);
    }

    /// <summary>Does all, writing their data; false where that grew longer than the answer may be.</summary>
    private static bool TryDo(
        ServerObjects objects, AccessRequest request, in AnswerLimit limit, ArrayBufferWriter<byte> output, int rest, out byte[] outcomes)
    {
        var count = request.Specifications.Count;
        outcomes = new byte[count * 2];
        var stopped = false;
        for (var i = 0; i < count; i++)
        {
            var specification = request.Specifications[i];
            outcomes[2 * i] = (byte)KindOf(specification);
            byte result = (byte)DataAccessResult.OtherReason;
            if (stopped) new CosemWriter(output).WriteNull();
            else result = Do(objects, specification, request.Data[i], output);
            outcomes[2 * i + 1] = result;
            stopped |= result != 0 && request.InvokeId.BreakOnError;
            if (!limit.Fits(output.WrittenCount + count - i - 1 + rest)) return false;
        }
        return true;
    }

    /// <summary>Does one access: its data to the output, its result returned.</summary>
    private static byte Do(ServerObjects objects, AccessSpecification specification, CosemData data, ArrayBufferWriter<byte> output)
    {
        switch (specification)
        {
            case AccessGet get:
                var value = objects.Get(get.Attribute, get.Selection);
                if (value.IsSuccess) value.WriteTo(output);
                else new CosemWriter(output).WriteNull();
                return (byte)value.Result;
            case AccessSet set:
                new CosemWriter(output).WriteNull();
                return (byte)objects.Set(set.Attribute, set.Selection, data);
            default:
                var answer = objects.Invoke(((AccessAction)specification).Method, data);
                (answer.Data ?? CosemData.Null).WriteTo(output);
                return (byte)answer.Result;
        }
    }

    private static AccessSpecificationKind KindOf(AccessSpecification specification) => specification switch
    {
        AccessGet => AccessSpecificationKind.Get,
        AccessSet => AccessSpecificationKind.Set,
        _ => AccessSpecificationKind.Action,
    };
}
