using Headrace.Core.Metering;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>
/// Telegrams of real meters, as they were captured, through a real listener: whole and in pieces. What is asserted are a few values of
/// each by object, value in the unit of the message and time; the flags above the status say what is not proven.
/// </summary>
public sealed class RealTelegramTests
{
    private const int NotAuthenticated = (int)ReadingFlags.NotAuthenticated;
    private const int StampedOnReceipt = (int)ReadingFlags.StampedOnReceipt;
    private const int ZoneAssumed = (int)ReadingFlags.ZoneAssumed;

    public static TheoryData<string, int, string, int> Telegrams => new()
    {
        { "push-apdu-013", 12, "1-1:1.8.0.255 15207  2026-05-04T17:19:30", 0 },
        { "push-apdu-014", 0, "", NotAuthenticated },
        { "push-apdu-015", 31, "1-1:31.7.0.255 90999  2022-02-01T08:17:20", ZoneAssumed },
        { "push-apdu-016", 17, "1-1:1.8.0.255 1352997  2023-04-06T11:49:50", ZoneAssumed },
        { "push-apdu-020", 1, "1-0:1.7.0.255 1661 W", StampedOnReceipt },
        { "push-apdu-021", 31, "1-1:32.7.0.255 234  2022-10-31T10:27:00", ZoneAssumed },
        { "push-apdu-022", 14, "1-0:32.7.0.255 236.4 V 2023-04-01T19:32:35", 0 },
        { "push-hdlc-003", 16, "1-0:1.8.0.255 4408736  2022-02-21T16:37:30", ZoneAssumed },
        { "push-hdlc-004", 16, "1-0:1.7.0.255 545  2023-11-10T09:58:50", ZoneAssumed },
        { "push-hdlc-007", 31, "1-1:1.8.0.255 6307498  2026-03-12T14:24:30", ZoneAssumed },
        { "push-hdlc-016", 14, "1-1:1.8.0.255 862055  2024-03-13T08:02:45", ZoneAssumed | NotAuthenticated },
        { "push-mbus-001", 11, "1-0:32.7.0.255 233.7 V 2021-09-27T07:47:15", NotAuthenticated },
    };

    [Theory]
    [MemberData(nameof(Telegrams))]
    public async Task A_telegram_gives_its_values_whole_and_in_pieces_of_any_size(string id, int count, string value, int flags)
    {
        var vector = Vectors.One(id);
        foreach (var piece in new[] { int.MaxValue, 1, 7, 61 })
        {
            await using var headEnd = await HeadEnd.StartAsync();
            headEnd.Meters.Add(
                new Meter { Serial = "real", SystemTitle = TitleIn(vector.Bytes), DeviceType = "push-generic" }, vector.Guek, vector.Gak);
            using var meter = await headEnd.ConnectAsync();
            await HeadEnd.SendAsync(meter, vector.Bytes, piece);
            await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty, id);
            Assert.Empty(headEnd.Journal.Refusals);
            var delivery = Assert.Single(headEnd.Sink.Deliveries);
            Assert.NotNull(delivery.Counter);
            if (count > 0) Assert.Equal(count, delivery.Readings.Count);
            Assert.Contains(headEnd.Values(), v => v.StartsWith(value, StringComparison.Ordinal));
            Assert.All(delivery.Readings, reading => Assert.Equal(flags, reading.Status & ~ZoneAssumed | flags & ZoneAssumed));
        }
    }

    [Fact]
    public async Task The_same_telegram_again_is_a_duplicate_and_nothing_is_stored_twice()
    {
        var vector = Vectors.One("push-hdlc-003");
        await using var headEnd = await HeadEnd.StartAsync();
        headEnd.Meters.Add(
            new Meter { Serial = "real", SystemTitle = TitleIn(vector.Bytes), DeviceType = "push-generic" }, vector.Guek, vector.Gak);
        using var meter = await headEnd.ConnectAsync();
        for (var i = 0; i < 3; i++) await HeadEnd.SendAsync(meter, vector.Bytes);
        await HeadEnd.UntilAsync(() => headEnd.Sink.Duplicates == 2, "two duplicates");
        Assert.Single(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task Noise_and_broken_frames_between_telegrams_are_skipped()
    {
        var vector = Vectors.One("push-hdlc-007");
        var broken = vector.Bytes.ToArray();
        broken[40] ^= 0x10;
        await using var headEnd = await HeadEnd.StartAsync();
        headEnd.Meters.Add(
            new Meter { Serial = "real", SystemTitle = TitleIn(vector.Bytes), DeviceType = "push-generic" }, vector.Guek, vector.Gak);
        using var meter = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(meter, [.. broken, 0xFF, 0xFF, 0x00, 0x7E, 0x11, .. vector.Bytes]);
        await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty, "the whole telegram behind the noise");
        Assert.Single(headEnd.Sink.Deliveries);
    }

    [Fact]
    public async Task Without_its_authentication_key_a_meter_of_a_strict_type_is_refused()
    {
        var vector = Vectors.One("push-hdlc-003");
        await using var headEnd = await HeadEnd.StartAsync();
        headEnd.Meters.Add(new Meter { Serial = "real", SystemTitle = TitleIn(vector.Bytes), DeviceType = "idis-e450" }, vector.Guek);
        using var meter = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(meter, vector.Bytes);
        await HeadEnd.UntilAsync(() => !headEnd.Journal.Refusals.IsEmpty, "a refusal");
        Assert.Equal(Core.Drivers.RefusalKind.WrongKey, headEnd.Journal.Refusals.Single().Kind);
        Assert.Empty(headEnd.Sink.Deliveries);
    }

    private static string TitleIn(byte[] bytes)
    {
        ReadOnlySpan<byte> head = [0xDB, 8];
        var at = bytes.AsSpan().IndexOf(head);
        return Convert.ToHexString(bytes, at + 2, 8);
    }
}
