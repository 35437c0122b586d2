using System.Text.Json;
using System.Text.Json.Serialization;
using Headrace.Core.Catalogue;
using Headrace.Core.Metering;
using Headrace.Operations.Overview;

namespace Headrace.Web.Pages.Meter;

/// <summary>A quantity as it is drawn and tabled: consumption per interval for counters, the value itself for others.</summary>
/// <param name="Name">For people.</param>
/// <param name="Obis">OBIS code.</param>
/// <param name="Unit">Unit symbol.</param>
/// <param name="Counter">True where <paramref name="Drawn"/> is the difference of a running total.</param>
/// <param name="Values">As stored, scaled; null where the interval is missing.</param>
/// <param name="Drawn">What the chart shows; null where it is not known.</param>
public sealed record ChartSeries(string Name, string Obis, string Unit, bool Counter, IReadOnlyList<decimal?> Values,
    IReadOnlyList<decimal?> Drawn)
{
    /// <summary>Sum of what is drawn.</summary>
    public decimal Sum => Drawn.Sum(v => v ?? 0m);

    /// <summary>True for a rate of a tariff, which is part of a total: value group E of its OBIS code is not 0 (IEC 62056-6-1).</summary>
    public bool IsTariff => Counter && Obis.Split(':')[^1].Split('.') is [_, _, not "0", ..];
}

/// <summary>Quantities of one unit, drawn over one axis.</summary>
/// <param name="Unit">Unit symbol.</param>
/// <param name="Series">One or two or more.</param>
public sealed record ChartPanel(string Unit, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>The largest value drawn, at least a hair above zero.</summary>
    public decimal Peak => Math.Max(0.000001m, Series.SelectMany(s => s.Drawn).Max() ?? 0m);
}

/// <summary>What is drawn of a load profile, and where it has gaps.</summary>
public sealed class ProfileChart
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private ProfileChart(LoadProfile profile, TimeRange range, IReadOnlyList<DateTimeOffset> times, IReadOnlyList<ChartSeries> series,
        IReadOnlyList<bool> isMissing)
    {
        Profile = profile;
        Range = range;
        Times = times;
        Series = series;
        IsMissing = isMissing;
        var panels = series.GroupBy(s => (s.Unit, s.Counter)).Select(group => new ChartPanel(group.Key.Unit, Chosen([.. group])));
        Panels = [.. panels.OrderByDescending(panel => panel.Series[0].Counter)];
        Gaps = FindGaps();
    }

    /// <summary>The profile.</summary>
    public LoadProfile Profile { get; }

    /// <summary>The whole span of the axis, with what is still to come.</summary>
    public TimeRange Range { get; }

    /// <summary>Ends of the intervals.</summary>
    public IReadOnlyList<DateTimeOffset> Times { get; }

    /// <summary>The quantities.</summary>
    public IReadOnlyList<ChartSeries> Series { get; }

    /// <summary>
    /// The quantities that are drawn, by unit: at most three, and no tariffs beside their totals. The table has them all.
    /// </summary>
    public IReadOnlyList<ChartPanel> Panels { get; }

    /// <summary>By interval: due, expected of the meter, and not there.</summary>
    public IReadOnlyList<bool> IsMissing { get; }

    /// <summary>Runs of missing intervals.</summary>
    public IReadOnlyList<TimeRange> Gaps { get; }

    /// <summary>Number of missing intervals.</summary>
    public int MissingCount => IsMissing.Count(missing => missing);

    /// <summary>Number of intervals that are there.</summary>
    public int PresentCount =>
        Series.Count == 0 ? 0 : Enumerable.Range(0, Times.Count).Count(i => Series.Any(s => s.Values[i] is not null));

    /// <summary>Lays a profile's table out for drawing.</summary>
    /// <param name="table">Times and values.</param>
    /// <param name="range">Span of the axis.</param>
    /// <param name="due">An interval that ended after this may still be on its way and is not called missing.</param>
    public static ProfileChart From(ProfileTable table, TimeRange range, DateTimeOffset due)
    {
        var series = table.Series
            .Select(s => (Column: s, Counter: s.Differences.Any(d => d is not null)))
            .Select(s => new ChartSeries(
                s.Column.Name, s.Column.Channel.Key.Obis, s.Column.Channel.Key.Unit, s.Counter,
                s.Column.Values, s.Counter ? s.Column.Differences : s.Column.Values))
            .ToList();
        var missing = table.Times.Select((at, i) => at <= due && series.TrueForAll(s => s.Values[i] is null)).ToList();
        return new ProfileChart(table.Profile, range, table.Times, series, missing);
    }

    /// <summary>The same as data for the script that draws it. Markup characters are escaped.</summary>
    public string ToJson(string zone) => JsonSerializer.Serialize(
        new
        {
            zone,
            period = (long)Profile.CapturePeriod.TotalSeconds,
            from = Range.From.ToUnixTimeSeconds(),
            to = Range.To.ToUnixTimeSeconds(),
            times = Times.Select(t => t.ToUnixTimeSeconds()),
            gaps = Gaps.Select(g => new[] { g.From.ToUnixTimeSeconds(), g.To.ToUnixTimeSeconds() }),
            panels = Panels.Select(p =>
                new { unit = p.Unit, series = p.Series.Select(s => new { name = s.Name, counter = s.Counter, values = s.Drawn }) }),
        },
        Json);

    private static List<ChartSeries> Chosen(List<ChartSeries> series)
    {
        var totals = series.FindAll(s => !s.IsTariff);
        return [.. (totals.Count > 0 ? totals : series).Take(3)];
    }

    private List<TimeRange> FindGaps()
    {
        var gaps = new List<TimeRange>();
        for (var i = 0; i < Times.Count; i++)
        {
            if (!IsMissing[i]) continue;
            var start = Times[i] - Profile.CapturePeriod;
            if (gaps.Count > 0 && gaps[^1].To >= start) gaps[^1] = gaps[^1] with { To = Times[i] };
            else gaps.Add(new TimeRange(start, Times[i]));
        }

        return gaps;
    }
}
