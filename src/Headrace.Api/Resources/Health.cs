using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /health</c>: whether the head-end can do its work, for supervisors.</summary>
internal static class Health
{
    private static readonly string Version = typeof(Health).Assembly.GetName().Version?.ToString(3) ?? "";

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/health", GetAsync)
        .WithName("GetHealth").WithTags("head-end").WithSummary("Answers 200 while the store can be read, 503 otherwise.")
        .Produces<HealthItem>(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<HealthItem>, JsonHttpResult<HealthItem>>> GetAsync(
        HeadEndStores stores, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(new HealthItem("ok", Version, await stores.Readings.CountAsync(cancellationToken)));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return TypedResults.Json(new HealthItem("store unavailable", Version, null),
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>Whether the head-end can do its work.</summary>
/// <param name="Status"><c>ok</c>, or what is wrong.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StoredValues">Number of stored values, where the store answers.</param>
internal sealed record HealthItem(string Status, string Version, long? StoredValues);
