using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Catalogue;
using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.MBus;
using Headrace.Gateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Drivers.Tests.Dlms;

public sealed class PushTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_momentary_push_gives_its_four_channels_in_their_units()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = OwnPush.Register(headEnd);
        await PushAsync(headEnd, OwnPush.Make(OwnPush.Momentary(), 1));
        Assert.Equal(
            [
                "1-0:1.7.0.255 1234 W 2026-07-01T10:15:00 0",
                "1-0:2.7.0.255 0 W 2026-07-01T10:15:00 0",
                "1-0:32.7.0.255 230.1 V 2026-07-01T10:15:00 0",
                "1-0:31.7.0.255 5.36 A 2026-07-01T10:15:00 0",
            ],
            headEnd.Values());
        var delivery = headEnd.Sink.Deliveries.Single();
        Assert.Equal((meter.Id, DeliverySource.Push, 1u), (delivery.MeterId, delivery.Source, delivery.Counter!.Value.Value));
        Assert.Empty(delivery.Intervals);
    }

    [Fact]
    public async Task An_interval_push_gives_values_with_status_and_its_places_in_the_ledger()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        var rows = new[]
        {
            OwnPush.Row(CosemData.OctetString(OwnPush.Noon), 0x08, 500_000, 20),
            OwnPush.Row(CosemData.Null, 0x88, 500_125, 20), // its clock is the row before plus 15 minutes
        };
        await PushAsync(headEnd, OwnPush.Make(OwnPush.Interval(rows), 7));
        Assert.Equal(
            [
                "1-0:99.1.0.255 1-0:1.8.0.255 500000 Wh 2026-07-01T10:15:00 8",
                "1-0:99.1.0.255 1-0:2.8.0.255 20 Wh 2026-07-01T10:15:00 8",
                "1-0:99.1.0.255 1-0:1.8.0.255 500125 Wh 2026-07-01T10:30:00 88",
                "1-0:99.1.0.255 1-0:2.8.0.255 20 Wh 2026-07-01T10:30:00 88",
            ],
            headEnd.Values());
        Assert.Equal(
            [new IntervalMark(1, new DateOnly(2026, 7, 1), 48, 96), new IntervalMark(1, new DateOnly(2026, 7, 1), 49, 96)],
            headEnd.Sink.Deliveries.Single().Intervals);
    }

    [Fact]
    public async Task Local_time_without_deviation_is_placed_by_the_zone_and_flagged()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        // the hour that comes twice: once with and once without the daylight saving bit
        var summer =
            CosemDateTime.From(new DateTimeOffset(2026, 10, 25, 2, 15, 0, TimeSpan.FromHours(2)), daylightSaving: true).WithoutDeviation();
        var winter = CosemDateTime.From(new DateTimeOffset(2026, 10, 25, 2, 15, 0, TimeSpan.FromHours(1))).WithoutDeviation();
        await PushAsync(headEnd, OwnPush.Make(OwnPush.Interval(
            OwnPush.Row(CosemData.OctetString(summer), 0, 1, 0), OwnPush.Row(CosemData.OctetString(winter), 0, 2, 0)), 1));
        Assert.Equal(["2026-10-25T00:15:00 40000", "2026-10-25T01:15:00 40000"],
            headEnd.Values().Where(v => v.Contains("1.8.0", StringComparison.Ordinal)).Select(v => v[^25..]));
        Assert.Equal([8, 12], headEnd.Sink.Deliveries.Single().Intervals.Select(i => (int)i.Slot));
        Assert.All(headEnd.Sink.Deliveries.Single().Intervals, mark => Assert.Equal(100, mark.Slots));
    }

    [Fact]
    public async Task An_alarm_push_gives_an_event_for_each_bit()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = OwnPush.Register(headEnd);
        var body = CosemData.Structure(OwnPush.Name, OwnPush.Head(4),
            CosemData.OctetString(OwnPush.Noon), CosemData.DoubleLongUnsigned((1 << 13) | 1));
        await PushAsync(headEnd, OwnPush.Make(body, 1));
        var at = new DateTimeOffset(2026, 7, 1, 10, 15, 0, TimeSpan.Zero);
        Assert.Equal(
            [new MeterEvent(meter.Id, DeviceType.AlarmLog, at, 0), new MeterEvent(meter.Id, DeviceType.AlarmLog, at, 13)],
            headEnd.Sink.Deliveries.Single().Events);
        Assert.Empty(headEnd.Values());
    }

    [Fact]
    public async Task An_event_notification_under_protection_is_taken_in()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        var notification = new EventNotification(OwnPush.Noon,
            new CosemAttributeDescriptor(1, LogicalName.Parse(DeviceType.AlarmLog), 2), CosemData.DoubleLongUnsigned(2));
        await PushAsync(headEnd, OwnPush.Wrapped(OwnPush.Ciphered(notification.Encode(), 3)));
        Assert.Equal(1, headEnd.Sink.Deliveries.Single().Events.Single().Code);
    }

    [Fact]
    public async Task A_push_may_come_in_general_blocks_in_hdlc_segments_and_in_m_bus_segments()
    {
        var apdu = OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary()), 1);
        foreach (var bytes in new[] { Blocks(apdu), Hdlc(apdu), Hdlc(Blocks(apdu, wrap: false), 40), MBus(apdu), apdu })
        {
            foreach (var piece in new[] { int.MaxValue, 1, 13 })
            {
                await using var headEnd = await HeadEnd.StartAsync();
                OwnPush.Register(headEnd);
                await PushAsync(headEnd, bytes, piece);
                Assert.Equal(4, headEnd.Sink.Deliveries.Single().Readings.Count);
                Assert.Empty(headEnd.Journal.Refusals);
            }
        }
    }

    [Fact]
    public async Task A_replayed_push_is_refused_and_a_later_one_taken()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        foreach (var counter in new uint[] { 5, 4, 5, 6 })
            await HeadEnd.SendAsync(socket, OwnPush.Make(OwnPush.Momentary(counter), counter));
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 2, "the first and the last");
        Assert.Equal([5u, 6u], headEnd.Sink.Deliveries.Select(d => d.Counter!.Value.Value));
        Assert.Equal((1, 1), (headEnd.Sink.Replayed, headEnd.Sink.Duplicates));
    }

    [Fact]
    public async Task A_meter_counts_anew_under_a_new_key_and_goes_on_under_one_it_had_before()
    {
        const string other = "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF";
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        await SendUnderAsync(OwnPush.Guek, 50);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 1, "under the first key");
        await headEnd.Meters.PutAsync(meter.Id, KeyKind.GlobalUnicast, Convert.FromHexString(other), Cancel);
        await SendUnderAsync(other, 7);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 2, "under the second key");
        await headEnd.Meters.PutAsync(meter.Id, KeyKind.GlobalUnicast, Convert.FromHexString(OwnPush.Guek), Cancel);
        await SendUnderAsync(OwnPush.Guek, 49);
        await SendUnderAsync(OwnPush.Guek, 51);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 3, "under the first key again");
        Assert.Equal([50u, 7u, 51u], headEnd.Sink.Deliveries.Select(d => d.Counter!.Value.Value));
        Assert.Equal(1, headEnd.Sink.Replayed);
        var marks = headEnd.Sink.Deliveries.Select(d => d.Counter!.Value.Key).ToArray();
        Assert.Equal((marks[0], false), (marks[2], marks[0] == marks[1]));

        Task SendUnderAsync(string guek, uint counter) =>
            HeadEnd.SendAsync(socket, OwnPush.Wrapped(OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary(counter)), counter, guek: guek)));
    }

    [Fact]
    public async Task A_plain_push_is_taken_of_a_type_that_allows_it_and_refused_of_any_other()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        OwnPush.Register(headEnd);
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket, OwnPush.Wrapped(OwnPush.Plain(OwnPush.Momentary())));
        await HeadEnd.UntilAsync(() => !headEnd.Journal.Refusals.IsEmpty, "a refusal");
        Assert.Equal(RefusalKind.NotProtected, headEnd.Journal.Refusals.Single().Kind);

        await using var bench = await HeadEnd.StartAsync();
        OwnPush.Register(bench, "dlms-generic-none");
        await PushAsync(bench, OwnPush.Wrapped(OwnPush.Plain(SelfDescribing())));
        Assert.Equal(["1-0:1.8.0.255 77  2026-07-01T10:15:00 20000"], bench.Values());
    }

    [Fact]
    public async Task The_journal_gets_one_contact_for_many_pushes()
    {
        await using var headEnd = await HeadEnd.StartAsync();
        var meter = OwnPush.Register(headEnd);
        using (var socket = await headEnd.ConnectAsync())
        {
            for (var counter = 1u; counter <= 20; counter++) await HeadEnd.SendAsync(socket, OwnPush.Make(OwnPush.Momentary(), counter));
            await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 20, "twenty pushes");
        }

        await HeadEnd.UntilAsync(() => !headEnd.Journal.Contacts.IsEmpty, "the contact at the end of the connection");
        var contact = headEnd.Journal.Contacts.Single();
        Assert.Equal((meter.Id, ContactKind.Push, "20 pushes with 80 values"), (contact.MeterId, contact.Kind, contact.Detail));
    }

    [Fact]
    public async Task Datagrams_are_taken_in_order_and_broken_ones_refused()
    {
        await using var headEnd = new HeadEnd();
        OwnPush.Register(headEnd);
        await using var gateway = new UdpGateway(headEnd.Links, new GatewayLimits(), headEnd.Metrics, NullLoggerFactory.Instance);
        await gateway.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancel);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(gateway.Endpoint!, Cancel);
        for (var counter = 1u; counter <= 500; counter++) await socket.SendAsync(OwnPush.Make(OwnPush.Momentary(), counter), Cancel);
        await socket.SendAsync(OwnPush.Make(OwnPush.Momentary(), 501).AsMemory()[..^1], Cancel);
        await socket.SendAsync(new byte[] { 0xEE }, Cancel);
        var apdu = OwnPush.Ciphered(OwnPush.Plain(OwnPush.Momentary()), 502);
        for (var block = 1; block <= 2; block++) await socket.SendAsync(OwnPush.Wrapped(Block(apdu, block, 2)), Cancel);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Deliveries.Count == 501, "all datagrams");
        Assert.Equal(0, headEnd.Sink.Replayed);
        Assert.Equal([RefusalKind.Malformed, RefusalKind.Malformed], headEnd.Journal.Refusals.Select(r => r.Kind));
    }

    private static async Task PushAsync(HeadEnd headEnd, byte[] bytes, int piece = int.MaxValue)
    {
        using var socket = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(socket, bytes, piece);
        await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty, string.Join("; ", headEnd.Journal.Refusals));
    }

    private static CosemData SelfDescribing()
    {
        static CosemData Object(ushort classId, string name, sbyte attribute) => CosemData.Structure(
            CosemData.LongUnsigned(
                classId), CosemData.OctetString(LogicalName.Parse(name)), CosemData.Integer(attribute), CosemData.LongUnsigned(0));
        return CosemData.Structure(
            CosemData.Array(Object(40, "0-0:25.9.0.255", 2), Object(1, "0-0:42.0.0.255", 2),
                Object(8, "0-0:1.0.0.255", 2), Object(3, "1-0:1.8.0.255", 2)),
            OwnPush.Name, CosemData.OctetString(OwnPush.Noon), CosemData.DoubleLongUnsigned(77));
    }

    private static byte[] Block(byte[] apdu, int number, int count)
    {
        var size = (apdu.Length + count - 1) / count;
        var piece = apdu.AsMemory((number - 1) * size, Math.Min(size, apdu.Length - ((number - 1) * size)));
        return new GeneralBlockTransfer(number == count, true, 0, (ushort)number, 0, piece).Encode();
    }

    private static byte[] Blocks(byte[] apdu, bool wrap = true)
    {
        var output = new List<byte>();
        for (var number = 1; number <= 3; number++) output.AddRange(wrap
            ? OwnPush.Wrapped(Block(apdu, number, 3))
            : Block(apdu, number, 3));
        return [.. output];
    }

    private static byte[] Hdlc(byte[] apdu, int maxInformation = 50)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var one in apdu[0] == (byte)ApduTag.GeneralBlockTransfer ? SplitBlocks(apdu) : [apdu])
            HdlcUnnumbered.WritePush(HdlcAddress.Client(1), HdlcAddress.Server(1, 17), one, maxInformation, output);
        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<byte[]> SplitBlocks(byte[] blocks)
    {
        for (var rest = blocks; rest.Length > 0;)
        {
            XdlmsApdu.DecodeFirst(rest, out var length);
            yield return rest[..length];
            rest = rest[length..];
        }
    }

    private static byte[] MBus(byte[] apdu)
    {
        var output = new ArrayBufferWriter<byte>();
        var half = apdu.Length / 2;
        new MBusLongFrame(0x53, 0xFF, 0x00, 1, 0x67, apdu.AsMemory(0, half)).Write(output);
        new MBusLongFrame(0x53, 0xFF, 0x11, 1, 0x67, apdu.AsMemory(half)).Write(output);
        return output.WrittenSpan.ToArray();
    }
}
