using System.Net;
using System.Text.Json;
using Headrace.Tests.Shared;

namespace Headrace.Api.Tests;

public sealed class HeadEndTests(ServerFixture fixture)
{
    private HttpClient Client => fixture.Server.Client;

    [Fact]
    public async Task Today_counts_meters_completeness_and_refusals()
    {
        var today = await Client.GetJsonAsync("/api/v1/today");
        Assert.Equal(SampleServer.Meters, today.Number("meters"));
        Assert.True(today.GetProperty("yesterday").GetProperty("share").GetDouble() is > 0.9 and < 1);
        Assert.True(today.Number("missing_intervals") > 0);
        Assert.Equal(2, today.GetProperty("refusals").Number("unknown_meter"));
        Assert.NotEmpty(today.GetProperty("events").EnumerateArray());
        Assert.NotEmpty(today.GetProperty("silent").EnumerateArray());
    }

    [Fact]
    public async Task Refusals_are_counted_and_listed()
    {
        var refusals = await Client.GetJsonAsync("/api/v1/refusals?limit=2");
        Assert.Equal(1, refusals.GetProperty("counts").Number("replayed"));
        Assert.Equal(2, refusals.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Device_types_are_listed_with_their_profiles()
    {
        var types = await Client.GetJsonAsync("/api/v1/device-types");
        var type = types.EnumerateArray().Single(t => t.Text("name") == "idis-e450");
        Assert.Equal(900, type.GetProperty("profiles")[0].Number("period_seconds"));
    }

    [Fact]
    public async Task Health_is_ok()
    {
        var health = await Client.GetJsonAsync("/api/v1/health");
        Assert.Equal("ok", health.Text("status"));
        Assert.True(health.GetProperty("stored_values").GetInt64() > 10_000);
    }

    [Fact]
    public async Task A_meter_is_read_now()
    {
        var answer = await Client.PostJsonAsync($"/api/v1/devices/{SampleServer.Readable}/read", "");
        Assert.NotEmpty(answer.GetProperty("registers").EnumerateArray());
        Assert.InRange(answer.GetProperty("clock_deviation_seconds").GetDouble(), 1, 3);
        var audit = await fixture.Server.Stores.Audit.NewestAsync(50, TestContext.Current.CancellationToken);
        Assert.Contains(audit, e => e.Actor == "local" && e.Action == "meter.read" && e.Subject == SampleServer.Readable && e.Succeeded);
    }

    [Fact]
    public async Task A_meter_that_cannot_be_read_is_told_apart_from_one_that_does_not_answer_and_one_that_is_unknown()
    {
        await Client.PostJsonAsync($"/api/v1/devices/{SampleServer.Gappy}/read", "", HttpStatusCode.Conflict);
        await Client.PostJsonAsync($"/api/v1/devices/{SampleServer.Dead}/read", "", HttpStatusCode.BadGateway);
        await Client.PostJsonAsync("/api/v1/devices/none/read", "", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_description_names_every_resource_and_no_page()
    {
        var document = await Client.GetJsonAsync("/api/v1/openapi.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(
            [
                "/api/v1/device-types", "/api/v1/devices", "/api/v1/devices/import", "/api/v1/devices/{serial}",
                "/api/v1/devices/{serial}/events",
                "/api/v1/devices/{serial}/ledger", "/api/v1/devices/{serial}/profiles/{number}", "/api/v1/devices/{serial}/read",
                "/api/v1/devices/{serial}/readings", "/api/v1/health", "/api/v1/refusals", "/api/v1/today",
            ],
            paths);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("DeviceItem").GetProperty("properties").TryGetProperty("system_title", out _));
        Assert.Equal(JsonValueKind.Object,
            document.GetProperty("paths").GetProperty("/api/v1/devices/import").GetProperty("post").GetProperty("requestBody").ValueKind);
    }
}
