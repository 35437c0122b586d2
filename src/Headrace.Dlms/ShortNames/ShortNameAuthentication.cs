using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.ShortNames;

/// <summary>Passes 3 and 4 of HLS by short names: reply_to_HLS_authentication of the current Association SN, read with its
/// parameter.</summary>
internal static class ShortNameAuthentication
{
    /// <summary>Method 8 of Association SN: FA00 + 58.</summary>
    internal const ushort ReplyToHls = ReservedBaseNames.Association + 0x58;

    /// <summary>Pass 3 from the client.</summary>
    public static XdlmsApdu Ask(CosemData proof, byte selector) =>
        new ReadRequest([new ParameterizedAccess(ReplyToHls, new SelectiveAccess(selector, proof))]);

    /// <summary>Pass 4 seen by the client, as the outcome of an action; null where the response is none.</summary>
    public static ActionOutcome? OutcomeOf(ReadResponse response) => response.Results switch
    {
        [ReadData data] => OutcomeOf(GetDataResult.FromData(data.Value)),
        [ReadError error] => OutcomeOf(GetDataResult.FromError(error.Error)),
        _ => null,
    };

    /// <summary>What reading a method came to, as the outcome of an action.</summary>
    public static ActionOutcome OutcomeOf(GetDataResult result) => result.Data is { } data
        ? new ActionOutcome(ActionResult.Success, data.IsNull ? null : GetDataResult.FromData(data))
        : new ActionOutcome((ActionResult)result.Error);

    /// <summary>Pass 3 seen by the server: the proof; null where the request is another. The selector means nothing.</summary>
    public static CosemData? ProofOf(XdlmsApdu request) =>
        request is ReadRequest { Variables: [ParameterizedAccess { Name: ReplyToHls, Selection.Parameter: var proof }] } ? proof : null;

    /// <summary>Pass 4 from the server: its proof, or null for that the client's is wrong.</summary>
    public static byte[] Answer(CosemData? proof) =>
        new ReadResponse([proof is null ? new ReadError(DataAccessResult.ReadWriteDenied) : new ReadData(proof)]).Encode();
}
