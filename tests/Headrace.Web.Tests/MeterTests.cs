using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Headrace.Tests.Shared;

namespace Headrace.Web.Tests;

public sealed class MeterTests(ServerFixture fixture)
{
    private const string Day = $"/meters/{SampleServer.Gappy}?profile=1&days=1&day=2026-03-30";

    [Fact]
    public async Task Identity_registers_events_and_sessions_are_shown()
    {
        var html = await fixture.PageAsync($"/meters/{SampleServer.Gappy}");
        Assert.Contains($"<h1>{SampleServer.Gappy}</h1>", html, StringComparison.Ordinal);
        Assert.Contains("4C475A0000000001", html, StringComparison.Ordinal);
        Assert.Contains("Household meter after IDIS package 2", html, StringComparison.Ordinal);
        Assert.Contains("Active energy import", html, StringComparison.Ordinal);
        Assert.Contains("kWh", html, StringComparison.Ordinal);
        Assert.Contains("Terminal cover removed", html, StringComparison.Ordinal);
        Assert.Contains("The meter closed the connection in the middle of a message.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gaps_are_gaps_in_the_drawing_the_data_and_the_table()
    {
        var html = WebUtility.HtmlDecode(await fixture.PageAsync(Day));
        Assert.Contains("10 missing in 1\u00a0gap", html, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(html, "<rect class=\"gap\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Equal(10, Regex.Count(html, "<tr class=\"missing\">", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Matches("2026-03-30 13:00 – 13:15</th><td class=\"number\" colspan=\"4\">missing", html);
        var data = Data(html);
        var gap = Assert.Single(data.GetProperty("gaps").EnumerateArray());
        Assert.Equal([Unix("2026-03-30T11:00:00Z"), Unix("2026-03-30T13:30:00Z")], gap.EnumerateArray().Select(g => g.GetInt64()));
        var values = data.GetProperty("panels")[0].GetProperty("series")[0].GetProperty("values").EnumerateArray().ToList();
        Assert.Equal(96, values.Count);
        Assert.Equal(11, values.Count(v => v.ValueKind == JsonValueKind.Null));
        Assert.DoesNotContain(values, v => v.ValueKind == JsonValueKind.Number && v.GetDecimal() == 0);
    }

    [Fact]
    public async Task A_day_on_which_the_clock_goes_forward_has_ninety_two_intervals()
    {
        var html = await fixture.PageAsync($"/meters/{SampleServer.Gappy}?profile=1&days=1&day=2026-03-29");
        var data = Data(WebUtility.HtmlDecode(html));
        Assert.Equal(92, data.GetProperty("times").GetArrayLength());
        Assert.Equal(23 * 3600, data.GetProperty("to").GetInt64() - data.GetProperty("from").GetInt64());
        Assert.Contains("01:45 – 03:00", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_tells_each_day()
    {
        var html = await fixture.PageAsync(Day);
        Assert.Contains("Last 14 days", html, StringComparison.Ordinal);
        Assert.Contains(">86 of 96</td>", html, StringComparison.Ordinal);
        Assert.Contains("10 missing, waiting for its push", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"86 received, 10 missing\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?day=yesterday&days=13&profile=x")]
    [InlineData("?day=2999-01-01")]
    [InlineData("?day=0001-01-01&days=7")]
    [InlineData("?profile=99")]
    public async Task A_span_that_makes_no_sense_is_replaced(string query)
    {
        var html = await fixture.PageAsync($"/meters/{SampleServer.Gappy}{query}");
        Assert.Contains("2026-03-25 to 2026-03-31", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Earlier_and_later_lead_from_span_to_span_and_stop_at_today()
    {
        var html = WebUtility.HtmlDecode(await fixture.PageAsync(Day));
        Assert.Contains("?profile=1&days=1&day=2026-03-29#profile-title", html, StringComparison.Ordinal);
        Assert.Contains("rel=\"next\" href=\"/meters/LGZ1030784001?profile=1&days=1#profile-title\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", await fixture.PageAsync($"/meters/{SampleServer.Gappy}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daily_profile_is_shown_by_months()
    {
        var html = WebUtility.HtmlDecode(await fixture.PageAsync($"/meters/{SampleServer.Gappy}?profile=2"));
        Assert.Contains(">Month</a>", html, StringComparison.Ordinal);
        Assert.Equal(86400, Data(html).GetProperty("period").GetInt64());
        var drawn = Data(html).GetProperty("panels")[0].GetProperty("series").EnumerateArray().Select(s =>
            s.GetProperty("name").GetString());
        Assert.Equal(["Active energy import", "Active energy export"], drawn);
        Assert.Contains("<th scope=\"col\" class=\"number\">Active energy import, tariff 1, Wh</th>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_serial_that_looks_like_markup_stays_text()
    {
        var html = await fixture.PageAsync("/meters/" + Uri.EscapeDataString(SampleServer.Hostile));
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_serial_is_named_on_a_page_of_its_own()
    {
        var html = await fixture.PageAsync("/meters/" + Uri.EscapeDataString("<b>none"), HttpStatusCode.NotFound);
        Assert.Contains("“<b>none”", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>none", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_now_reads_the_meter_and_comes_back_to_its_page()
    {
        using var response = await PostAsync($"/meters/{SampleServer.Readable}/read");
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal($"/meters/{SampleServer.Readable}?read=done", response.Headers.Location?.OriginalString);
        Assert.Contains("role=\"status\"", await fixture.PageAsync(response.Headers.Location!.OriginalString), StringComparison.Ordinal);
        var audit = await fixture.Server.Stores.Audit.NewestAsync(20, TestContext.Current.CancellationToken);
        Assert.Contains(audit, e => e.Action == "meter.read" && e.Subject == SampleServer.Readable && e.Actor == "local");
    }

    [Fact]
    public async Task Read_now_says_when_the_meter_did_not_answer_or_cannot()
    {
        using var dead = await PostAsync($"/meters/{SampleServer.Dead}/read");
        Assert.EndsWith("?read=failed", dead.Headers.Location?.OriginalString, StringComparison.Ordinal);
        using var pushes = await PostAsync($"/meters/{SampleServer.Gappy}/read");
        Assert.EndsWith("?read=not-readable", pushes.Headers.Location?.OriginalString, StringComparison.Ordinal);
        using var unknown = await PostAsync("/meters/none/read");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Read_now_is_not_taken_from_another_sites_page()
    {
        using var response = await PostAsync($"/meters/{SampleServer.Readable}/read", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Origin", origin ?? fixture.Server.Address.GetLeftPart(UriPartial.Authority));
        return await fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static JsonElement Data(string html)
    {
        var match = Regex.Match(html, "id=\"profile-data\">(?<json>.*?)</script>", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        return JsonDocument.Parse(match.Groups["json"].Value).RootElement;
    }

    private static long Unix(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
