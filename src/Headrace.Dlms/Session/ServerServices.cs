using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.ShortNames;

namespace Headrace.Dlms.Session;

/// <summary>The services of an open association: the one place where a plain APDU is served, within what was negotiated.</summary>
/// <remarks>What a long transfer needs is made when there is one: an idle association holds nothing.</remarks>
internal sealed class ServerServices(LogicalDevice device, AssociationSettings settings, ServerTerms terms)
{
    private ServerGet? _get;
    private ServerSet? _set;
    private ServerAction? _action;
    private ServerShortNames? _shortNames;

    /// <summary>The objects, with the protection of the request that is being served.</summary>
    public ServerObjects Objects { get; } = new(device, settings, terms);

    /// <summary>Forgets all long transfers.</summary>
    public void Forget()
    {
        _get?.Reset();
        _set?.Reset();
        _action?.Reset();
        _shortNames?.Forget();
    }

    /// <summary>The services by short names; for associations that refer so.</summary>
    public ServerShortNames ShortNames => _shortNames ??= new ServerShortNames(Objects, device);

    /// <summary>Serves a plain APDU; leaves <paramref name="answer"/> empty where it is not to be answered.</summary>
    public void Serve(XdlmsApdu request, MessageProtection protection, in AnswerLimit limit, ArrayBufferWriter<byte> answer)
    {
        Objects.Begin(protection);
        if (!Continues(request)) Forget();
        switch (request)
        {
            case ReadRequest or WriteRequest or UnconfirmedWriteRequest when settings.UsesShortNames:
                ShortNames.Serve(request, limit, answer);
                break;
            case GetRequest get when terms.Agreed(Conformance.Get):
                (_get ??= new ServerGet(Objects)).Handle(get, limit, answer);
                // Clients are about that leave the service class of a GET at unconfirmed and wait for its answer: in an association that
                // was opened it gets one. SET and ACTION are done without a word, as they say.
                if (settings.IsPreEstablished && get is not GetRequestNext && !get.InvokeId.Confirmed) answer.ResetWrittenCount();
                break;
            case SetRequest set when terms.Agreed(Conformance.Set):
                (_set ??= new ServerSet(Objects)).Handle(set, limit, answer);
                if (!set.InvokeId.Confirmed) answer.ResetWrittenCount();
                break;
            case ActionRequest action when terms.Agreed(Conformance.Action):
                (_action ??= new ServerAction(Objects)).Handle(action, limit, answer);
                if (!action.InvokeId.Confirmed) answer.ResetWrittenCount();
                break;
            case AccessRequest access when terms.Agreed(Conformance.Access):
                ServerAccess.Handle(Objects, access, limit, answer);
                if (!access.InvokeId.Confirmed) answer.ResetWrittenCount();
                break;
            case SetRequest { InvokeId.Confirmed: false } or ActionRequest { InvokeId.Confirmed: false } or DataNotificationConfirm:
                break;
            default:
                answer.Write(ServerRefusals.NotSupported);
                break;
        }
    }

    /// <summary>Whether a request goes on with a long transfer; any other ends it.</summary>
    private static bool Continues(XdlmsApdu request) => request
        is GetRequestNext or SetRequestWithDatablock or ActionRequestNextPblock or ActionRequestWithPblock or DataNotificationConfirm
        || ServerShortNames.Continues(request);
}
