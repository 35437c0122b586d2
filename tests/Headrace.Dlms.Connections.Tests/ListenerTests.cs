using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections.Tests;

public sealed class ListenerTests
{
    private readonly Meter _meter = new();
    private int _lookUps;

    private static CancellationToken Cancel => World.Cancel;

    [Theory]
    [InlineData("wrapper")]
    [InlineData("hdlc")]
    [InlineData("udp")]
    public async Task Pushes_arrive_in_order_with_sender_and_values(string way)
    {
        await using var listener = new DlmsListener(Options());
        var at = way == "udp" ? listener.ListenUdp(World.AnyPort) : listener.ListenTcp(World.AnyPort);
        using var line = await LineAsync(way == "udp", at);
        for (uint i = 1; i <= 20; i++)
        {
            var apdu = _meter.Protected(Meter.Notification(i));
            await line.Client.SendAsync(way == "hdlc" ? Meter.InHdlc(apdu) : Meter.InWrapper(apdu), Cancel);
        }
        uint expected = 1;
        await foreach (var push in listener.ReadAllAsync(Cancel))
        {
            Assert.Equal(_meter.Title, push.SystemTitle.ToArray());
            Assert.Equal(PushProof.Authenticated, push.Proof);
            Assert.Equal(10 + expected, push.InvocationCounter);
            var reading = Assert.Single(push.Readings);
            Assert.Equal(Meter.Energy, reading.LogicalName);
            Assert.Equal(expected, Assert.IsType<DataNotification>(push.Decode()).InvokeId.InvokeId);
            if (++expected > 20) break;
        }
        Assert.Equal(1, _lookUps);
        Assert.Equal(20, listener.Count(PushVerdict.Taken));
    }

    [Fact]
    public async Task A_replayed_push_is_refused_and_counted_and_a_doubled_one_is_dropped()
    {
        await using var listener = new DlmsListener(Options());
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        var first = Meter.InWrapper(_meter.Protected(Meter.Notification(1)));
        var second = Meter.InWrapper(_meter.Protected(Meter.Notification(2)));
        _meter.Counter -= 1;
        var sameCounter = Meter.InWrapper(_meter.Protected(Meter.Notification(3)));
        var third = Meter.InWrapper(_meter.Protected(Meter.Notification(4)));
        foreach (var message in new[] { first, second, second, first, sameCounter, third }) await line.Client.SendAsync(message, Cancel);
        var taken = await TakeAsync(listener, 3);
        Assert.Equal([1u, 2u, 4u], taken.Select(n => n.InvokeId.InvokeId));
        Assert.Equal(1, listener.Count(PushVerdict.Duplicate));
        Assert.Equal(2, listener.Count(PushVerdict.Replayed));
    }

