using System.Globalization;
using System.Net;
using System.Text.Json;
using Headrace.Tests.Shared;

namespace Headrace.Api.Tests;

public sealed class ReadingsTests(ServerFixture fixture)
{
    private const string Path = $"/api/v1/devices/{SampleServer.Gappy}";
    private const string Night = "from=2026-03-30T00:00:00%2B02:00&to=2026-03-30T01:00:01%2B02:00";

    private HttpClient Client => fixture.Server.Client;

    [Fact]
    public async Task Values_come_with_profile_unit_and_time()
    {
        var items = await Client.GetJsonAsync($"{Path}/readings?{Night}");
        var quarters = items.EnumerateArray().Where(i =>
            i.Text("obis") == "1-0:1.8.0.255" && i.Text("profile") == "1-0:99.1.0.255").ToList();
        Assert.Equal(5, quarters.Count);
        Assert.Equal(
            ["2026-03-29T22:00:00Z", "2026-03-29T22:15:00Z", "2026-03-29T22:30:00Z", "2026-03-29T22:45:00Z", "2026-03-29T23:00:00Z"],
            quarters.Select(i => i.Text("time")));
        Assert.All(quarters, i => Assert.Equal("Wh", i.Text("unit")));
        Assert.Equal(2, quarters[0].Number("attribute"));
        Assert.True(quarters[0].GetProperty("value").GetDecimal() > 18_000_000);
        Assert.Equal(0, quarters[0].Number("status"));
        Assert.Empty(quarters[0].GetProperty("flags").EnumerateArray());
    }

    [Fact]
    public async Task Csv_has_the_same_values()
    {
        var items = await Client.GetJsonAsync($"{Path}/readings?{Night}");
        using var response = await Client.GetAsync($"{Path}/readings?{Night}&format=csv", TestContext.Current.CancellationToken);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n",
            StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("profile,obis,attribute,value,unit,time,status,flags", lines[0]);
        Assert.Equal(items.EnumerateArray().Select(Line), lines.Skip(1));

        static string Line(JsonElement item) => string.Create(CultureInfo.InvariantCulture,
            $"{item.Text("profile")},{item.Text("obis")},{item.Number("attribute")}," +
            $"{item.GetProperty("value").GetDecimal()},{item.Text("unit")},{item.Text("time")},{item.Number("status")},");
    }

    [Theory]
    [InlineData("from=2026-03-30&to=2026-03-31", 96)]
    [InlineData("from=2026-03-29&to=2026-03-30", 92)]
    [InlineData("from=2026-03-30T06:00:00Z&to=2026-03-30T07:00Z", 4)]
    [InlineData("from=2026-03-30T08:00&to=2026-03-30T09:00:00.000", 4)]
    [InlineData("from=2026-03-30T08:00:00+02:00&to=2026-03-30T09:00:00+02:00", 4)]
    public async Task Times_are_taken_with_offset_or_as_the_utilitys_own(string query, int expected)
    {
        var items = await Client.GetJsonAsync($"/api/v1/devices/{SampleServer.Readable}/readings?{query}");
        Assert.Equal(expected,
            items.EnumerateArray().Count(i => i.Text("obis") == "1-0:1.8.0.255" && i.Text("profile") == "1-0:99.1.0.255"));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-02-30", "from")]
    [InlineData("to=31.03.2026", "to")]
    [InlineData("from=2026-03-31&to=2026-03-30", "from")]
    [InlineData("format=xml", "format")]
    public async Task A_time_that_cannot_be_understood_is_named(string query, string field)
    {
        var problem = await Client.GetJsonAsync($"{Path}/readings?{query}", HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.Text("field"));
        Assert.NotEqual("", problem.Text("expected"));
        Assert.Contains(problem.Text("got"), problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_has_nulls_where_intervals_are_missing()
    {
        var profile = await Client.GetJsonAsync($"{Path}/profiles/1?from=2026-03-30&to=2026-03-30");
        Assert.Equal(900, profile.Number("period_seconds"));
        Assert.Equal("Europe/Berlin", profile.Text("zone"));
        Assert.Equal(96, profile.GetProperty("times").GetArrayLength());
        var import = profile.GetProperty("series")[0];
        Assert.Equal("1-0:1.8.0.255", import.Text("obis"));
        var values = import.GetProperty("values").EnumerateArray().ToList();
        Assert.Equal(96, values.Count);
        Assert.Equal(10, values.Count(v => v.ValueKind == JsonValueKind.Null));
        Assert.All(values.GetRange(52, 10), v => Assert.Equal(JsonValueKind.Null, v.ValueKind));
        Assert.Equal(11, import.GetProperty("differences").EnumerateArray().Count(v => v.ValueKind == JsonValueKind.Null));
    }

    [Fact]
    public async Task An_unknown_profile_is_a_404_and_too_many_days_are_a_400()
    {
        await Client.GetJsonAsync($"{Path}/profiles/9", HttpStatusCode.NotFound);
        await Client.GetJsonAsync($"{Path}/profiles/one", HttpStatusCode.BadRequest);
        var problem = await Client.GetJsonAsync($"{Path}/profiles/1?from=2020-01-01", HttpStatusCode.BadRequest);
        Assert.Contains("400 days", problem.Text("expected"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_tells_gaps_by_their_times()
    {
        var days = await Client.GetJsonAsync($"{Path}/ledger?from=2026-03-30&to=2026-03-30");
        var day = days.EnumerateArray().Single(d => d.Number("profile") == 1);
        Assert.Equal((96, 96, 86, 10, "open"),
            (day.Number("slots"), day.Number("due"), day.Number("received"), day.Number("missing"), day.Text("state")));
        var gap = Assert.Single(day.GetProperty("gaps").EnumerateArray());
        Assert.Equal(("2026-03-30T11:00:00Z", "2026-03-30T13:30:00Z"), (gap.Text("from"), gap.Text("to")));
    }

    [Fact]
    public async Task Events_are_newest_first_with_their_names()
    {
        var events = (await Client.GetJsonAsync($"{Path}/events")).EnumerateArray().ToList();
        Assert.Equal(8, events.Count);
        Assert.Equal((40, "Terminal cover removed"), (events[0].Number("code"), events[0].Text("name")));
        Assert.Equal(events.Select(e => e.Text("time")).OrderDescending(), events.Select(e => e.Text("time")));
        Assert.Equal(3, (await Client.GetJsonAsync($"{Path}/events?limit=3")).GetArrayLength());
    }
}
