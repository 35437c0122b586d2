using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Session;

/// <summary>ACCESS: GET, SET and ACTION mixed in one request (IEC 62056-5-3, access service). Long ones go in general blocks
/// only.</summary>
/// <param name="invokeId">Ties the answer to the request.</param>
/// <param name="specifications">What to do.</param>
/// <param name="data">One value for each.</param>
internal sealed class AccessExchange(
    LongInvokeIdAndPriority invokeId, IReadOnlyList<AccessSpecification> specifications, IReadOnlyList<CosemData> data) : ClientExchange
{
    public override XdlmsApdu First => new AccessRequest(invokeId, null, specifications, data);

    public override bool IsOfService(XdlmsApdu response) => response is AccessResponse;

    public override bool IsToRequest(XdlmsApdu response) => ((AccessResponse)response).InvokeId.InvokeId == invokeId.InvokeId;

    public override ExchangeStep? Receive(XdlmsApdu response)
    {
        var (_, _, _, values, outcomes) = (AccessResponse)response;
        // Where processing breaks at the first error, what came after it may be missing.
        if (values.Count != outcomes.Count || outcomes.Count > specifications.Count
            || (outcomes.Count < specifications.Count && !invokeId.BreakOnError))
            throw new ProtocolException($"{values.Count} values and {outcomes.Count} results for {specifications.Count} accesses");
        var results = new AccessResult[outcomes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var expected = KindOf(specifications[i]);
            if (outcomes[i].Service != expected) throw new ProtocolException($"access {i} answered as {outcomes[i].Service}");
            results[i] = new AccessResult(expected, outcomes[i].Result, values[i]);
        }
        return Finish(new AccessCompleted(results));
    }

    private static AccessSpecificationKind KindOf(AccessSpecification specification) => specification switch
    {
        AccessGet => AccessSpecificationKind.Get,
        AccessSet => AccessSpecificationKind.Set,
        _ => AccessSpecificationKind.Action,
    };
}
