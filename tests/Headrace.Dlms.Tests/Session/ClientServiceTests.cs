using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;
using static Headrace.Dlms.Tests.Session.ScriptedServer;

namespace Headrace.Dlms.Tests.Session;

public sealed class ClientServiceTests
{
    [Fact]
    public void Access_mixes_services_and_tells_each_result()
    {
        var client = Opened();
        var request = Sent<AccessRequest>(client.Access(
            [new AccessGet(Value), new AccessSet(Value), new AccessAction(Method)],
            [CosemData.Null, CosemData.Unsigned(3), CosemData.Null]));
        Assert.True(request.InvokeId.Confirmed);
        var answer = new AccessResponse(request.InvokeId, null, null, [CosemData.Unsigned(7), CosemData.Null, CosemData.Null],
            [new(AccessSpecificationKind.Get, 0), new(AccessSpecificationKind.Set, 3), new(AccessSpecificationKind.Action, 2)]);
        var late = answer with { InvokeId = LongInvokeIdAndPriority.Of(99) };
        Assert.Null(client.Receive(late.Encode()).Event);
        Assert.Equal(1, client.StrayApdus);
        var done = Assert.IsType<AccessCompleted>(client.Receive(answer.Encode()).Event);
        Assert.Equal(7, done.Results[0].Data.AsInteger());
        Assert.Equal(DataAccessResult.ReadWriteDenied, done.Results[1].DataAccessResult);
        Assert.Equal(ActionResult.TemporaryFailure, done.Results[2].ActionResult);
    }

