using Headrace.Core.Drivers;
using Headrace.Drivers.Dlms;

namespace Headrace.Drivers.Tests.Dlms;

public sealed class HostileTests
{
    [Fact]
    public async Task A_wrong_key_is_refused_and_the_connection_closed_when_it_goes_on()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { MaxRefusals = 3 });
        var meter = OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        var forged = OwnPush.Wrapped(OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary()), 1, gak: OwnPush.Guek));
        for (var i = 0; i < 3; i++) await HeadEnd.SendAsync(socket, forged);
        Assert.True(await HeadEnd.ClosesAsync(socket));
        Assert.Equal(3, headEnd.Journal.Refusals.Count);
        Assert.All(headEnd.Journal.Refusals, r => Assert.Equal((RefusalKind.WrongKey, meter.Id), (r.Kind, r.MeterId)));
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task One_refused_push_leaves_the_connection_open_for_the_next()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket,
            OwnPush.Wrapped(OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary()), 1, title: "4844520000009999")));
        await HeadEnd.SendAsync(socket, OwnPush.Make(OwnPush.Momentary(), 2));
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 1, "the push that is in order");
        var refusal = headEnd.Journal.Refusals.Single();
        Assert.Equal(RefusalKind.UnknownMeter, refusal.Kind);
        Assert.StartsWith("push of system title 4844520000009999, from 127.0.0.1:", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x20, RefusalKind.NotProtected)]
    [InlineData(0x00, RefusalKind.NotProtected)]
    [InlineData(0xB0, RefusalKind.Malformed)]
    public async Task Less_protection_than_the_type_demands_is_refused(byte control, RefusalKind expected)
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket, OwnPush.Wrapped(OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary()), 1, control)));
        await HeadEnd.UntilAsync(() => !headEnd.Journal.Refusals.IsEmpty, "a refusal");
        Assert.Equal(expected, headEnd.Journal.Refusals.Single().Kind);
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task A_body_that_does_not_fit_its_layout_stores_nothing()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        var short_row = Headrace.Dlms.Data.CosemData.Structure(Headrace.Dlms.Data.CosemData.OctetString(OwnPush.Noon));
        await HeadEnd.SendAsync(socket, OwnPush.Make(OwnPush.Interval(short_row), 1));
        await HeadEnd.UntilAsync(() => !headEnd.Journal.Refusals.IsEmpty, "a refusal");
        Assert.Equal(RefusalKind.Malformed, headEnd.Journal.Refusals.Single().Kind);
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task A_message_that_drips_is_given_up_in_time_whatever_drips()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { FrameTime = TimeSpan.FromMilliseconds(600) });
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        var closed = HeadEnd.ClosesAsync(socket);
        var push = OwnPush.Make(OwnPush.Momentary(), 1);
        for (var i = 0; i < push.Length - 1 && !closed.IsCompleted; i++)
        {
            try
            {
                await HeadEnd.SendAsync(socket, push[i..(i + 1)]);
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }

            await Task.Delay(50, HeadEnd.Cancel);
        }

        Assert.True(await closed);
        var refusal = headEnd.Journal.Refusals.Single();
        Assert.Equal(RefusalKind.TimedOut, refusal.Kind);
        Assert.StartsWith("a message was not complete within 0.6 s", refusal.Detail, StringComparison.Ordinal);
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task A_silent_connection_is_closed_and_one_that_pushes_now_and_then_is_not()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { IdleTime = TimeSpan.FromSeconds(1) });
        OwnPush.Register(headEnd);
        using var silent = await headEnd.ConnectAsync();
        using var talking = await headEnd.ConnectAsync();
        var closed = HeadEnd.ClosesAsync(silent);
        for (var counter = 1u; counter <= 15; counter++)
        {
            await HeadEnd.SendAsync(talking, OwnPush.Make(OwnPush.Momentary(), counter));
            await Task.Delay(100, HeadEnd.Cancel);
        }

        Assert.True(await closed);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 15, "all of the talking one");
        Assert.Equal(RefusalKind.TimedOut, headEnd.Journal.Refusals.Single().Kind);
    }

    [Fact]
    public async Task Too_long_a_message_is_refused_by_its_head()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { MaxApduBytes = 1_000 });
        foreach (var head in new[] { "00010001006603E9", "DB08484452000000004282FFFF", "DB084844520000000042847FFFFFFF" })
        {
            using var socket = await headEnd.ConnectAsync();
            await HeadEnd.SendAsync(socket, Convert.FromHexString(head));
            Assert.True(await HeadEnd.ClosesAsync(socket));
        }

        Assert.Equal(3, headEnd.Journal.Refusals.Count);
        Assert.All(headEnd.Journal.Refusals, r => Assert.Equal(RefusalKind.Oversized, r.Kind));
    }

    [Theory]
    [InlineData("474554202F20485454502F312E310D0A")]
    [InlineData("0002000100660001")]
    [InlineData("68056768")]
    [InlineData("DB07")]
    [InlineData("0001000100660000")]
    public async Task Bytes_of_no_framing_are_refused_and_the_connection_closed(string hex)
    {
        await using var headEnd = await HeadEnd.StartAsync();
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket, Convert.FromHexString(hex));
        Assert.True(await HeadEnd.ClosesAsync(socket));
        Assert.Equal(RefusalKind.Malformed, headEnd.Journal.Refusals.Single().Kind);
    }

    [Fact]
    public async Task Endless_noise_between_frames_is_not_borne()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { MaxNoiseBytes = 4_096 });
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket, [0x7E, .. Enumerable.Repeat((byte)0x55, 10_000)]);
        Assert.True(await HeadEnd.ClosesAsync(socket));
        Assert.Equal(RefusalKind.Malformed, headEnd.Journal.Refusals.Single().Kind);
    }

    [Fact]
    public async Task A_connection_that_ends_within_a_message_is_noted_and_nothing_stored()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using (var socket = await headEnd.ConnectAsync()) await HeadEnd.SendAsync(socket, OwnPush.Make(OwnPush.Momentary(), 1)[..^5]);
        await HeadEnd.UntilAsync(() => !headEnd.Journal.Refusals.IsEmpty, "a refusal");
        Assert.Contains("ended within a message", headEnd.Journal.Refusals.Single().Detail, StringComparison.Ordinal);
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task Answers_nobody_asked_for_end_the_connection()
    {
        await using var headEnd = await HeadEnd.StartAsync(new DlmsLimits { MaxRefusals = 4 });
        using var socket = await headEnd.ConnectAsync();
        var answer = OwnPush.Wrapped(Convert.FromHexString("C401C100060001E240"), 1, 1);
        for (var i = 0; i < 5; i++) await HeadEnd.SendAsync(socket, answer);
        Assert.True(await HeadEnd.ClosesAsync(socket));
    }

    [Fact]
    public async Task Random_bytes_on_fifty_connections_leave_the_others_alone()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var good = await headEnd.ConnectAsync();
        var random = new Random(20261120);
        var floods = Enumerable.Range(0, 50).Select(async _ =>
        {
            var noise = new byte[4_096];
            lock (random) random.NextBytes(noise);
            using var socket = await headEnd.ConnectAsync();
            try
            {
                await HeadEnd.SendAsync(socket, noise);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // closed before all was sent
            }
        });
        await Task.WhenAll(floods);
        await HeadEnd.SendAsync(good, OwnPush.Make(OwnPush.Momentary(), 1));
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 1, "the good push");
        await HeadEnd.UntilAsync(() => headEnd.Gateway.Open == 1, "the noise to be gone");
    }
}
