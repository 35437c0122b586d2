using System.Buffers;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.MBus;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Connections.Tests;

/// <summary>The listener's framing: bytes in pieces of any size give the same messages as at once, altered ones too.</summary>
public sealed class PushFramingTests
{
    private const int MaxApdu = 2048;
    private const int MaxNoise = 200;

    [Theory]
    [InlineData("wrapper")]
    [InlineData("hdlc")]
    [InlineData("m-bus")]
    public void A_stream_in_pieces_gives_the_same_messages_as_at_once(string framing)
    {
        var stream = Stream(framing);
        var whole = Read(stream, stream.Length);
        Assert.Equal(4, whole.Count);
        for (var size = 1; size < stream.Length; size++) Assert.Equal(whole, Read(stream, size));
        for (var end = 0; end < stream.Length; end++)
        {
            var cut = Read(stream[..end], stream.Length);
            Assert.Equal(whole.Take(cut.Count), cut);
        }
    }

    [Theory]
    [InlineData("wrapper")]
    [InlineData("hdlc")]
    [InlineData("m-bus")]
    public void An_altered_stream_gives_the_same_messages_in_pieces_and_only_protocol_errors(string framing)
    {
        var (random, good) = (new Random(20261120), Stream(framing));
        for (var i = 0; i < 3_000; i++)
        {
            var stream = (byte[])good.Clone();
            for (var n = random.Next(1, 5); n > 0; n--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[random.Next(stream.Length)..];
            var before = GC.GetAllocatedBytesForCurrentThread();
            var whole = Read(stream, stream.Length);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            Assert.Equal(whole, Read(stream, 1 + random.Next(40)));
        }
    }

    private static List<string> Read(byte[] stream, int size)
    {
        var (framing, told, held) = (new PushFraming(MaxApdu, MaxNoise), new List<string>(), Array.Empty<byte>());
        try
        {
            foreach (var piece in stream.Chunk(Math.Max(1, size)))
            {
                held = [.. held, .. piece];
                var input = new ReadOnlySequence<byte>(held);
                while (framing.TryRead(ref input, out var frame))
                    told.Add($"{frame.Source} {frame.Destination} {Convert.ToHexString(frame.Apdu.Span)}");
                held = input.ToArray();
            }
        }
        catch (ProtocolException)
        {
            told.Add("broken");
        }
        return told;
    }

    private static byte[] Stream(string framing)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 4; i++)
        {
            byte[] apdu = [0x0F, 0x40, 0, 0, (byte)i, 0, 0x09, (byte)(40 + i), .. new byte[40 + i]];
            switch (framing)
            {
                case "wrapper":
                    WrapperFrame.Write(output, 1, 0x67, apdu);
                    break;
                case "hdlc":
                    HdlcUnnumbered.WritePush(HdlcAddress.Client(0x67), HdlcAddress.Server(1, 17), apdu, 30, output);
                    break;
                default:
                    new MBusLongFrame(0x53, 0xFF, 0x00, 1, 0x67, apdu.AsMemory(0, 20)).Write(output);
                    new MBusLongFrame(0x53, 0xFF, 0x11, 1, 0x67, apdu.AsMemory(20)).Write(output);
                    break;
            }
        }
        return output.WrittenSpan.ToArray();
    }
}
