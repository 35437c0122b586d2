using System.Buffers;
using System.IO.Pipelines;
using Headrace.Dlms.Checks;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.Checks;

/// <summary>The checks of the HDLC link pass where a server is right and fail where it is made wrong, frame by frame.</summary>
public sealed class HdlcCheckTests
{
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("public")]
    [InlineData("glo")]
    public async Task A_right_server_passes(string way)
    {
        var outcomes = await RunAsync(way, "link.", new Crooked());
        Assert.All(outcomes, outcome => Assert.Equal("Passed", $"{outcome.Verdict.Result}{Fault(outcome)}"));
        Assert.True(outcomes.Count >= 12);
    }

    [Theory]
    [InlineData("link.parameters", "512 bytes")]
    [InlineData("link.information-length", "512 bytes")]
    [InlineData("link.window", "7 frames")]
    [InlineData("link.segmented-request", "")]
    [InlineData("link.disconnect", "silence")]
    [InlineData("link.wrong-fcs", "RR")]
    [InlineData("link.other-address", "UnnumberedAcknowledge")]
    [InlineData("link.no-link", "I frame 0")]
    [InlineData("link.repeated-frame", "silence")]
    public async Task A_wrong_server_is_found(string id, string found)
    {
        var outcome = Assert.Single(await RunAsync("public", id, new Crooked { Fault = id }));
        Assert.Equal(CheckResult.Failed, outcome.Verdict.Result);
        Assert.Contains(found, outcome.Verdict.Found, StringComparison.Ordinal);
    }

    private static string Fault(CheckOutcome outcome) => outcome.Verdict.Result == CheckResult.Passed
        ? "" : $" {outcome.Id}: {outcome.Verdict.Expected}, {outcome.Verdict.Found}";

    private static async Task<List<CheckOutcome>> RunAsync(string way, string prefix, Crooked server)
    {
        var (options, keys, sap) = TestMeter.ClientOf(way);
        var device = new TestMeter().Device;
        var client = HdlcAddress.Client(sap);
        RawLine Raw() => server.Connect(new HdlcServer(HdlcParameters.Both(512, 7), 17, device), Cancel);
        var timings = new HdlcTimings(TimeSpan.FromMilliseconds(150), 1) { OldSessionPause = TimeSpan.Zero };
        var meter = new MeterUnderTest
        {
            ConnectAsync = _ =>
            {
                var raw = Raw();
                var link = new HdlcClientLink(client, Server);
                return new(new Headrace.Dlms.Checks.MeterLine(new HdlcChannel(raw.Pipe, link, timings, TimeProvider.System), raw.Line));
            },
            Options = options,
            Keys = keys,
            Timings = new ClientTimings(TimeSpan.FromMilliseconds(1000), TimeSpan.FromMilliseconds(100)),
            Silence = TimeSpan.FromMilliseconds(200),
            IsHdlc = true,
            Hdlc = new HdlcUnderTest(_ => new(Raw()), client, Server, timings),
        };
        var outcomes = new List<CheckOutcome>();
        await foreach (var outcome in MeterCheckSuite.RunAsync(meter, id => id.StartsWith(prefix, StringComparison.Ordinal), Cancel))
            outcomes.Add(outcome);
        return outcomes;
    }

    /// <summary>An HDLC server on a pipe with one fault, named by the check that has to find it.</summary>
    private sealed class Crooked
    {
        public string Fault { get; init; } = "";

        public RawLine Connect(HdlcServer server, CancellationToken cancellationToken)
        {
            var (up, down) = (new Pipe(), new Pipe());
            _ = Task.Run(() => ServeAsync(server, up.Reader, down.Writer, cancellationToken), cancellationToken);
            return new RawLine(new Joined(down.Reader, up.Writer), new Closing(up.Writer));
        }

        private async Task ServeAsync(HdlcServer server, PipeReader input, PipeWriter output, CancellationToken cancellationToken)
        {
            using var _ = server;
            var linked = false;
            byte[] last = [];
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken);
                var bytes = read.Buffer.ToArray();
                input.AdvanceTo(read.Buffer.End);
                foreach (var frame in Frames(bytes))
                {
                    if (frame.Type == HdlcFrameType.SetNormalResponseMode) linked = true;
                    var isRepeated = bytes.AsSpan().SequenceEqual(last);
                    if (Before(frame, ref linked, server) is not { } request) continue;
                    var answer = new ArrayBufferWriter<byte>();
                    if (!(Fault == "link.repeated-frame" && isRepeated)) Serve(server, request, answer);
                    foreach (var given in Frames(answer.WrittenSpan.ToArray())) After(given).Write(output);
                }
                last = bytes;
                await output.FlushAsync(cancellationToken);
                if (!read.IsCompleted) continue;
                await output.CompleteAsync();
                return;
            }
        }

        /// <summary>What the server is made to see.</summary>
        private HdlcFrame? Before(HdlcFrame frame, ref bool linked, HdlcServer server)
        {
            switch (Fault)
            {
                case "link.information-length" or "link.window" when frame.Type == HdlcFrameType.SetNormalResponseMode:
                    return frame with { Information = HdlcParameters.Both(Fault == "link.window" ? 128 : 512, 7).ToInformation() };
                case "link.segmented-request" when frame.IsSegmented:
                case "link.disconnect" when frame.Type == HdlcFrameType.Disconnect:
                    return null;
                case "link.other-address":
                    return frame with { Destination = Server };
                case "link.no-link" when !linked && frame.Type == HdlcFrameType.Information:
                    Serve(server, new HdlcFrame(frame.Destination, frame.Source, HdlcControl.SetNormalResponseMode, false, default), new());
                    linked = true;
                    return frame;
                default:
                    return frame;
            }
        }

        /// <summary>What the client is made to see.</summary>
        private HdlcFrame After(HdlcFrame frame) =>
            Fault == "link.parameters" && frame.Type == HdlcFrameType.UnnumberedAcknowledge
                ? frame with { Information = HdlcParameters.Both(512, 7).ToInformation() }
                : frame;

        private static void Serve(HdlcServer server, HdlcFrame frame, ArrayBufferWriter<byte> output)
        {
            var bytes = new ArrayBufferWriter<byte>();
            frame.Write(bytes);
            var sequence = new ReadOnlySequence<byte>(bytes.WrittenMemory);
            server.Receive(ref sequence, output);
        }

        private List<HdlcFrame> Frames(byte[] bytes)
        {
            // This one does not look at the FCS: it is made right.
            if (Fault == "link.wrong-fcs" && bytes.Length > 3 && bytes[0] == HdlcFrame.Flag)
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 3),
                    Wire.Crc16X25.Compute(bytes.AsSpan(1, bytes.Length - 4)));
            var reader = new HdlcFrameReader();
            var input = new ReadOnlySequence<byte>(bytes);
            var frames = new List<HdlcFrame>();
            while (reader.TryRead(ref input, out var frame)) frames.Add(frame with { Information = frame.Information.ToArray() });
            return frames;
        }

        private sealed record Joined(PipeReader Input, PipeWriter Output) : IDuplexPipe;

        private sealed class Closing(PipeWriter writer) : IAsyncDisposable
        {
            public ValueTask DisposeAsync() => writer.CompleteAsync();
        }
    }
}
