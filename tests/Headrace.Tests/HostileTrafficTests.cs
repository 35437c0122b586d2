using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Core.Metering;
using Headrace.Simulation.Models;

namespace Headrace.Tests;

/// <summary>
/// The real program under traffic that is wrong, hostile or broken: refused, counted, named, and nobody else is disturbed.
/// </summary>
public sealed class HostileTrafficTests
{
    private const ulong Seed = 99;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bad_traffic_is_refused_and_counted_by_kind_while_good_pushes_are_stored()
    {
        using var folder = new DataFolder();
        await using var headEnd = await HeadraceProcess.Start(
            "serve", "--data", folder.File("data"), "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0", "--zone", "UTC").ReadyAsync();
        var (known, stranger) = (Meter(0), Meter(1));
        await RegisterAsync(headEnd, folder, known);
        var pushes = Enumerable.Range(0, 6).Select(_ => PushFrame.Make(known, PushKind.Momentary, [])).ToArray();

        await SendAsync(headEnd, pushes[0]);
        await SendAsync(headEnd, pushes[2]);
        await SendAsync(headEnd, pushes[1]); // overtaken: its counter is below the last accepted
        await SendAsync(headEnd, pushes[2]); // the same bytes again: a repeated transmission, no attack
        await SendAsync(headEnd, PushFrame.Make(stranger, PushKind.Momentary, []));
        await SendAsync(headEnd, Altered(pushes[3]));
        await SendAsync(headEnd, pushes[3][..40]);
        await SendAsync(headEnd, [0x00, 0x01, 0x00, 0x01, 0x00, 0x66, 0x00, 0x03, 0xDB, 0x01, 0x02]);
        var random = new Random(4711);
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            await SendAsync(headEnd, noise);
        }

        await SendAsync(headEnd, pushes[4]);
        JsonNode? refusals = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                refusals = await GetAsync(headEnd, "api/v1/refusals");
                var counts = refusals!["counts"]!;
                return (int?)counts["replayed"] == 1
                    && (int?)counts["unknown_meter"] == 1
                    && (int?)counts["wrong_key"] == 1
                    && (int?)counts["malformed"] > 100;
            },
            () => $"{refusals?["counts"]?.ToJsonString()} {headEnd.Errors}",
            within: TimeSpan.FromSeconds(30));

        var stored = (await GetAsync(headEnd, $"api/v1/devices/{known.Identity.Serial}/readings?from=2020-01-01&to=2100-01-01"))!.AsArray();
        Assert.Equal(3, stored.Select(line => line!["time"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(12, stored.Count);
        Assert.DoesNotContain("Unhandled", headEnd.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await headEnd.InterruptAsync());
    }

    [Fact]
    public async Task A_replay_is_refused_after_a_restart_too()
    {
        using var folder = new DataFolder();
        string[] arguments = ["serve", "--data", folder.File("data"),
            "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0", "--zone", "UTC"];
        var meter = Meter(0);
        var first = PushFrame.Make(meter, PushKind.Momentary, []);
        var second = PushFrame.Make(meter, PushKind.Momentary, []);
        await using (var before = await HeadraceProcess.Start(arguments).ReadyAsync())
        {
            await RegisterAsync(before, folder, meter);
            await SendAsync(before, second);
            await Eventually.HoldsAsync(async () => await CountAsync(before, meter) == 4, () => before.Errors);
            await before.KillAsync();
        }

        await using var after = await HeadraceProcess.Start(arguments).ReadyAsync();
        Assert.Equal(4, await CountAsync(after, meter));
        await SendAsync(after, first);
        await Eventually.HoldsAsync(
            async () => (int?)(await GetAsync(after, "api/v1/refusals"))!["counts"]!["replayed"] == 1, () => after.Errors);
        Assert.Equal(4, await CountAsync(after, meter));
    }

    /// <summary>Each meter lives a minute later with every look at the clock, so that no two pushes are of one instant.</summary>
    private static E450 Meter(int index)
    {
        var identity = MeterIdentity.At(Seed, index);
        return new E450(identity, MeterKeys.For(Seed, identity.Serial), Seed,
            new MeterClock(new HurryingClock(), new LocalCalendar(TimeZoneInfo.Utc)));
    }

    private static byte[] Altered(byte[] push)
    {
        var altered = push.ToArray();
        altered[^1] ^= 0x01;
        return altered;
    }

    private static async Task RegisterAsync(HeadraceProcess headEnd, DataFolder folder, E450 meter)
    {
        var row = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["serial"] = meter.Identity.Serial,
            ["system_title"] = Convert.ToHexString(meter.Identity.SystemTitle.Span),
            ["device_type"] = E450.DeviceType,
            ["guek"] = Convert.ToHexString(meter.Keys.GlobalUnicast.Span),
            ["gak"] = Convert.ToHexString(meter.Keys.Authentication.Span),
            ["contact"] = new[] { "pushes" },
        };
        await File.WriteAllTextAsync(folder.File("devices.json"), JsonSerializer.Serialize(new[] { row }), Cancel);
        var imported = await HeadraceProcess.RunAsync("device", "import", folder.File("devices.json"), "--url", headEnd.Web.ToString());
        Assert.True(imported.ExitCode == 0, imported.Output + imported.Errors);
    }

    private static async Task SendAsync(HeadraceProcess headEnd, byte[] bytes)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", headEnd.MeterPort, Cancel);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes, Cancel);
            client.Client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[64], Cancel) > 0)
            {
                // Until the head-end closes.
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // The head-end closed at the first wrong byte.
        }
    }

    private static async Task<int> CountAsync(HeadraceProcess headEnd, E450 meter) =>
        (await GetAsync(headEnd, $"api/v1/devices/{meter.Identity.Serial}/readings?from=2020-01-01&to=2100-01-01"))!.AsArray().Count;

    private static async Task<JsonNode?> GetAsync(HeadraceProcess headEnd, string path)
    {
        using var http = new HttpClient { BaseAddress = headEnd.Web };
        return JsonNode.Parse(await http.GetStringAsync(path, Cancel));
    }

    private sealed class HurryingClock : TimeProvider
    {
        private DateTimeOffset _now = System.GetUtcNow().AddHours(-2);

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(5);
    }
}
