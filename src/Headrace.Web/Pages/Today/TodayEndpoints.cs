using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Headrace.Operations;
using Headrace.Web.Formats;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Headrace.Web.Pages.Today;

/// <summary>The start page and its live updates.</summary>
internal static class TodayEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPage("/", GetAsync);
        pages.MapGet("/live", Live);
    }

    private static async Task<PageResult<TodayPage>> GetAsync(HeadEnd headEnd, CancellationToken cancellationToken) =>
        new(new() { [nameof(TodayPage.Summary)] = await headEnd.Today.GetAsync(cancellationToken) });

    private static ServerSentEventsResult<string> Live(
        HeadEnd headEnd, LiveParts live, Times times, IHostApplicationLifetime lifetime, HttpContext context,
        CancellationToken cancellationToken)
    {
        // Proxies that gather answers would hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(UpdatesAsync(headEnd, live, times, lifetime.ApplicationStopping, cancellationToken));
    }

    /// <summary>
    /// The parts of the page that changed, whenever the head-end has news. Ends with the program, so as not to hold it up.
    /// </summary>
    private static async IAsyncEnumerable<SseItem<string>> UpdatesAsync(
        HeadEnd headEnd, LiveParts live, Times times, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var news = headEnd.Activity.WatchAsync(end.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync())
        {
            var summary = await headEnd.Today.GetAsync(cancellationToken);
            var parts = await live.OfAsync(summary);
            var changed = parts.Where(part => !shown.TryGetValue(part.Key, out var last) || last != part.Value).ToDictionary();
            foreach (var (id, html) in changed) shown[id] = html;
            var update = new { at = Times.Machine(summary.At), clock = times.ClockSecond(summary.At), parts = changed };
            yield return new SseItem<string>(JsonSerializer.Serialize(update), "today");
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await news.MoveNextAsync();
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
