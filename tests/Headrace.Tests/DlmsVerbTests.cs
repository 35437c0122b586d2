using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Headrace.Tests;

/// <summary>The verbs of <c>headrace dlms</c> end to end: the program in a process of its own against a virtual meter.</summary>
public sealed class DlmsVerbTests
{
    private const string AlarmFilter = "1/0-0:97.98.10.255/2";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Associate_tells_what_was_negotiated()
    {
        await using var meter = await VirtualMeter.StartAsync();
        var told = Json(await meter.RunAsync("associate", "--json"));
        Assert.Equal("logical names with ciphering", told["context"]!.GetValue<string>());
        Assert.Equal(1224, told["server_max_pdu"]!.GetValue<int>());
        Assert.Contains("selective-access", told["conformance"]!.AsArray().Select(name => name!.GetValue<string>()));
        var open = await meter.RunPublicAsync("associate");
        Assert.Equal(0, open.ExitCode);
        Assert.Contains("lowest", open.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_mirrors_the_type_and_tells_a_refusal_by_its_exit_code()
    {
        await using var meter = await VirtualMeter.StartAsync();
        Assert.Equal("success", Json(await meter.RunAsync("write", AlarmFilter, "--value", "7", "--like", "--json"))["result"]!
            .GetValue<string>());
        var read = JsonNode.Parse((await meter.RunAsync("read", AlarmFilter, "--json")).Output)!.AsArray()[0]!;
        Assert.Equal(7, read["data"]!["v"]!.GetValue<int>());
        var refused = await meter.RunAsync("write", AlarmFilter, "--value", "octet-string 07");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("type-unmatched", refused.Output, StringComparison.Ordinal);
        var wrong = await meter.RunAsync("write", AlarmFilter, "--value", "unsigned 300");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("out of the range", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_opens_and_closes_the_switch()
    {
        await using var meter = await VirtualMeter.StartAsync();
        Assert.Equal(0, (await meter.RunAsync("invoke", "70/0-0:96.3.10.255/1")).ExitCode);
        var state = JsonNode.Parse((await meter.RunAsync("read", "70/0-0:96.3.10.255/2", "--json")).Output)!.AsArray()[0]!;
        Assert.False(state["data"]!["v"]!.GetValue<bool>());
        Assert.Equal("success", Json(await meter.RunAsync("invoke", "70/0-0:96.3.10.255/2", "--json"))["result"]!.GetValue<string>());
        Assert.Equal(1, (await meter.RunAsync("invoke", "70/0-0:96.3.10.255/9")).ExitCode);
    }

    [Fact]
    public async Task Compare_finds_no_difference_from_the_profile_and_every_one_from_a_list_that_lacks_an_object()
    {
        await using var meter = await VirtualMeter.StartAsync();
        var same = await meter.RunAsync("compare", "--profile", "idis-2");
        Assert.True(same.ExitCode == 0, same.Output + same.Errors);
        var list = Json(await meter.RunAsync("objects", "--json"));
        var objects = list["objects"]!.AsArray();
        objects.Remove(objects.First(o => o!["obis"]!.GetValue<string>() == "1-0:99.1.0.255"));
        objects.First(o => o!["obis"]!.GetValue<string>() == "0-0:1.0.0.255")!["attributes"]!["2"] = "read";
        var saved = meter.Folder.File("objects.json");
        await File.WriteAllTextAsync(saved, list.ToJsonString(), Cancel);
        var other = await HeadraceProcess.RunAsync("dlms", "compare", "--profile", "idis-2", "--file", saved, "--json");
        Assert.Equal(1, other.ExitCode);
        var kinds = JsonNode.Parse(other.Output)!["differences"]!.AsArray().Select(d => d!["kind"]!.GetValue<string>());
        Assert.Equal(["missing", "fewer-rights"], kinds);
        Assert.Contains("idis-3", (await HeadraceProcess.RunAsync("dlms", "profiles")).Output, StringComparison.Ordinal);
        Assert.Contains("Replay attack", (await HeadraceProcess.RunAsync("dlms", "profiles", "show", "idis-1")).Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("hdlc-tcp")]
    public async Task The_virtual_meter_passes_every_check(string transport)
    {
        await using var meter = await VirtualMeter.StartAsync();
        var run = await meter.RunAsync("conformance", "--transport", transport, "--allow-writes", "--allow-wrong-secrets", "--json");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        var told = JsonNode.Parse(run.Output)!;
        Assert.Equal(0, told["failed"]!.GetValue<int>());
        Assert.True(told["passed"]!.GetValue<int>() >= 38, run.Output);
    }

    [Fact]
    public async Task A_profile_is_drawn_in_the_terminal_and_as_a_picture()
    {
        await using var meter = await VirtualMeter.StartAsync();
        string[] day = ["1-0:99.1.0.255", "--from", Day(-2), "--to", Day(-1), "--chart"];
        var drawn = await meter.RunAsync("profile", day);
        Assert.True(drawn.ExitCode == 0, drawn.Errors);
        Assert.Contains("1-0:1.8.0.255", drawn.Output, StringComparison.Ordinal);
        Assert.Contains('█', drawn.Output);
        Assert.Contains('└', drawn.Output);
        var file = meter.Folder.File("chart.svg");
        var saved = await meter.RunAsync("profile", [.. day, file]);
        Assert.True(saved.ExitCode == 0, saved.Errors);
        Assert.Contains(XDocument.Load(file).Descendants(), element => element.Name.LocalName == "polyline");
    }

    [Fact]
    public async Task Monitor_prints_a_push_and_ends()
    {
        var port = FreePort();
        await using var meter = await VirtualMeter.StartAsync($"127.0.0.1:{port}");
        var run = await HeadraceProcess.RunAsync(
            "dlms", "monitor", "--listen", $"127.0.0.1:{port}", "--keys", meter.Devices, "--json", "--count", "1", "--for", "150");
        Assert.True(run.ExitCode == 0, run.Errors);
        var push = JsonNode.Parse(run.Output)!;
        Assert.Equal("authenticated", push["proof"]!.GetValue<string>());
        Assert.Equal("data-notification", push["apdu"]!["apdu"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("--json", "\"v\":42")]
    [InlineData("--xml", "<UInt8 Value=\"2A\"")]
    public async Task Monitor_goes_on_after_a_push_that_cannot_be_shown(string form, string shown)
    {
        var port = FreePort();
        var running = HeadraceProcess.RunAsync(
            "dlms", "monitor", "--listen", $"127.0.0.1:{port}", form, "--count", "1", "--for", "150");
        // A plain data-notification nested deeper than is read, then one of a number.
        await SendAsync(port, "0F0000000000" + string.Concat(Enumerable.Repeat("0201", 40)) + "00", "0F0000000000" + "112A");
        var run = await running;
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains(shown, run.Output, StringComparison.Ordinal);
        Assert.Contains("cannot be shown: nesting deeper than 24", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitor_bears_the_time_with_a_tag_that_some_meters_push_and_names_it()
    {
        var port = FreePort();
        var running = HeadraceProcess.RunAsync(
            "dlms", "monitor", "--listen", $"127.0.0.1:{port}", "--json", "--count", "1", "--for", "150");
        await SendAsync(port, "0F00000000090C07E4020F06011922FF800000" + "0201" + "060000002A");
        var push = Json(await running);
        Assert.Equal(42, push["apdu"]!["body"]!["v"]![0]!["v"]!.GetValue<int>());
        Assert.Contains("octet-string tag", push["apdu"]!["tolerated"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Xml_is_read_back_to_the_same_bytes()
    {
        const string Hex = "C001C100080000010000FF0200";
        using var folder = new DataFolder();
        var xml = await HeadraceProcess.RunAsync("dlms", "decode", "--xml", Hex);
        Assert.Contains("<GetRequestNormal>", xml.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("get.xml"), xml.Output, Cancel);
        var again = await HeadraceProcess.RunAsync("dlms", "encode", folder.File("get.xml"));
        Assert.Equal(Hex, again.Output);
        await File.WriteAllTextAsync(folder.File("bad.xml"), "<GetRequest/>", Cancel);
        var wrong = await HeadraceProcess.RunAsync("dlms", "encode", folder.File("bad.xml"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("GetRequestNormal", wrong.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("associate")]
    [InlineData("conformance")]
    [InlineData("compare", "--profile", "generic")]
    [InlineData("invoke", "70/0-0:96.3.10.255/1")]
    public async Task A_meter_that_cannot_be_reached_is_told_in_one_sentence(params string[] verb)
    {
        using var folder = new DataFolder();
        var keys = folder.File("keys.json");
        const string Key = "00112233445566778899aabbccddeeff";
        await File.WriteAllTextAsync(keys, new JsonObject { ["guek"] = Key, ["gak"] = Key }.ToJsonString(), Cancel);
        var run = await HeadraceProcess.RunAsync(["dlms", .. verb, "--host", "127.0.0.1", "--port",
            FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture), "--auth", "gmac", "--keys", keys]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot be reached", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    private static JsonNode Json((int ExitCode, string Output, string Errors) run)
    {
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        return JsonNode.Parse(run.Output)!;
    }

    private static string Day(int offset) =>
        TimeProvider.System.GetUtcNow().AddDays(offset).ToString("yyyy-MM-dd'T00:00Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Sends APDUs in wrapper frames over one connection, as soon as somebody listens.</summary>
    private static async Task SendAsync(int port, params string[] apdus)
    {
        for (var tries = 0; ; tries++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
            }
            catch (SocketException) when (tries < 300)
            {
                await Task.Delay(100, Cancel);
                continue;
            }
            var frames = string.Concat(apdus.Select(apdu => $"000100010066{apdu.Length / 2:X4}{apdu}"));
            await client.GetStream().WriteAsync(Convert.FromHexString(frames), Cancel);
            return;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
