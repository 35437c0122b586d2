using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Session;

public sealed class ServerBlocksTests
{
    private const Conformance NoServiceBlocks = (Conformance)0xFFFFFF
        & ~(Conformance.BlockTransferWithGetOrRead | Conformance.BlockTransferWithSetOrWrite | Conformance.BlockTransferWithAction);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(63)]
    public void A_long_answer_goes_in_general_blocks_where_service_blocks_were_not_agreed(int window)
    {
        var served = new ServedDevice(textLength: 5000).Open(NoServiceBlocks, maxPdu: 100);
        var answer = Exchange(served, new GeneralBlockLink(window: (byte)window), ServedDevice.Get(1, ServedDevice.Text).Encode(),
            false, 0);
        Assert.Equal(5000, Assert.IsType<GetResponseNormal>(XdlmsApdu.Decode(answer)).Result.Data!.AsOctets().Length);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 0)]
    [InlineData(1, 5)]
    [InlineData(4, 9)]
    [InlineData(8, 7)]
    public void A_long_request_and_its_answer_go_in_general_blocks_and_lost_ones_are_sent_again(int window, int loseEvery)
    {
        var served = new ServedDevice().Open(maxPdu: 64);
        var request = new ActionRequestNormal(ServedDevice.Id, new CosemMethodDescriptor(9000, ServedDevice.Mirror, 1),
            CosemData.OctetString(new byte[3000])).Encode();
        var answer = Exchange(served, new GeneralBlockLink(window: (byte)window), request, true, loseEvery);
        Assert.Equal(3000, Assert.IsType<ActionResponseNormal>(XdlmsApdu.Decode(answer)).Outcome.ReturnParameters!.Value.Data!
            .AsOctets().Length);
    }

    [Fact]
    public void Service_blocks_go_first_where_both_were_agreed_and_the_request_came_whole()
    {
        var served = new ServedDevice().Open(maxPdu: 100);
        Assert.IsType<GetResponseWithDatablock>(served.Ask(ServedDevice.Get(1, ServedDevice.Text)));
    }

    [Fact]
    public void A_request_that_comes_in_general_blocks_is_answered_so_even_where_short()
    {
        var served = new ServedDevice().Open();
        var answer = served.Ask(new GeneralBlockTransfer(true, false, 1, 1, 0, ServedDevice.Get(1, ServedDevice.Number).Encode()));
        Assert.Equal("C4014100" + "120007", Convert.ToHexString(Assert.IsType<GeneralBlockTransfer>(answer).BlockData.Span));
    }

    [Fact]
    public void Streamed_blocks_pass_the_wrapper_each_in_a_frame_of_its_own()
    {
        var served = new ServedDevice(textLength: 1000);
        using var server = new WrapperServer(served.Device);
        Receive(server, ServedDevice.OpenRequest(NoServiceBlocks, 100));
        var link = new GeneralBlockLink(window: 20);
        link.Begin(ServedDevice.Get(1, ServedDevice.Text).Encode(), 100);
        Assert.True(link.TrySend(out var first));
        var frames = Receive(server, first!.Encode());
        Assert.Equal(12, frames.Count);
        Assert.All(frames, f => Assert.Equal(0xE0, f[0]));
    }

    private static List<byte[]> Receive(WrapperServer server, byte[] apdu)
    {
        var frame = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(frame, ServedDevice.Sap, 1, apdu);
        var (input, output) = (new ReadOnlySequence<byte>(frame.WrittenMemory), new ArrayBufferWriter<byte>());
        server.Receive(ref input, output);
        var answers = new List<byte[]>();
        var rest = new ReadOnlySequence<byte>(output.WrittenMemory);
        while (WrapperFrame.TryRead(ref rest, 65535, out var answer)) answers.Add(answer.Apdu.ToArray());
        return answers;
    }

    /// <summary>A client by general blocks; every n-th APDU on the way is lost, and silence makes the client repeat itself.</summary>
    private static ReadOnlyMemory<byte> Exchange(ServedDevice served, GeneralBlockLink link, byte[] request, bool byBlocks, int loseEvery)
    {
        var sent = 0;
        bool IsLost() => loseEvery > 0 && ++sent % loseEvery == 0;
        var up = new Queue<byte[]>();
        if (byBlocks) link.Begin(request, served.Settings.MaxPduSize > 200 ? 200 : served.Settings.MaxPduSize);
        else up.Enqueue(request);
        for (var round = 0; round < 2000; round++)
        {
            while (link.TrySend(out var block)) up.Enqueue(block!.Encode());
            if (up.Count == 0) Assert.True(link.Repeat());
            while (up.TryDequeue(out var apdu))
            {
                if (IsLost()) continue;
                foreach (var answer in served.AskAll(apdu))
                {
                    Assert.InRange(answer.Length, 1, 100);
                    if (IsLost()) continue;
                    var block = Assert.IsType<GeneralBlockTransfer>(XdlmsApdu.Decode(answer));
                    if (link.Receive(block, out var whole) == GeneralBlockEvent.Complete) return whole;
                }
            }
        }
        throw new InvalidOperationException("no answer");
    }
}
