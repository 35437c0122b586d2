using System.Globalization;
using Headrace.Api.Http;
using Headrace.Operations;
using Headrace.Operations.Overview;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /devices/{serial}/profiles/{number}</c>: a load profile with every expected interval in its place.</summary>
internal static class Profiles
{
    private const int LongestDays = 400;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/devices/{serial}/profiles/{number}", GetAsync)
        .WithName("GetProfile").WithTags("readings")
        .WithSummary("Shows a load profile by local days, both included; missing intervals are null. Default: the last seven days.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<ProfileItem>, ProblemHttpResult>> GetAsync(
        HeadEnd headEnd, TimeProvider time,
        string serial, string number, string? from, string? to, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        var asked = new Asked(headEnd.Calendar);
        var profile = asked.Number("number", number, 1, 1, short.MaxValue);
        var (first, last) = asked.Days(from, to, headEnd.Calendar.DayOf(time.GetUtcNow()), length: 7, LongestDays);
        if (asked.Error is { } error) return Problems.BadField(error);
        if (headEnd.Registry.FindBySerial(wanted) is null) return Problems.UnknownMeter(wanted);
        var table = await headEnd.Dossier.ProfileAsync(wanted, (short)profile, first, last, cancellationToken);
        return table is null
            ? TypedResults.Problem(
                string.Create(CultureInfo.InvariantCulture, $"The type of meter '{wanted}' has no load profile {profile}."),
                statusCode: StatusCodes.Status404NotFound, title: "Unknown profile")
            : TypedResults.Ok(ProfileItem.Of(table, headEnd.Calendar.Zone.Id));
    }
}

/// <summary>A load profile over some days.</summary>
/// <param name="Number">Number of the profile within the device type.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Obis">OBIS code.</param>
/// <param name="PeriodSeconds">Capture period.</param>
/// <param name="Zone">Zone of the local days.</param>
/// <param name="Times">Ends of all expected intervals that have passed, in UTC.</param>
/// <param name="Series">One per quantity, each with one entry per time.</param>
internal sealed record ProfileItem(
    short Number, string Name, string Obis, long PeriodSeconds, string Zone, IReadOnlyList<DateTime> Times,
    IReadOnlyList<ProfileSeriesItem> Series)
{
    public static ProfileItem Of(ProfileTable table, string zone) => new(
        table.Profile.Number, table.Profile.Name, table.Profile.Obis, (long)table.Profile.CapturePeriod.TotalSeconds, zone,
        [.. table.Times.Select(t => t.UtcDateTime)],
        [.. table.Series.Select(s =>
            new ProfileSeriesItem(s.Name, s.Channel.Key.Obis, s.Channel.Key.Attribute, s.Channel.Key.Unit, s.Values, s.Differences))]);
}

/// <summary>One quantity of a load profile.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Obis">OBIS code.</param>
/// <param name="Attribute">COSEM attribute.</param>
/// <param name="Unit">Unit symbol, or empty.</param>
/// <param name="Values">Value at each time; null where the interval is missing.</param>
/// <param name="Differences">Consumption in each interval for running totals; null otherwise.</param>
internal sealed record ProfileSeriesItem(
    string Name, string Obis, int Attribute, string Unit, IReadOnlyList<decimal?> Values, IReadOnlyList<decimal?> Differences);
