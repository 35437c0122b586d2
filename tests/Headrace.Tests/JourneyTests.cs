using System.Globalization;
using System.Text.Json.Nodes;

namespace Headrace.Tests;

/// <summary>A head-end and a fleet of virtual meters in processes of their own, used as an operator would.</summary>
public sealed class JourneyTests
{
    private const string Zone = "Europe/Berlin";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Meters_are_read_until_nothing_is_missing_and_a_killed_head_end_has_lost_nothing()
    {
        using var folder = new DataFolder();
        var devices = folder.File("devices.json");
        var first = await StartAsync(folder, "127.0.0.1:0");
        var meterPort = first.MeterPort;
        await using var fleet = HeadraceProcess.Start(
            "simulate", "--meters", "12", "--push", At(meterPort), "--listen", "127.0.0.1:23100", "--seed", "7", "--devices-out", devices, "--zone", Zone);
        await Eventually.HoldsAsync(() => Task.FromResult(fleet.Output.Contains("is running", StringComparison.Ordinal)), () => fleet.Output + fleet.Errors);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(devices));
        var yesterdayAsWell = JsonNode.Parse(await File.ReadAllTextAsync(devices, Cancel))!.AsArray();
        foreach (var device in yesterdayAsWell) device!["expected_from"] = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("O", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(devices, yesterdayAsWell.ToJsonString(), Cancel);

        var imported = await HeadraceProcess.RunAsync("device", "import", devices, "--url", first.Web.ToString());
        Assert.True(imported.ExitCode == 0, imported.Output + imported.Errors);

        // Killed in the middle of the work, not after it.
        var serials = yesterdayAsWell.Select(device => device!["serial"]!.GetValue<string>()).ToList();
        await Eventually.HoldsAsync(async () => (await ReadingsAsync(first, serials[0])).Count + (await ReadingsAsync(first, serials[^1])).Count > 0, () => first.Errors);
        var before = new Dictionary<string, JsonArray>(StringComparer.Ordinal);
        foreach (var serial in serials) before[serial] = await ReadingsAsync(first, serial);
        await first.KillAsync();
        await first.DisposeAsync();

        await using var second = await StartAsync(folder, At(meterPort));
        foreach (var serial in serials)
        {
            var after = (await ReadingsAsync(second, serial)).Select(line => line!.ToJsonString()).ToHashSet(StringComparer.Ordinal);
            Assert.DoesNotContain(before[serial], line => !after.Contains(line!.ToJsonString()));
        }

        JsonNode? today = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                today = await GetAsync(second, "api/v1/today");
                var yesterday = today!["yesterday"]!;
                return yesterday["expected"]!.GetValue<long>() > 0 && yesterday["received"]!.GetValue<long>() == yesterday["expected"]!.GetValue<long>();
            },
            () => $"yesterday is not complete: {today?.ToJsonString()} {second.Errors}",
            within: TimeSpan.FromMinutes(4));

        await NoIntervalIsThereTwiceAsync(second, serials);
        Assert.Equal(0, await second.InterruptAsync());
    }

    [Fact]
    public async Task A_demo_shows_life_ends_by_itself_and_goes_on_with_its_data()
    {
        using var folder = new DataFolder();
        string[] arguments = ["demo", "--meters", "8", "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0", "--listen", "127.0.0.1:23200", "--data", folder.File("demo")];
        await using (var first = await HeadraceProcess.Start([.. arguments, "--for", "25"]).ReadyAsync())
        {
            JsonNode? today = null;
            await Eventually.HoldsAsync(
                async () => (today = await GetAsync(first, "api/v1/today"))!["yesterday"]!["received"]!.GetValue<long>() > 0, () => $"{today?.ToJsonString()} {first.Errors}");
            Assert.Equal(0, await first.ExitAsync());
        }

        await using var second = await HeadraceProcess.Start([.. arguments, "--for", "60"]).ReadyAsync();
        var again = await GetAsync(second, "api/v1/today");
        Assert.Equal(8, again!["meters"]!.GetValue<int>());
        Assert.True(again["yesterday"]!["received"]!.GetValue<long>() > 0);
        Assert.Equal(0, await second.InterruptAsync());
    }

    [Fact]
    public async Task A_virtual_meter_is_read_from_the_command_line()
    {
        using var folder = new DataFolder();
        var devices = folder.File("devices.json");
        await using var fleet = HeadraceProcess.Start(
            "simulate", "--meters", "2", "--push", "127.0.0.1:9", "--listen", "127.0.0.1:23300", "--seed", "3", "--devices-out", devices, "--zone", Zone);
        await Eventually.HoldsAsync(() => Task.FromResult(fleet.Output.Contains("is running", StringComparison.Ordinal)), () => fleet.Output + fleet.Errors);
        var device = JsonNode.Parse(await File.ReadAllTextAsync(devices, Cancel))![0]!;
        var keys = folder.File("keys.json");
        await File.WriteAllTextAsync(keys, device.ToJsonString(), Cancel);
        var port = device["address"]!.GetValue<string>().Split(':')[1];

        var register = await HeadraceProcess.RunAsync("dlms", "read", "--host", "127.0.0.1", "--port", port, "--auth", "gmac", "--keys", keys, "--json", "3/1-0:1.8.0.255/2", "8/0-0:1.0.0.255/2");
        Assert.True(register.ExitCode == 0, register.Output + register.Errors);
        Assert.Contains("double-long-unsigned", register.Output, StringComparison.Ordinal);

        var name = await HeadraceProcess.RunAsync("dlms", "read", "--host", "127.0.0.1", "--port", port, "--client", "16", "--auth", "none", "--json", "1/0-0:42.0.0.255/2");
        Assert.True(name.ExitCode == 0, name.Output + name.Errors);

        var objects = await HeadraceProcess.RunAsync("dlms", "objects", "--host", "127.0.0.1", "--port", port, "--auth", "gmac", "--keys", keys);
        Assert.True(objects.ExitCode == 0, objects.Output + objects.Errors);
        Assert.Contains("1-0:99.1.0.255", objects.Output, StringComparison.Ordinal);

        var byHdlc = await HeadraceProcess.RunAsync("dlms", "read", "--host", "127.0.0.1", "--port", port, "--framing", "hdlc", "--physical", "17", "--auth", "none", "--json", "1/0-0:42.0.0.255/2");
        Assert.True(byHdlc.ExitCode == 0, byHdlc.Output + byHdlc.Errors);

        var wrong = await HeadraceProcess.RunAsync("dlms", "read", "--host", "127.0.0.1", "--port", "1", "--auth", "gmac", "--keys", keys, "3/1-0:1.8.0.255/2");
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.DoesNotContain("   at ", wrong.Errors, StringComparison.Ordinal);
    }

    private static string At(int port) => FormattableString.Invariant($"127.0.0.1:{port}");

    private static Task<HeadraceProcess> StartAsync(DataFolder folder, string dlms) =>
        HeadraceProcess.Start("serve", "--data", folder.File("data"), "--http", "http://127.0.0.1:0", "--dlms", dlms, "--zone", Zone).ReadyAsync();

    private static async Task<JsonNode?> GetAsync(HeadraceProcess headEnd, string path)
    {
        using var http = new HttpClient { BaseAddress = headEnd.Web };
        return JsonNode.Parse(await http.GetStringAsync(path, Cancel));
    }

    private static async Task<JsonArray> ReadingsAsync(HeadraceProcess headEnd, string serial) =>
        (await GetAsync(headEnd, $"api/v1/devices/{Uri.EscapeDataString(serial)}/readings?from=2020-01-01&to=2100-01-01"))!.AsArray();

    private static async Task NoIntervalIsThereTwiceAsync(HeadraceProcess headEnd, List<string> serials)
    {
        foreach (var serial in serials)
        {
            var lines = await ReadingsAsync(headEnd, serial);
            var keys = lines.Select(line => $"{line!["profile"]} {line["obis"]} {line["attribute"]} {line["time"]}").ToList();
            Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
        }
    }
}
