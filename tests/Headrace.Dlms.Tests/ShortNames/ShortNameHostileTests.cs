using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class ShortNameHostileTests
{
    private static readonly CosemAttributeDescriptor Text = TestMeter.Attribute(1, TestMeter.Text);
    private static readonly CosemAttributeDescriptor Profile = TestMeter.Attribute(7, TestMeter.Profile);

    [Fact]
    public void Every_short_name_of_all_there_are_is_answered()
    {
        var (names, _, sap) = Open();
        var found = 0;
        for (var name = 0; name <= ushort.MaxValue; name++)
        {
            var answer = Answer(names, sap, new ReadRequest([new VariableName((ushort)name)]));
            if (answer is not ReadResponse { Results: [ReadError { Error: DataAccessResult.ObjectUndefined }] }) found++;
            var written = Answer(names, sap, new WriteRequest(
                [new ParameterizedAccess((ushort)name, new SelectiveAccess(9, CosemData.Null))], [CosemData.Null]));
            Assert.True(written is WriteResponse { Results: [{ Error: not DataAccessResult.Success }] }, $"{name:X4}");
        }
        Assert.InRange(found, 20, 200);
    }

    [Fact]
    public void Block_numbers_that_are_not_due_are_refused_and_end_the_transfer()
    {
        var (names, client, sap) = Open(200);
        var name = client.ShortNames!.Find(Profile)!;
        Answer(names, sap, new ReadRequest([new VariableName(0xFA00)]));
        Assert.Equal(DataAccessResult.NoLongGetInProgress, ErrorOf(Answer(names, sap, new ReadRequest([new BlockNumberAccess(1)]))));
        Assert.IsType<ReadDataBlock>(ResultOf(Answer(names, sap, new ReadRequest([name]))));
        var first = Answer(names, sap, new ReadRequest([new BlockNumberAccess(1)])).Encode();
        Assert.Equal(first, Answer(names, sap, new ReadRequest([new BlockNumberAccess(1)])).Encode()); // its answer was lost
        Assert.Equal(DataAccessResult.DataBlockNumberInvalid, ErrorOf(Answer(names, sap, new ReadRequest([new BlockNumberAccess(7)]))));
        Assert.Equal(DataAccessResult.NoLongGetInProgress, ErrorOf(Answer(names, sap, new ReadRequest([new BlockNumberAccess(2)]))));
        Answer(names, sap, new ReadRequest([name]));
        Answer(names, sap, new ReadRequest([new VariableName(0xFA00)])); // another request ends the transfer
        Assert.Equal(DataAccessResult.NoLongGetInProgress, ErrorOf(Answer(names, sap, new ReadRequest([new BlockNumberAccess(1)]))));
    }

    [Fact]
    public void A_request_of_more_blocks_than_short_names_can_number_is_not_sent()
    {
        var (_, client, _) = Open(maxPdu: 64);
        var thrown = Assert.Throws<InvalidOperationException>(
            () => client.Set(Text, CosemData.OctetString(new byte[64 * ushort.MaxValue])));
        Assert.Contains("short names count to 65535", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Written_blocks_out_of_order_endless_or_of_nonsense_change_nothing()
    {
        var (names, _, sap) = Open();
        Assert.Equal(DataAccessResult.NoLongSetInProgress, Block(names, sap, true, 2, [0]).Error);
        Assert.Equal((ushort)1, Block(names, sap, false, 1, [1]).BlockNumber);
        Assert.Equal((ushort)1, Block(names, sap, false, 1, [1]).BlockNumber); // its answer was lost
        Assert.Equal(DataAccessResult.DataBlockNumberInvalid, Block(names, sap, false, 3, [1]).Error);
        Assert.Equal(DataAccessResult.NoLongSetInProgress, Block(names, sap, true, 2, [1]).Error);
        Assert.Equal(DataAccessResult.LongSetAborted, Block(names, sap, true, 1, [1, 2, 3]).Error);
        var taken = 0;
        for (ushort number = 1; Block(names, sap, false, number, new byte[1000]) is { BlockNumber: not null }; number++) taken++;
        Assert.InRange(taken, 1000, 1049); // a mebibyte
        var mixed = new WriteRequest([new WriteDataBlockAccess(true, 1), new VariableName(8)], [CosemData.Null, CosemData.Null]);
        Assert.IsType<ExceptionResponse>(Answer(names, sap, mixed));
        Assert.IsType<ExceptionResponse>(Answer(names, sap, new WriteRequest([], [])));
        Assert.IsType<ExceptionResponse>(Answer(names, sap, new WriteRequest([new VariableName(8)], [])));
    }

    [Fact]
    public void A_long_request_may_not_hold_another_nor_go_on_for_ever()
    {
        var (names, _, sap) = Open();
        Assert.Equal(DataAccessResult.LongGetAborted, ErrorOf(Piece(names, sap, true, 1, [9, 9])));
        Assert.Equal(DataAccessResult.DataBlockNumberInvalid, ErrorOf(Piece(names, sap, false, 5, [])));
        Assert.IsType<ExceptionResponse>(Piece(names, sap, true, 1, [1, 5, 0, 1]));
        Assert.IsType<ExceptionResponse>(Piece(names, sap, true, 1, [1, 6, 1, 0, 1, 0]));
        Assert.IsType<ExceptionResponse>(Piece(names, sap, true, 1, [0]));
        var taken = 0;
        for (ushort number = 1; Piece(names, sap, false, number, new byte[1000]) is ReadResponse { Results: [ReadBlockNumber] }; number++)
            taken++;
        Assert.InRange(taken, 1000, 1049);
    }

    [Fact]
    public void A_list_that_names_a_profile_thousands_of_times_is_refused_within_bounds()
    {
        var (names, client, sap) = Open(rows: 1000);
        var list = new ReadRequest([.. Enumerable.Repeat(client.ShortNames!.Find(Profile)!, 400)]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<ExceptionResponse>(Answer(names, sap, list));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200 << 20);
        var byName = CosemData.Array([.. Enumerable.Repeat(CosemData.Structure(
            CosemData.LongUnsigned(7), CosemData.OctetString(TestMeter.Profile), CosemData.Integer(2)), 60)]);
        var refused = Answer(names, sap, new ReadRequest([new ParameterizedAccess(0xFA30, new SelectiveAccess(0, byName))]));
        Assert.Equal(DataAccessResult.OtherReason, ErrorOf(refused));
    }

    [Theory]
    [InlineData("0C0102" + "00" + "0002" + "0109")] // the second block first
    [InlineData("0C0102" + "01" + "0001" + "0109")] // cut short
    [InlineData("0C0102" + "01" + "0001" + "03110500")] // bytes left over
    [InlineData("0C02" + "0000" + "0000")] // two results for one variable
    [InlineData("0C00")]
    [InlineData("0C01030001")] // a block of a request that has none
    [InlineData("0D0100")] // a write response to a read
    [InlineData("0C0104")]
    public void An_answer_that_does_not_fit_ends_the_association(string answer)
    {
        var (client, _) = new ShortNameMeter().Connect("low");
        client.Get(Text);
        Assert.Throws<ProtocolException>(() => client.Receive(Convert.FromHexString(answer)));
        Assert.Equal(AssociationState.Idle, client.State);
    }

    [Theory]
    [InlineData("0D020000")]
    [InlineData("0D0102" + "0001")] // a block taken that was not sent
    [InlineData("0C010000")]
    [InlineData("0D00")]
    public void An_answer_to_a_write_that_does_not_fit_ends_the_association(string answer)
    {
        var (client, _) = new ShortNameMeter().Connect("low");
        client.Set(Text, CosemData.Null);
        Assert.Throws<ProtocolException>(() => client.Receive(Convert.FromHexString(answer)));
        Assert.Equal(AssociationState.Idle, client.State);
    }

    [Fact]
    public void An_endless_answer_is_given_up_at_the_limit()
    {
        var (client, _) = new ShortNameMeter().Connect("low", o => o with { MaxValueSize = 20_000 });
        client.Get(Text);
        var raw = new byte[1000];
        raw[0] = (byte)CosemTag.OctetString;
        var thrown = Record.Exception(() =>
        {
            for (ushort number = 1; number < 100; number++)
                client.Receive(new ReadResponse([new ReadDataBlock(false, number, raw)]).Encode());
        });
        Assert.Contains("20000", Assert.IsType<ProtocolException>(thrown).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("low")]
    [InlineData("glo")]
    [InlineData("md5")]
    public void Altered_requests_never_throw_out_of_the_server(string way)
    {
        var random = new Random(20261120);
        var names = new ShortNameMeter(rows: 4, maxPdu: 128);
        var (client, sap) = names.Connect(way);
        List<byte[]> requests = [];
        foreach (var make in Requests(client))
        {
            var request = make();
            while (!request.IsEmpty)
            {
                requests.Add(request.ToArray());
                request = client.Receive(names.Meter.Server.Handle(sap, 1, request)).Send;
            }
        }
        for (var i = 0; i < 10_000; i++)
        {
            if (i % 200 == 0) names.Connect(way);
            names.Meter.Server.Handle(sap, 1, Alter(requests[random.Next(requests.Count)], random));
        }
        names.Connect(way);
    }

    [Fact]
    public void Altered_answers_are_a_result_or_a_protocol_exception_in_the_client()
    {
        var random = new Random(20261121);
        var names = new ShortNameMeter(rows: 4, maxPdu: 128);
        for (var i = 0; i < 1_500; i++)
        {
            var (client, sap) = names.Connect(i % 2 == 0 ? "low" : "glo");
            foreach (var make in Requests(client))
            {
                if (client.State != AssociationState.Associated) break;
                var request = make();
                for (var step = 0; !request.IsEmpty && step < 200; step++)
                {
                    var answer = names.Meter.Server.Handle(sap, 1, request).ToArray();
                    if (answer.Length == 0) break;
                    if (random.Next(4) == 0) answer = Alter(answer, random);
                    var thrown = Record.Exception(() => request = client.Receive(answer).Send);
                    Assert.True(thrown is null or ProtocolException, $"{Convert.ToHexString(answer)}: {thrown}");
                    if (thrown is not null) break;
                }
                if (client.State == AssociationState.Asking) client.GiveUp();
            }
        }
    }

    private static IEnumerable<Func<ReadOnlyMemory<byte>>> Requests(ClientAssociation client)
    {
        yield return () => client.Get(Text);
        yield return () => client.Get([new(Text, null), new(TestMeter.Attribute(3, TestMeter.Energy, 3), null)]);
        yield return () => client.Get(Profile, new EntryDescriptor(1, 3).ToSelectiveAccess());
        yield return () => client.Get(Profile);
        yield return () => client.Set(TestMeter.Attribute(1, TestMeter.Second), CosemData.LongUnsigned(3));
        yield return () => client.Set(Text, CosemData.OctetString(new byte[300]));
        yield return () => client.ShortNames!.Read([.. Enumerable.Repeat(client.ShortNames.Find(Text)!, 60)]);
        yield return () => client.Action(new CosemMethodDescriptor(12, LogicalName.Parse("0-0:40.0.0.255"), 3), CosemData.Array());
    }

    private static byte[] Alter(byte[] original, Random random)
    {
        var altered = random.Next(6) == 0 ? original[..random.Next(1, original.Length)] : (byte[])original.Clone();
        for (var n = random.Next(1, 4); n > 0; n--) altered[random.Next(altered.Length)] = (byte)random.Next(256);
        return altered;
    }

    private static (ShortNameMeter Names, ClientAssociation Client, ushort Sap) Open(ushort maxPdu = ushort.MaxValue, int rows = 96)
    {
        var names = new ShortNameMeter(rows, maxPdu);
        var (client, sap) = names.Connect("low", o => o with { MaxPduSize = maxPdu });
        return (names, client, sap);
    }

    private static XdlmsApdu Answer(ShortNameMeter names, ushort sap, XdlmsApdu request) =>
        XdlmsApdu.Decode(names.Meter.Server.Handle(sap, 1, request.Encode()));

    private static ReadResult ResultOf(XdlmsApdu answer) => Assert.Single(Assert.IsType<ReadResponse>(answer).Results);

    private static DataAccessResult ErrorOf(XdlmsApdu answer) => Assert.IsType<ReadError>(ResultOf(answer)).Error;

    private static WriteResult Block(ShortNameMeter names, ushort sap, bool last, ushort number, byte[] raw) =>
        Assert.Single(Assert.IsType<WriteResponse>(Answer(names, sap,
            new WriteRequest([new WriteDataBlockAccess(last, number)], [CosemData.OctetString(raw)]))).Results);

    private static XdlmsApdu Piece(ShortNameMeter names, ushort sap, bool last, ushort number, byte[] raw) =>
        Answer(names, sap, new ReadRequest([new ReadDataBlockAccess(last, number, raw)]));
}
