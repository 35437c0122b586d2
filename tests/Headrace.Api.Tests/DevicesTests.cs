using System.Net;
using Headrace.Tests.Shared;

namespace Headrace.Api.Tests;

public sealed class DevicesTests(ServerFixture fixture)
{
    private HttpClient Client => fixture.Server.Client;

    [Fact]
    public async Task The_list_is_in_order_of_serial_and_pages_by_offset_and_limit()
    {
        var first = await Client.GetJsonAsync("/api/v1/devices?limit=3");
        var second = await Client.GetJsonAsync("/api/v1/devices?offset=3&limit=3");
        Assert.Equal(SampleServer.Meters, first.Number("total"));
        Assert.Equal(3, first.GetProperty("items").GetArrayLength());
        var serials = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(i =>
            i.Text("serial")).ToList();
        Assert.Equal(serials.Order(StringComparer.Ordinal), serials);
        Assert.Equal(6, serials.Distinct().Count());
    }

    [Fact]
    public async Task A_search_finds_by_serial_and_shows_completeness()
    {
        var page = await Client.GetJsonAsync("/api/v1/devices?search=784001");
        var meter = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(SampleServer.Gappy, meter.Text("serial"));
        Assert.Equal("idis-e450", meter.Text("device_type"));
        Assert.Equal("pushes", Assert.Single(meter.GetProperty("contact").EnumerateArray()).GetString());
        var yesterday = meter.GetProperty("yesterday");
        Assert.Equal(97, yesterday.Number("expected"));
        Assert.Equal(87, yesterday.Number("received"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("offset=-1", "offset")]
    public async Task A_number_out_of_bounds_is_named(string query, string field)
    {
        var problem = await Client.GetJsonAsync("/api/v1/devices?" + query, HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.Text("field"));
        Assert.Contains("whole number", problem.Text("expected"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_meter_is_shown_without_its_keys()
    {
        using var response = await Client.GetAsync($"/api/v1/devices/{SampleServer.Gappy}", TestContext.Current.CancellationToken);
        var meter = await Answers.JsonOfAsync(response, HttpStatusCode.OK);
        Assert.Equal("4C475A0000000001", meter.Text("system_title"));
        Assert.NotEmpty(meter.GetProperty("registers").EnumerateArray());
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(string.Concat(Enumerable.Repeat("01", 16)), text, StringComparison.Ordinal);
        Assert.DoesNotContain("guek", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_serial_that_looks_like_markup_is_found()
    {
        var meter = await Client.GetJsonAsync("/api/v1/devices/" + Uri.EscapeDataString(SampleServer.Hostile));
        Assert.Equal(SampleServer.Hostile, meter.Text("serial"));
    }

    [Theory]
    [InlineData("/api/v1/devices/none")]
    [InlineData("/api/v1/devices/none/readings")]
    [InlineData("/api/v1/devices/none/profiles/1")]
    [InlineData("/api/v1/devices/none/events")]
    [InlineData("/api/v1/devices/none/ledger")]
    public async Task An_unknown_serial_is_a_404_that_names_it(string path)
    {
        var problem = await Client.GetJsonAsync(path, HttpStatusCode.NotFound);
        Assert.Contains("'none'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_and_an_unfitting_method_are_problems()
    {
        await Client.GetJsonAsync("/api/v1/nothing", HttpStatusCode.NotFound);
        using var response = await Client.DeleteAsync("/api/v1/today", TestContext.Current.CancellationToken);
        await Answers.JsonOfAsync(response, HttpStatusCode.MethodNotAllowed);
    }
}
