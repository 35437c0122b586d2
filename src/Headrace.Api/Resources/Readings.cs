using System.Globalization;
using CsvHelper;
using Headrace.Api.Http;
using Headrace.Operations;
using Headrace.Operations.Overview;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headrace.Api.Resources;

/// <summary><c>GET /devices/{serial}/readings</c>: stored values, streamed as JSON or CSV.</summary>
internal static class Readings
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/devices/{serial}/readings", Get)
        .WithName("GetReadings").WithTags("readings")
        .WithSummary("Streams the stored values of a meter, quantity by quantity in order of time. Default: the last day.")
        .Produces<IReadOnlyList<ReadingItem>>(StatusCodes.Status200OK, "application/json", "text/csv")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static IResult Get(
        HeadEnd headEnd, TimeProvider time,
        string serial, string? from, string? to, string? format, CancellationToken cancellationToken)
    {
        var wanted = Serials.FromRoute(serial);
        var asked = new Asked(headEnd.Calendar);
        var range = asked.Range(from, to, time.GetUtcNow(), TimeSpan.FromDays(1));
        var csv = asked.Word("format", format, "json", "csv") == "csv";
        if (asked.Error is { } error) return Problems.BadField(error);
        if (headEnd.Registry.FindBySerial(wanted) is null) return Problems.UnknownMeter(wanted);
        var lines = headEnd.Readings.StreamAsync(wanted, range, cancellationToken);
        return csv
            ? TypedResults.Stream(output => WriteCsvAsync(output, lines, cancellationToken), "text/csv; charset=utf-8", FileName(wanted))
            : TypedResults.Ok(ItemsAsync(lines, cancellationToken));
    }

    private static async IAsyncEnumerable<ReadingItem> ItemsAsync(
        IAsyncEnumerable<ReadingLine> lines, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in lines.WithCancellation(cancellationToken)) yield return ReadingItem.Of(line);
    }

    private static async Task WriteCsvAsync(Stream output, IAsyncEnumerable<ReadingLine> lines, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(output, CsvWriterOptions.Default with { NewLine = "\r\n" }, leaveOpen: true);
        foreach (var column in new[] { "profile", "obis", "attribute", "value", "unit", "time", "status", "flags" }) csv.WriteField(column);
        await csv.EndRecordAsync(cancellationToken);
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            var item = ReadingItem.Of(line);
            csv.WriteField(item.Profile);
            csv.WriteField(item.Obis);
            csv.WriteField(item.Attribute, default, CultureInfo.InvariantCulture);
            csv.WriteField(item.Value, default, CultureInfo.InvariantCulture);
            csv.WriteField(item.Unit);
            csv.WriteField(item.Time, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'");
            csv.WriteField(item.Status, default, CultureInfo.InvariantCulture);
            csv.WriteField(string.Join(' ', item.Flags));
            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    private static string FileName(string serial) =>
        string.Concat(serial.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')) + ".csv";
}

/// <summary>A stored value.</summary>
/// <param name="Profile">OBIS code of the profile; empty for a register's momentary value.</param>
/// <param name="Obis">OBIS code of the quantity.</param>
/// <param name="Attribute">COSEM attribute.</param>
/// <param name="Value">The quantity in its unit.</param>
/// <param name="Unit">Unit symbol, or empty.</param>
/// <param name="Time">Time by the meter, in UTC: the end of the interval.</param>
/// <param name="Status">The meter's own status word.</param>
/// <param name="Flags">The head-end's remarks: stamped_on_receipt, not_authenticated, zone_assumed.</param>
internal sealed record ReadingItem(
    string Profile, string Obis, int Attribute, decimal Value, string Unit, DateTime Time, int Status, IReadOnlyList<string> Flags)
{
    public static ReadingItem Of(ReadingLine line) => new(
        line.Profile, line.Obis, line.Attribute, line.Value, line.Unit, line.Time.UtcDateTime, Codes.StatusOf(line.Status),
        Codes.FlagsOf(line.Status));
}
