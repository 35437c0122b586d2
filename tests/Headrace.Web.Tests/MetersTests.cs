using System.Net;
using System.Text.RegularExpressions;
using Headrace.Tests.Shared;

namespace Headrace.Web.Tests;

public sealed class MetersTests(ServerFixture fixture)
{
    [Fact]
    public async Task Meters_come_in_pages_of_fifty()
    {
        var first = await fixture.PageAsync("/meters");
        Assert.Equal(50, Regex.Count(first, "class=\"row-link\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Contains("href=\"/meters?offset=50\"", first, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"prev\"", first, StringComparison.Ordinal);
        var last = await fixture.PageAsync("/meters?offset=100");
        Assert.Equal(25, Regex.Count(last, "class=\"row-link\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.DoesNotContain("rel=\"next\"", last, StringComparison.Ordinal);
        Assert.Contains("101 to 125 of 125", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_keeps_its_words_and_is_escaped()
    {
        var html = await fixture.PageAsync("/meters?search=" + Uri.EscapeDataString(SampleServer.Hostile));
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("value=\"&lt;script&gt;alert(1)&lt;/script&gt;\"", html, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(html, "class=\"row-link\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Contains("href=\"/meters/%3Cscript%3Ealert%281%29%3C%2Fscript%3E\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_and_a_page_past_the_end_are_said()
    {
        Assert.Contains("No meter matches", await fixture.PageAsync("/meters?search=nowhere"), StringComparison.Ordinal);
        Assert.Contains("The list ends before this page", await fixture.PageAsync("/meters?offset=1000"), StringComparison.Ordinal);
        await fixture.PageAsync("/meters?offset=-7&search=" + new string('x', 500));
    }

    [Fact]
    public async Task An_empty_registry_says_how_to_fill_it()
    {
        await using var empty = await SampleServer.StartAsync(TestContext.Current.CancellationToken, seeded: false);
        var html = await empty.Client.GetStringAsync("/meters", TestContext.Current.CancellationToken);
        Assert.Contains("headrace device import FILE", html, StringComparison.Ordinal);
        var today = await empty.Client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("No meter is registered yet.", today, StringComparison.Ordinal);
        Assert.Contains("none due", today, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_is_a_page()
    {
        Assert.Contains("There is no such page", await fixture.PageAsync("/nothing/here", HttpStatusCode.NotFound),
            StringComparison.Ordinal);
    }
}
