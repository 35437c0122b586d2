using System.Buffers;
using Headrace.Dlms.MBus;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.MBus;

public sealed class MBusLongFrameTests
{
    // C 53, A FF, CI 10 (single segment), STSAP 01, DTSAP 67, data DB 00; checksum counted by hand
    private const string Single = "68070768" + "53FF100167" + "DB00" + "A516";

    [Fact]
    public void A_single_segment_frame_is_read_and_written_the_same()
    {
        var input = new ReadOnlySequence<byte>(Convert.FromHexString(Single));
        Assert.True(MBusLongFrame.TryRead(ref input, out var frame));
        Assert.True(input.IsEmpty);
        Assert.Equal((0x53, 0xFF, 0x01, 0x67), (frame.Control, frame.Address, frame.SourceTsap, frame.DestinationTsap));
        Assert.True(frame.IsLastSegment);
        Assert.Equal("DB00", Convert.ToHexString(frame.Data.Span));
        var output = new ArrayBufferWriter<byte>();
        frame.Write(output);
        Assert.Equal(Single, Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Every_beginning_of_a_frame_asks_for_more_and_consumes_nothing()
    {
        var whole = Convert.FromHexString(Single);
        for (var length = 0; length < whole.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(whole, 0, length);
            Assert.False(MBusLongFrame.TryRead(ref input, out _));
            Assert.Equal(length, input.Length);
        }
    }

    [Theory]
    [InlineData("10", "not a long frame")]
    [InlineData("680708", "the two lengths differ")]
    [InlineData("6804046853", "no room for the header")]
    [InlineData("68070769", "no second start")]
    [InlineData("6807076853FF100167DB00A616", "checksum")]
    [InlineData("6807076853FF100167DB00A517", "stop byte")]
    public void Refuses_what_can_never_become_a_frame(string hex, string why)
    {
        var input = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        var thrown = Record.Exception(() => { var copy = input; return MBusLongFrame.TryRead(ref copy, out _); });
        Assert.True(thrown is ProtocolException, why);
    }

    [Fact]
    public void Segments_join_in_order_and_a_gap_is_refused()
    {
        var joiner = new MBusSegmentJoiner();
        Assert.False(joiner.TryAppend(Segment(0x00, 1, 2), out _));
        Assert.True(joiner.TryAppend(Segment(0x11, 3), out var apdu));
        Assert.Equal([1, 2, 3], apdu);

        Assert.False(joiner.TryAppend(Segment(0x00, 1), out _));
        Assert.Throws<ProtocolException>(() => joiner.TryAppend(Segment(0x12, 3), out _));
        Assert.Equal(0, joiner.HeldBytes);
        Assert.Throws<ProtocolException>(() => joiner.TryAppend(Segment(0x11, 3), out _));
    }

    [Fact]
    public void A_new_first_segment_drops_the_interrupted_telegram()
    {
        var joiner = new MBusSegmentJoiner();
        Assert.False(joiner.TryAppend(Segment(0x00, 9, 9), out _));
        Assert.True(joiner.TryAppend(Segment(0x10, 7), out var apdu));
        Assert.Equal([7], apdu);
    }

    private static MBusLongFrame Segment(byte ci, params byte[] data) => new(0x53, 0xFF, ci, 1, 0x67, data);
}
