using System.Text.Json;
using System.Text.RegularExpressions;
using Headrace.Tests.Shared;

namespace Headrace.Web.Tests;

public sealed class TodayTests(ServerFixture fixture)
{
    [Fact]
    public async Task The_start_page_says_it_all_without_scripts()
    {
        var html = await fixture.PageAsync("/");
        Assert.Contains("<h1>Today</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Values received in the last minute", html, StringComparison.Ordinal);
        Assert.Contains("Complete yesterday", html, StringComparison.Ordinal);
        Assert.Matches("of [0-9\u202f]+\u00a0intervals of the day", System.Net.WebUtility.HtmlDecode(html));
        Assert.Contains("Missing intervals", html, StringComparison.Ordinal);
        Assert.Contains("Terminal cover removed", html, StringComparison.Ordinal);
        Assert.Contains("LGZ1030784124", html, StringComparison.Ordinal);
        Assert.Contains("Unknown meter", html, StringComparison.Ordinal);
        Assert.Contains("Europe/Berlin", html, StringComparison.Ordinal);
        Assert.Contains("<noscript><a", html, StringComparison.Ordinal);
        Assert.Contains("<rect", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_carries_inline_scripts_or_styles()
    {
        foreach (var path in new[] { "/", "/meters", $"/meters/{SampleServer.Gappy}", "/nothing" })
        {
            using var response = await fixture.Server.Client.GetAsync(path, TestContext.Current.CancellationToken);
            var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotMatch(@"<style|\sstyle=|\son[a-z]+=", html);
            foreach (Match script in Regex.Matches(html, "<script(?<attributes>[^>]*)>", RegexOptions.None, TimeSpan.FromSeconds(5)))
                Assert.Matches("src=\"/assets/|type=\"application/json\"", script.Groups["attributes"].Value);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Live_updates_bring_all_parts_first_and_then_what_changed()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var response = await fixture.Server.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var first = await NextAsync(reader, limit.Token);
        Assert.Equal(5, first.GetProperty("parts").EnumerateObject().Count());
        await fixture.Server.PushAsync(20, limit.Token);
        var second = await NextAsync(reader, limit.Token);
        Assert.Contains("Values received in the last minute", second.GetProperty("parts").GetProperty("live-pulse").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watcher_does_not_hold_up_the_end_of_the_program()
    {
        var server = await SampleServer.StartAsync(TestContext.Current.CancellationToken, seeded: false);
        using var response = await server.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await body.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
        await server.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(15),
            TestContext.Current.CancellationToken);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_page_can_be_asked_for_its_headers_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var response = await fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<JsonElement> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return JsonDocument.Parse(line[6..]).RootElement;
        }

        throw new EndOfStreamException();
    }
}
