using Headrace.Api.Http;
using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /devices</c> and <c>GET /devices/{serial}</c>: the registry.</summary>
internal static class Devices
{
    private const int LongestPage = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/devices", ListAsync).WithName("ListDevices").WithTags("devices")
            .WithSummary("Lists registered meters in order of serial number.").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/devices/{serial}", GetAsync).WithName("GetDevice").WithTags("devices")
            .WithSummary("Shows one meter with the newest value of each of its registers.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<DevicePage>, ProblemHttpResult>> ListAsync(
        HeadEnd headEnd, string? search, string? offset, string? limit, CancellationToken cancellationToken)
    {
        var asked = new Asked(headEnd.Calendar);
        var first = asked.Number("offset", offset, 0, 0, int.MaxValue);
        var most = asked.Number("limit", limit, 100, 1, LongestPage);
        if (asked.Error is { } error) return Problems.BadField(error);
        var page = await headEnd.Meters.FindAsync(search?.Trim() ?? "", first, most, cancellationToken);
        return TypedResults.Ok(new DevicePage(page.Total, first, [.. page.Items.Select(DeviceLine.Of)]));
    }

    private static async Task<Results<Ok<DeviceItem>, ProblemHttpResult>> GetAsync(
        HeadEnd headEnd, string serial, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        return await headEnd.Dossier.GetAsync(wanted, cancellationToken) is { } file ? TypedResults.Ok(DeviceItem.Of(file))
            : Problems.UnknownMeter(wanted);
    }
}
