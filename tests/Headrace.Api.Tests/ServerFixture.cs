using Headrace.Api.Tests;
using Headrace.Tests.Shared;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Headrace.Api.Tests;

/// <summary>One seeded head-end for tests that only read.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal SampleServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await SampleServer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
