using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Headrace.Gateway;

/// <summary>What Kestrel asks for at start and never calls, for every connection is taken by a connection handler.</summary>
internal sealed class NoHttp : IHttpApplication<object>
{
    public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException("This server speaks no HTTP.");

    public void DisposeContext(object context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(object context) => throw new NotSupportedException("This server speaks no HTTP.");
}
