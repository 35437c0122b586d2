using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.Translation;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;
using static Headrace.Dlms.Tests.Session.ScriptedServer;

namespace Headrace.Dlms.Tests.Session;

/// <summary>Oddities of real meters, most of them of a client's session, numbered as in the list of field quirks.</summary>
public sealed class MeterQuirkTests
{
    private static readonly ClientTimings Patient = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quirk_3_a_push_whose_last_frame_promises_another_ends_only_where_that_is_named(bool named)
    {
        var push = new byte[] { 0x0F, 0, 0, 0, 1, 0, 0x11, 8 };
        var output = new ArrayBufferWriter<byte>();
        for (var half = 0; half < 2; half++)
        {
            byte[] information = half == 0 ? [0xE6, 0xE7, 0, .. push[..4]] : push[4..];
            new HdlcFrame(HdlcAddress.Client(16), HdlcAddress.Server(1), HdlcControl.UnnumberedInformation(half == 1), true, information)
                .Write(output);
        }
        var input = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.Equal(named, new HdlcPushReader { FinalBitEnds = named }.TryRead(ref input, out var told));
        if (named) Assert.Equal(push, told.Apdu.ToArray());
    }

    [Fact]
    public void Quirk_9_a_reject_without_user_information_and_another_context_name()
    {
        using var client = new ClientAssociation(new ClientOptions(), new SecurityKeys());
        client.Open();
        var rejected = Assert.IsType<AssociationRejected>(
            client.Receive(Convert.FromHexString("6117A109060760857405080101A203020101A305A10302010D")).Event);
        Assert.Equal((1, 13), (rejected.Result, rejected.Diagnostic));
        client.Open();
        var other = Accept(Conformance.Get, context: ApplicationContext.LogicalNamesCiphered);
        Assert.Equal(RejectionReason.UnacceptableTerms, Assert.IsType<AssociationRejected>(client.Receive(other).Event).Reason);
        using var tolerant = new ClientAssociation(
            new ClientOptions { AcseTolerance = AcseTolerance.OtherContext }, new SecurityKeys());
        tolerant.Open();
        Assert.IsType<Associated>(tolerant.Receive(other).Event);
        Assert.Equal(1, tolerant.Tolerances.Used["AcseTolerance.OtherContext"]);
    }

    [Theory]
    [InlineData("6300")]
    [InlineData("6303800100")]
    [InlineData("63FF8001")]
    public void Quirk_10_any_release_response_is_a_release(string answer)
    {
        var client = Opened();
        client.Release();
        Assert.IsType<AssociationReleased>(client.Receive(Convert.FromHexString(answer)).Event);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quirk_11_a_server_that_returns_no_proof_is_believed_only_where_that_is_named(bool named)
    {
        var (client, _) = TestMeter.NewClient("md5", o => o with { AcceptMissingServerProof = named });
        client.Open();
        var output = new ArrayBufferWriter<byte>();
        new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNames,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
            UserInformation = new InitiateResponse(Conformance.Get | Conformance.Action, 0).Encode(),
        }.WithChallenge(AuthenticationMechanism.HighLevelMd5, new byte[16]).WriteTo(output);
        var proof = client.Receive(output.WrittenSpan.ToArray()).Send;
        var told = client.Receive(
            new ActionResponseNormal(IdOf(proof), new ActionOutcome(ActionResult.Success)).Encode()).Event;
        if (!named) Assert.Equal(RejectionReason.ServerNotAuthenticated, Assert.IsType<AssociationRejected>(told).Reason);
        else Assert.IsType<Associated>(told);
        Assert.Equal(named, client.Tolerances.Used.ContainsKey(nameof(ClientOptions.AcceptMissingServerProof)));
    }

    [Fact]
    public void Quirk_14_an_answer_without_title_is_opened_under_the_title_of_the_association()
    {
        var (client, sap) = TestMeter.NewClient("glo");
        new TestMeter().Exchange(client, sap, client.Open());
        var id = IdOf(Deciphered(client.Get(Value), TestMeter.Guek));
        using var cipher = new ApduCipher(TestMeter.Guek, TestMeter.Gak);
        var content = cipher.Encrypt(TestMeter.ServerTitle, SecurityControl.Of(SecuritySuite.Suite0, true, true), 5001, Number(id, 1));
        Assert.IsType<GetCompleted>(client.Receive(new GeneralGloCiphering(default, content).Encode()).Event);
    }

