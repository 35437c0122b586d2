using System.Net;
using System.Text;
using Headrace.Tests.Shared;

namespace Headrace.Api.Tests;

public sealed class LocalCallersTests(ServerFixture fixture)
{
    private SampleServer Server => fixture.Server;

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:8080", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    public async Task Only_known_host_names_are_answered(string host, HttpStatusCode expected)
    {
        foreach (var path in new[] { "/api/v1/health", "/meters" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    public async Task What_a_proxy_forwarded_is_not_local(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/health");
        request.Headers.Add(header, value);
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await Answers.JsonOfAsync(response, HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Changing_requests_of_other_sites_are_refused_and_noted(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/devices/import")
        {
            Content = new StringContent("[]", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(header, value);
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await Answers.JsonOfAsync(response, HttpStatusCode.Forbidden);
        var audit = await Server.Stores.Audit.NewestAsync(50, TestContext.Current.CancellationToken);
        Assert.Contains(audit, e => e.Action == "http.refused" && e.Subject == "/api/v1/devices/import" && !e.Succeeded);
    }

    [Fact]
    public async Task Changing_requests_of_its_own_pages_are_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/devices/import")
        {
            Content = new StringContent("[]", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Origin", Server.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
