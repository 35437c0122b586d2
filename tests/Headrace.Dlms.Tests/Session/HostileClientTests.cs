using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Session;

/// <summary>A client that means harm gets typed answers, and the server stays within fixed memory.</summary>
[Collection(WholeProcess.Name)]
public sealed class HostileClientTests
{
    private const long Most = 64 << 20;

    private static readonly CosemAttributeDescriptor Text = new(1, ServedDevice.Text, 2);

    private static ServedDevice Opened(int maxValueSize = 4096) => new ServedDevice(new AssociationSettings
    {
        ClientSap = ServedDevice.Sap,
        Conformance = AssociationSettings.FullConformance,
        MaxValueSize = maxValueSize,
        MaxAnswerSize = 1 << 20,
    }).Open();

    [Fact]
    public void Endless_blocks_end_in_an_abort()
    {
        var served = Opened();
        served.Ask(new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Text),
            new DataBlock(false, 1, new byte[1000])));
        for (uint block = 2; block < 5; block++)
            Assert.IsType<SetResponseDatablock>(served.Ask(Block(block, 1000)));
        Assert.Equal(DataAccessResult.LongSetAborted, Assert.IsType<SetResponseLastDatablock>(served.Ask(Block(5, 1000))).Result);
        Assert.Equal(DataAccessResult.NoLongSetInProgress, Assert.IsType<SetResponseLastDatablock>(served.Ask(Block(6, 1000))).Result);
    }

    [Fact]
    public void Empty_blocks_without_end_end_the_transfer()
    {
        var served = Opened();
        served.Ask(new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Text), new DataBlock(false, 1, new byte[9])));
        for (uint block = 2; block < 10_000; block++)
        {
            if (served.Ask(Block(block, 0)) is not SetResponseLastDatablock last) continue;
            Assert.Equal(DataAccessResult.LongSetAborted, last.Result);
            return;
        }
        Assert.Fail("blocks without end were taken");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void Block_numbers_that_cannot_be_end_the_transfer(uint number)
    {
        var served = Opened();
        served.Ask(new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Text), new DataBlock(false, 1, new byte[9])));
        Assert.Equal(DataAccessResult.DataBlockNumberInvalid, Assert.IsType<SetResponseLastDatablock>(served.Ask(Block(number, 9))).Result);
        var first = new SetRequestWithFirstDatablock(ServedDevice.Id, new AttributeSelection(Text),
            new DataBlock(false, number, new byte[9]));
        Assert.Equal(DataAccessResult.DataBlockNumberInvalid, Assert.IsType<SetResponseLastDatablock>(served.Ask(first)).Result);
        var action = new ActionRequestWithPblock(ServedDevice.Id, new DataBlock(false, number, new byte[9]));
        Assert.Equal(ActionResult.NoLongActionInProgress, Assert.IsType<ActionResponseNormal>(served.Ask(action)).Outcome.Result);
    }

    [Fact]
    public void General_blocks_without_end_or_sense_are_refused_or_dropped()
    {
        var served = Opened();
        var random = new Random(20261120);
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 20_000; i++)
        {
            var block = new GeneralBlockTransfer(random.Next(8) == 0, random.Next(2) == 0, (byte)random.Next(64),
                (ushort)(random.Next(3) == 0 ? random.Next(65536) : i % 70), (ushort)random.Next(70), new byte[random.Next(1000)]);
            foreach (var answer in served.AskAll(block.Encode())) Assert.True(answer[0] is 0xE0 or 0xD8);
        }
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 4 << 20);
        Assert.Equal("C4014100120007", served.Ask("C00141" + "0001" + "0000600101FF" + "0200"));
        for (ushort block = 1; block < 10; block++)
        {
            var answer = served.Ask(new GeneralBlockTransfer(false, false, 1, block, 0, new byte[1000]));
            if (answer is ExceptionResponse) return;
        }
        Assert.Fail("a request without end was taken");
    }

    [Fact]
    public void Nesting_wrong_lengths_and_compact_array_bombs_are_refused()
    {
        var served = Opened();
        var head = "C10141" + "0001" + "0000600102FF" + "0200";
        string[] bombs =
        [
            string.Concat(Enumerable.Repeat("0201", 400)) + "00", // nested deeper than anybody does
            "0184FFFFFFFF", "0283FFFFFF", "0984FFFFFFFF00", "09820FFF00", "0484FFFFFFFF", // lengths that are not there
            "1384FFFFFFFF", "1300" + "84FFFFFFFF", "1301FFFF01FFFF01FFFF01FFFF" + "00" + "0101",
            "1302" + "84FFFFFFFF" + "00", "13" + "02FF" + string.Concat(Enumerable.Repeat("00", 255)) + "00", "1300" + "7F",
        ];
        foreach (var bomb in bombs)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var answer = served.Ask(head + bomb);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            Assert.True(answer is "D80103" || answer.StartsWith("C50141", StringComparison.Ordinal), bomb + ": " + answer);
        }
    }

    [Fact]
    public void A_short_request_for_very_much_is_refused_within_the_limit()
    {
        var served = new ServedDevice(new AssociationSettings
        {
            ClientSap = ServedDevice.Sap,
            Conformance = AssociationSettings.FullConformance,
            MaxAnswerSize = 1 << 20,
        }, textLength: 200_000).Open();
        AttributeSelection[] many = [.. Enumerable.Repeat(new AttributeSelection(Text), 80)];
        AccessSpecification[] accesses = [.. Enumerable.Repeat(new AccessGet(Text), 80)];
        CosemData[] nulls = [.. Enumerable.Repeat(CosemData.Null, 80)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<ExceptionResponse>(served.Ask(new GetRequestWithList(ServedDevice.Id, many)));
        Assert.IsType<ExceptionResponse>(served.Ask(new AccessRequest(new LongInvokeIdAndPriority(0x4000_0000), null, accesses, nulls)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Most);
    }

    [Fact]
    public void Thousands_of_saps_on_one_connection_make_no_more_associations_than_there_are_settings()
    {
        var served = new ServedDevice();
        using var server = new WrapperServer(served.Device);
        var output = new ArrayBufferWriter<byte>();
        for (var sap = 0; sap < 20_000; sap++)
        {
            var frame = new ArrayBufferWriter<byte>(64);
            WrapperFrame.Write(frame, (ushort)sap, (ushort)(sap % 2), ServedDevice.OpenRequest());
            var input = new ReadOnlySequence<byte>(frame.WrittenMemory);
            server.Receive(ref input, output);
        }
        Assert.Equal(1, server.Associations.Count);
    }

    [Fact]
    public void A_weaker_request_does_not_get_the_rest_of_what_a_stronger_one_began()
    {
        var meter = new TestMeter(rows: 200);
        meter.Device.Find(TestMeter.Profile)!.WithAttributeRights(2, AccessRights.Read | AccessRights.EncryptedRequest);
        var (client, sap) = TestMeter.NewClient("glo", o => o with { MaxPduSize = 200 });
        meter.Exchange(client, sap, client.Open());
        var first = meter.Server.Handle(sap, 1, client.Get(TestMeter.Attribute(7, TestMeter.Profile)));
        Assert.Equal(0xCC, first.Span[0]);
        // The policy asks for both, so that a plain request for the next block is refused; the transfer is not given away.
        Assert.Equal("D80103", Convert.ToHexString(meter.Server.Handle(sap, 1, Convert.FromHexString("C00241" + "00000001")).Span));
    }

    private static SetRequestWithDatablock Block(uint number, int size) =>
        new(ServedDevice.Id, new DataBlock(false, number, new byte[size]));
}
