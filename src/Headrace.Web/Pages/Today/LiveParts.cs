using Headrace.Operations.Overview;
using Headrace.Web.Hosting;
using Microsoft.AspNetCore.Components;

namespace Headrace.Web.Pages.Today;

/// <summary>The parts of the start page that change, as HTML. Rendered once for all who watch: they share the head-end's summary.</summary>
internal sealed class LiveParts(IServiceProvider services)
{
    private readonly Lock _lock = new();
    private TodaySummary? _summary;
    private Task<IReadOnlyDictionary<string, string>>? _parts;

    /// <summary>The parts of a summary, by the id of the element that holds them.</summary>
    public Task<IReadOnlyDictionary<string, string>> OfAsync(TodaySummary summary)
    {
        lock (_lock)
        {
            if (_parts is not null && ReferenceEquals(_summary, summary)) return _parts;
            _summary = summary;
            return _parts = RenderAsync(summary);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> RenderAsync(TodaySummary summary) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["live-pulse"] = await PartAsync<TodayPulse>(summary),
            ["live-completeness"] = await PartAsync<TodayCompleteness>(summary),
            ["live-events"] = await PartAsync<TodayEvents>(summary),
            ["live-silent"] = await PartAsync<TodaySilent>(summary),
            ["live-refused"] = await PartAsync<TodayRefused>(summary),
        };

    private Task<string> PartAsync<TPart>(TodaySummary summary) where TPart : IComponent =>
        Rendering.ToHtmlAsync<TPart>(services, new() { ["Summary"] = summary });
}
