using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Headrace.Core.Links;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.MBus;
using Headrace.Drivers.Dlms;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>Seeded mutations of good traffic of every framing: a connection ends or goes on, and nothing but its own ends.</summary>
public sealed class MutationTests
{
    private const int RoundsPerFraming = 4_000;

    [Theory]
    [InlineData("wrapper")]
    [InlineData("plain")]
    [InlineData("hdlc")]
    [InlineData("mbus")]
    [InlineData("bare")]
    [InlineData("blocks")]
    public async Task No_input_breaks_a_connection_other_than_by_refusal(string framing)
    {
        var random = new Random(20261120 + framing.Length);
        await using var headEnd = new HeadEnd(new DlmsLimits { MaxRefusals = 4 });
        OwnPush.Register(headEnd, framing == "plain" ? "dlms-generic-none" : "idis-e450");
        for (var round = 0; round < RoundsPerFraming; round++)
        {
            var good = Traffic(framing, (uint)round + 1);
            var bytes = Mutate(good, random);
            var link = new PipeLink();
            var running = headEnd.Links.RunAsync(link, HeadEnd.Cancel);
            await link.GiveAsync(bytes, random.Next(1, bytes.Length + 1));
            var ended = await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(20), HeadEnd.Cancel)) == running;
            Assert.True(ended, $"{framing} round {round}: {Convert.ToHexString(bytes)}");
            await running;
        }

        // whatever got through was protected, so it is one of ours, unchanged
        if (framing != "plain") Assert.All(headEnd.Sink.Deliveries, d => Assert.Equal(4, d.Readings.Count));
    }

    private static byte[] Traffic(string framing, uint counter)
    {
        var apdu = OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary(counter)), counter);
        switch (framing)
        {
            case "wrapper":
                return [.. OwnPush.Wrapped(apdu), .. OwnPush.Make(OwnPush.Momentary(), counter + 1)];
            case "plain":
                return OwnPush.Wrapped(OwnPush.Plain(OwnPush.Momentary(counter)));
            case "hdlc":
                var frames = new ArrayBufferWriter<byte>();
                HdlcUnnumbered.WritePush(HdlcAddress.Client(1), HdlcAddress.Server(1, 17), apdu, 50, frames);
                return frames.WrittenSpan.ToArray();
            case "mbus":
                var segments = new ArrayBufferWriter<byte>();
                new MBusLongFrame(0x53, 0xFF, 0x00, 1, 0x67, apdu.AsMemory(0, 60)).Write(segments);
                new MBusLongFrame(0x53, 0xFF, 0x11, 1, 0x67, apdu.AsMemory(60)).Write(segments);
                return segments.WrittenSpan.ToArray();
            case "blocks":
                var first = new GeneralBlockTransfer(false, true, 0, 1, 0, apdu.AsMemory(0, 60)).Encode();
                return [.. OwnPush.Wrapped(first),
                    .. OwnPush.Wrapped(new GeneralBlockTransfer(true, true, 0, 2, 0, apdu.AsMemory(60)).Encode())];
            default:
                return apdu;
        }
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var changes = random.Next(0, 4); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 9)));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256)));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, random.Next(1, bytes.Count)));
                    break;
            }
        }

        return bytes.Count == 0 ? [0] : [.. bytes];
    }

    /// <summary>A link in memory, whose device sends and closes.</summary>
    private sealed class PipeLink : ILink, IDuplexPipe
    {
        private readonly Pipe _in = new();
        private readonly Pipe _out = new();

        public string Id => "memory";

        public EndPoint? Remote => null;

        public bool Inbound => true;

        public IDuplexPipe Transport => this;

        public PipeReader Input => _in.Reader;

        public PipeWriter Output => _out.Writer;

        public async Task GiveAsync(byte[] bytes, int firstPiece)
        {
            await _in.Writer.WriteAsync(bytes.AsMemory(0, firstPiece));
            await _in.Writer.WriteAsync(bytes.AsMemory(firstPiece));
            await _in.Writer.CompleteAsync();
        }

        public void Abort(string reason)
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
