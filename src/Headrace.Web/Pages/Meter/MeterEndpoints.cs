using System.Globalization;
using Headrace.Operations;
using Headrace.Operations.OnDemand;
using Headrace.Operations.Overview;
using Headrace.Web.Formats;
using Headrace.Web.Hosting;
using Headrace.Web.Pages.Problem;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Web.Pages.Meter;

/// <summary>The page of one meter, and reading it now.</summary>
internal static class MeterEndpoints
{
    // Who asked, in the audit trail, until users can sign in.
    private const string Actor = "local";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPage("/meters/{serial}", GetAsync);
        pages.MapPost("/meters/{serial}/read", ReadAsync).AddEndpointFilter(SameOrigin.RequireAsync);
    }

    private static async Task<IResult> GetAsync(
        HeadEnd headEnd, Times times, string serial, string? profile, string? day, string? days, string? read,
        CancellationToken cancellationToken)
    {
        var wanted = Links.SerialFrom(serial);
        if (await headEnd.Dossier.GetAsync(wanted, cancellationToken) is not { } file) return Unknown(wanted);
        var (chart, span) = await ChartAsync(headEnd, times, file, profile, day, days, cancellationToken);
        return new PageResult<MeterPage>(new()
        {
            [nameof(MeterPage.File)] = file,
            [nameof(MeterPage.Chart)] = chart,
            [nameof(MeterPage.Span)] = span,
            [nameof(MeterPage.Notice)] = ReadNotice.Of(read),
        });
    }

    private static async Task<IResult> ReadAsync(HeadEnd headEnd, string serial, CancellationToken cancellationToken)
    {
        var wanted = Links.SerialFrom(serial);
        var result = await headEnd.OnDemand.ReadAsync(wanted, Actor, cancellationToken);
        var outcome = result.Verdict switch
        {
            OnDemandVerdict.Read => "done",
            OnDemandVerdict.NotReadable => "not-readable",
            OnDemandVerdict.Busy => "busy",
            _ => "failed",
        };
        // 303: the browser asks for the page anew, so that reloading it does not read the meter again.
        return result.Verdict == OnDemandVerdict.UnknownMeter ? Unknown(wanted) : new SeeOther(Links.ToMeter(wanted) + "?read=" + outcome);
    }

    private static async Task<(ProfileChart? Chart, ProfileSpan Span)> ChartAsync(
        HeadEnd headEnd, Times times, MeterFile file, string? profile, string? day, string? days, CancellationToken cancellationToken)
    {
        _ = short.TryParse(profile, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (file.Type.Profiles is not [var first, ..]) return (null, default);
        var shown = file.Type.Profiles.FirstOrDefault(p => p.Number == number) ?? first;
        DateOnly? last = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var given)
            ? given : null;
        int? length = int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        var span = ProfileSpan.Choose(shown, last, length, times.Today);
        if (await headEnd.Dossier.ProfileAsync(file.Meter.Serial, shown.Number, span.First, span.Last, cancellationToken) is not { } table)
            return (null, span);
        var range = headEnd.Calendar.RangeOf(span.First) with { To = headEnd.Calendar.RangeOf(span.Last).To };
        return (ProfileChart.From(table, range, times.Now - file.Type.PushGrace), span);
    }

    private static PageResult<ProblemPage> Unknown(string serial) => ProblemPage.Result(
        StatusCodes.Status404NotFound, "No such meter", $"No meter with serial number “{serial}” is registered.");
}
