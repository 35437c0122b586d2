using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Properties;

/// <summary>The client's association laid out whole: every message of a server in every state, with what is told, what goes out and where
/// the association is then.</summary>
public sealed class ClientStateTests
{
    // Columns are the states: what is told, with ! a protocol error>state; a second part behind + goes out.
    private static readonly string[] Table =
    [
        // Idle, Opening, Authenticating, Associated, Asking, Releasing
        "aare           ->Idle    associated>Associated ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "aare-challenge ->Idle    associated>Associated ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "aare-rejected  ->Idle    rejected>Idle         ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "aare-garbled   ->Idle    !>Idle                ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "rlre           ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           released>Idle",
        "rlre-garbled   ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           released>Idle",
        "aarq           !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
        "get            ->Idle    ->Opening             ->Authenticating    ->Associated    got>Associated     ->Releasing",
        "get-other-id   ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "get-garbled    !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
        "block-1        ->Idle    ->Opening             ->Authenticating    ->Associated    -+C002>Asking      ->Releasing",
        "block-7        ->Idle    ->Opening             ->Authenticating    ->Associated    !>Idle             ->Releasing",
        "list           ->Idle    ->Opening             ->Authenticating    ->Associated    !>Idle             ->Releasing",
        "set            ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "action         ->Idle    ->Opening             rejected>Idle       ->Associated    ->Asking           ->Releasing",
        "read           ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "exception      ->Idle    rejected>Idle         rejected>Idle       ->Associated    refused>Associated refused>Idle",
        "service-error  ->Idle    rejected>Idle         rejected>Idle       ->Associated    refused>Associated refused>Idle",
        "push           told>Idle told>Opening          told>Authenticating told>Associated told>Asking        told>Releasing",
        "event          told>Idle told>Opening          told>Authenticating told>Associated told>Asking        told>Releasing",
        "glo-get        !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
        "general-glo    told>Idle told>Opening          told>Authenticating told>Associated told>Asking        told>Releasing",
        "general-block  ->Idle    ->Opening             ->Authenticating    ->Associated    got>Associated     ->Releasing",
        "general-abort  ->Idle    ->Opening             ->Authenticating    ->Associated    ->Asking           ->Releasing",
        "get-request    !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
        "unknown        !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
        "empty          !>Idle    !>Idle                !>Idle              !>Idle          !>Idle             !>Idle",
    ];

    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(AssociationRejected)] = "rejected",
        [typeof(Associated)] = "associated",
        [typeof(AssociationReleased)] = "released",
        [typeof(GetCompleted)] = "got",
        [typeof(ServiceRefused)] = "refused",
        [typeof(NotificationReceived)] = "told",
    };

    [Fact]
    public void Every_message_in_every_state_does_what_the_table_says()
    {
        var states = Enum.GetValues<AssociationState>();
        var rows = Messages().Select(m => m.Name + " " + string.Join(' ', states.Select(state =>
        {
            using var client = In(state);
            try
            {
                var step = client.Receive(m.Apdu);
                var sent = step.Send.IsEmpty ? "" : "+" + Convert.ToHexString(step.Send.Span[..2]);
                return $"{(step.Event is { } told ? Names[told.GetType()] : "-")}{sent}>{client.State}";
            }
            catch (ProtocolException)
            {
                return "!>" + client.State;
            }
        })));
        static string Squeezed(string row) => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var (wanted, found) = (string.Join('\n', Table.Select(Squeezed)), string.Join('\n', rows.Select(Squeezed)));
        Assert.True(string.Equals(wanted, found, StringComparison.Ordinal), found);
    }

    private static ClientAssociation In(AssociationState state)
    {
        var secret = SecurityKeys.OfSecret("12345678"u8);
        var needsProof = state == AssociationState.Authenticating;
        var client = new ClientAssociation(new ClientOptions
        {
            Authentication = needsProof ? AuthenticationMechanism.HighLevelMd5 : AuthenticationMechanism.Lowest,
            Conformance = ScriptedServer.All,
        }, secret);
        if (state == AssociationState.Idle) return client;
        client.Open();
        if (needsProof) client.Receive(Challenge());
        else if (state != AssociationState.Opening) client.Receive(ScriptedServer.Accept(ScriptedServer.All));
        if (state == AssociationState.Asking) client.Get(ScriptedServer.Value);
        if (state == AssociationState.Releasing) client.Release();
        Assert.Equal(state, client.State);
        return client;
    }

    private static IEnumerable<(string Name, byte[] Apdu)> Messages()
    {
        var id = InvokeIdAndPriority.Of(1, confirmed: true, highPriority: true);
        var otherId = InvokeIdAndPriority.Of(9, confirmed: true, highPriority: true);
        var seven = GetDataResult.FromData(CosemData.Unsigned(7));
        yield return ("aare", ScriptedServer.Accept(ScriptedServer.All));
        yield return ("aare-challenge", Challenge());
        yield return ("aare-rejected", Rejected());
        yield return ("aare-garbled", [0x61, 0x05, 0xA1, 0x09]);
        yield return ("rlre", [0x63, 0x03, 0x80, 0x01, 0x00]);
        yield return ("rlre-garbled", [0x63, 0x09, 0x80]);
        yield return ("aarq", [0x60, 0x00]);
        yield return ("get", new GetResponseNormal(id, seven).Encode());
        yield return ("get-other-id", new GetResponseNormal(otherId, seven).Encode());
        yield return ("get-garbled", [0xC4, 1, 0xC1, 0, 0x12, 0]);
        yield return ("block-1", new GetResponseWithDatablock(id, false, 1, new byte[] { 9, 4 }).Encode());
        yield return ("block-7", new GetResponseWithDatablock(id, false, 7, new byte[] { 9, 4 }).Encode());
        yield return ("list", new GetResponseWithList(id, [seven, seven]).Encode());
        yield return ("set", new SetResponseNormal(id, DataAccessResult.Success).Encode());
        yield return ("action", new ActionResponseNormal(id, new ActionOutcome(ActionResult.Success, null)).Encode());
        yield return ("read", new ReadResponse([new ReadData(CosemData.Null)]).Encode());
        yield return ("exception", new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.OperationNotPossible).Encode());
        yield return ("service-error", new ConfirmedServiceError(1, ServiceErrorClass.Initiate, 1).Encode());
        yield return ("push", new DataNotification(LongInvokeIdAndPriority.Of(1), null, CosemData.Null).Encode());
        yield return ("event", new EventNotification(null, ScriptedServer.Value, CosemData.Null).Encode());
        yield return ("glo-get", Convert.FromHexString("CC08" + "20" + "00000001" + "112233"));
        yield return ("general-glo", Convert.FromHexString("DB08" + "4844520000000001" + "08" + "20" + "00000001" + "112233"));
        yield return ("general-block", new GeneralBlockTransfer(true, false, 1, 1, 1, new GetResponseNormal(id, seven).Encode()).Encode());
        yield return ("general-abort", new GeneralBlockTransfer(true, false, 1, 0, 0, default).Encode());
        yield return ("get-request", Convert.FromHexString("C001C100080000010000FF0200"));
        yield return ("unknown", [0x76, 0x00]);
        yield return ("empty", []);
    }

    private static byte[] Challenge() => Encode(new AssociationResponse
    {
        ApplicationContext = ApplicationContext.LogicalNames,
        Result = AssociationResult.Accepted,
        Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
        UserInformation = new InitiateResponse(ScriptedServer.All, 0).Encode(),
    }.WithChallenge(AuthenticationMechanism.HighLevelMd5, "0123456789abcdef"u8.ToArray()));

    private static byte[] Rejected() => Encode(new AssociationResponse
    {
        ApplicationContext = ApplicationContext.LogicalNames,
        Result = AssociationResult.RejectedPermanent,
        Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationFailure),
    });

    private static byte[] Encode(AssociationResponse response)
    {
        var output = new ArrayBufferWriter<byte>();
        response.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }
}
