using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Connections.Tests;
using Headrace.Dlms.Gateway;

namespace Headrace.Tests;

/// <summary><c>headrace dlms monitor</c> in a process of its own, with pushes of every kind sent to it.</summary>
public sealed class DlmsMonitorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Monitor_takes_every_framing_flags_what_is_plain_and_counts_what_it_does_not_take()
    {
        using var folder = new DataFolder();
        var meter = new Meter();
        var keys = folder.File("keys.json");
        await File.WriteAllTextAsync(keys, new JsonObject
        {
            ["system_title"] = Convert.ToHexStringLower(meter.Title),
            ["guek"] = "000102030405060708090a0b0c0d0e0f",
            ["gak"] = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf",
        }.ToJsonString(), Cancel);
        await using var monitor = HeadraceProcess.Start(
            "dlms", "monitor", "--listen", "127.0.0.1:0", "--keys", keys, "--json", "--count", "5", "--for", "120");
        await Eventually.HoldsAsync(() => Task.FromResult(monitor.Errors.Contains("Listening at", StringComparison.Ordinal)),
            () => monitor.Errors);
        var port = int.Parse(monitor.Errors.Split("Listening at 127.0.0.1:")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        await SendAsync(meter, new IPEndPoint(IPAddress.Loopback, port), monitor);
        Assert.Equal(0, await monitor.ExitAsync());

        var pushes = monitor.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(5, pushes.Count);
        Assert.Equal(["authenticated", "authenticated", "authenticated", "none", "authenticated"],
            pushes.Select(push => push["proof"]!.GetValue<string>()));
        Assert.All(pushes, push => Assert.Equal("data-notification", push["apdu"]!["apdu"]!.GetValue<string>()));
        Assert.Equal("4d30303031", pushes[4]["device"]!["address"]!.GetValue<string>());
        Assert.Contains("cannot be shown", monitor.Errors, StringComparison.Ordinal);
        Assert.Contains("6 taken (2 without proof), 1 replayed, 1 of unknown senders, 1 that the keys do not open", monitor.Errors,
            StringComparison.Ordinal);
    }

    private static async Task SendAsync(Meter meter, IPEndPoint at, HeadraceProcess monitor)
    {
        using (var datagrams = new UdpClient())
            await datagrams.SendAsync(Meter.InWrapper(meter.Protected(Meter.Notification(1))), at, Cancel);
        await PrintedAsync(monitor, 1);
        using (var hdlc = await Meter.ConnectAsync(at))
        {
            await hdlc.Client.SendAsync(Meter.InHdlc(meter.Protected(Meter.Notification(2))), Cancel);
            await PrintedAsync(monitor, 2);
        }
        using var line = await Meter.ConnectAsync(at);
        var whole = meter.Protected(Meter.Notification(3));
        for (ushort i = 1; i <= 3; i++)
        {
            var piece = whole.AsMemory((i - 1) * 20, i == 3 ? whole.Length - 40 : 20);
            await line.Client.SendAsync(Meter.InWrapper(new GeneralBlockTransfer(i == 3, true, 0, i, 0, piece).Encode()), Cancel);
        }
        var altered = meter.Protected(Meter.Notification(4));
        altered[^1] ^= 1;
        var stranger = new Meter();
        stranger.Title[7] = 0x77;
        var old = new Meter { Counter = 1 };
        byte[][] messages =
        [
            altered, stranger.Protected(Meter.Notification(1)), old.Protected(Meter.Notification(9)),
            [(byte)ApduTag.InformationReport, 0, 9],
            Meter.Notification(5), GatewayServer.Push(GatewayAddress.Of("M0001"), meter.Protected(Meter.Notification(6))),
        ];
        foreach (var message in messages) await line.Client.SendAsync(Meter.InWrapper(message), Cancel);
    }

    private static Task PrintedAsync(HeadraceProcess monitor, int count) => Eventually.HoldsAsync(
        () => Task.FromResult(monitor.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= count),
        () => monitor.Output + monitor.Errors);
}
