using System.Buffers;
using Headrace.Dlms.Hdlc;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Hdlc;

public sealed class HdlcLinkTests
{
    private static readonly HdlcAddress Client = HdlcAddress.Client(16);
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);

    [Theory]
    [InlineData(128, 1)]
    [InlineData(128, 7)]
    [InlineData(62, 3)]
    [InlineData(2030, 7)]
    public void Long_messages_go_both_ways_in_segments(int size, int window)
    {
        var line = new Line(HdlcParameters.Both(size, window), HdlcParameters.Both(2030, 7));
        line.Connect();
        for (var length = 1; length < 3000; length += 211)
        {
            var request = Message(length, 1);
            Assert.Equal(request.Length, line.Ask(request, r => [.. r, .. r]).Length / 2);
        }
    }

    [Fact]
    public void The_smaller_of_both_is_negotiated()
    {
        var line = new Line(new HdlcParameters(1000, 500, 7, 2), new HdlcParameters(300, 800, 3, 5));
        line.Connect();
        Assert.Equal(new HdlcParameters(800, 300, 5, 2), line.Agreed);
        Assert.Equal(new HdlcParameters(300, 800, 2, 5), line.ServerLink.Parameters);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Lost_frames_are_repeated_until_the_message_is_whole(int window)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var line = new Line(HdlcParameters.Both(128, window), HdlcParameters.Both(128, window));
            line.Connect();
            line.Disturb = frames => [.. frames.Where(_ => random.Next(4) != 0)];
            for (var i = 0; i < 6; i++)
            {
                var request = Message(700, i);
                Assert.Equal(request, line.Ask(request, r => r));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Doubled_frames_are_taken_once(int window)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var line = new Line(HdlcParameters.Both(128, window), HdlcParameters.Both(128, window));
            line.Connect();
            line.Disturb = frames => [.. frames.SelectMany(f => random.Next(4) == 0 ? new[] { f, f } : [f])];
            for (var i = 0; i < 6; i++)
            {
                var request = Message(700, i);
                Assert.Equal(request, line.Ask(request, r => r));
            }
            Assert.Equal(6, line.Served);
        }
    }

    [Fact]
    public void Disc_is_answered_by_ua_and_then_by_dm()
    {
        var line = new Line(HdlcParameters.Default, HdlcParameters.Default);
        line.Connect();
        Assert.Equal(HdlcEventKind.Disconnected, line.Disconnect());
        Assert.Equal("73", line.LastControl);
        Assert.Equal(HdlcEventKind.Disconnected, line.Disconnect());
        Assert.Equal("1F", line.LastControl);
    }

    [Fact]
    public void Information_without_a_link_is_answered_by_dm()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var output = new ArrayBufferWriter<byte>();
        Assert.False(server.Receive(
            new HdlcFrame(Server, Client, HdlcControl.Information(0, 0, true), false, new byte[] { 0xE6, 0xE6, 0, 1 }), output, out _));
        Assert.Equal(HdlcFrameType.DisconnectedMode,
            Assert.Single(HdlcFrameTests.ReadAll(output.WrittenSpan.ToArray(), new HdlcFrameReader())).Type);
    }

    [Fact]
    public void An_impossible_acknowledgement_rejects_the_link_on_both_sides()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var output = new ArrayBufferWriter<byte>();
        server.Receive(new HdlcFrame(Server, Client, HdlcControl.SetNormalResponseMode, false, default), output, out _);
        Assert.True(server.Receive(new HdlcFrame(Server, Client, HdlcControl.ReceiveReady(5), false, default), output, out var told));
        Assert.Equal(HdlcEventKind.Rejected, told.Kind);

        var client = new HdlcClientLink(Client, Server);
        client.Connect(output);
        var input = new ReadOnlySequence<byte>([
            .. HdlcFrameTests.Encode(new HdlcFrame(Client, Server, HdlcControl.UnnumberedAcknowledge, false, default)),
            .. HdlcFrameTests.Encode(new HdlcFrame(Client, Server, HdlcControl.ReceiveReady(3), false, default))]);
        Assert.True(client.TryReceive(ref input, output, out told));
        Assert.Equal(HdlcEventKind.Connected, told.Kind);
        Assert.True(client.TryReceive(ref input, output, out told));
        Assert.Equal(HdlcEventKind.Rejected, told.Kind);
    }

    [Fact]
    public void A_message_over_the_limit_is_a_protocol_error()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Default, maxApduLength: 200);
        var output = new ArrayBufferWriter<byte>();
        server.Receive(new HdlcFrame(Server, Client, HdlcControl.SetNormalResponseMode, false, default), output, out _);
        server.Receive(new HdlcFrame(Server, Client, HdlcControl.Information(0, 0, true), true, Request(125)), output, out _);
        Assert.Throws<ProtocolException>(
            () => server.Receive(new HdlcFrame(Server, Client, HdlcControl.Information(1, 0, true), true, new byte[128]), output, out _));
    }

    [Fact]
    public void A_message_without_llc_header_is_a_protocol_error()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var output = new ArrayBufferWriter<byte>();
        server.Receive(new HdlcFrame(Server, Client, HdlcControl.SetNormalResponseMode, false, default), output, out _);
        Assert.Throws<ProtocolException>(
            () => server.Receive(new HdlcFrame(Server, Client, HdlcControl.Information(0, 0, true), false, new byte[8]), output, out _));
    }

    [Fact]
    public void Pushes_in_segmented_ui_frames_are_joined_beside_the_sequence()
    {
        var output = new ArrayBufferWriter<byte>();
        var push = Message(900, 3);
        HdlcUnnumbered.WritePush(Client, Server, push, 300, output);
        var client = new HdlcClientLink(Client, Server);
        var input = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(client.TryReceive(ref input, new ArrayBufferWriter<byte>(), out var told));
        Assert.Equal(HdlcEventKind.Unnumbered, told.Kind);
        Assert.Equal(push, told.Apdu.ToArray());
    }

    [Fact]
    public void The_shared_pushes_of_real_meters_are_joined()
    {
        var covered = 0;
        foreach (var vector in HdlcVectors.Read("push-hdlc.json"))
        {
            var expected = vector.GetProperty("expect");
            var reader = new HdlcPushReader();
            var input = new ReadOnlySequence<byte>(HdlcVectors.Hex(vector));
            var found = new List<HdlcEvent>();
            while (reader.TryRead(ref input, out var push)) found.Add(push);
            Assert.NotEmpty(found);
            HdlcVectors.AssertAddress(expected.GetProperty("dest"), found[0].Destination);
            HdlcVectors.AssertAddress(expected.GetProperty("src"), found[0].Source);
            if (expected.GetProperty("gbt").GetBoolean()) Assert.All(found, f => Assert.Equal(0xE0, f.Apdu.Span[0]));
            else Assert.Equal(expected.GetProperty("apdu_hex").GetString(), Convert.ToHexStringLower(Assert.Single(found).Apdu.Span));
            covered++;
        }
        Assert.True(covered > 30);
    }

    [Fact]
    public void The_shared_sessions_go_through_the_client_and_the_server_link()
    {
        foreach (var vector in HdlcVectors.Read("session-hdlc.json")) HdlcReplay.Run(vector);
    }

    private static byte[] Message(int length, int seed)
    {
        var message = new byte[length];
        new Random(seed).NextBytes(message);
        return message;
    }

    private static byte[] Request(int length) => [0xE6, 0xE6, 0x00, .. new byte[length]];

    /// <summary>A client and a server link on one line that can be disturbed; time passes where nothing else happens.</summary>
    private sealed class Line
    {
        private readonly HdlcClientLink _client;
        private readonly HdlcFrameReader _serverFrames = new();
        private ReadOnlySequence<byte> _toClient;

        public Line(HdlcParameters client, HdlcParameters server)
        {
            _client = new HdlcClientLink(Client, Server, new HdlcClientOptions { Proposal = client });
            ServerLink = new HdlcServerLink(Server, Client, server);
        }

        public HdlcServerLink ServerLink { get; }

        public HdlcParameters Agreed { get; private set; }

        public int Served { get; private set; }

        public string LastControl { get; private set; } = "";

        public Func<List<HdlcFrame>, List<HdlcFrame>> Disturb { get; set; } = frames => frames;

        public void Connect()
        {
            var output = new ArrayBufferWriter<byte>();
            _client.Connect(output);
            var told = Exchange(output, r => r);
            Assert.Equal(HdlcEventKind.Connected, told.Kind);
            Agreed = told.Parameters;
        }

        public HdlcEventKind Disconnect()
        {
            var output = new ArrayBufferWriter<byte>();
            _client.Disconnect(output);
            return Exchange(output, r => r).Kind;
        }

        public byte[] Ask(byte[] request, Func<byte[], byte[]> answer)
        {
            var output = new ArrayBufferWriter<byte>();
            _client.SendApdu(request, output);
            var told = Exchange(output, answer);
            Assert.Equal(HdlcEventKind.Apdu, told.Kind);
            return told.Apdu.ToArray();
        }

        private HdlcEvent Exchange(ArrayBufferWriter<byte> output, Func<byte[], byte[]> answer)
        {
            for (var turn = 0; turn < 500; turn++)
            {
                var back = new ArrayBufferWriter<byte>();
                foreach (var frame in Disturb(HdlcFrameTests.ReadAll(output.WrittenSpan.ToArray(), _serverFrames)))
                {
                    if (!ServerLink.Receive(frame, back, out var asked) || asked.Kind != HdlcEventKind.Apdu) continue;
                    Served++;
                    ServerLink.SendApdu(answer(asked.Apdu.ToArray()), back);
                }
                var frames = HdlcFrameTests.ReadAll(back.WrittenSpan.ToArray(), new HdlcFrameReader());
                var heard = new ArrayBufferWriter<byte>();
                foreach (var frame in Disturb(frames)) frame.Write(heard);
                if (frames.Count > 0) LastControl = frames[^1].Control.Value.ToString("X2", null);
                output.ResetWrittenCount();
                _toClient = Pieces.Join(_toClient.ToArray(), heard.WrittenSpan.ToArray());
                if (_client.TryReceive(ref _toClient, output, out var told)) return told;
                if (output.WrittenCount == 0) _client.OnTimeout(output);
            }
            Assert.Fail("no answer after 500 turns");
            return default;
        }
    }
}
