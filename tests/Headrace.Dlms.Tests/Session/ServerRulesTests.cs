using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class ServerRulesTests
{
    private readonly TestMeter _meter = new();

    [Theory]
    [InlineData("C00181" + "00030100010800FF0200", "unconfirmed GET")]
    [InlineData("C10181" + "00010000600109FF02000900", "unconfirmed SET")]
    [InlineData("C30181" + "00460000600" + "30AFF01010F00", "unconfirmed ACTION")]
    public void An_unconfirmed_service_is_done_and_not_answered(string hex, string what)
    {
        Assert.True(_meter.Server.Handle(102, 1, Convert.FromHexString(hex)).IsEmpty, what);
        if (hex.StartsWith("C3", StringComparison.Ordinal))
            Assert.Equal(Headrace.Dlms.Classes.Scheduling.DisconnectState.Disconnected, _meter.SwitchObject.State);
    }

    [Fact]
    public void A_get_of_unconfirmed_class_is_answered_where_an_association_was_opened()
    {
        OpenPlain(16);
        Assert.Equal("C401010006" + "0001E240", Ask(16, "C00101" + "00030100010800FF0200"));
        Assert.Equal("C401810006" + "0001E240", Ask(16, "C00181" + "00030100010800FF0200"));
    }

    [Fact]
    public void Nobody_answers_under_a_sap_that_is_not_there()
    {
        Assert.True(_meter.Server.Handle(77, 1, Convert.FromHexString("6200")).IsEmpty);
        Assert.True(_meter.Server.Handle(16, 5, Convert.FromHexString("6200")).IsEmpty);
    }

    [Fact]
    public void Before_the_association_every_service_is_refused() => Assert.Equal("D80101", Ask(16, "C001C100030100010800FF0200"));

    [Fact]
    public void Rights_and_names_are_checked_one_by_one()
    {
        OpenPlain(16);
        Assert.Equal("C401C10104", Ask(16, "C001C10003" + "0100090909FF" + "0200")); // no such object
        Assert.Equal("C401C10109", Ask(16, "C001C10001" + "0100010800FF" + "0200")); // another class
        Assert.Equal("C401C10104", Ask(16, "C001C10003" + "0100010800FF" + "0900")); // no such attribute
        Assert.Equal("C401C10103", Ask(16, "C001C10001" + "0000600109FF" + "0200")); // not for the public
        Assert.Equal("D80202", Ask(16, "C101C10001" + "0000600109FF" + "02000900")); // SET was not agreed
        Assert.Equal("D80202", Ask(16, "C301C10046" + "000060030AFF" + "01010F00")); // nor ACTION
    }

    [Fact]
    public void A_block_asked_for_again_is_given_again_and_a_wrong_one_ends_the_transfer()
    {
        OpenPlain(16, maxPdu: 100);
        var first = Ask(16, "C001C10007" + "0100630100FF" + "0200");
        Assert.StartsWith("C402C10000000001", first, StringComparison.Ordinal);
        var second = Ask(16, "C002C100000001");
        Assert.StartsWith("C402C10000000002", second, StringComparison.Ordinal);
        Assert.Equal(second, Ask(16, "C002C100000001"));
        Assert.Equal("C402C101FFFFFFFF0113", Ask(16, "C002C1FFFFFFFF"));
        Ask(16, "C001C10007" + "0100630100FF" + "0200");
        Ask(16, "C002C100000001");
        Assert.Equal("C402C1010000000" + "90113", Ask(16, "C002C100000009"));
        Assert.Equal("C402C1010000000" + "20110", Ask(16, "C002C100000002"));
    }

    [Fact]
    public void Garbage_in_an_open_association_is_answered_by_an_exception()
    {
        OpenPlain(16);
        Assert.Equal("D80103", Ask(16, "C001C1000301"));
        Assert.Equal("D80103", Ask(16, "C009C1"));
        Assert.Equal("D80202", Ask(16, "D9" + "0000000100" + "00" + "00"));
        Assert.Equal("D80103", Ask(16, "FF"));
    }

    [Fact]
    public void Attribute_zero_gives_all_attributes_where_it_was_agreed()
    {
        var (client, sap) = TestMeter.NewClient(
            "low", o => o with { Conformance = o.Conformance | Conformance.Attribute0SupportedWithGet });
        _meter.Exchange(client, sap, client.Open());
        var all = Assert.IsType<GetCompleted>(
            _meter.Exchange(client, sap, client.Get(TestMeter.Attribute(3, TestMeter.Energy, 0)))).Result.Data!;
        Assert.Equal(3, all.Items.Count);
        Assert.Equal(123_456, all.Items[1].AsInteger());
    }

    [Fact]
    public void The_password_can_be_changed_and_is_not_read()
    {
        var (client, sap) = TestMeter.NewClient("low");
        _meter.Exchange(client, sap, client.Open());
        var secret = TestMeter.Attribute(15, LogicalName.Parse("0-0:40.0.0.255"), 7);
        Assert.Equal(DataAccessResult.ReadWriteDenied,
            Assert.IsType<GetCompleted>(_meter.Exchange(client, sap, client.Get(secret))).Result.Error);
        Assert.Equal([DataAccessResult.Success],
            Assert.IsType<SetCompleted>(_meter.Exchange(client, sap, client.Set(secret, CosemData.OctetString("newsecret"u8)))).Results);
        Assert.IsType<AssociationReleased>(_meter.Exchange(client, sap, client.Release()));
        Assert.IsType<AssociationRejected>(_meter.Exchange(client, sap, client.Open()));
    }

    [Fact]
    public void Clients_do_not_disturb_each_other()
    {
        var clients = new[] { "public", "low", "glo", "md5" }.Select(w => TestMeter.NewClient(w)).ToList();
        foreach (var (client, sap) in clients) Assert.IsType<Associated>(_meter.Exchange(client, sap, client.Open()));
        for (var round = 0; round < 5; round++)
            foreach (var (client, sap) in clients)
                Assert.IsType<GetCompleted>(_meter.Exchange(client, sap, client.Get(TestMeter.Attribute(3, TestMeter.Energy))));
        _meter.Exchange(clients[0].Client, clients[0].Sap, clients[0].Client.Release());
        Assert.IsType<GetCompleted>(
            _meter.Exchange(clients[2].Client, clients[2].Sap, clients[2].Client.Get(TestMeter.Attribute(3, TestMeter.Energy))));
    }

    [Fact]
    public void A_late_answer_to_a_request_given_up_is_dropped()
    {
        var (client, sap) = TestMeter.NewClient("glo");
        _meter.Exchange(client, sap, client.Open());
        var late = _meter.Server.Handle(sap, 1, client.Get(TestMeter.Attribute(8, TestMeter.Clock)));
        client.GiveUp();
        var request = client.Get(TestMeter.Attribute(3, TestMeter.Energy));
        Assert.Null(client.Receive(late).Event);
        Assert.Equal(1, client.StrayApdus);
        Assert.Equal(123_456,
            Assert.IsType<GetCompleted>(client.Receive(_meter.Server.Handle(sap, 1, request)).Event).Result.Data!.AsInteger());
    }

    private void OpenPlain(ushort sap, ushort maxPdu = 0) =>
        Assert.Equal(0x61, _meter.Server.Handle(sap, 1, Convert.FromHexString(
            "601DA109060760857405080101BE10040E01000000065F1F0400" + "FFFFFF" + maxPdu.ToString("X4", null))).Span[0]);

    private string Ask(ushort sap, string hex) => Convert.ToHexString(_meter.Server.Handle(sap, 1, Convert.FromHexString(hex)).Span);
}
