using Headrace.Api.Http;
using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /refusals</c>: traffic that was not accepted.</summary>
internal static class Refusals
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/refusals", GetAsync)
        .WithName("GetRefusals").WithTags("head-end").WithSummary("Lists refused traffic, newest first, and counts it by reason.")
        .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<Results<Ok<RefusalsItem>, ProblemHttpResult>> GetAsync(
        HeadEnd headEnd, HeadEndStores stores, string? limit, CancellationToken cancellationToken)
    {
        var asked = new Asked(headEnd.Calendar);
        var most = asked.Number("limit", limit, 100, 1, 10_000);
        if (asked.Error is { } error) return Problems.BadField(error);
        var counts = await stores.Journal.RefusalCountsAsync(cancellationToken);
        var newest = await stores.Journal.RefusalsAsync(most, cancellationToken);
        return TypedResults.Ok(new RefusalsItem(
            counts.ToDictionary(c => Codes.Of(c.Key), c => c.Value, StringComparer.Ordinal),
            [.. newest.Select(r =>
                new RefusalItem(r.At.UtcDateTime, Codes.Of(r.Kind), headEnd.Registry.Find(r.MeterId)?.Serial, r.Detail))]));
    }
}

/// <summary>Refused traffic.</summary>
/// <param name="Counts">Number by reason since the store was made.</param>
/// <param name="Items">Newest first.</param>
internal sealed record RefusalsItem(IReadOnlyDictionary<string, long> Counts, IReadOnlyList<RefusalItem> Items);

/// <summary>A refusal.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Kind">Why.</param>
/// <param name="Serial">The meter where it is known.</param>
/// <param name="Detail">What and where.</param>
internal sealed record RefusalItem(DateTime Time, string Kind, string? Serial, string Detail);
