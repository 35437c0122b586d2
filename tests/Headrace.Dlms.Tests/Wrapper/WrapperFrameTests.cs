using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Tests.Data;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Wrapper;

public sealed class WrapperFrameTests
{
    private const int Limit = 2048;

    [Fact]
    public void Every_vector_reads_and_writes_its_bytes()
    {
        if (!Vectors.SharedPresent) Assert.Skip("the shared vectors are not beside this checkout");
        Vectors.Check("wrapper-apdu", vector =>
        {
            Assert.True(WrapperFrame.TryRead(vector.Bytes(), Limit, out var frame));
            var expect = vector.Expect()["wrapper"]!;
            Assert.Equal(expect["src"]!.GetValue<int>(), frame.SourcePort);
            Assert.Equal(expect["dst"]!.GetValue<int>(), frame.DestinationPort);
            Assert.Equal(expect["length"]!.GetValue<int>(), frame.Apdu.Length);
            var output = new ArrayBufferWriter<byte>();
            frame.WriteTo(output);
            Assert.Equal(vector.Bytes(), output.WrittenSpan.ToArray());
            if (frame.Apdu.Span[0] is < 0x60 or > 0x63) Assert.Equal(frame.Apdu.ToArray(), XdlmsApdu.Decode(frame.Apdu).Encode());
        });
    }

    [Fact]
    public void A_stream_of_frames_cut_anywhere_gives_the_frames()
    {
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, 1, 0x10, Hex.Parse("C001C1"));
        WrapperFrame.Write(output, 0x67, 0x66, Hex.Parse("0F00"));
        var stream = output.WrittenMemory;
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var first = new ReadOnlySequence<byte>(stream[..cut]);
            var found = new List<string>();
            while (WrapperFrame.TryRead(ref first, Limit, out var frame)) found.Add(Hex.Format(frame.Apdu.Span));
            var rest = new ReadOnlySequence<byte>(stream.Slice(cut - (int)first.Length));
            while (WrapperFrame.TryRead(ref rest, Limit, out var frame)) found.Add(Hex.Format(frame.Apdu.Span));
            Assert.Equal(["C001C1", "0F00"], found);
            Assert.True(rest.IsEmpty);
        }
    }

    [Fact]
    public void A_frame_in_two_segments_is_put_together()
    {
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, 1, 2, Hex.Parse("C001C100"));
        for (var cut = 1; cut < output.WrittenCount; cut++)
        {
            var buffer = Segments(output.WrittenMemory[..cut], output.WrittenMemory[cut..]);
            Assert.True(WrapperFrame.TryRead(ref buffer, Limit, out var frame));
            Assert.Equal((1, 2, "C001C100"), (frame.SourcePort, frame.DestinationPort, Hex.Format(frame.Apdu.Span)));
            Assert.True(buffer.IsEmpty);
        }
    }

    [Theory]
    [InlineData("0002 0001 0010 0005 01C401C100", "version 2")]
    [InlineData("7E", "not a wrapper, known at the first byte")]
    [InlineData("0001 0001 0010 FFFF", "longer than the limit, known before its bytes come")]
    public void What_breaks_the_rules_is_refused(string hex, string why)
    {
        var bytes = Hex.Parse(hex);
        var stream = Record.Exception(() => { var b = new ReadOnlySequence<byte>(bytes); WrapperFrame.TryRead(ref b, Limit, out _); });
        var datagram = Record.Exception(() => WrapperFrame.TryRead(bytes, Limit, out _));
        Assert.True(stream is ProtocolException && datagram is ProtocolException, why);
    }

    [Fact]
    public void A_datagram_holds_one_whole_frame()
    {
        var datagram = Hex.Parse("0001 0001 0010 0002 AABB");
        Assert.True(WrapperFrame.TryRead(datagram, Limit, out _));
        Assert.False(WrapperFrame.TryRead(datagram.AsMemory(0, 9), Limit, out _));
        Assert.False(WrapperFrame.TryRead(datagram.AsMemory(0, 5), Limit, out _));
        Assert.Throws<ProtocolException>(() => WrapperFrame.TryRead((byte[])[.. datagram, 0], Limit, out _));
    }

    private static ReadOnlySequence<byte> Segments(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var end = new Segment(second, first.Length);
        return new ReadOnlySequence<byte>(new Segment(first, 0, end), 0, end, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex, Segment? next = null) =>
            (Memory, RunningIndex, Next) = (memory, runningIndex, next);
    }
}
