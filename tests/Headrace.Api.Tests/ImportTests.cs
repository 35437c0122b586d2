using System.Net;
using System.Text;
using Headrace.Core.Keys;
using Headrace.Tests.Shared;

namespace Headrace.Api.Tests;

public sealed class ImportTests : IAsyncLifetime
{
    private const string Row =
        """{"serial":"A1","system_title":"4C475A0000000001","device_type":"idis-e450","""
        + """ "guek":"000102030405060708090A0B0C0D0E0F","gak":"D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"}""";
    private SampleServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await SampleServer.StartAsync(TestContext.Current.CancellationToken, seeded: false);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_row_of_an_import_stands_for_itself()
    {
        var answer = await _server.Client.PostJsonAsync("/api/v1/devices/import",
            $$"""[{{Row}}, {"serial":"A2","device_type":"unheard-of"}, {"serial":"A3","device_type":"idis-e450","guek":"00"}, """
            + """7, {"serial":"A4","device_type":"idis-e450"}]""");
        Assert.Equal((2, 0, 3), (answer.Number("accepted"), answer.Number("updated"), answer.Number("refused")));
        var rows = answer.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal([1, 2, 3, 4, 5], rows.Select(r => r.Number("row")));
        Assert.Equal(["accepted", "refused", "refused", "refused", "accepted"], rows.Select(r => r.Text("result")));
        Assert.Equal("device_type", rows[1].Text("field"));
        Assert.Contains("Row 2", rows[1].Text("reason"), StringComparison.Ordinal);
        Assert.Equal("guek", rows[2].Text("field"));
        Assert.Equal("A4", (await _server.Client.GetJsonAsync("/api/v1/devices/A4")).Text("serial"));
    }

    [Fact]
    public async Task A_second_import_updates_and_keeps_the_keys()
    {
        await _server.Client.PostJsonAsync("/api/v1/devices/import", $"[{Row}]");
        var answer = await _server.Client.PostJsonAsync("/api/v1/devices/import",
            """[{"serial":"A1","device_type":"idis-e450","address":"127.0.0.1:4059"}]""");
        Assert.Equal((0, 1), (answer.Number("accepted"), answer.Number("updated")));
        var meter = _server.HeadEnd.Registry.FindBySerial("A1")!;
        Assert.Equal("127.0.0.1:4059", meter.Address);
        using var lease = await _server.HeadEnd.Vault.LeaseAsync(meter.Id, TestContext.Current.CancellationToken);
        Assert.True(lease.Get(KeyKind.GlobalUnicast).SequenceEqual(Convert.FromHexString("000102030405060708090A0B0C0D0E0F")));
    }

    [Fact]
    public async Task One_meter_is_added_and_then_updated()
    {
        using var body = new StringContent(Row, Encoding.UTF8, "application/json");
        using var response = await _server.Client.PostAsync("/api/v1/devices", body, TestContext.Current.CancellationToken);
        var answer = await Answers.JsonOfAsync(response, HttpStatusCode.Created);
        Assert.Equal("accepted", answer.Text("result"));
        Assert.Equal("/api/v1/devices/A1", response.Headers.Location?.OriginalString);
        Assert.Equal("updated", (await _server.Client.PostJsonAsync("/api/v1/devices", Row)).Text("result"));
    }

    [Fact]
    public async Task One_meter_that_is_refused_names_the_field()
    {
        var problem = await _server.Client.PostJsonAsync("/api/v1/devices",
            """{"serial":"A1","device_type":"idis-e450","system_title":"xyz"}""", HttpStatusCode.BadRequest);
        Assert.Equal("system_title", problem.Text("field"));
        Assert.Equal("16 hex digits", problem.Text("expected"));
    }

    [Theory]
    [InlineData("/api/v1/devices/import", "{]")]
    [InlineData("/api/v1/devices/import", "")]
    [InlineData("/api/v1/devices/import", "\"meters\"")]
    [InlineData("/api/v1/devices", "{},{}")]
    [InlineData("/api/v1/devices", "")]
    public async Task A_body_that_cannot_be_understood_is_refused_and_noted(string path, string body)
    {
        await _server.Client.PostJsonAsync(path, body, HttpStatusCode.BadRequest);
        var entry = Assert.Single(await _server.Stores.Audit.NewestAsync(10, TestContext.Current.CancellationToken));
        Assert.Equal(("local", "device.import", false), (entry.Actor, entry.Action, entry.Succeeded));
    }

    [Fact]
    public async Task A_body_that_is_not_json_by_its_own_words_is_refused()
    {
        using var body = new StringContent($"[{Row}]", Encoding.UTF8, "text/plain");
        using var response = await _server.Client.PostAsync("/api/v1/devices/import", body, TestContext.Current.CancellationToken);
        await Answers.JsonOfAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_whether_it_says_its_length_or_not(bool chunked)
    {
        var file = "[" + string.Join(',', Enumerable.Repeat(Row, 2_500)) + "]";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/devices/import")
        {
            Content = new StringContent(file, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        using var response = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await Answers.JsonOfAsync(response, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("256 KiB", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_is_in_the_audit_trail_without_keys()
    {
        await _server.Client.PostJsonAsync("/api/v1/devices/import", $"[{Row}]");
        var entry = Assert.Single(await _server.Stores.Audit.NewestAsync(10, TestContext.Current.CancellationToken));
        Assert.Equal(("local", "device.import", "A1", true), (entry.Actor, entry.Action, entry.Subject, entry.Succeeded));
        Assert.DoesNotContain("0001", entry.Detail, StringComparison.Ordinal);
    }
}
