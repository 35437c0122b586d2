using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class SecurityTests
{
    private static readonly byte[] WrongKey = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Wrong_keys_open_nothing(bool wrongGuek, bool wrongGak)
    {
        var meter = new TestMeter();
        var (options, _, sap) = TestMeter.ClientOf("glo");
        var client = new ClientAssociation(options,
            new SecurityKeys(wrongGuek ? WrongKey : TestMeter.Guek, wrongGak ? WrongKey : TestMeter.Gak));
        var rejected = Assert.IsType<AssociationRejected>(meter.Exchange(client, sap, client.Open()));
        Assert.Equal(ServiceError.DecipheringError, Assert.IsType<ExceptionResponse>(rejected.Refusal).ServiceError);
        Assert.Equal(AssociationState.Idle, client.State);
        Assert.Equal(ServerAssociationState.NotAssociated, meter.Server.Find(sap, 1)!.State);
    }

    [Theory]
    [InlineData("low")]
    [InlineData("md5")]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void A_wrong_secret_is_refused(string way)
    {
        var meter = new TestMeter();
        var (options, _, sap) = TestMeter.ClientOf(way);
        var client = new ClientAssociation(options, SecurityKeys.OfSecret("87654321"u8));
        var rejected = Assert.IsType<AssociationRejected>(meter.Exchange(client, sap, client.Open()));
        Assert.Equal((int)UserDiagnostic.AuthenticationFailure, rejected.Diagnostic);
        Assert.Equal(ServiceError.OperationNotPossible, ((ExceptionResponse)XdlmsApdu.Decode(
            meter.Server.Handle(sap, 1, Convert.FromHexString("C001C100030100010800FF0200")))).ServiceError);
    }

    [Fact]
    public void A_wrong_gmac_in_a_plain_context_is_refused_in_pass_3()
    {
        var meter = new TestMeter();
        var (options, _, sap) = TestMeter.ClientOf("gmac-plain");
        var client = new ClientAssociation(options, new SecurityKeys(TestMeter.Guek, WrongKey));
        Assert.Equal(RejectionReason.ClientNotAuthenticated,
            Assert.IsType<AssociationRejected>(meter.Exchange(client, sap, client.Open())).Reason);
    }

    [Fact]
    public void A_server_that_cannot_prove_itself_is_not_believed()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("gmac-plain");
        var pass3 = client.Receive(meter.Server.Handle(sap, 1, client.Open())).Send;
        var pass4 = meter.Server.Handle(sap, 1, pass3).ToArray();
        pass4[^1] ^= 1;
        Assert.Equal(RejectionReason.ServerNotAuthenticated, Assert.IsType<AssociationRejected>(client.Receive(pass4).Event).Reason);
    }

    [Fact]
    public void A_server_that_returns_the_clients_own_challenge_is_not_believed()
    {
        var client = TestMeter.NewClient("md5", o => o with { Challenge = "0123456789ABCDEF"u8.ToArray() }).Client;
        client.Open();
        var response = new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNames,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
            UserInformation = new InitiateResponse(ClientOptions.UsualConformance, 500).Encode(),
        }.WithChallenge(AuthenticationMechanism.HighLevelMd5, "0123456789ABCDEF"u8.ToArray());
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        response.WriteTo(output);
        Assert.Equal(RejectionReason.UnacceptableTerms,
            Assert.IsType<AssociationRejected>(client.Receive(output.WrittenMemory).Event).Reason);
    }

    [Theory]
    [InlineData(AuthenticationMechanism.HighLevelGmac, ApplicationContext.LogicalNamesCiphered, true)]
    [InlineData(AuthenticationMechanism.LowLevel, ApplicationContext.LogicalNamesCiphered, false)]
    public void Terms_in_the_clear_are_taken_only_where_the_server_has_yet_to_prove_itself(
        AuthenticationMechanism mechanism, ApplicationContext context, bool taken)
    {
        var (client, _) = TestMeter.NewClient("glo", o => o with { Authentication = mechanism });
        client.Open();
        // As some servers answer: no mechanism named, diagnostic 0, and a challenge.
        var step = client.Receive(Answer(context, mechanism == AuthenticationMechanism.LowLevel ? null : "0123456789ABCDEF"u8.ToArray()));
        Assert.Equal(taken, step.Event is null);
        if (!taken) Assert.Equal(RejectionReason.UnacceptableTerms, Assert.IsType<AssociationRejected>(step.Event).Reason);
        else Assert.Equal(0xCB, step.Send.Span[0]); // pass 3, ciphered
    }

    [Theory]
    [InlineData(AcseTolerance.None, false)]
    [InlineData(AcseTolerance.OtherContext, true)]
    public void Another_context_than_was_asked_for_is_borne_only_where_told(AcseTolerance tolerance, bool taken)
    {
        var (client, _) = TestMeter.NewClient("low", o => o with { AcseTolerance = tolerance });
        client.Open();
        Assert.Equal(taken, client.Receive(Answer(ApplicationContext.LogicalNamesCiphered, null)).Event is Associated);
    }

    [Fact]
    public void A_low_counter_is_refused_with_the_one_expected_and_works_from_there()
    {
        var meter = new TestMeter();
        var (first, sap) = TestMeter.NewClient("glo", o => o with { InvocationCounter = Counter(5000) });
        Assert.IsType<Associated>(meter.Exchange(first, sap, first.Open()));
        var (low, _) = TestMeter.NewClient("glo", o => o with { InvocationCounter = Counter(10) });
        var expected = Assert.IsType<AssociationRejected>(meter.Exchange(low, sap, low.Open())).ExpectedInvocationCounter;
        Assert.Equal(5003u, expected);
        Assert.Equal(5002u, meter.Security.LastReceivedCounter);
        var (again, _) = TestMeter.NewClient("glo", o => o with { InvocationCounter = Counter(expected!.Value) });
        Assert.IsType<Associated>(meter.Exchange(again, sap, again.Open()));
    }

    [Theory]
    [InlineData("glo")]
    [InlineData("general-glo")]
    [InlineData("ded")]
    [InlineData("general-ded")]
    public void A_replayed_request_is_refused_and_a_replayed_response_ends_the_association(string way)
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient(way);
        meter.Exchange(client, sap, client.Open());
        var request = client.Get(TestMeter.Attribute(3, TestMeter.Energy)).ToArray();
        var response = meter.Server.Handle(sap, 1, request).ToArray();
        Assert.NotNull(client.Receive(response).Event);
        var refused = (ExceptionResponse)XdlmsApdu.Decode(meter.Server.Handle(sap, 1, request));
        Assert.Equal(ServiceError.InvocationCounterError, refused.ServiceError);
        Assert.NotNull(refused.ExpectedInvocationCounter);
        client.Get(TestMeter.Attribute(3, TestMeter.Energy));
        Assert.Equal(ProtectionFailure.Replayed, Assert.Throws<ProtectionException>(() => client.Receive(response)).Failure);
        Assert.Equal(AssociationState.Idle, client.State);
    }

    [Fact]
    public void Any_bit_changed_in_a_ciphered_response_is_noticed()
    {
        var meter = new TestMeter();
        for (var bit = 0; bit < 64; bit++)
        {
            var (client, sap) = TestMeter.NewClient("glo");
            meter.Exchange(client, sap, client.Open());
            var response = meter.Server.Handle(sap, 1, client.Get(TestMeter.Attribute(3, TestMeter.Energy))).ToArray();
            response[7 + bit % (response.Length - 7)] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ProtectionFailure.NotAuthentic, Assert.Throws<ProtectionException>(() => client.Receive(response)).Failure);
        }
    }

    [Fact]
    public void A_plain_response_in_a_ciphered_association_is_refused_but_a_plain_exception_is_a_result()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("glo");
        meter.Exchange(client, sap, client.Open());
        client.Get(TestMeter.Attribute(3, TestMeter.Energy));
        var told = client.Receive(
            new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.InvocationCounterError, 77).Encode()).Event;
        Assert.Equal(77u, Assert.IsType<ServiceRefused>(told).ExpectedInvocationCounter);
        client.Get(TestMeter.Attribute(3, TestMeter.Energy));
        var failure = Assert.Throws<ProtectionException>(() => client.Receive(Convert.FromHexString("C401C100060001E240"))).Failure;
        Assert.Equal(ProtectionFailure.TooLittle, failure);
    }

    [Fact]
    public void A_request_with_less_protection_than_the_policy_is_refused()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("glo");
        meter.Exchange(client, sap, client.Open());
        Assert.Equal(0xD8, meter.Server.Handle(sap, 1, Convert.FromHexString("C001C100030100010800FF0200")).Span[0]);
        var (weak, _) = TestMeter.NewClient("glo", o => o with
        {
            Protection = SecurityControl.Of(SecuritySuite.Suite0, true, false),
            InitiateProtection = SecurityControl.Of(SecuritySuite.Suite0, true, true),
        });
        Assert.IsType<AssociationRejected>(meter.Exchange(weak, sap, weak.Open()));
    }

    [Fact]
    public void Transferred_keys_hold_from_the_next_request_and_only_all_together()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("glo");
        meter.Exchange(client, sap, client.Open());
        var method = new CosemMethodDescriptor(64, LogicalName.Parse("0-0:43.0.0.255"), 2);
        CosemData Transfer(byte[] master, params (byte Id, byte[] Key)[] keys) =>
            CosemData.Array(
                [.. keys.Select(k => CosemData.Structure(CosemData.Enum(k.Id), CosemData.OctetString(KeyWrap.Wrap(master, k.Key))))]);
        var bad = Assert.IsType<ActionCompleted>(meter.Exchange(client, sap, client.Action(method, Transfer(WrongKey, (0, WrongKey)))));
        Assert.NotEqual(ActionResult.Success, bad.Outcomes[0].Result);
        var good = Assert.IsType<ActionCompleted>(
            meter.Exchange(client, sap, client.Action(method, Transfer(TestMeter.Master, (0, WrongKey), (2, TestMeter.Guek)))));
        Assert.Equal(ActionResult.Success, good.Outcomes[0].Result);
        Assert.Equal([KeyId.GlobalUnicast, KeyId.Authentication], meter.KeysChanged);
        Assert.IsType<ServiceRefused>(meter.Exchange(client, sap, client.Get(TestMeter.Attribute(3, TestMeter.Energy))));
        var renewed = new ClientAssociation(TestMeter.ClientOf("glo").Options with { InvocationCounter = Counter(1) },
            new SecurityKeys(WrongKey, TestMeter.Guek));
        Assert.IsType<Associated>(meter.Exchange(renewed, sap, renewed.Open()));
    }

    [Theory]
    [InlineData("6033A1090607608574050801028A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F0400621E5DFFFF",
        2, UserDiagnostic.ApplicationContextNameNotSupported)]
    [InlineData("601DA109060760857405080101BE10040E01000000065F1F0400621E5DFFFF", 2, UserDiagnostic.AuthenticationMechanismRequired)]
    [InlineData("6036A1090607608574050801018A0207808B0760857405080202AC0A80083132333435363738BE10040E01000000065F1F0400621E5DFFFF",
        2, UserDiagnostic.AuthenticationMechanismNotRecognised)]
    [InlineData("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363739BE10040E01000000065F1F0400621E5DFFFF",
        2, UserDiagnostic.AuthenticationFailure)]
    [InlineData("6036A1090607608574050801038A0207808B0760857405080205AC0A80083132333435363739BE10040E01000000065F1F0400621E5DFFFF",
        1, UserDiagnostic.CallingApTitleNotRecognized)]
    [InlineData("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000055F1F0400621E5DFFFF",
        2, UserDiagnostic.NoReasonGiven)]
    [InlineData("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F040000000000FF",
        2, UserDiagnostic.NoReasonGiven)]
    [InlineData("6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738BE10040E01000000065F1F0400621E5D0005",
        2, UserDiagnostic.NoReasonGiven)]
    public void An_unacceptable_association_request_is_rejected_with_its_reason(string hex, int sap, UserDiagnostic reason)
    {
        var bytes = Convert.FromHexString(hex);
        bytes[1] = (byte)(bytes.Length - 2);
        var answer = AssociationResponse.Parse(new TestMeter().Server.Handle((ushort)sap, 1, bytes));
        Assert.Equal(AssociationResult.RejectedPermanent, answer.Result);
        Assert.True(answer.Diagnostic.Is(reason), answer.Diagnostic.ToString());
        if (reason == UserDiagnostic.NoReasonGiven)
            Assert.Equal((byte)ApduTag.ConfirmedServiceError, answer.UserInformation!.Value.Span[0]);
    }

    private static NextInvocationCounter Counter(uint first)
    {
        var next = first;
        return () => next++;
    }

    private static ReadOnlyMemory<byte> Answer(ApplicationContext context, byte[]? challenge)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        new AssociationResponse
        {
            ApplicationContext = context,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.None),
            RespondingApTitle = TestMeter.ServerTitle,
            RespondingAuthenticationValue = challenge,
            UserInformation = new InitiateResponse(ClientOptions.UsualConformance, 500).Encode(),
        }.WriteTo(output);
        return output.WrittenMemory;
    }
}