    [Fact]
    public void Quirk_16_a_low_counter_is_answered_by_the_counter_expected_while_opening_and_while_asking()
    {
        var refusal = new ExceptionResponse(StateError.ServiceNotAllowed, ServiceError.InvocationCounterError, 4711).Encode();
        using var client = new ClientAssociation(new ClientOptions(), new SecurityKeys());
        client.Open();
        Assert.Equal(4711u, Assert.IsType<AssociationRejected>(client.Receive(refusal).Event).ExpectedInvocationCounter);
        var asking = Opened();
        asking.Get(Value);
        Assert.Equal(4711u, Assert.IsType<ServiceRefused>(asking.Receive(refusal).Event).ExpectedInvocationCounter);
        Assert.Equal(AssociationState.Associated, asking.State);
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("next association")]
    [InlineData("after the answer")]
    public void Quirk_18_transferred_keys_are_used_from_when_the_meter_uses_them(string when)
    {
        var newKey = Convert.FromHexString("0F0E0D0C0B0A09080706050403020100");
        uint counter = 0;
        using var newKeys = new SecurityKeys(newKey, TestMeter.Gak);
        var (client, sap) = TestMeter.NewClient("glo");
        new TestMeter().Exchange(client, sap, client.Open());
        client.OfferKeys(newKeys, () => ++counter);
        uint sent = 5000;
        SessionStep Answer(ReadOnlyMemory<byte> request, byte[] answerKey, byte[] requestKey)
        {
            var opened = Deciphered(request, requestKey);
            using var cipher = new ApduCipher(answerKey, TestMeter.Gak);
            var content = cipher.Encrypt(TestMeter.ServerTitle, SecurityControl.Of(SecuritySuite.Suite0, true, true), ++sent,
                Number(IdOf(opened), 1));
            return client.Receive(new CipheredApdu(ApduTag.GloGetResponse, content).Encode());
        }
        var first = when == "at once" ? newKey : TestMeter.Guek;
        Assert.IsType<GetCompleted>(Answer(client.Get(Value), first, TestMeter.Guek).Event);
        if (when == "after the answer") client.TakeOfferedKeys();
        var second = when == "next association" ? TestMeter.Guek : newKey;
        Assert.IsType<GetCompleted>(Answer(client.Get(Value), second, second).Event);
        Assert.Equal(when == "next association" ? 0u : 1u, counter);
    }

    private static byte[] Deciphered(ReadOnlyMemory<byte> request, byte[] key)
    {
        using var cipher = new ApduCipher(key, TestMeter.Gak);
        var ciphered = Assert.IsType<CipheredApdu>(XdlmsApdu.Decode(request.ToArray())).Ciphered;
        return cipher.Decrypt(TestMeter.ClientTitle, ciphered) ?? throw new InvalidOperationException("under another key");
    }

