using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.Hdlc;

/// <summary>Several servers on one line, busy ones, old sessions, and lines that cut messages anywhere.</summary>
public sealed class HdlcLineTests
{
    private static readonly HdlcAddress Client = HdlcAddress.Client(16);
    private static readonly HdlcAddress Server = HdlcAddress.Server(1, 17);
    private static readonly HdlcTimings Timings = new(TimeSpan.FromMilliseconds(60), 3)
    {
        BusyPause = TimeSpan.FromMilliseconds(2),
        OldSessionPause = TimeSpan.FromMilliseconds(2),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_servers_are_read_in_turn_over_one_line_while_their_links_stay_open()
    {
        var meters = Enumerable.Range(0, 4).Select(i => new HdlcServer(HdlcParameters.Both(128, 1 + i), 20 + i, new TestMeter().Device))
            .ToList();
        await using var pipe = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            foreach (var meter in meters)
            {
                var heard = input; // all hear all
                meter.Receive(ref heard, output);
            }
            input = input.Slice(input.End);
        });
        var line = new HdlcLine(Client);
        var options = new HdlcClientOptions { Proposal = HdlcParameters.Both(128, 7) };
        var clients = new List<DlmsClient>();
        for (var i = 0; i < meters.Count; i++)
        {
            var patient = Timings with { Response = TimeSpan.FromSeconds(5) };
            var channel = new HdlcChannel(pipe, line, HdlcAddress.Server(1, 20 + i), options, patient, TimeProvider.System);
            var client = new DlmsClient(channel, new ClientOptions(), new SecurityKeys(), ClientTimings.Usual, TimeProvider.System);
            Assert.IsType<Associated>(await client.ConnectAsync(Cancel));
            clients.Add(client);
        }
        for (var round = 0; round < 3; round++)
        {
            foreach (var client in clients)
            {
                var read = await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel);
                Assert.Equal(CosemData.DoubleLongUnsigned(123_456), read.Data);
                var rows = 0;
                await foreach (var row in client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), null, Cancel)) rows++;
                Assert.Equal(96, rows);
            }
        }
        foreach (var client in clients) await client.ReleaseAsync(Cancel);
        Assert.Equal(0, line.StrayFrames);
    }

    [Fact]
    public void A_broadcast_reaches_all_devices_and_nobody_answers()
    {
        var meters = new[] { new TestMeter(), new TestMeter() };
        var servers = meters.Select((m, i) => new HdlcServer(HdlcParameters.Default, 20 + i, m.Device)).ToList();
        var set = new SetRequestNormal(InvokeIdAndPriority.Of(0, confirmed: false),
            new AttributeSelection(TestMeter.Attribute(1, TestMeter.Second)), CosemData.LongUnsigned(77)).Encode();
        var output = new ArrayBufferWriter<byte>();
        new HdlcLine(HdlcAddress.Client(102)).Broadcast(2, set, 20, output);
        for (var i = 0; i < servers.Count; i++)
        {
            var input = new ReadOnlySequence<byte>(output.WrittenMemory);
            var answer = new ArrayBufferWriter<byte>();
            servers[i].Receive(ref input, answer);
            Assert.Equal(0, answer.WrittenCount);
            var (client, sap) = TestMeter.NewClient("public");
            Assert.Equal(16, sap);
            client.Dispose();
            Assert.Equal(CosemData.LongUnsigned(77), meters[i].Device.Find(TestMeter.Second)!.Get(2, null).Data);
        }
    }

    [Fact]
    public async Task A_busy_server_is_polled_until_it_is_ready_and_sent_nothing_meanwhile()
    {
        var link = new HdlcServerLink(Server, Client, HdlcParameters.Both(128, 1));
        var frames = new HdlcFrameReader();
        var (busyTurns, whileBusy) = (12, new List<HdlcFrameType>());
        await using var pipe = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            while (frames.TryRead(ref input, out var frame))
            {
                if (link.State == HdlcLinkState.Connected && frame.Type is not HdlcFrameType.Disconnect)
                {
                    if (busyTurns is > 0 and < 12) whileBusy.Add(frame.Type);
                    link.IsBusy = --busyTurns > 0;
                }
                if (link.Receive(frame, output, out var told) && told.Kind == HdlcEventKind.Apdu) link.SendApdu(told.Apdu, output);
            }
        });
        var channel = new HdlcChannel(pipe, new HdlcClientLink(Client, Server), Timings, TimeProvider.System);
        await channel.OpenAsync(Cancel);
        var message = new byte[500];
        new Random(1).NextBytes(message);
        await channel.SendAsync(message, Cancel);
        Assert.Equal(message, (await channel.ReceiveAsync(Cancel)).ToArray());
        Assert.All(whileBusy.Skip(1), type => Assert.Equal(HdlcFrameType.ReceiveReady, type));
        await channel.CloseAsync(Cancel);
    }

    [Fact]
    public void A_busy_client_is_sent_the_message_again_when_it_has_room()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Both(128, 3));
        var client = new HdlcClientLink(Client, Server, new HdlcClientOptions { Proposal = HdlcParameters.Both(128, 3) });
        var message = new byte[300];
        new Random(2).NextBytes(message);
        var output = new ArrayBufferWriter<byte>();
        client.Connect(output);
        Assert.Equal(HdlcEventKind.Connected, Turn(client, server, output, message)!.Value.Kind);
        client.SendApdu(new byte[] { 1, 2, 3 }, output);
        client.IsBusy = true;
        for (var i = 0; i < 3; i++) Assert.Null(Turn(client, server, output, message));
        client.IsBusy = false;
        HdlcEvent? told = null;
        for (var i = 0; i < 5 && told is null; i++)
        {
            if (output.WrittenCount == 0) client.OnTimeout(output);
            told = Turn(client, server, output, message);
        }
        Assert.Equal(message, told!.Value.Apdu.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_old_session_is_cleared_by_disc_whether_the_server_says_so_or_is_silent(bool says)
    {
        var cleared = false;
        var link = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var frames = new HdlcFrameReader();
        await using var pipe = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            while (frames.TryRead(ref input, out var frame))
            {
                if (frame.Type == HdlcFrameType.Disconnect && !cleared)
                {
                    cleared = true;
                    if (says) new HdlcFrame(Client, Server, HdlcControl.UnnumberedAcknowledge, false, default).Write(output);
                    continue;
                }
                if (cleared) link.Receive(frame, output, out _);
                else if (says) new HdlcFrame(Client, Server, HdlcControl.DisconnectedMode, false, default).Write(output);
            }
        });
        var channel = new HdlcChannel(pipe, new HdlcClientLink(Client, Server), Timings with { Retries = 1 }, TimeProvider.System);
        await channel.OpenAsync(Cancel);
        Assert.Equal(1, channel.OldSessionsCleared);
    }

    [Fact]
    public async Task A_server_that_never_lets_go_is_given_up()
    {
        await using var silent = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> _) => input = input.Slice(input.End));
        var channel = new HdlcChannel(silent, new HdlcClientLink(Client, Server), Timings with { Retries = 0 }, TimeProvider.System);
        await Assert.ThrowsAsync<TimeoutException>(() => channel.OpenAsync(Cancel).AsTask());
    }

    [Fact]
    public void A_second_snrm_opens_the_link_anew()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Both(128, 1));
        var client = new HdlcClientLink(Client, Server);
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 3; i++)
        {
            client.Connect(output);
            Assert.Equal(HdlcEventKind.Connected, Turn(client, server, output, [])!.Value.Kind);
            client.SendApdu(new byte[] { 1, 2, 3 }, output);
            Assert.Equal(HdlcEventKind.Apdu, Turn(client, server, output, [4, 5])!.Value.Kind);
        }
    }

    [Fact]
    public void A_control_byte_nobody_knows_is_rejected_and_the_link_can_be_opened_again()
    {
        var server = new HdlcServerLink(Server, Client, HdlcParameters.Default);
        var client = new HdlcClientLink(Client, Server);
        var output = new ArrayBufferWriter<byte>();
        client.Connect(output);
        Turn(client, server, output, []);
        Assert.True(server.Receive(new HdlcFrame(Server, Client, new HdlcControl(0x9F), false, default), output, out var told));
        Assert.Equal(HdlcEventKind.Rejected, told.Kind);
        var input = new ReadOnlySequence<byte>(output.WrittenSpan.ToArray());
        output.ResetWrittenCount();
        Assert.True(client.TryReceive(ref input, output, out told));
        Assert.Equal(HdlcEventKind.Rejected, told.Kind);
        client.Connect(output);
        Assert.Equal(HdlcEventKind.Connected, Turn(client, server, output, [])!.Value.Kind);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 7)]
    public void Messages_cut_anywhere_give_the_same_events_and_the_same_answers(int addressLength, int window)
    {
        var server = addressLength == 1 ? HdlcAddress.Server(1) : HdlcAddress.Server(1, 17, addressLength);
        var said = Dialogue(server, window);
        var whole = Replay(server, window, said, []);
        Assert.Contains(whole, line => line.StartsWith("Apdu", StringComparison.Ordinal));
        Assert.Contains(whole, line => line.StartsWith("Unnumbered", StringComparison.Ordinal));
        for (var cut = 1; cut < said.Length; cut++) Assert.Equal(whole, Replay(server, window, said, [cut]));
        Assert.Equal(whole, Replay(server, window, said, [.. Enumerable.Range(1, said.Length - 1)]));
    }

    /// <summary>Everything a server says in a session: UA, segments, a push and noise in between, and DM in the end.</summary>
    private static byte[] Dialogue(HdlcAddress server, int window)
    {
        var said = new ArrayBufferWriter<byte>();
        var capability = HdlcParameters.Both(64, window);
        new HdlcFrame(Client, server, HdlcControl.UnnumberedAcknowledge, false, capability.ToInformation()).Write(said);
        byte[] message = [0xE6, 0xE7, 0x00, .. Enumerable.Range(0, 300).Select(i => (byte)(i % 3 == 0 ? 0x7E : i & 0xFF))];
        var segments = message.Chunk(64).ToList();
        for (var i = 0; i < segments.Count; i++)
        {
            var turn = i % window == window - 1 || i == segments.Count - 1;
            new HdlcFrame(Client, server, HdlcControl.Information(i & 7, 0, turn), i < segments.Count - 1, segments[i]).Write(said);
            if (i == 1) HdlcUnnumbered.WritePush(Client, server, message.AsSpan(3, 150), 70, said);
            if (i == 2) said.Write((byte[])[0xFF, 0x00, 0x7E, 0xA0, 0x12]);
        }
        new HdlcFrame(Client, server, HdlcControl.DisconnectedMode, false, default).Write(said);
        return said.WrittenSpan.ToArray();
    }

    private static List<string> Replay(HdlcAddress server, int window, byte[] said, int[] cuts)
    {
        var client = new HdlcClientLink(Client, server, new HdlcClientOptions { Proposal = HdlcParameters.Both(64, window) });
        var (told, output) = (new List<string>(), new ArrayBufferWriter<byte>());
        client.Connect(output);
        var held = ReadOnlyMemory<byte>.Empty;
        var start = 0;
        foreach (var end in cuts.Append(said.Length))
        {
            var input = Pieces.Join(held, said.AsMemory(start..end));
            while (client.TryReceive(ref input, output, out var happened))
                told.Add($"{happened.Kind} {happened.Source} {Convert.ToHexString(happened.Apdu.Span)}");
            held = input.ToArray();
            start = end;
        }
        told.Add(Convert.ToHexString(output.WrittenSpan));
        told.Add($"{client.State} {client.StrayFrames}");
        return told;
    }

    /// <summary>Carries what the client wrote to the server, what that answers back, and tells what the client makes of it.</summary>
    private static HdlcEvent? Turn(HdlcClientLink client, HdlcServerLink server, ArrayBufferWriter<byte> output, byte[] answer)
    {
        var back = new ArrayBufferWriter<byte>();
        foreach (var frame in HdlcFrameTests.ReadAll(output.WrittenSpan.ToArray(), new HdlcFrameReader()))
            if (server.Receive(frame, back, out var asked) && asked.Kind == HdlcEventKind.Apdu) server.SendApdu(answer, back);
        output.ResetWrittenCount();
        var input = new ReadOnlySequence<byte>(back.WrittenMemory);
        HdlcEvent? told = null;
        while (client.TryReceive(ref input, output, out var happened))
            if (happened.Kind != HdlcEventKind.Busy) told = happened;
        return told;
    }
}
