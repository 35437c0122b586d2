using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class ClientServerTests
{
    public static TheoryData<string> Ways =>
        new("public", "low", "glo", "general-glo", "ded", "general-ded", "gmac-plain", "md5", "sha1", "sha256");

    public static TheoryData<string> WritingWays => new("low", "glo", "general-glo", "ded", "general-ded", "gmac-plain");

    [Theory]
    [MemberData(nameof(Ways))]
    public void Opens_reads_and_releases(string way)
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient(way);
        var told = meter.Exchange(client, sap, client.Open());
        Assert.True(told is Associated, told.ToString());
        var read = Assert.IsType<GetCompleted>(meter.Exchange(client, sap, client.Get(TestMeter.Attribute(3, TestMeter.Energy))));
        Assert.Equal(123_456, read.Result.Data!.AsInteger());
        Assert.IsType<AssociationReleased>(meter.Exchange(client, sap, client.Release()));
        Assert.Equal(AssociationState.Idle, client.State);
        Assert.Equal(ServerAssociationState.NotAssociated, meter.Server.Find(sap, 1)!.State);
        Assert.IsType<Associated>(meter.Exchange(client, sap, client.Open()));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_long_profile_comes_in_blocks_that_fit_the_client(string way)
    {
        var meter = new TestMeter(rows: 200);
        var (client, sap) = TestMeter.NewClient(way, o => o with { MaxPduSize = 200 });
        meter.Exchange(client, sap, client.Open());
        var request = client.Get(TestMeter.Attribute(7, TestMeter.Profile));
        SessionEvent? told = null;
        while (told is null)
        {
            var answer = meter.Server.Handle(sap, 1, request);
            Assert.InRange(answer.Length, 1, 200);
            var step = client.Receive(answer);
            (told, request) = (step.Event, step.Send);
        }
        var rows = Assert.IsType<GetCompleted>(told).Result.Data!.AsArray();
        Assert.Equal(200, rows.Count);
        Assert.Equal(1199, rows[199].Items[2].AsInteger());
    }

    [Fact]
    public void A_profile_is_read_by_range_by_entry_and_by_column()
    {
        var meter = new TestMeter();
        var (client, sap) = TestMeter.NewClient("low");
        meter.Exchange(client, sap, client.Open());
        IReadOnlyList<CosemData> Read(SelectiveAccess selection) =>
            Assert.IsType<GetCompleted>(
                meter.Exchange(client, sap, client.Get(TestMeter.Attribute(7, TestMeter.Profile), selection))).Result.Data!.AsArray();

        var range = RangeDescriptor.ByClock(CosemDateTime.From(TestMeter.Start.AddHours(1)),
            CosemDateTime.From(TestMeter.Start.AddHours(2)));
        Assert.Equal([1004, 1005, 1006, 1007, 1008], Read(range.ToSelectiveAccess()).Select(r => r.Items[2].AsInteger()));
        var columns = range with { SelectedValues = [new CaptureObjectDefinition(3, TestMeter.Energy, 2, 0)] };
        Assert.Equal([1004, 1005, 1006, 1007, 1008], Read(columns.ToSelectiveAccess()).Select(r => Assert.Single(r.Items).AsInteger()));
        Assert.Equal(
            [1000, 1001], Read(new EntryDescriptor(1, 2, 3, 3).ToSelectiveAccess()).Select(r => Assert.Single(r.Items).AsInteger()));
        Assert.Equal(2, Read(new EntryDescriptor(95, 0).ToSelectiveAccess()).Count);
        Assert.Empty(Read(new EntryDescriptor(97, 0).ToSelectiveAccess()));
    }

    [Theory]
    [MemberData(nameof(WritingWays))]
    public void Writes_short_and_long_values_and_lists(string way)
    {
        var meter = new TestMeter(maxPdu: 200);
        var (client, sap) = TestMeter.NewClient(way);
        meter.Exchange(client, sap, client.Open());
        foreach (var length in new[] { 1, 50, 150, 170, 500, 5000 })
        {
            var text = CosemData.OctetString(new byte[length]);
            Assert.Equal([DataAccessResult.Success],
                Assert.IsType<SetCompleted>(meter.Exchange(client, sap, client.Set(TestMeter.Attribute(1, TestMeter.Text), text))).Results);
            Assert.Equal(length, Assert.IsType<GetCompleted>(
                meter.Exchange(client, sap, client.Get(TestMeter.Attribute(1, TestMeter.Text)))).Result.Data!.AsOctets().Length);
            AttributeSelection[] targets = [new(TestMeter.Attribute(1, TestMeter.Text)),
                new(TestMeter.Attribute(1, TestMeter.Second)), new(TestMeter.Attribute(3, TestMeter.Energy))];
            var set = Assert.IsType<SetCompleted>(
                meter.Exchange(client, sap, client.Set(targets, [text, CosemData.LongUnsigned(9), CosemData.Null])));
            Assert.Equal([DataAccessResult.Success, DataAccessResult.Success, DataAccessResult.ReadWriteDenied], set.Results);
            var list = Assert.IsType<GetListCompleted>(meter.Exchange(client, sap, client.Get(targets)));
            Assert.Equal(length, list.Results[0].Data!.AsOctets().Length);
            Assert.Equal(9, list.Results[1].Data!.AsInteger());
        }
    }

    [Theory]
    [MemberData(nameof(WritingWays))]
    public void Actions_take_and_return_parameters_of_any_length(string way)
    {
        var meter = new TestMeter(maxPdu: 200);
        var (client, sap) = TestMeter.NewClient(way);
        meter.Exchange(client, sap, client.Open());
        foreach (var length in new[] { 1, 150, 500, 3000 })
        {
            var parameter = CosemData.OctetString(new byte[length]);
            var done = Assert.IsType<ActionCompleted>(
                meter.Exchange(client, sap, client.Action(new CosemMethodDescriptor(9000, TestMeter.Mirror, 1), parameter)));
            Assert.Equal(parameter, Assert.Single(done.Outcomes).ReturnParameters!.Value.Data);
        }
        var both = Assert.IsType<ActionCompleted>(meter.Exchange(client, sap, client.Action(
            [new CosemMethodDescriptor(9000, TestMeter.Mirror, 1), new CosemMethodDescriptor(9000, TestMeter.Mirror, 2)],
            [CosemData.Unsigned(1), CosemData.Null])));
        Assert.Equal([ActionResult.Success, ActionResult.TemporaryFailure], both.Outcomes.Select(o => o.Result));
    }
}
