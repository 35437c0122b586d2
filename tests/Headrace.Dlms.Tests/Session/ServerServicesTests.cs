using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Session;

public sealed class ServerServicesTests
{
    private static readonly CosemAttributeDescriptor Number = new(1, ServedDevice.Number, 2);
    private static readonly CosemAttributeDescriptor Text = new(1, ServedDevice.Text, 2);
    private static readonly CosemAttributeDescriptor Missing = new(1, LogicalName.Parse("0-0:1.2.3.4"), 2);
    private static readonly CosemMethodDescriptor Mirror = new(9000, ServedDevice.Mirror, 1);

    [Fact]
    public void Access_does_all_in_order_and_answers_each()
    {
        var served = new ServedDevice().Open();
        var response = Access(served, 0x4000_0007, [new AccessGet(Number), new AccessSet(Number), new AccessGet(Number),
            new AccessAction(Mirror), new AccessGet(Missing)],
            [CosemData.Null, CosemData.LongUnsigned(8), CosemData.Null, CosemData.Unsigned(3), CosemData.Null]);
        Assert.Equal(0x4000_0007u, response.InvokeId.Value);
        Assert.Null(response.Specifications);
        Assert.Equal([CosemData.LongUnsigned(7), CosemData.Null, CosemData.LongUnsigned(8), CosemData.Unsigned(3), CosemData.Null],
            response.Data);
        Assert.Equal([(1, 0), (2, 0), (1, 0), (3, 0), (1, 4)], response.Outcomes.Select(o => ((int)o.Service, (int)o.Result)));
    }

    [Fact]
    public void Access_stops_at_the_first_error_where_told_and_repeats_the_request_where_told()
    {
        var served = new ServedDevice().Open();
        AccessSpecification[] both = [new AccessGet(Missing), new AccessSet(Number)];
        CosemData[] data = [CosemData.Null, CosemData.LongUnsigned(9)];
        var broken = Access(served, 0x7000_0001, both, data);
        Assert.Equal([4, 250], broken.Outcomes.Select(o => (int)o.Result));
        Assert.Equal(2, broken.Specifications!.Count);
        Assert.Equal(7, ((GetResponseNormal)served.Ask(ServedDevice.Get(1, ServedDevice.Number))).Result.Data!.AsInteger());
        Assert.Equal([4, 0], Access(served, 0x4000_0001, both, data).Outcomes.Select(o => (int)o.Result));
        Assert.Equal(9, ((GetResponseNormal)served.Ask(ServedDevice.Get(1, ServedDevice.Number))).Result.Data!.AsInteger());
    }

    [Fact]
    public void Access_checks_rights_lists_and_what_was_agreed()
    {
        var served = new ServedDevice();
        served.NumberObject.WithAttributeRights(2, AccessRights.Read);
        served.MirrorObject.WithMethodRights(1, AccessRights.Read | AccessRights.AuthenticatedRequest);
        served.Open();
        var response = Access(served, 0x4000_0001, [new AccessSet(Number), new AccessAction(Mirror)],
            [CosemData.LongUnsigned(1), CosemData.Null]);
        Assert.Equal([3, 3], response.Outcomes.Select(o => (int)o.Result));
        Assert.IsType<ExceptionResponse>(served.Ask(
            new AccessRequest(new LongInvokeIdAndPriority(0x4000_0001), null, [new AccessGet(Number)], [])));
        Assert.Empty(served.Ask("D900000001" + "00" + "00" + "00"));
        served.Open((Conformance)0xFFFFFF & ~Conformance.Access);
        Assert.Equal("D80202", served.Ask("D940000001" + "00" + "00" + "00"));
    }

