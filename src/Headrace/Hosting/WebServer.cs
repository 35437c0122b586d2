using System.Net;
using System.Net.Sockets;
using Headrace.Api;
using Headrace.Commands;
using Headrace.Operations;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headrace.Hosting;

/// <summary>Web application and REST API of a head-end.</summary>
internal static class WebServer
{
    private const long LargestRequestBytes = 128L * 1024 * 1024;

    /// <summary>Starts serving.</summary>
    /// <exception cref="CommandFailure">The port is in use or not allowed.</exception>
    public static async Task<WebApplication> StartAsync(
        IPEndPoint endpoint, HeadEnd headEnd, HeadEndStores stores, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = "Production",
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestRequestBytes;
            options.Listen(endpoint);
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(headEnd);
        builder.Services.AddSingleton(stores);
        builder.Services.AddRouting();
        builder.Services.AddHeadraceApi();
        builder.Services.AddHeadraceWeb();
        var app = builder.Build();
        app.UseHeadraceApi();
        app.MapHeadraceApi();
        app.MapHeadraceWeb();
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new CommandFailure($"--http: {endpoint} is in use by another program.", failure);
        }
        catch (SocketException failure)
        {
            await app.DisposeAsync();
            throw new CommandFailure($"--http: cannot listen at {endpoint} ({failure.SocketErrorCode}).", failure);
        }
    }

    /// <summary>The address it listens at, with the real port where 0 was asked for.</summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
