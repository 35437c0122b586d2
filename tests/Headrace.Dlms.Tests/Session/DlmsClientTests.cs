using System.Buffers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Tests.Session;

public sealed class DlmsClientTests
{
    private static readonly ClientTimings Patient = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> WrapperWays
    {
        get
        {
            var ways = new TheoryData<string, int>();
            string[] names = ["public", "low", "glo", "general-glo", "ded", "general-ded", "md5", "sha1", "sha256", "gmac-plain"];
            foreach (var way in names)
            {
                ways.Add(way, int.MaxValue);
                ways.Add(way, 1);
            }
            return ways;
        }
    }

    public static TheoryData<string, int, int> HdlcWays
    {
        get
        {
            var ways = new TheoryData<string, int, int>();
            foreach (var way in new[] { "public", "low", "glo", "general-glo", "ded" })
            {
                ways.Add(way, 128, 1);
                ways.Add(way, 128, 7);
                ways.Add(way, 1024, 3);
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(WrapperWays))]
    public async Task Reads_over_the_wrapper_in_pieces_of_any_size(string way, int pieces)
    {
        var meter = new TestMeter();
        using var server = new WrapperServer(meter.Device);
        await using var line = new MeterLine(server.Receive, pieces);
        var (options, keys, sap) = TestMeter.ClientOf(way);
        await using var client = DlmsClient.OverWrapper(line, sap, 1,
            options with { MaxPduSize = 400 }, keys, Patient, TimeProvider.System);
        await ReadAllAsync(client);
    }

    [Theory]
    [MemberData(nameof(HdlcWays))]
    public async Task Reads_over_hdlc_with_any_frame_and_window(string way, int size, int window)
    {
        var meter = new TestMeter();
        using var server = new HdlcServer(HdlcParameters.Both(size, window), 17, meter.Device);
        await using var line = new MeterLine(server.Receive, pieces: 11);
        var (options, keys, sap) = TestMeter.ClientOf(way);
        var link = new HdlcClientLink(HdlcAddress.Client(sap), HdlcAddress.Server(1, 17),
            new HdlcClientOptions { Proposal = HdlcParameters.Both(size, window) });
        await using var client = DlmsClient.OverHdlc(line, link,
            new HdlcTimings(TimeSpan.FromSeconds(10)), options, keys, Patient, TimeProvider.System);
        await ReadAllAsync(client);
        Assert.Equal(HdlcLinkState.Disconnected, link.State);
    }

    [Fact]
    public async Task Frames_lost_on_hdlc_are_repeated_after_a_silence()
    {
        var meter = new TestMeter();
        using var server = new HdlcServer(HdlcParameters.Both(128, 3), 17, meter.Device);
        var random = new Random(3);
        await using var line = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            if (random.Next(5) == 0) input = input.Slice(input.End);
            var answered = new ArrayBufferWriter<byte>();
            server.Receive(ref input, answered);
            if (random.Next(5) != 0) output.Write(answered.WrittenSpan);
        });
        var (options, keys, sap) = TestMeter.ClientOf("glo");
        var link = new HdlcClientLink(HdlcAddress.Client(sap), HdlcAddress.Server(1, 17),
            new HdlcClientOptions { Proposal = HdlcParameters.Both(128, 3) });
        await using var client = DlmsClient.OverHdlc(line, link,
            new HdlcTimings(TimeSpan.FromMilliseconds(30), 50), options, keys, Patient, TimeProvider.System);
        await ReadAllAsync(client);
    }

    [Fact]
    public async Task A_profile_keeps_the_rows_that_came_before_the_link_was_lost()
    {
        var meter = new TestMeter(rows: 500);
        using var server = new WrapperServer(meter.Device);
        await using var line = new MeterLine(server.Receive, closeAfterBytes: 6000);
        var (options, keys, sap) = TestMeter.ClientOf("glo");
        await using var client = DlmsClient.OverWrapper(line, sap, 1,
            options with { MaxPduSize = 300 }, keys, Patient, TimeProvider.System);
        Assert.IsType<Associated>(await client.ConnectAsync(Cancel));
        var rows = new List<CosemData>();
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var row in client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), null, Cancel)) rows.Add(row);
        });
        Assert.InRange(rows.Count, 100, 499);
        Assert.Equal(Enumerable.Range(1000, rows.Count).Select(i => (long)i), rows.Select(r => r.Items[2].AsInteger()));
    }

    [Fact]
    public async Task A_silent_meter_is_a_timeout_and_the_association_can_go_on()
    {
        var meter = new TestMeter();
        using var server = new WrapperServer(meter.Device);
        var mute = false;
        await using var line = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            if (mute) input = input.Slice(input.End);
            server.Receive(ref input, output);
        });
        var (options, keys, sap) = TestMeter.ClientOf("ded");
        await using var client = DlmsClient.OverWrapper(line, sap, 1, options, keys,
            Patient with { Response = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        Assert.IsType<Associated>(await client.ConnectAsync(Cancel));
        mute = true;
        await Assert.ThrowsAsync<TimeoutException>(async () => await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel));
        mute = false;
        Assert.Equal(123_456, (await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel)).Data!.AsInteger());
    }

    [Fact]
    public async Task Pushes_that_share_the_socket_are_told_and_do_not_disturb()
    {
        var meter = new TestMeter();
        using var server = new WrapperServer(meter.Device);
        var plain = new DataNotification(LongInvokeIdAndPriority.Of(7), null, CosemData.Unsigned(1)).Encode();
        await using var line = new MeterLine((ref ReadOnlySequence<byte> input, IBufferWriter<byte> output) =>
        {
            var answer = new ArrayBufferWriter<byte>();
            server.Receive(ref input, answer);
            WrapperFrame.Write(output, 1, 1, plain);
            WrapperFrame.Write(output, 1, 103, plain);
            output.Write(answer.WrittenSpan);
            WrapperFrame.Write(output, 1, 1, meter.Security.ProtectPush(plain));
            WrapperFrame.Write(output, 1, 1, Convert.FromHexString("DB08414141414141414106" + "3000000001" + "00"));
        });
        var (options, keys, sap) = TestMeter.ClientOf("glo");
        var others = 0;
        var channel = new WrapperChannel(line, sap, 1) { OtherPorts = _ => others++ };
        await using var client = new DlmsClient(channel, options, keys, Patient, TimeProvider.System);
        var told = new List<NotificationReceived>();
        client.Notified = told.Add;
        Assert.IsType<Associated>(await client.ConnectAsync(Cancel));
        for (var i = 0; i < 3; i++) Assert.True((await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel)).IsData);
        await client.ReleaseAsync(Cancel);
        Assert.True(others >= 5);
        Assert.Contains(told, t => t.Apdu is DataNotification && t.Raw.Span[0] == 0x0F);
        Assert.Contains(told, t => t.Apdu is DataNotification && t.Raw.Span[0] == 0xDB);
        Assert.Contains(told, t => t.Apdu is null);
    }

    private static async Task ReadAllAsync(DlmsClient client)
    {
        var connected = await client.ConnectAsync(Cancel);
        Assert.True(connected is Associated, connected.ToString());
        Assert.Equal(123_456, (await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel)).Data!.AsInteger());
        Assert.Equal(DataAccessResult.ObjectUndefined,
            (await client.GetAsync(TestMeter.Attribute(3, LogicalName.Parse("1-0:99.99.99.255")), Cancel)).Error);
        var rows = new List<long>();
        await foreach (var row in client.ReadProfileAsync(TestMeter.Attribute(7, TestMeter.Profile), null, Cancel))
            rows.Add(row.Items[2].AsInteger());
        Assert.Equal(Enumerable.Range(1000, 96).Select(i => (long)i), rows);
        AttributeSelection[] list = [new(TestMeter.Attribute(3, TestMeter.Energy)),
            new(TestMeter.Attribute(3, TestMeter.Energy, 3)), new(TestMeter.Attribute(8, TestMeter.Clock))];
        Assert.All(await client.GetListAsync(list, Cancel), r => Assert.True(r.IsData));
        var objects = (await client.GetAsync(TestMeter.Attribute(15, LogicalName.Parse("0-0:40.0.0.255")), Cancel)).Data!.AsArray();
        Assert.True(objects.Count >= 5);
        await client.ReleaseAsync(Cancel);
        Assert.Equal(AssociationState.Idle, client.Association.State);
    }
}
