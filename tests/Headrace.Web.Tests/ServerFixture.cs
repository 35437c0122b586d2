using Headrace.Tests.Shared;
using Headrace.Web.Tests;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Headrace.Web.Tests;

/// <summary>One seeded head-end for all tests.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal SampleServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await SampleServer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>The HTML of a page.</summary>
    internal async Task<string> PageAsync(string path, System.Net.HttpStatusCode expected = System.Net.HttpStatusCode.OK)
    {
        using var response = await Server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
