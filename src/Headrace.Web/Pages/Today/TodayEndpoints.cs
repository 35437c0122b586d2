using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Headrace.Operations;
using Headrace.Operations.Overview;
using Headrace.Web.Formats;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Web.Pages.Today;

/// <summary>The start page and its live updates.</summary>
internal static class TodayEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", GetAsync);
        pages.MapGet("/live", Live);
    }

    private static async Task<PageResult<TodayPage>> GetAsync(HeadEnd headEnd, CancellationToken cancellationToken) =>
        new(Parameters(await headEnd.Today.GetAsync(cancellationToken)));

    private static ServerSentEventsResult<string> Live(HeadEnd headEnd, Times times, HttpContext context, CancellationToken cancellationToken)
    {
        // Proxies that gather answers would hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(UpdatesAsync(headEnd, times, context.RequestServices, cancellationToken));
    }

    /// <summary>The parts of the page that changed, as HTML, whenever the head-end has news.</summary>
    private static async IAsyncEnumerable<SseItem<string>> UpdatesAsync(
        HeadEnd headEnd, Times times, IServiceProvider services, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var _ in headEnd.Activity.WatchAsync(cancellationToken))
        {
            var summary = await headEnd.Today.GetAsync(cancellationToken);
            var parts = new Dictionary<string, string>(StringComparer.Ordinal);
            await RenderAsync<TodayPulse>("live-pulse");
            await RenderAsync<TodayCompleteness>("live-completeness");
            await RenderAsync<TodayEvents>("live-events");
            await RenderAsync<TodaySilent>("live-silent");
            await RenderAsync<TodayRefused>("live-refused");
            yield return new SseItem<string>(
                JsonSerializer.Serialize(new { at = Times.Machine(summary.At), clock = times.ClockSecond(summary.At), parts }), "today");

            async ValueTask RenderAsync<TPart>(string id) where TPart : IComponent
            {
                var html = await Rendering.ToHtmlAsync<TPart>(services, Parameters(summary));
                if (shown.TryGetValue(id, out var last) && last == html) return;
                shown[id] = parts[id] = html;
            }
        }
    }

    private static Dictionary<string, object?> Parameters(TodaySummary summary) => new() { ["Summary"] = summary };
}