    [Fact]
    public void Access_that_breaks_at_an_error_may_end_early_and_no_other_may()
    {
        var client = Opened();
        AccessSpecification[] two = [new AccessGet(Value), new AccessGet(Value)];
        AccessResponse One(ReadOnlyMemory<byte> request) => new(Sent<AccessRequest>(request).InvokeId, null, null, [CosemData.Null],
            [new(AccessSpecificationKind.Get, 4)]);
        var answer = One(client.Access(two, [CosemData.Null, CosemData.Null], breakOnError: true));
        Assert.Single(Assert.IsType<AccessCompleted>(client.Receive(answer.Encode()).Event).Results);
        answer = One(client.Access(two, [CosemData.Null, CosemData.Null]));
        Assert.Throws<ProtocolException>(() => client.Receive(answer.Encode()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_of_actions_goes_and_returns_in_blocks(bool bare)
    {
        var client = Opened(serverMaxPdu: 100);
        var parameters = new[] { CosemData.OctetString(new byte[200]), CosemData.OctetString(new byte[150]) };
        var request = client.Action([Method, Method], parameters).ToArray();
        var first = Sent<ActionRequestWithListAndFirstPblock>(request);
        var joined = new List<byte>(first.Block.RawData.ToArray());
        for (var block = first.Block; !block.LastBlock;)
        {
            Assert.InRange(request.Length, 1, 100);
            request = client.Receive(new ActionResponseNextPblock(first.InvokeId, block.BlockNumber).Encode()).Send.ToArray();
            block = Sent<ActionRequestWithPblock>(request).Block;
            joined.AddRange(block.RawData.Span);
        }
        Assert.Equal([2, .. parameters[0].Encode(), .. parameters[1].Encode()], joined);
        byte[] returned = bare ? [2, 17, 5, 17, 6] : [2, 0, 1, 0, 17, 5, 0, 1, 0, 17, 6];
        var next = client.Receive(new ActionResponseWithPblock(first.InvokeId, new DataBlock(false, 1, returned.AsMemory(0, 3))).Encode());
        Assert.Equal(1u, Sent<ActionRequestNextPblock>(next.Send).BlockNumber);
        var done = client.Receive(new ActionResponseWithPblock(first.InvokeId, new DataBlock(true, 2, returned.AsMemory(3))).Encode());
        var outcomes = Assert.IsType<ActionCompleted>(done.Event).Outcomes;
        Assert.Equal([5, 6], outcomes.Select(o => o.ReturnParameters!.Value.Data!.AsInteger()));
    }

    [Fact]
    public void A_long_request_goes_in_general_blocks_where_its_service_has_none_and_so_does_the_answer()
    {
        var client = Opened(All & ~Conformance.BlockTransferWithSetOrWrite, 64, o => o with { GeneralBlockWindow = 5 });
        var server = new GeneralBlockLink(window: 4, answers: true);
        var request = client.Set(Value, CosemData.OctetString(new byte[3000]));
        ReadOnlyMemory<byte> whole = default;
        SessionEvent? told = null;
        while (told is null)
        {
            do
            {
                Assert.InRange(request.Length, 1, 64);
                if (server.Receive(Sent<GeneralBlockTransfer>(request), out whole) == GeneralBlockEvent.Complete)
                    server.Begin(new SetResponseNormal(IdOf(whole), DataAccessResult.Success).Encode(), 14);
            } while (client.TrySendNext(out request));
            while (server.TrySend(out var block))
            {
                var step = client.Receive(block!.Encode());
                (told, request) = (step.Event ?? told, step.Send.IsEmpty ? request : step.Send.ToArray());
            }
        }
        Assert.Equal([DataAccessResult.Success], Assert.IsType<SetCompleted>(told).Results);
        Assert.Equal(AssociationState.Associated, client.State);
    }

    [Fact]
    public void A_transfer_in_general_blocks_that_the_server_aborts_is_told_and_the_association_goes_on()
    {
        var client = Opened(serverMaxPdu: 64);
        client.Get(Value);
        client.Receive(new GeneralBlockTransfer(false, false, 1, 1, 0, new byte[10]).Encode());
        Assert.IsType<TransferAborted>(client.Receive(new GeneralBlockLink().Abort().Encode()).Event);
        var id = IdOf(client.Get(Value));
        Assert.IsType<GetCompleted>(client.Receive(Number(id, 1)).Event);
    }

    [Fact]
    public void Unconfirmed_requests_await_nothing()
    {
        var client = Opened();
        var set = Sent<SetRequestNormal>(client.SetUnconfirmed([new AttributeSelection(Value)], [CosemData.Unsigned(1)]));
        Assert.False(set.InvokeId.Confirmed);
        Assert.False(Sent<ActionRequestNormal>(client.ActionUnconfirmed(Method)).InvokeId.Confirmed);
        Assert.Equal(AssociationState.Associated, client.State);
        Assert.IsType<GetCompleted>(client.Receive(Number(IdOf(client.Get(Value)), 1)).Event);
    }

    [Fact]
    public void A_pre_established_association_sends_nothing_to_open_and_has_unconfirmed_services_only()
    {
        using var client = new ClientAssociation(new ClientOptions(), new SecurityKeys());
        client.Establish();
        Assert.Equal(AssociationState.Associated, client.State);
        Assert.Throws<InvalidOperationException>(() => client.Get(Value));
        Assert.Throws<InvalidOperationException>(() => client.Release());
        Sent<SetRequestNormal>(client.SetUnconfirmed([new AttributeSelection(Value)], [CosemData.Unsigned(1)]));
        client.Abort();
        Assert.Throws<InvalidOperationException>(() => client.ActionUnconfirmed(Method));
        using var asking = new ClientAssociation(new ClientOptions { ConfirmedInPreEstablished = true }, new SecurityKeys());
        asking.Establish();
        Assert.IsType<GetCompleted>(asking.Receive(Number(IdOf(asking.Get(Value)), 1)).Event);
    }

    [Fact]
    public void What_was_not_agreed_is_not_asked_for()
    {
        var client = Opened(Conformance.Get);
        Action[] asked =
        [
            () => client.Set(Value, CosemData.Null), () => client.Action(Method), () => client.Get([new AttributeSelection(Value)]),
            () => client.Get(Value, new EntryDescriptor(1, 2).ToSelectiveAccess()),
            () => client.Get(TestMeter.Attribute(1, TestMeter.Text, 0)),
            () => client.Access([new AccessGet(Value)], [CosemData.Null]), () => client.ActionUnconfirmed(Method),
        ];
        Assert.All(asked, ask => Assert.Throws<InvalidOperationException>(ask));
        Assert.Equal(AssociationState.Associated, client.State);
        var small = Opened(Conformance.Set, 40);
        Assert.Throws<InvalidOperationException>(() => small.Set(Value, CosemData.OctetString(new byte[100])));
        Assert.Equal(AssociationState.Associated, small.State);
    }

    [Fact]
    public void A_transfer_given_up_leaves_late_blocks_without_effect()
    {
        var client = Opened();
        var id = IdOf(client.Get(Value));
        client.Receive(new GetResponseWithDatablock(id, false, 1, new byte[] { 9, 4, 1 }).Encode());
        client.GiveUp();
        var next = IdOf(client.Get(Value));
        Assert.Null(client.Receive(new GetResponseWithDatablock(id, true, 2, new byte[] { 2, 3 }).Encode()).Event);
        Assert.IsType<GetCompleted>(client.Receive(Number(next, 1)).Event);
        Assert.Equal(1, client.StrayApdus);
    }

    [Fact]
    public void A_long_get_that_the_server_aborts_is_a_typed_result()
    {
        var client = Opened();
        var id = IdOf(client.Get(Value));
        client.Receive(new GetResponseWithDatablock(id, false, 1, new byte[] { 9, 4, 1 }).Encode());
        var told = client.Receive(new GetResponseWithDatablock(id, true, 2, null, DataAccessResult.LongGetAborted).Encode()).Event;
        Assert.Equal(DataAccessResult.LongGetAborted, Assert.IsType<GetCompleted>(told).Result.Error);
    }

    [Fact]
    public void A_notification_that_wants_to_be_confirmed_is_while_a_request_goes_on_where_the_options_say_so()
    {
        var wanted = new DataNotification(LongInvokeIdAndPriority.Of(77, confirmed: true), null, CosemData.Unsigned(1)).Encode();
        Assert.True(Opened().Receive(wanted).Send.IsEmpty);
        var client = Opened(change: o => o with { ConfirmNotifications = true });
        var id = IdOf(client.Get(Value));
        var step = client.Receive(wanted);
        Assert.IsType<NotificationReceived>(step.Event);
        var confirm = Sent<DataNotificationConfirm>(step.Send);
        Assert.Equal((77u, (byte)0), (confirm.InvokeId.InvokeId, confirm.Result));
        Assert.IsType<GetCompleted>(client.Receive(Number(id, 1)).Event);
    }

    [Fact]
    public void A_hostile_server_ends_in_a_protocol_exception_and_never_in_anything_else()
    {
        var random = new Random(5);
        for (var round = 0; round < 3000; round++)
        {
            var client = Opened(serverMaxPdu: 128, change: o => o with { MaxValueSize = 4096, MaxPduSize = 512 });
            var thrown = Record.Exception(() =>
            {
                for (var i = 0; i < 40; i++)
                {
                    if (client.State == AssociationState.Associated)
                    {
                        _ = random.Next(4) switch
                        {
                            0 => client.Get(Value),
                            1 => client.Set(Value, CosemData.OctetString(new byte[random.Next(400)])),
                            2 => client.Action([Method, Method], [CosemData.Null, CosemData.OctetString(new byte[300])]),
                            _ => client.Access([new AccessGet(Value)], [CosemData.Null]),
                        };
                    }
                    client.Receive(Hostile(random));
                    while (client.TrySendNext(out _)) { }
                }
            });
            Assert.True(thrown is null or ProtocolException, thrown?.ToString());
        }
    }

    [Fact]
    public void Endless_blocks_end_in_a_protocol_exception_within_fixed_memory()
    {
        var client = Opened(change: o => o with { MaxValueSize = 10_000 });
        var id = IdOf(client.Get(Value));
        Assert.Throws<ProtocolException>(() =>
        {
            for (uint i = 1; i < 1_000_000; i++) client.Receive(new GetResponseWithDatablock(id, false, i, new byte[100]).Encode());
        });
        client = Opened();
        id = IdOf(client.Get(Value, streaming: true));
        Assert.Throws<ProtocolException>(() =>
        {
            for (uint i = 1; i < 1_000_000; i++)
                client.Receive(new GetResponseWithDatablock(id, false, i, ReadOnlyMemory<byte>.Empty).Encode());
        });
    }

    private static byte[] Hostile(Random random)
    {
        var id = InvokeIdAndPriority.Of(random.Next(1, 4));
        var number = (uint)random.Next(4);
        var raw = new byte[random.Next(60)];
        random.NextBytes(raw);
        XdlmsApdu apdu = random.Next(9) switch
        {
            0 => new GetResponseWithDatablock(id, random.Next(3) == 0, number, raw),
            1 => new SetResponseDatablock(id, number),
            2 => new ActionResponseNextPblock(id, number),
            3 => new ActionResponseWithPblock(id, new DataBlock(random.Next(3) == 0, number, raw)),
            4 => new GeneralBlockTransfer(random.Next(3) == 0, random.Next(2) == 0, (byte)random.Next(64), (ushort)number,
                (ushort)random.Next(4), raw),
            5 => new AccessResponse(LongInvokeIdAndPriority.Of(number), null, null, [CosemData.Null], []),
            6 => new ActionResponseWithList(id, [new ActionOutcome(ActionResult.Success)]),
            7 => new DataNotification(LongInvokeIdAndPriority.Of(1, random.Next(2) == 0), null, CosemData.Null),
            _ => new SetResponseLastDatablock(id, DataAccessResult.Success, number),
        };
        var bytes = apdu.Encode();
        if (random.Next(3) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
