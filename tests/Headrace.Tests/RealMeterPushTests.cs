using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headrace.Tests;

/// <summary>
/// The real program takes captured telegrams of real meters over real sockets, and the values are found by <c>readings</c>.
/// </summary>
public sealed class RealMeterPushTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)] // as captured, in one piece
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Captured_telegrams_are_stored_and_found_whatever_pieces_they_come_in(int pieceBytes)
    {
        var telegrams = RealMeterTelegram.All();
        if (telegrams.Count == 0) Assert.Skip("the telegrams of ../shared/vectors/dlms are not here");
        using var folder = new DataFolder();
        await using var headEnd = await HeadraceProcess.Start(
            "serve", "--data", folder.File("data"), "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0",
            "--zone", "Europe/Berlin").ReadyAsync();
        var registered = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var telegram in telegrams)
        {
            // Some titles come with a second set of keys: a registration again, as after a change of keys.
            var keys = telegram.Keys.ToJsonString();
            if (registered.GetValueOrDefault(telegram.SystemTitle) != keys) await RegisterAsync(headEnd, folder, telegram);
            registered[telegram.SystemTitle] = keys;
            await SendAsync(headEnd.MeterPort, telegram.Bytes, pieceBytes);
        }

        foreach (var meter in telegrams.GroupBy(telegram => telegram.SystemTitle, StringComparer.Ordinal))
        {
            var expected = meter.SelectMany(telegram => telegram.Values).Distinct().ToList();
            Assert.NotEmpty(expected);
            JsonArray stored = [];
            await Eventually.HoldsAsync(
                async () =>
                {
                    var answer = await HeadraceProcess.RunAsync("readings", "--device", meter.Key,
                        "--from", "2000-01-01", "--to", "2100-01-01", "--json", "--url", headEnd.Web.ToString());
                    Assert.True(answer.ExitCode == 0, answer.Errors);
                    stored = JsonNode.Parse(answer.Output)!.AsArray();
                    return expected.All(value => IsAmong(stored, value));
                },
                () => $"{meter.Key}: {string.Join(", ", expected.Where(value => !IsAmong(stored, value)))} " +
                    $"not among {stored.Count} stored values; {headEnd.Errors}",
                within: TimeSpan.FromSeconds(20));
        }
    }

    private static async Task RegisterAsync(HeadraceProcess headEnd, DataFolder folder, RealMeterTelegram telegram)
    {
        var devices = folder.File("devices.json");
        var row = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["serial"] = telegram.SystemTitle,
            ["system_title"] = telegram.SystemTitle,
            ["device_type"] = "push-generic",
            ["guek"] = telegram.Keys["guek"]!.GetValue<string>(),
            ["gak"] = telegram.Keys["gak"]?.GetValue<string>(),
            ["contact"] = new[] { "pushes" },
        };
        await File.WriteAllTextAsync(devices, JsonSerializer.Serialize(new[] { row }), Cancel);
        var imported = await HeadraceProcess.RunAsync("device", "import", devices, "--url", headEnd.Web.ToString());
        Assert.True(imported.ExitCode == 0, imported.Output + imported.Errors);
    }

    private static async Task SendAsync(int port, byte[] telegram, int pieceBytes)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port, Cancel);
        var stream = client.GetStream();
        foreach (var piece in telegram.Chunk(pieceBytes == 0 ? telegram.Length : pieceBytes))
        {
            await stream.WriteAsync(piece, Cancel);
            await stream.FlushAsync(Cancel);
        }

        client.Client.Shutdown(SocketShutdown.Send);
        var end = new byte[16];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (await stream.ReadAsync(end, limit.Token) > 0)
        {
            // The head-end closes when it has taken in what was sent.
        }
    }

    private static bool IsAmong(JsonArray stored, (string Obis, decimal Raw) expected) =>
        stored.Any(
            line => line!["obis"]!.GetValue<string>() == expected.Obis && IsScaled(line["value"]!.GetValue<decimal>(), expected.Raw));

    /// <summary>The stored value is the raw count times a power of ten.</summary>
    private static bool IsScaled(decimal value, decimal raw)
    {
        decimal power = 0.0001m;
        for (var i = 0; i < 9; i++, power *= 10)
        {
            if (value == raw * power) return true;
        }

        return false;
    }
}
