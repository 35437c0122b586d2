using Headrace.Operations;
using Headrace.Web.Formats;
using Headrace.Web.Pages.Meter;
using Headrace.Web.Pages.Meters;
using Headrace.Web.Pages.Problem;
using Headrace.Web.Pages.Today;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headrace.Web.Hosting;

/// <summary>Puts the web pages into an application.</summary>
/// <remarks>Needs <see cref="HeadEnd"/> and <see cref="TimeProvider"/> among the services. Who may ask is for others to decide.</remarks>
public static class WebPages
{
    /// <summary>Adds what the pages need.</summary>
    public static IServiceCollection AddHeadraceWeb(this IServiceCollection services) => services
        .AddSingleton<Assets>()
        .AddSingleton<LiveParts>()
        .AddSingleton(provider => provider.GetRequiredService<HeadEnd>().Calendar)
        .AddSingleton(provider => new Times(provider.GetRequiredService<HeadEnd>().Calendar, provider.GetRequiredService<TimeProvider>()));

    /// <summary>Maps the pages, what they are made of, and a page for addresses that are not known.</summary>
    public static IEndpointRouteBuilder MapHeadraceWeb(this IEndpointRouteBuilder app)
    {
        // Read and compressed before the first request.
        _ = app.ServiceProvider.GetRequiredService<Assets>();
        var pages = app.MapGroup("").ExcludeFromDescription()
            .AddEndpointFilter(SecurityHeaders.ApplyAsync).AddEndpointFilter(FailurePage.ShowAsync);
        pages.MapPage("/assets/{name}", (Assets assets, string name, HttpContext context) => assets.Serve(name, context));
        pages.MapPage("/favicon.ico", (Assets assets, HttpContext context) => assets.Serve("favicon.svg", context));
        TodayEndpoints.Map(pages);
        MetersEndpoints.Map(pages);
        MeterEndpoints.Map(pages);
        pages.MapPage("/{**rest}", () => Unknown()).WithOrder(int.MaxValue);
        return app;
    }

    /// <summary>Maps what is only looked at.</summary>
    internal static RouteHandlerBuilder MapPage(this IEndpointRouteBuilder pages, string pattern, Delegate handler) =>
        pages.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);

    private static PageResult<ProblemPage> Unknown() => ProblemPage.Result(
        StatusCodes.Status404NotFound, "There is no such page", "The address may be misspelt, or what it showed is gone.");
}
