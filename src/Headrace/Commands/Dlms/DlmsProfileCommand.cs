using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;
using Headrace.Dlms.Session;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms profile</c>: rows of a profile between two times, with scalers and units.</summary>
internal static class DlmsProfileCommand
{
    private const ushort Profile = 7;
    private const int UsualWidth = 96;
    private static readonly CosemAttributeDescriptor Clock = new(8, new LogicalName(0, 0, 1, 0, 0, 255), 2);

    public static Command Create()
    {
        var obis = new Argument<string>("OBIS") { Description = "The profile, such as 1-0:99.1.0.255." };
        var from = new Option<string?>("--from") { Description = "First time, ISO 8601; without offset the meter's own clock." };
        var to = new Option<string?>("--to") { Description = "Last time, included." };
        var chart = new Option<string?>("--chart")
        {
            Description = "Draw the columns in the terminal, or to an SVG file that is named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new MeterOptions();
        var command = new Command("profile", "Reads rows of a profile of a meter.") { obis, from, to, chart };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var name = Target.Name(parsed.GetRequiredValue(obis));
            var (first, last) = (Bound.Parse(parsed.GetValue(from)), Bound.Parse(parsed.GetValue(to)));
            return MeterConnection.UseAsync(options.Read(parsed), async (client, token) =>
            {
                var layout = await LayoutAsync(client, name, token);
                var range = await RangeAsync(client, first, last, token);
                var buffer = new CosemAttributeDescriptor(Profile, name, 2);
                var rows = await RowsAsync(client, buffer, layout, range, token);
                if (parsed.GetResult(chart) is not null)
                {
                    Draw([.. rows.Select(row => row.Readings)], parsed.GetValue(chart));
                    return 0;
                }
                Print(layout, rows.Count, new JsonArray([.. rows.SelectMany(row => row.Readings)]), options.Json(parsed));
                return 0;
            }, cancellationToken);
        });
        return command;
    }

    /// <summary>Draws the numeric columns, in the terminal or to a file.</summary>
    private static void Draw(IReadOnlyList<IReadOnlyList<JsonNode>> rows, string? file)
    {
        var series = ProfileSeries.Of(rows);
        if (series.Count == 0) throw new CommandFailure("The rows hold no numbers to draw.");
        if (file is null)
        {
            var width = Console.IsOutputRedirected ? UsualWidth : Math.Clamp(Console.WindowWidth - 14, 20, 200);
            foreach (var column in series) Console.WriteLine(TerminalChart.Draw(column, width));
            return;
        }
        try
        {
            SvgChart.Draw(series).Save(file);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"--chart: {file} cannot be written: {wrong.Message}", wrong);
        }
    }

    private static async Task<ProfileLayout> LayoutAsync(DlmsClient client, LogicalName name, CancellationToken cancellationToken)
    {
        var captured = await GetAsync(client, new CosemAttributeDescriptor(Profile, name, 3), "its columns", cancellationToken);
        var period = await client.GetAsync(new CosemAttributeDescriptor(Profile, name, 4), cancellationToken);
        var columns = new List<ReadingColumn>();
        foreach (var entry in captured.AsArray())
        {
            var definition = CaptureObjectDefinition.FromData(entry);
            var column = new ReadingColumn(definition.ClassId, definition.LogicalName, definition.AttributeIndex, definition.DataIndex);
            columns.Add(await WithUnitAsync(client, column, cancellationToken));
        }
        var seconds = period.Data is { } data && data.TryGetInteger(out var value) && value is >= 0 and <= 366 * 86_400 ? value : 0;
        return new ProfileLayout(columns, TimeSpan.FromSeconds(seconds)) { TolerateSurplusElements = true };
    }

    /// <summary>Adds scaler_unit where the class has one and the captured attribute is the value.</summary>
    private static async Task<ReadingColumn> WithUnitAsync(DlmsClient client, ReadingColumn column, CancellationToken cancellationToken)
    {
        sbyte? attribute = (column.ClassId, column.Attribute) switch
        {
            (3 or 4, 2) => 3,
            (5, 2 or 3) => 4,
            _ => null,
        };
        if (attribute is not { } scalerUnit) return column;
        var result = await client.GetAsync(new CosemAttributeDescriptor(column.ClassId, column.LogicalName, scalerUnit), cancellationToken);
        if (result.Data is not { Tag: CosemTag.Structure } data) return column;
        var known = ScalerUnit.FromData(data);
        return column with { Scaler = known.Scaler, Unit = (byte)known.Unit };
    }

    /// <summary>The rows of the range; of the whole buffer, taken apart here, where the meter does not select by time.</summary>
    private static async Task<List<ProfileRow>> RowsAsync(DlmsClient client, CosemAttributeDescriptor buffer, ProfileLayout layout,
        ClockRange? range, CancellationToken cancellationToken)
    {
        if (range is null) return await RowsAsync(client, buffer, layout, (SelectiveAccess?)null, cancellationToken);
        if (SelectsRows(client))
        {
            try
            {
                var selection = RangeDescriptor.ByClock(range.First, range.Last).ToSelectiveAccess();
                return await RowsAsync(client, buffer, layout, selection, cancellationToken);
            }
            catch (DlmsRefusalException refused) when (ClockRange.IsRefusedBy(refused))
            {
                // the whole buffer then, as below
            }
        }
        if (layout.ClockColumn < 0)
            throw new CommandFailure("The meter does not select rows by time, and its rows have none: leave out --from and --to.");
        await Console.Error.WriteLineAsync("The meter does not select rows by time: its whole buffer is read.");
        var all = await RowsAsync(client, buffer, layout, (SelectiveAccess?)null, cancellationToken);
        return [.. all.Where(row => row.Clock is { } clock && range.Contains(clock))];
    }

    /// <summary>The meter selects rows: with short names that is the parameterized access.</summary>
    private static bool SelectsRows(DlmsClient client) => client.Association.Conformance.HasFlag(
        client.Association.ShortNames is null ? Conformance.SelectiveAccess : Conformance.ParameterizedAccess);

    private static async Task<List<ProfileRow>> RowsAsync(DlmsClient client, CosemAttributeDescriptor buffer, ProfileLayout layout,
        SelectiveAccess? selection, CancellationToken cancellationToken)
    {
        var rows = new List<ProfileRow>();
        var decoder = new ProfileRowDecoder(layout);
        await foreach (var row in client.ReadProfileAsync(buffer, selection, cancellationToken)) rows.Add(Decode(decoder, row));
        return rows;
    }

    /// <summary>Both ends in the deviation of the meter's own clock, since not all meters look at the one they are given.</summary>
    private static async Task<ClockRange?> RangeAsync(DlmsClient client, Bound? from, Bound? to,
        CancellationToken cancellationToken)
    {
        if (from is null && to is null) return null;
        var offset = TimeSpan.Zero;
        if (from is { Instant: not null } || to is { Instant: not null })
        {
            var clock = (await GetAsync(client, Clock, "the time", cancellationToken)).AsDateTime();
            if (clock.TryToUtc(out _)) offset = TimeSpan.FromMinutes(-clock.Deviation);
        }
        var first = from?.At(offset) ?? CosemDateTime.From(new DateTimeOffset(2000, 1, 1, 0, 0, 0, offset));
        var last = to?.At(offset) ?? CosemDateTime.From(new DateTimeOffset(2099, 12, 31, 23, 59, 59, offset));
        return new ClockRange(first, last);
    }

    private static async Task<CosemData> GetAsync(DlmsClient client, CosemAttributeDescriptor attribute, string what,
        CancellationToken cancellationToken)
    {
        var result = await client.GetAsync(attribute, cancellationToken);
        return result.Data ?? throw new CommandFailure($"The meter does not tell {what} ({attribute.LogicalName}): {result.Error.Name()}.");
    }

    private static ProfileRow Decode(ProfileRowDecoder decoder, CosemData row)
    {
        var readings = new List<JsonNode>();
        ReadOnlyMemory<byte> encoded = row.Encode(); // each row keeps its own bytes, as values point into them
        var reader = new CosemReader(encoded.Span);
        decoder.ReadRow(ref reader, encoded);
        for (var column = 0; column < decoder.Layout.Columns.Count; column++)
        {
            if (column == decoder.Layout.ClockColumn) continue;
            var known = decoder.Layout.Columns[column];
            readings.Add(ReadingsJson.Of(new PushReading
            {
                ClassId = known.ClassId,
                LogicalName = known.LogicalName,
                Attribute = known.Attribute,
                DataIndex = known.DataIndex,
                Value = decoder.Values[column],
                Scaler = known.Scaler,
                Unit = known.Unit,
                Time = decoder.Clock,
                Row = decoder.Rows - 1,
            }));
        }
        return new ProfileRow(decoder.Clock, readings);
    }

    private static void Print(ProfileLayout layout, int rows, JsonArray readings, bool json)
    {
        if (!json)
        {
            Output.Print(readings, json: false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} rows"));
            return;
        }
        var columns = new JsonArray();
        foreach (var column in layout.Columns)
            columns.Add((JsonNode)new JsonObject
            {
                ["class"] = column.ClassId,
                ["obis"] = column.LogicalName.ToString(),
                ["attr"] = column.Attribute
            });
        Output.Print(new JsonObject { ["rows"] = rows, ["columns"] = columns, ["readings"] = readings }, json: true);
    }

    /// <summary>A row with its time.</summary>
    private sealed record ProfileRow(CosemDateTime? Clock, List<JsonNode> Readings);

    /// <summary>One end of the range: an instant, or a wall clock of the meter's.</summary>
    /// <param name="Instant">Where an offset was given.</param>
    /// <param name="Local">The wall clock as written.</param>
    private sealed record Bound(DateTimeOffset? Instant, DateTime Local)
    {
        public static Bound? Parse(string? text)
        {
            if (text is null) return null;
            const DateTimeStyles Kept = DateTimeStyles.RoundtripKind;
            if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, Kept, out var local)
                || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                throw new CommandFailure($"'{text}' is no time such as 2026-03-01T00:00:00Z.");
            return local.Kind == DateTimeKind.Unspecified ? new Bound(null, local) : new Bound(instant, default);
        }

        public CosemDateTime At(TimeSpan offset) => Instant is { } instant
            ? CosemDateTime.From(instant.ToOffset(offset))
            : CosemDateTime.From(new DateTimeOffset(Local, TimeSpan.Zero)).WithoutDeviation();
    }
}
