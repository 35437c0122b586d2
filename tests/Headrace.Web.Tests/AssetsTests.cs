using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Headrace.Web.Tests;

public sealed class AssetsTests(ServerFixture fixture)
{
    [Fact]
    public async Task Every_asset_a_page_names_is_there_and_kept_for_ever()
    {
        var html = await fixture.PageAsync("/");
        var addresses = Regex.Matches(html, "(?:src|href)=\"(?<address>/assets/[^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(m => m.Groups["address"].Value).ToList();
        Assert.True(addresses.Count >= 5);
        foreach (var address in addresses)
        {
            using var response = await fixture.Server.Client.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            Assert.NotNull(response.Headers.ETag);
        }
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again_and_what_it_has_not_comes_compressed()
    {
        using var first = new HttpRequestMessage(HttpMethod.Get, "/assets/site.css");
        first.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var sent = await fixture.Server.Client.SendAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal("gzip", Assert.Single(sent.Content.Headers.ContentEncoding));
        Assert.Equal("no-cache", sent.Headers.CacheControl?.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/assets/site.css");
        again.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        again.Headers.IfNoneMatch.Add(sent.Headers.ETag!);
        using var kept = await fixture.Server.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, kept.StatusCode);
    }

    [Theory]
    [InlineData("/assets/none.js")]
    [InlineData("/assets/..%2Fappsettings.json")]
    public async Task Nothing_else_is_served(string path)
    {
        using var response = await fixture.Server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
