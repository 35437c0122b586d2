using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>A COSEM date-time as JSON: every field, wildcards as null or by name.</summary>
public static class DateTimeJson
{
    /// <summary>The fields of a date-time.</summary>
    public static JsonObject Fields(CosemDateTime time) => new()
    {
        ["year"] = time.Date.Year == CosemDate.AnyYear ? null : time.Date.Year,
        ["month"] = Month(time.Date.Month),
        ["day"] = Day(time.Date.Day),
        ["weekday"] = Part(time.Date.Weekday),
        ["hour"] = Part(time.Time.Hour),
        ["minute"] = Part(time.Time.Minute),
        ["second"] = Part(time.Time.Second),
        ["hundredths"] = Part(time.Time.Hundredths),
        ["deviation_min"] = time.Deviation == CosemDateTime.DeviationNotSpecified ? null : time.Deviation,
        ["clock_status"] = Status(time.Status),
    };

    /// <summary>
    /// ISO 8601: with offset where the deviation is given, as bare wall clock where not; null where the time is not concrete.
    /// </summary>
    public static string? Iso(CosemDateTime? time)
    {
        if (time is not { } given || !given.TryToLocal(out var local)) return null;
        var format = local.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ff";
        var text = local.ToString(format, CultureInfo.InvariantCulture);
        if (!given.TryToUtc(out _)) return text;
        var offset = -given.Deviation;
        return string.Create(CultureInfo.InvariantCulture,
            $"{text}{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:D2}:{Math.Abs(offset) % 60:D2}");
    }

    private static JsonNode? Part(byte value) => value == 0xFF ? null : JsonValue.Create(value);

    private static JsonNode? Month(byte value) => value switch
    {
        CosemDate.Last => "dst-begin",
        CosemDate.SecondLast => "dst-end",
        _ => Part(value),
    };

    private static JsonNode? Day(byte value) => value switch
    {
        CosemDate.Last => "last",
        CosemDate.SecondLast => "second-last",
        _ => Part(value),
    };

    private static JsonObject? Status(ClockStatus status) => status == ClockStatus.NotSpecified
        ? null
        : new JsonObject
        {
            ["raw"] = (byte)status,
            ["invalid"] = status.HasFlag(ClockStatus.InvalidValue),
            ["doubtful"] = status.HasFlag(ClockStatus.DoubtfulValue),
            ["different_clock_base"] = status.HasFlag(ClockStatus.DifferentClockBase),
            ["invalid_clock_status"] = status.HasFlag(ClockStatus.InvalidClockStatus),
            ["dst_active"] = status.HasFlag(ClockStatus.DaylightSavingActive),
        };
}