    [Theory]
    [InlineData("07EA0302FF0C0FFFFFFFC4FF", 11, false)]
    [InlineData("07EA0302000C0F0000FFC40F", 11, true)]
    [InlineData("07EA0302010C0F0000FFC480", 11, true)]
    [InlineData("07EA0302010C0F0000003C00", 13, false)]
    public void Quirk_21_parts_left_open_are_no_obstacle_and_a_deviation_is_taken_at_its_word(string hex, int hour, bool flagged)
    {
        var time = CosemDateTime.Parse(Convert.FromHexString(hex));
        Assert.True(time.TryToUtc(out var utc));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, hour, 15, 0, TimeSpan.Zero), utc);
        Assert.Equal(flagged, time.Status is not (ClockStatus.None or ClockStatus.NotSpecified));
    }

    [Fact]
    public void Quirk_25_a_text_telegram_under_ciphering_is_shown_as_text_and_is_no_push()
    {
        var text = "/HDR5\r\n\r\n1-0:1.8.0(000123.456*kWh)\r\n!\r\n"u8.ToArray();
        using var cipher = new ApduCipher(TestMeter.Guek, TestMeter.Gak);
        var content = cipher.Encrypt(TestMeter.ServerTitle, SecurityControl.Of(SecuritySuite.Suite0, true, true), 1, text);
        var apdu = new GeneralGloCiphering(TestMeter.ServerTitle, content).Encode();
        var keys = new TranslationKeys { GlobalUnicastEncryptionKey = TestMeter.Guek, AuthenticationKey = TestMeter.Gak };
        Assert.Contains("p1-telegram", DlmsTranslator.Decode(apdu, DlmsFraming.Apdu, keys).ToJsonString(), StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => new PushDecoder().DecodeNotification(text, new PushReading[8]));
    }

    [Fact]
    public async Task Quirk_26_a_profile_whose_selection_is_refused_is_read_whole_where_that_is_named()
    {
        var meter = new TestMeter(rows: 8);
        using var server = new WrapperServer(meter.Device);
        await using var line = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            while (WrapperFrame.TryRead(ref input, WrapperFrame.MaximumApduSize, out var frame))
            {
                var answer = frame.Apdu.Span[0] == (byte)ApduTag.GetRequest
                    && XdlmsApdu.Decode(frame.Apdu) is GetRequestNormal { Selection: not null } get
                        ? new GetResponseNormal(get.InvokeId, GetDataResult.FromError(DataAccessResult.ObjectUnavailable)).Encode()
                        : server.Associations.Handle(frame.SourcePort, frame.DestinationPort, frame.Apdu);
                WrapperFrame.Write(output, frame.DestinationPort, frame.SourcePort, answer.Span);
            }
        });
        var (options, keys, sap) = TestMeter.ClientOf("low");
        var selection = new EntryDescriptor(1, 2).ToSelectiveAccess();
        foreach (var named in new[] { false, true })
        {
            await using var client = DlmsClient.OverWrapper(line, sap, 1,
                options with { ReadAllWhenSelectionIsRefused = named }, keys, Patient, TimeProvider.System);
            await client.ConnectAsync(Cancel);
            var rows = 0;
            var thrown = await Record.ExceptionAsync(async () =>
            {
                await foreach (var _ in client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), selection, Cancel)) rows++;
            });
            if (!named) Assert.Equal(DataAccessResult.ObjectUnavailable, Assert.IsType<DlmsRefusalException>(thrown).Result);
            Assert.Equal(named ? 8 : 0, rows);
            Assert.Equal(named, client.Association.Tolerances.Used.ContainsKey(nameof(ClientOptions.ReadAllWhenSelectionIsRefused)));
            await client.ReleaseAsync(Cancel);
        }
    }

    [Fact]
    public void Quirk_27_another_invoke_id_is_a_stray_unless_it_is_named_and_pushes_may_come_in_between()
    {
        var client = Opened();
        var id = IdOf(client.Get(Value));
        var other = InvokeIdAndPriority.Of(id.InvokeId + 5);
        Assert.Null(client.Receive(Number(other, 1)).Event);
        var push = new DataNotification(LongInvokeIdAndPriority.Of(1), null, CosemData.Null).Encode();
        Assert.IsType<NotificationReceived>(client.Receive(push).Event);
        Assert.IsType<GetCompleted>(client.Receive(Number(id, 1)).Event);
        var tolerant = Opened(change: o => o with { AcceptOtherInvokeId = true });
        tolerant.Get(Value);
        Assert.IsType<GetCompleted>(tolerant.Receive(Number(other, 1)).Event);
        Assert.Equal(1, tolerant.Tolerances.Used[nameof(ClientOptions.AcceptOtherInvokeId)]);
    }

    [Fact]
    public void Quirk_28_longer_apdus_and_blocks_that_were_not_agreed_are_borne_only_where_named()
    {
        var told = new List<string>();
        var strict = Opened(All & ~Conformance.BlockTransferWithGetOrRead, change: o => o with { MaxPduSize = 100 });
        byte[] Long(InvokeIdAndPriority id) =>
            new GetResponseNormal(id, GetDataResult.FromData(CosemData.OctetString(new byte[200]))).Encode();
        byte[] Block(InvokeIdAndPriority id) => new GetResponseWithDatablock(id, true, 1, new byte[] { 17, 5 }).Encode();
        var id = IdOf(strict.Get(Value));
        Assert.Throws<ProtocolException>(() => strict.Receive(Long(id)));
        strict = Opened(All & ~Conformance.BlockTransferWithGetOrRead);
        id = IdOf(strict.Get(Value));
        Assert.Throws<ProtocolException>(() => strict.Receive(Block(id)));
        var tolerant = Opened(All & ~Conformance.BlockTransferWithGetOrRead,
            change: o => o with { MaxPduSize = 100, AcceptLongResponses = true, AcceptUnagreedServices = true });
        tolerant.Tolerances.Told = told.Add;
        Assert.IsType<GetCompleted>(tolerant.Receive(Long(IdOf(tolerant.Get(Value)))).Event);
        Assert.IsType<GetCompleted>(tolerant.Receive(Block(IdOf(tolerant.Get(Value)))).Event);
        Assert.Equal([nameof(ClientOptions.AcceptLongResponses), nameof(ClientOptions.AcceptUnagreedServices)], told);
    }

    [Fact]
    public async Task Quirk_28_lists_are_cut_to_what_the_meter_takes()
    {
        var meter = new TestMeter();
        using var server = new WrapperServer(meter.Device);
        await using var line = new MeterLine(server.Receive);
        var (options, keys, sap) = TestMeter.ClientOf("low");
        await using var client = DlmsClient.OverWrapper(line, sap, 1,
            options with { MaxListLength = 2, MaxRequestSize = 60 }, keys, Patient, TimeProvider.System);
        await client.ConnectAsync(Cancel);
        var list = Enumerable.Repeat(new AttributeSelection(TestMeter.Attribute(3, TestMeter.Energy)), 5).ToList();
        Assert.All(await client.GetListAsync(list, Cancel), r => Assert.Equal(123_456, r.Data!.AsInteger()));
        AttributeSelection[] targets = [new(TestMeter.Attribute(1, TestMeter.Text)), new(TestMeter.Attribute(1, TestMeter.Second)),
            new(TestMeter.Attribute(3, TestMeter.Energy))];
        Assert.Equal([DataAccessResult.Success, DataAccessResult.Success, DataAccessResult.ReadWriteDenied],
            await client.SetListAsync(targets, [CosemData.OctetString(new byte[300]), CosemData.LongUnsigned(9), CosemData.Null], Cancel));
        var outcomes = await client.ActionListAsync([Method, Method, new CosemMethodDescriptor(9000, TestMeter.Mirror, 2)],
            [CosemData.Unsigned(1), CosemData.Unsigned(2), CosemData.Null], Cancel);
        Assert.Equal([ActionResult.Success, ActionResult.Success, ActionResult.TemporaryFailure], outcomes.Select(o => o.Result));
        Assert.True(client.Association.Tolerances.Used.ContainsKey(nameof(ClientOptions.MaxListLength)));
        await client.ReleaseAsync(Cancel);
    }

    [Fact]
    public void Quirk_29_the_meter_is_asked_whatever_its_object_list_says_and_its_refusal_is_a_result()
    {
        var client = Opened();
        var id = IdOf(client.Get(Value));
        var denied = new GetResponseNormal(id, GetDataResult.FromError(DataAccessResult.ReadWriteDenied)).Encode();
        Assert.Equal(DataAccessResult.ReadWriteDenied, Assert.IsType<GetCompleted>(client.Receive(denied).Event).Result.Error);
        id = IdOf(client.Get(Value));
        Assert.IsType<GetCompleted>(client.Receive(Number(id, 1)).Event);
    }

    [Fact]
    public void Quirk_30_surplus_octets_swapped_fields_and_list_tags_in_blocks_are_borne_only_where_named()
    {
        const ApduTolerance Named = ApduTolerance.TrailingOctetInSetResponse | ApduTolerance.BlockNumberBeforeResult
            | ApduTolerance.ListTagInBlocks;
        var client = Opened(serverMaxPdu: 40, change: o => o with { Tolerance = Named });
        var id = IdOf(client.Set(Value, CosemData.OctetString(new byte[50]))).Value;
        var step = client.Receive(new byte[] { 0xC5, 2, id, 0, 0, 0, 1, 0 });
        while (!Sent<SetRequestWithDatablock>(step.Send).Block.LastBlock)
            step = client.Receive(new byte[] { 0xC5, 2, id, 0, 0, 0, (byte)Sent<SetRequestWithDatablock>(step.Send).Block.BlockNumber, 0 });
        var swapped = client.Receive(new byte[] { 0xC5, 3, id, 0, 0, 0, 3, 3 });
        Assert.Equal([DataAccessResult.ReadWriteDenied], Assert.IsType<SetCompleted>(swapped.Event).Results);
        id = IdOf(client.Get([new AttributeSelection(Value), new AttributeSelection(Value)])).Value;
        step = client.Receive(new byte[] { 0xC4, 3, id, 0, 0, 0, 0, 1, 0, 3, 2, 0, 17 });
        Assert.Equal(1u, Sent<GetRequestNext>(step.Send).BlockNumber);
        var list = Assert.IsType<GetListCompleted>(client.Receive(new byte[] { 0xC4, 3, id, 1, 0, 0, 0, 2, 0, 4, 5, 0, 17, 6 }).Event);
        Assert.Equal([5, 6], list.Results.Select(r => r.Data!.AsInteger()));
        Assert.Equal(3, client.Tolerances.Used.Count);
        var strict = Opened();
        id = IdOf(strict.Get([new AttributeSelection(Value), new AttributeSelection(Value)])).Value;
        Assert.Throws<ProtocolException>(() => strict.Receive(new byte[] { 0xC4, 3, id, 0, 0, 0, 0, 1, 0, 3, 2, 0, 17 }));
    }
}
