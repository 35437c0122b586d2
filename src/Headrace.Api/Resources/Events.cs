using Headrace.Api.Http;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /devices/{serial}/events</c>: what a meter reported.</summary>
internal static class Events
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/devices/{serial}/events", GetAsync)
        .WithName("GetEvents").WithTags("devices").WithSummary("Lists events of a meter, newest first. Default: the last 30 days.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<EventItem[]>, ProblemHttpResult>> GetAsync(
        HeadEnd headEnd, HeadEndStores stores, TimeProvider time,
        string serial, string? from, string? to, string? limit, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        var asked = new Asked(headEnd.Calendar);
        // A meter's clock may be ahead: what it stamped with a time to come is shown too.
        var range = asked.Range(from, to, time.GetUtcNow().AddDays(1), TimeSpan.FromDays(31));
        var most = asked.Number("limit", limit, 200, 1, 10_000);
        if (asked.Error is { } error) return Problems.BadField(error);
        if (headEnd.Registry.FindBySerial(wanted) is not { } meter) return Problems.UnknownMeter(wanted);
        var type = headEnd.DeviceTypes.Find(meter.DeviceType);
        var found = await stores.Events.OfMeterAsync(meter.Id, range, most, cancellationToken);
        return TypedResults.Ok(found.Select(e => EventItem.Of(meter.Serial, e, type)).ToArray());
    }
}

/// <summary>An event.</summary>
/// <param name="Serial">Serial number of the meter.</param>
/// <param name="Log">OBIS code of the log.</param>
/// <param name="Time">Time by the meter, in UTC.</param>
/// <param name="Code">Event code.</param>
/// <param name="Name">Name for people.</param>
internal sealed record EventItem(string Serial, string Log, DateTime Time, int Code, string Name)
{
    public static EventItem Of(string serial, MeterEvent entry, DeviceType? type) =>
        new(serial, entry.Log, entry.At.UtcDateTime, entry.Code, type?.EventName(entry.Log, entry.Code) ?? $"Event {entry.Code}");
}