    [Fact]
    public async Task Counters_go_on_from_what_the_look_up_says()
    {
        await using var listener = new DlmsListener(Options(_meter.Sender with { LastCounter = 11 }));
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(1))), Cancel);
        await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(2))), Cancel);
        Assert.Equal(2u, Assert.Single(await TakeAsync(listener, 1)).InvokeId.InvokeId);
        Assert.Equal(1, listener.Count(PushVerdict.Replayed));
    }

    [Fact]
    public async Task A_confirmed_push_is_confirmed_under_the_same_protection_and_again_when_it_is_repeated()
    {
        await using var listener = new DlmsListener(Options(_meter.Sender with { Confirmation = _meter.Confirmation }));
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        var message = Meter.InWrapper(_meter.Protected(Meter.Notification(7, confirmed: true)));
        await line.Client.SendAsync(message, Cancel);
        for (var i = 0; i < 2; i++)
        {
            var frame = await AnswerAsync(line.GetStream());
            Assert.Equal((0x66, 1), (frame.SourcePort, frame.DestinationPort));
            var confirm = Assert.IsType<DataNotificationConfirm>(Meter.Open(frame.Apdu));
            Assert.Equal(7u, confirm.InvokeId.InvokeId);
            Assert.Equal(0, confirm.Result);
            if (i == 0) await line.Client.SendAsync(message, Cancel);
        }
        Assert.Single(await TakeAsync(listener, 1));
        Assert.Equal(1, listener.Count(PushVerdict.Duplicate));
        Assert.Equal(2u, _meter.OwnCounter);
    }

    [Fact]
    public async Task Plain_pushes_are_refused_unless_that_is_asked_for()
    {
        await using var strict = new DlmsListener(Options());
        await using var open = new DlmsListener(Options() with { AcceptPlain = true });
        foreach (var listener in new[] { strict, open })
        {
            using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
            await line.Client.SendAsync(Meter.InWrapper(Meter.Notification(1)), Cancel);
            await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(2))), Cancel);
            var taken = await TakeAsync(listener, listener == open ? 2 : 1);
            if (listener == open) Assert.Equal(PushProof.None, taken[0].Proof);
            Assert.Equal(listener == open ? 0 : 1, listener.Count(PushVerdict.NotProtected));
            _meter.Counter = 10;
        }
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_plain_push_that_wants_it_is_confirmed_only_where_the_options_say_so(bool confirm, uint confirmedFirst)
    {
        var sender = _meter.Sender with { Confirmation = _meter.Confirmation };
        var options = Options(sender) with { AcceptPlain = true, ConfirmPlain = confirm };
        await using var listener = new DlmsListener(options);
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        await line.Client.SendAsync(Meter.InWrapper(Meter.Notification(1, confirmed: true)), Cancel);
        await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(2, confirmed: true))), Cancel);
        var first = await AnswerAsync(line.GetStream());
        var answer = (ApduTag)first.Apdu.Span[0] == ApduTag.DataNotificationConfirm ? XdlmsApdu.Decode(first.Apdu) : Meter.Open(first.Apdu);
        Assert.Equal(confirmedFirst, Assert.IsType<DataNotificationConfirm>(answer).InvokeId.InvokeId);
    }

    [Fact]
    public async Task General_blocks_and_the_gateway_header_are_taken_off()
    {
        await using var listener = new DlmsListener(Options());
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        var device = GatewayAddress.Of("M0001");
        await line.Client.SendAsync(Meter.InWrapper(GatewayServer.Push(device, _meter.Protected(Meter.Notification(1)))), Cancel);
        var whole = _meter.Protected(Meter.Notification(2));
        for (ushort i = 1; i <= 3; i++)
        {
            var piece = whole.AsMemory((i - 1) * 20, i == 3 ? whole.Length - 40 : 20);
            await line.Client.SendAsync(Meter.InWrapper(new GeneralBlockTransfer(i == 3, true, 0, i, 0, piece).Encode()), Cancel);
        }
        var taken = await TakeAsync(listener, 2);
        Assert.Equal(device, taken[0].Device);
        Assert.Null(taken[1].Device);
        Assert.Equal(2u, taken[1].InvokeId.InvokeId);
    }

    [Fact]
    public async Task Bad_input_is_counted_and_what_comes_next_is_taken()
    {
        await using var listener = new DlmsListener(Options());
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        var altered = Meter.InWrapper(_meter.Protected(Meter.Notification(1)));
        altered[^1] ^= 1;
        var stranger = new Meter { Counter = 500 };
        stranger.Title[7] = 0x77;
        byte[][] bad =
        [
            altered, Meter.InWrapper(stranger.Protected(Meter.Notification(1))), Meter.InWrapper([0xC4, 1, 2]), Meter.InWrapper([]),
            Meter.InWrapper([0xE6, 0, 200]), Meter.InWrapper([0xDB, 8]),
        ];
        foreach (var message in bad) await line.Client.SendAsync(message, Cancel);
        await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(9))), Cancel);
        Assert.Equal(9u, Assert.Single(await TakeAsync(listener, 1)).InvokeId.InvokeId);
        Assert.Equal(1, listener.Count(PushVerdict.NotAuthentic));
        Assert.Equal(1, listener.Count(PushVerdict.UnknownSender));
        Assert.Equal(4, listener.Count(PushVerdict.Malformed));
    }

    [Fact]
    public async Task Noise_ends_its_connection_and_no_other()
    {
        await using var listener = new DlmsListener(Options());
        var at = listener.ListenTcp(World.AnyPort);
        using var good = await Meter.ConnectAsync(at);
        var random = new Random(5);
        for (var i = 0; i < 30; i++)
        {
            using var bad = await Meter.ConnectAsync(at);
            var noise = new byte[random.Next(1, 4000)];
            random.NextBytes(noise);
            noise[0] = (i % 4) switch { 0 => 0x7E, 1 => 0x00, 2 => 0x68, _ => noise[0] };
            try
            {
                await bad.Client.SendAsync(noise, Cancel);
            }
            catch (SocketException)
            {
                // The listener was quicker.
            }
        }
        await good.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(1))), Cancel);
        Assert.Single(await TakeAsync(listener, 1));
    }

    [Fact]
    public async Task When_nobody_reads_tcp_waits_and_datagrams_are_dropped_and_counted()
    {
        const int Room = 8;
        await using var listener = new DlmsListener(Options() with { MaxNotifications = Room });
        using var line = await Meter.ConnectAsync(listener.ListenTcp(World.AnyPort));
        for (uint i = 1; i <= 50; i++) await line.Client.SendAsync(Meter.InWrapper(_meter.Protected(Meter.Notification(i))), Cancel);
        while (listener.Count(PushVerdict.Taken) < Room + 1) await Task.Delay(5, Cancel);

        using var datagrams = await LineAsync(true, listener.ListenUdp(World.AnyPort));
        var other = new Meter();
        other.Title[0] = 0x49;
        while (listener.Count(PushVerdict.Dropped) == 0)
        {
            await datagrams.Client.SendAsync(Meter.InWrapper(other.Protected(Meter.Notification(1))), Cancel);
            await Task.Delay(5, Cancel);
        }
        var fromTcp = (await TakeAsync(listener, 50)).Select(n => n.InvokeId.InvokeId);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (uint)i), fromTcp);
    }

    private DlmsListenerOptions Options(PushSender? sender = null) => new()
    {
        FindSender = (origin, _) =>
        {
            _lookUps++;
            return new(origin.SystemTitle.Span[7] == 0x77 ? null : sender ?? _meter.Sender);
        },
    };

    private static async Task<List<DlmsNotification>> TakeAsync(DlmsListener listener, int count)
    {
        var taken = new List<DlmsNotification>();
        await foreach (var push in listener.ReadAllAsync(Cancel))
        {
            taken.Add(push);
            if (taken.Count == count) break;
        }
        return taken;
    }

    private static async Task<WrapperFrame> AnswerAsync(NetworkStream stream)
    {
        var header = new byte[WrapperFrame.HeaderSize];
        await stream.ReadExactlyAsync(header, Cancel);
        var apdu = new byte[header[7]];
        await stream.ReadExactlyAsync(apdu, Cancel);
        Assert.True(WrapperFrame.TryRead((byte[])[.. header, .. apdu], 4096, out var frame));
        return frame;
    }

    private static async Task<LineTo> LineAsync(bool datagrams, IPEndPoint at)
    {
        var socket = datagrams
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(at, Cancel);
        return new LineTo(socket);
    }

    private sealed record LineTo(Socket Client) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }
}
