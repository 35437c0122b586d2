using Headrace.Core.Metering;

namespace Headrace.Drivers.Tests.Dlms;

public sealed class RealTelegramTests
{
    [Theory]
    [InlineData("push-apdu-013", "4752580000000001")]
    [InlineData("push-apdu-014", "4752580000000001")]
    [InlineData("push-apdu-015", "4752580000000001")]
    [InlineData("push-apdu-016", "4752580000000001")]
    [InlineData("push-apdu-020", "4752580000000001")]
    [InlineData("push-apdu-021", "4752580000000001")]
    [InlineData("push-apdu-022", "4752580000000001")]
    [InlineData("push-hdlc-003", "*")]
    [InlineData("push-hdlc-004", "*")]
    [InlineData("push-hdlc-007", "*")]
    [InlineData("push-hdlc-016", "*")]
    [InlineData("push-mbus-001", "4B464D6750000009")]
    public async Task Probe(string id, string title)
    {
        var vector = Vectors.One(id);
        await using var headEnd = await HeadEnd.StartAsync();
        if (title == "*") title = FindTitle(vector.Bytes);
        headEnd.Meters.Add(new Meter { Serial = "real", SystemTitle = title, DeviceType = "push-generic" }, vector.Guek, vector.Gak);
        using var meter = await headEnd.ConnectAsync();
        await HeadEnd.SendAsync(meter, vector.Bytes);
        try
        {
            await HeadEnd.UntilAsync(() => !headEnd.Sink.Deliveries.IsEmpty, id);
        }
        finally
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{id} {title} {string.Join("; ", headEnd.Journal.Refusals)}\n" + string.Join("\n", headEnd.Values()));
            File.AppendAllText("/tmp/probe.txt", $"{id} {title} {string.Join("; ", headEnd.Journal.Refusals)}\n" + string.Join("\n", headEnd.Values()) + "\n");
        }
    }

    private static string FindTitle(byte[] bytes)
    {
        ReadOnlySpan<byte> head = [0xDB, 8];
        var at = bytes.AsSpan().IndexOf(head);
        return Convert.ToHexString(bytes, at + 2, 8);
    }
}