    [Fact]
    public void An_access_too_long_for_the_client_is_refused_or_goes_in_general_blocks()
    {
        var served = new ServedDevice().Open((Conformance)0xFFFFFF & ~Conformance.GeneralBlockTransfer, maxPdu: 100);
        var request = new AccessRequest(new LongInvokeIdAndPriority(0x4000_0001), null, [new AccessGet(Text)], [CosemData.Null]).Encode();
        Assert.Equal("D80104", served.Ask(Convert.ToHexString(request)));
        served.Open(maxPdu: 100);
        Assert.Equal(0xE0, served.Association.Handle(request).Span[0]);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(30)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(200)]
    public void The_smallest_client_gets_long_values_in_blocks_that_fit(int maxPdu)
    {
        var served = new ServedDevice().Open((Conformance)0xFFFFFF & ~Conformance.GeneralBlockTransfer, (ushort)maxPdu);
        var joined = new List<byte>();
        XdlmsApdu request = ServedDevice.Get(1, ServedDevice.Text);
        for (uint block = 1; ; block++)
        {
            var answer = served.Association.Handle(request.Encode());
            Assert.InRange(answer.Length, 1, maxPdu);
            var part = Assert.IsType<GetResponseWithDatablock>(XdlmsApdu.Decode(answer));
            Assert.Equal(block, part.BlockNumber);
            joined.AddRange(part.RawData!.Value.Span);
            if (part.LastBlock) break;
            request = new GetRequestNext(ServedDevice.Id, block);
        }
        Assert.Equal(300, CosemData.Decode(joined.ToArray()).AsOctets().Length);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public void The_smallest_client_gets_long_return_values_in_blocks_that_fit(int maxPdu)
    {
        var served = new ServedDevice().Open((Conformance)0xFFFFFF & ~Conformance.GeneralBlockTransfer, (ushort)maxPdu);
        var joined = new List<byte>();
        XdlmsApdu request = new ActionRequestNormal(ServedDevice.Id, Mirror, CosemData.OctetString(new byte[150]));
        while (true)
        {
            var answer = served.Association.Handle(request.Encode());
            Assert.InRange(answer.Length, 1, maxPdu);
            var part = Assert.IsType<ActionResponseWithPblock>(XdlmsApdu.Decode(answer)).Block;
            joined.AddRange(part.RawData.Span);
            if (part.LastBlock) break;
            request = new ActionRequestNextPblock(ServedDevice.Id, part.BlockNumber);
        }
        Assert.Equal(150, CosemData.Decode(joined.ToArray()).AsOctets().Length);
    }

    [Fact]
    public void Nothing_outside_what_was_agreed_is_served()
    {
        var served = new ServedDevice().Open(Conformance.Get | Conformance.Set | Conformance.Action, maxPdu: 100);
        Assert.Equal("D80104", Hex(served, ServedDevice.Get(1, ServedDevice.Text))); // blocks
        Assert.Equal("D80202", Hex(served, new GetRequestNext(ServedDevice.Id, 1)));
        Assert.Equal("D80202", Hex(served, new GetRequestWithList(ServedDevice.Id, [new AttributeSelection(Number)])));
        Assert.Equal("D80202", Hex(served, new SetRequestWithList(ServedDevice.Id, [new AttributeSelection(Number)], [CosemData.Null])));
        Assert.Equal("D80202", Hex(served,
            new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Number), new DataBlock(true, 1, new byte[] { 0 }))));
        Assert.Equal("D80202", Hex(served, new ActionRequestWithList(ServedDevice.Id, [Mirror], [CosemData.Null])));
        Assert.Equal("D80202", Hex(served,
            new ActionRequestWithFirstPblock(ServedDevice.Id, Mirror, new DataBlock(true, 1, new byte[] { 0 }))));
        Assert.Equal("D80202", Hex(served, new GeneralBlockTransfer(true, false, 1, 1, 0, new byte[] { 0xC0 })));
        Assert.Equal("C40141" + "0104", Hex(served, ServedDevice.Get(1, ServedDevice.Number, 0))); // attribute 0
        Assert.Equal("C40141" + "010D", Hex(served,
            ServedDevice.Get(1, ServedDevice.Number) with { Selection = new SelectiveAccess(1, CosemData.Null) }));
        Assert.Equal("C50141" + "04", Hex(served,
            new SetRequestNormal(ServedDevice.Id, new AttributeSelection(Number with { AttributeId = 0 }), CosemData.Null)));
        // What was invoked and cannot be returned says so.
        Assert.Equal("C70141" + "0001010E", Hex(served,
            new ActionRequestNormal(ServedDevice.Id, Mirror, CosemData.OctetString(new byte[98]))));
    }

    [Fact]
    public void A_request_longer_than_the_server_takes_is_refused()
    {
        var served = new ServedDevice(new AssociationSettings { ClientSap = ServedDevice.Sap, MaxPduSize = 50 }).Open();
        var set = new SetRequestNormal(ServedDevice.Id, new AttributeSelection(Text), CosemData.OctetString(new byte[60]));
        Assert.Equal("D80104", Hex(served, set));
        Assert.Equal("C5014100", Hex(served, set with { Value = CosemData.OctetString(new byte[20]) }));
    }

    [Fact]
    public void Attribute_zero_is_set_as_a_whole_or_not_at_all()
    {
        var served = new ServedDevice().Open();
        var all = new AttributeSelection(Number with { AttributeId = 0 });
        string Set(CosemData value) => Hex(served, new SetRequestNormal(ServedDevice.Id, all, value));
        Assert.Equal("C5014100", Set(CosemData.Structure(CosemData.Null, CosemData.LongUnsigned(77))));
        Assert.Equal("C5014103", Set(CosemData.Structure(CosemData.OctetString(new byte[6]), CosemData.LongUnsigned(78))));
        Assert.Equal("C501410C", Set(CosemData.Structure(CosemData.LongUnsigned(78))));
        Assert.Equal("C501410C", Set(CosemData.LongUnsigned(78)));
        Assert.Equal("C4014100" + "12004D", Hex(served, ServedDevice.Get(1, ServedDevice.Number)));
    }

    [Fact]
    public void Lists_answer_item_by_item_and_nothing_is_done_that_could_not_be_answered()
    {
        var served = new ServedDevice().Open((Conformance)0xFFFFFF & ~Conformance.GeneralBlockTransfer, maxPdu: 12);
        AttributeSelection[] targets = [.. Enumerable.Repeat(new AttributeSelection(Number), 9)];
        CosemData[] values = [.. Enumerable.Repeat(CosemData.LongUnsigned(9), 9)];
        Assert.Equal("D80104", Hex(served, new SetRequestWithList(ServedDevice.Id, targets, values)));
        Assert.Equal("C4014100" + "120007", Hex(served, ServedDevice.Get(1, ServedDevice.Number)));
        Assert.Equal("C5054103" + "00040C", Hex(served, new SetRequestWithList(ServedDevice.Id,
            [new(Number), new(Missing), new(Number)], [CosemData.LongUnsigned(9), CosemData.Null, CosemData.Null])));
        // Outcomes of many methods come in blocks.
        var first = served.Ask(new ActionRequestWithList(ServedDevice.Id, [Mirror, Mirror, Mirror],
            [CosemData.LongUnsigned(1), CosemData.LongUnsigned(2), CosemData.LongUnsigned(3)]));
        Assert.Equal(1u, Assert.IsType<ActionResponseWithPblock>(first).Block.BlockNumber);
    }

    [Fact]
    public void Another_request_ends_a_long_transfer()
    {
        var served = new ServedDevice().Open(maxPdu: 100);
        Assert.IsType<GetResponseWithDatablock>(served.Ask(ServedDevice.Get(1, ServedDevice.Text)));
        served.Ask(new SetRequestNormal(ServedDevice.Id, new AttributeSelection(Number), CosemData.LongUnsigned(1)));
        var next = Assert.IsType<GetResponseWithDatablock>(served.Ask(new GetRequestNext(ServedDevice.Id, 1)));
        Assert.Equal(DataAccessResult.NoLongGetInProgress, next.Error);
        served.Ask(new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Text), new DataBlock(false, 1, new byte[10])));
        served.Ask(ServedDevice.Get(1, ServedDevice.Number));
        Assert.Equal(DataAccessResult.NoLongSetInProgress, Assert.IsType<SetResponseLastDatablock>(
            served.Ask(new SetRequestWithDatablock(ServedDevice.Id, new DataBlock(true, 2, new byte[10])))).Result);
    }

    private static AccessResponse Access(ServedDevice served, uint id, AccessSpecification[] specifications, CosemData[] data) =>
        Assert.IsType<AccessResponse>(served.Ask(new AccessRequest(new LongInvokeIdAndPriority(id), null, specifications, data)));

    private static string Hex(ServedDevice served, XdlmsApdu request) => served.Ask(Convert.ToHexString(request.Encode()));
}
