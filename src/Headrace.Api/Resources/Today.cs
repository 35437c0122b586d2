using Headrace.Api.Http;
using Headrace.Operations;
using Headrace.Operations.Overview;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /today</c>: the state of the head-end at a glance.</summary>
internal static class Today
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/today", GetAsync)
        .WithName("GetToday").WithTags("head-end").WithSummary("Shows what came in, what is missing and which meters are silent.");

    private static async Task<Ok<TodayItem>> GetAsync(HeadEnd headEnd, CancellationToken cancellationToken) =>
        TypedResults.Ok(TodayItem.Of(await headEnd.Today.GetAsync(cancellationToken)));
}

/// <summary>The state of the head-end.</summary>
internal sealed record TodayItem(
    DateTime At,
    int Meters,
    int SilentCount,
    long ValuesLastMinute,
    IReadOnlyList<int> ValuesPerMinute,
    CompletenessItem Today,
    CompletenessItem Yesterday,
    long MissingIntervals,
    IReadOnlyList<EventItem> Events,
    IReadOnlyList<SilentItem> Silent,
    IReadOnlyDictionary<string, long> Refusals)
{
    public static TodayItem Of(TodaySummary summary) => new(
        summary.At.UtcDateTime, summary.Meters, summary.SilentCount, summary.ValuesLastMinute, summary.ValuesPerMinute,
        CompletenessItem.Of(summary.Today), CompletenessItem.Of(summary.Yesterday), summary.MissingIntervals,
        [.. summary.Events.Select(e => new EventItem(e.Meter.Serial, e.Event.Log, e.Event.At.UtcDateTime, e.Event.Code, e.Name))],
        [.. summary.Silent.Select(s => new SilentItem(s.Meter.Serial, s.LastSeen?.UtcDateTime))],
        summary.Refusals.ToDictionary(r => Codes.Of(r.Key), r => r.Value, StringComparer.Ordinal));
}

/// <summary>A silent meter.</summary>
/// <param name="Serial">Serial number.</param>
/// <param name="LastSeen">Last authentic contact, or null.</param>
internal sealed record SilentItem(string Serial, DateTime? LastSeen);
