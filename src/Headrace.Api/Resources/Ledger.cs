using Headrace.Api.Http;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /devices/{serial}/ledger</c>: which intervals were expected of a meter and which are there.</summary>
internal static class Ledger
{
    private const int LongestDays = 400;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/devices/{serial}/ledger", GetAsync)
        .WithName("GetLedger").WithTags("readings")
        .WithSummary("Shows expected and missing intervals by local day and profile, both days included. Default: the last 14 days.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<LedgerItem[]>, ProblemHttpResult>> GetAsync(
        HeadEnd headEnd, HeadEndStores stores, TimeProvider time,
        string serial, string? from, string? to, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        var asked = new Asked(headEnd.Calendar);
        var (first, last) = asked.Days(from, to, headEnd.Calendar.DayOf(time.GetUtcNow()), length: 14, LongestDays);
        if (asked.Error is { } error) return Problems.BadField(error);
        if (headEnd.Registry.FindBySerial(wanted) is not { } meter) return Problems.UnknownMeter(wanted);
        var profiles = headEnd.DeviceTypes.Find(meter.DeviceType)?.Profiles ?? [];
        var pages = await stores.Ledger.OfMeterAsync(meter.Id, first, last, cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(pages.Select(page =>
            LedgerItem.Of(page, profiles.FirstOrDefault(p => p.Number == page.Key.Profile), headEnd.Calendar, now)).ToArray());
    }
}

/// <summary>One profile's local day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Profile">Number of the profile.</param>
/// <param name="Slots">Intervals of the day.</param>
/// <param name="Due">Of those, how many have ended.</param>
/// <param name="Received">How many are there.</param>
/// <param name="Missing">How many that were due are not.</param>
/// <param name="State"><c>open</c>, <c>complete</c> or <c>unrecoverable</c>.</param>
/// <param name="Attempts">Re-reads tried.</param>
/// <param name="NextAttempt">No re-read before this instant; null where none is planned.</param>
/// <param name="Reason">Why the last re-read brought nothing, or why the day is closed.</param>
/// <param name="Gaps">Runs of missing intervals, in UTC.</param>
internal sealed record LedgerItem(
    DateOnly Day, short Profile, short Slots, short Due, short Received, int Missing, string State, int Attempts, DateTime? NextAttempt,
    string Reason,
    IReadOnlyList<GapItem> Gaps)
{
    public static LedgerItem Of(LedgerDay page, LoadProfile? profile, LocalCalendar calendar, DateTimeOffset now)
    {
        var period = profile?.CapturePeriod ?? TimeSpan.FromDays(1);
        var due = profile is null ? page.Slots : calendar.DueSlots(page.Key.Day, period, now);
        var missing = page.Missing(due);
        return new LedgerItem(
            page.Key.Day, page.Key.Profile, page.Slots, due, page.Received, missing, Codes.Of(page.State), page.Attempts,
            missing > 0 && page.State == LedgerState.Open ? page.NextAttempt.UtcDateTime : null, page.Reason,
            profile is null ? [] : GapsOf(page, due, period, calendar));
    }

    private static List<GapItem> GapsOf(LedgerDay page, short due, TimeSpan period, LocalCalendar calendar)
    {
        var gaps = new List<GapItem>();
        for (var slot = (int)page.FirstSlot; slot < due; slot++)
        {
            if (page.Has(slot)) continue;
            var from = slot == 0 ? calendar.StartOf(page.Key.Day) : calendar.EndOf(page.Key.Day, slot - 1, period);
            while (slot + 1 < due && !page.Has(slot + 1)) slot++;
            gaps.Add(new GapItem(from.UtcDateTime, calendar.EndOf(page.Key.Day, slot, period).UtcDateTime));
        }

        return gaps;
    }
}

/// <summary>A run of missing intervals.</summary>
/// <param name="From">Start of the first, in UTC.</param>
/// <param name="To">End of the last, in UTC.</param>
internal sealed record GapItem(DateTime From, DateTime To);
