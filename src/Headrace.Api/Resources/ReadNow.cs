using Headrace.Api.Http;
using Headrace.Operations;
using Headrace.Operations.OnDemand;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>POST /devices/{serial}/read</c>: reads a meter now.</summary>
internal static class ReadNow
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/devices/{serial}/read", PostAsync)
        .WithName("ReadDevice").WithTags("devices")
        .WithSummary("Reads clock, registers and missing intervals of a meter now, and waits for the answer.")
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status502BadGateway).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<ReadAnswer>, ProblemHttpResult>> PostAsync(
        HeadEnd headEnd, string serial, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        var result = await headEnd.OnDemand.ReadAsync(wanted, Caller.Actor, cancellationToken);
        return result.Verdict switch
        {
            OnDemandVerdict.Read => TypedResults.Ok(ReadAnswer.Of(wanted, result)),
            OnDemandVerdict.UnknownMeter => Problems.UnknownMeter(wanted),
            OnDemandVerdict.NotReadable =>
                TypedResults.Problem(result.Detail, statusCode: StatusCodes.Status409Conflict, title: "Meter cannot be read"),
            OnDemandVerdict.Busy =>
                TypedResults.Problem(result.Detail, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Meter is busy"),
            _ => TypedResults.Problem(result.Detail, statusCode: StatusCodes.Status502BadGateway, title: "Meter was not read"),
        };
    }
}

/// <summary>What a reading on demand brought.</summary>
/// <param name="Serial">Serial number.</param>
/// <param name="Detail">What was done, in a sentence.</param>
/// <param name="Clock">The meter's clock, in UTC, where it was read.</param>
/// <param name="ClockDeviationSeconds">How far the meter's clock is ahead; negative where it is behind.</param>
/// <param name="NewValues">Values newly stored, profile rows among them.</param>
/// <param name="DurationSeconds">How long it took.</param>
/// <param name="Registers">The registers' values.</param>
internal sealed record ReadAnswer(
    string Serial, string Detail, DateTime? Clock, double? ClockDeviationSeconds, int NewValues, double DurationSeconds,
    IReadOnlyList<RegisterItem> Registers)
{
    public static ReadAnswer Of(string serial, OnDemandResult result) => new(
        serial, result.Detail, result.Clock?.UtcDateTime, result.ClockDeviation?.TotalSeconds, result.NewValues,
        Math.Round(result.Duration.TotalSeconds, 3),
        [.. result.Registers.Select(RegisterItem.Of)]);
}
