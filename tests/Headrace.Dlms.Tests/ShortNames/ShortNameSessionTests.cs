using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.ShortNames;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class ShortNameSessionTests
{
    private static readonly CosemAttributeDescriptor EnergyValue = TestMeter.Attribute(3, TestMeter.Energy);
    private static readonly CosemAttributeDescriptor Text = TestMeter.Attribute(1, TestMeter.Text);
    private static readonly CosemAttributeDescriptor Second = TestMeter.Attribute(1, TestMeter.Second);
    private static readonly CosemAttributeDescriptor Profile = TestMeter.Attribute(7, TestMeter.Profile);

    [Theory]
    [InlineData("low")]
    [InlineData("md5")]
    [InlineData("gmac-plain")]
    [InlineData("glo")]
    [InlineData("general-glo")]
    [InlineData("ded")]
    [InlineData("general-ded")]
    public void Every_way_in_reads_writes_and_releases(string way)
    {
        var names = new ShortNameMeter();
        var (client, sap) = names.Connect(way);
        Assert.Equal(CosemData.DoubleLongUnsigned(123_456), Get(names, client, sap, EnergyValue));
        var set = names.Meter.Exchange(client, sap, client.Set(Text, CosemData.OctetString("longer"u8)));
        Assert.Equal([DataAccessResult.Success], Assert.IsType<SetCompleted>(set).Results);
        var list = names.Meter.Exchange(client, sap, client.Get([new(Text, null), new(Second, null)]));
        Assert.Equal([CosemData.OctetString("longer"u8), CosemData.LongUnsigned(7)],
            Assert.IsType<GetListCompleted>(list).Results.Select(r => r.Data));
        var both = names.Meter.Exchange(client, sap,
            client.Set([new(Text, null), new(Second, null)], [CosemData.Null, CosemData.LongUnsigned(8)]));
        Assert.Equal([DataAccessResult.TypeUnmatched, DataAccessResult.Success], Assert.IsType<SetCompleted>(both).Results);
        Assert.IsType<AssociationReleased>(names.Meter.Exchange(client, sap, client.Release()));
    }

    [Fact]
    public void The_public_client_sees_what_it_may_see_and_no_more()
    {
        var names = new ShortNameMeter();
        var (client, sap) = names.Connect("public");
        Assert.Equal([TestMeter.Energy, AssociationObject.Current], client.ShortNames!.Map.Objects.Select(o => o.LogicalName));
        Assert.Equal(CosemData.DoubleLongUnsigned(123_456), Get(names, client, sap, EnergyValue));
        var hidden = names.Meter.Device.ShortNames.Map.Find(Text)!.Value;
        var read = names.Meter.Exchange(client, sap, client.ShortNames.Read([new VariableName(hidden)]));
        Assert.Equal(DataAccessResult.ReadWriteDenied, Assert.IsType<GetListCompleted>(read).Results[0].Error);
        Assert.Throws<InvalidOperationException>(() => client.ShortNames.Write([new VariableName(hidden)], [CosemData.Null]));
        Assert.False(client.Reaches(Text));
    }

    [Theory]
    [InlineData("low", 60)]
    [InlineData("low", 200)]
    [InlineData("glo", 128)]
    [InlineData("ded", 1224)]
    public void A_profile_comes_in_blocks_whole_by_range_and_by_entry_as_by_logical_names(string way, int pdu)
    {
        var names = new ShortNameMeter(maxPdu: (ushort)pdu);
        var (client, sap) = names.Connect(way, o => o with { MaxPduSize = (ushort)pdu });
        var (other, at) = TestMeter.NewClient("low");
        var otherMeter = new TestMeter();
        otherMeter.Exchange(other, at, other.Open());
        var range = RangeDescriptor.ByClock(
            CosemDateTime.From(TestMeter.Start.AddHours(1)), CosemDateTime.From(TestMeter.Start.AddHours(9))).ToSelectiveAccess();
        SelectiveAccess?[] selections = [null, range, new EntryDescriptor(3, 40).ToSelectiveAccess()];
        foreach (var selection in selections)
        {
            var expected = otherMeter.Exchange(other, at, other.Get(Profile, selection));
            var got = names.Meter.Exchange(client, sap, client.Get(Profile, selection));
            Assert.Equal(Assert.IsType<GetCompleted>(expected).Result.Data, Assert.IsType<GetCompleted>(got).Result.Data);
        }
        var blocks = names.Meter.ExchangeAll(client, sap, client.Get(Profile, streaming: true));
        Assert.True(blocks.Count > 1);
        Assert.True(Assert.IsType<BlockReceived>(blocks[^1]).IsLast);
    }

    [Theory]
    [InlineData("low")]
    [InlineData("glo")]
    public void Long_values_are_written_in_blocks(string way)
    {
        var names = new ShortNameMeter(maxPdu: 128);
        var (client, sap) = names.Connect(way);
        var value = CosemData.OctetString([.. Enumerable.Range(0, 5000).Select(i => unchecked((byte)i))]);
        var told = names.Meter.Exchange(client, sap, client.Set([new(Text, null), new(Second, null)], [value, CosemData.LongUnsigned(9)]));
        Assert.Equal([DataAccessResult.Success, DataAccessResult.Success], Assert.IsType<SetCompleted>(told).Results);
        Assert.Equal(value, Get(names, client, sap, Text));
        Assert.Equal(CosemData.LongUnsigned(9), Get(names, client, sap, Second));
    }

    [Fact]
    public void A_list_longer_than_an_apdu_is_asked_for_and_answered_in_blocks()
    {
        var names = new ShortNameMeter(maxPdu: 100);
        var (client, sap) = names.Connect("low", o => o with { MaxPduSize = 100 });
        AttributeSelection[] wanted = [.. Enumerable.Range(0, 300).Select(i => new AttributeSelection(i % 2 == 0 ? Text : Second, null))];
        var told = names.Meter.Exchange(client, sap, client.Get(wanted));
        var results = Assert.IsType<GetListCompleted>(told).Results;
        Assert.Equal(300, results.Count);
        Assert.Equal(CosemData.OctetString("short"u8), results[298].Data);
        Assert.Equal(CosemData.LongUnsigned(7), results[299].Data);
    }

    [Fact]
    public void A_method_is_invoked_by_writing_to_its_name()
    {
        var names = new ShortNameMeter();
        var resettable = LogicalName.Parse("1-0:2.8.0.255");
        List<CosemData> resets = [];
        names.Meter.Device.Add(new CosemObject(3, 0, resettable).WithAttribute(2, CosemData.Unsigned(1)).WithMethod(1, parameter =>
        {
            resets.Add(parameter);
            return resets.Count == 1 ? MethodAnswer.Done : ActionResult.TemporaryFailure;
        }));
        var (client, sap) = names.Connect("glo");
        var reset = new CosemMethodDescriptor(3, resettable, 1);
        foreach (var expected in new[] { ActionResult.Success, ActionResult.TemporaryFailure })
        {
            var told = names.Meter.Exchange(client, sap, client.Action(reset, CosemData.Integer(0)));
            Assert.Equal(expected, Assert.Single(Assert.IsType<ActionCompleted>(told).Outcomes).Result);
        }
        Assert.Equal([CosemData.Integer(0), CosemData.Integer(0)], resets);
        Assert.Throws<InvalidOperationException>(() => client.Action(reset with { MethodId = 2 }));
    }

    [Fact]
    public void An_unconfirmed_write_is_done_without_an_answer()
    {
        var names = new ShortNameMeter();
        var (client, sap) = names.Connect("glo");
        var request = client.ShortNames!.UnconfirmedWrite([client.ShortNames.Find(Second)!], [CosemData.LongUnsigned(77)]);
        Assert.Equal((byte)ApduTag.GloUnconfirmedWriteRequest, request.Span[0]);
        Assert.True(names.Meter.Server.Handle(sap, 1, request).IsEmpty);
        Assert.Equal(CosemData.LongUnsigned(77), Get(names, client, sap, Second));
    }

    [Theory]
    [InlineData("low", ApduTag.InformationReport)]
    [InlineData("glo", ApduTag.GloInformationReport)]
    public void A_report_is_sent_within_the_rights_and_named_by_the_client(string way, ApduTag tag)
    {
        var names = new ShortNameMeter();
        var (client, sap) = names.Connect(way);
        var unknown = TestMeter.Attribute(3, LogicalName.Parse("1-0:9.9.9.255"));
        var report = names.Meter.Server.Find(sap, 1)!.InformationReport([EnergyValue, unknown, Second]);
        Assert.Equal((byte)tag, report.Span[0]);
        var told = Assert.IsType<NotificationReceived>(client.Receive(report).Event);
        var resolved = client.ShortNames!.Map.Resolve(Assert.IsType<InformationReport>(told.Apdu));
        Assert.Equal([EnergyValue, Second], resolved.Select(r => r.Attribute!.Value));
        Assert.Equal(CosemData.LongUnsigned(7), resolved[1].Value);
        names.Meter.Server.Reset(sap, 1);
        Assert.True(names.Meter.Server.Find(sap, 1)!.InformationReport([EnergyValue]).IsEmpty);
    }

    [Theory]
    [InlineData("md5")]
    [InlineData("low")]
    public void A_wrong_secret_is_refused(string way)
    {
        var names = new ShortNameMeter();
        var (options, _, sap) = ShortNameMeter.ClientOf(way);
        var client = new ClientAssociation(options, SecurityKeys.OfSecret("wrong"u8));
        Assert.IsType<AssociationRejected>(names.Meter.Exchange(client, sap, client.Open()));
        Assert.Equal(AssociationState.Idle, client.State);
    }

    [Fact]
    public void Before_pass_3_nothing_else_is_served()
    {
        var names = new ShortNameMeter();
        var (client, sap) = ShortNameMeter.NewClient("md5");
        var answer = names.Meter.Server.Handle(sap, 1, client.Open());
        Assert.Equal(0x61, answer.Span[0]);
        Assert.Equal("D80101", Convert.ToHexString(names.Meter.Server.Handle(sap, 1, Convert.FromHexString("050102FA08")).Span));
        Assert.IsType<Associated>(names.Meter.Exchange(client, sap, client.Receive(answer).Send));
    }

    [Fact]
    public void Clients_of_the_other_way_of_referring_are_rejected()
    {
        var names = new ShortNameMeter();
        var (byLogicalName, _) = TestMeter.NewClient("low");
        var (_, sap) = ShortNameMeter.NewClient("low");
        var told = names.Meter.Exchange(byLogicalName, sap, byLogicalName.Open());
        Assert.Equal(2, Assert.IsType<AssociationRejected>(told).Diagnostic);
        var (byShortName, _) = ShortNameMeter.NewClient("low");
        told = names.Meter.Exchange(byShortName, 2, byShortName.Open());
        Assert.Equal(2, Assert.IsType<AssociationRejected>(told).Diagnostic);
    }

    [Fact]
    public void The_conformance_of_old_meters_is_asked_for_and_answered_under_its_tag()
    {
        var names = new ShortNameMeter();
        var (client, sap) = ShortNameMeter.NewClient("low", o => o with { ShortNames = new ShortNameOptions { OldConformanceTag = true } });
        var request = client.Open();
        Assert.Contains("5F0400", Convert.ToHexString(request.Span), StringComparison.Ordinal);
        var answer = names.Meter.Server.Handle(sap, 1, request);
        Assert.Contains("5F0400", Convert.ToHexString(answer.Span), StringComparison.Ordinal);
        Assert.IsType<Associated>(client.Receive(answer).Event);
    }

    [Fact]
    public void Services_that_were_not_agreed_are_refused_by_both_sides()
    {
        var names = new ShortNameMeter(conformance: Conformance.Read);
        var (client, sap) = ShortNameMeter.NewClient("low");
        names.Meter.Exchange(client, sap, client.Open());
        Assert.Equal(Conformance.Read, client.Conformance);
        Assert.Throws<InvalidOperationException>(() => client.ShortNames!.Read([new VariableName(8), new VariableName(16)]));
        Assert.Throws<InvalidOperationException>(() => client.ShortNames!.Write([new VariableName(8)], [CosemData.Null]));
        Assert.Throws<InvalidOperationException>(() =>
            client.ShortNames!.Read([new ParameterizedAccess(8, new SelectiveAccess(0, CosemData.Null))]));
        foreach (var request in new[] { "0502" + "020108" + "020110", "0601020108" + "0100", "C001C100030100010800FF0200", "0501050001" })
            Assert.Equal(0xD8, names.Meter.Server.Handle(sap, 1, Convert.FromHexString(request)).Span[0]);
        Assert.Equal("0C01010D", Convert.ToHexString(
            names.Meter.Server.Handle(sap, 1, Convert.FromHexString("050104010801" + "00")).Span));
        Assert.True(names.Meter.Server.Handle(sap, 1, Convert.FromHexString("1601020108" + "0100")).IsEmpty);
    }

    [Fact]
    public void Giving_up_a_request_ends_the_association_since_a_late_answer_could_not_be_told()
    {
        var names = new ShortNameMeter();
        var (client, _) = names.Connect("low");
        client.Get(EnergyValue);
        client.GiveUp();
        Assert.Equal(AssociationState.Idle, client.State);
    }

    [Theory]
    [InlineData("0E050401", DataAccessResult.ObjectUndefined)]
    [InlineData("0E050502", DataAccessResult.ReadWriteDenied)]
    [InlineData("0E050504", DataAccessResult.ObjectUnavailable)]
    [InlineData("0E050103", DataAccessResult.HardwareFault)]
    [InlineData("0E050204", DataAccessResult.TemporaryFailure)]
    [InlineData("0E050900", DataAccessResult.OtherReason)]
    public void A_service_error_is_a_result(string error, DataAccessResult expected)
    {
        var names = new ShortNameMeter();
        var (client, _) = names.Connect("low");
        client.Get(EnergyValue);
        var told = client.Receive(Convert.FromHexString(error)).Event;
        Assert.Equal(expected, Assert.IsType<GetCompleted>(told).Result.Error);
        client.Set(Text, CosemData.Null);
        told = client.Receive(Convert.FromHexString(error)).Event;
        Assert.Equal([expected], Assert.IsType<SetCompleted>(told).Results);
        client.Get(EnergyValue);
        Assert.IsType<ServiceRefused>(client.Receive(Convert.FromHexString("D80202")).Event);
    }

    [Theory]
    [InlineData("0C0102" + "01" + "0001" + "03" + "1200FA")] // the bare value
    [InlineData("0C0102" + "01" + "0001" + "04" + "001200FA")] // with the choice in front
    [InlineData("0C0102" + "01" + "0001" + "05" + "01001200FA")] // with count and choice
    public void The_value_in_blocks_is_understood_with_and_without_what_some_servers_put_in_front(string response)
    {
        var (client, _) = new ShortNameMeter().Connect("low");
        client.Get(Second);
        var told = client.Receive(Convert.FromHexString(response)).Event;
        Assert.Equal(CosemData.LongUnsigned(250), Assert.IsType<GetCompleted>(told).Result.Data);
    }

    private static CosemData Get(ShortNameMeter names, ClientAssociation client, ushort sap, CosemAttributeDescriptor attribute) =>
        Assert.IsType<GetCompleted>(names.Meter.Exchange(client, sap, client.Get(attribute))).Result.Data!;
}
