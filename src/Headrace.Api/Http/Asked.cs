using System.Globalization;
using Headrace.Core.Metering;

namespace Headrace.Api.Http;

/// <summary>Reads the fields of a query; the first that cannot be understood is remembered.</summary>
/// <param name="calendar">Zone of times that do not say theirs.</param>
internal sealed class Asked(LocalCalendar calendar)
{
    private const string TimeForm = "a time of ISO 8601, such as 2026-11-20T06:00:00Z, or a date";
    private const string DayForm = "a date, such as 2026-11-20";

    private static readonly string[] WithOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssz",
            "yyyy-MM-dd'T'HH:mmz"];

    private static readonly string[] WithoutOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd"];

    /// <summary>The first field that could not be understood, or null.</summary>
    public FieldError? Error { get; private set; }

    /// <summary>
    /// A time of ISO 8601; what says no offset is wall clock time in the utility's zone, and a date alone is its midnight there.
    /// </summary>
    public DateTimeOffset Instant(string field, string? text, DateTimeOffset fallback)
    {
        if (string.IsNullOrEmpty(text)) return fallback;
        // A plus sign that was not encoded arrives as a blank.
        var given = text.Length > 6 && text[^6] == ' ' ? text[..^6] + "+" + text[^5..] : text;
        if (DateTime.TryParseExact(given, WithoutOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return calendar.ToUtc(local);
        if (DateTimeOffset.TryParseExact(given, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            return instant.ToUniversalTime();
        Fail(field, TimeForm, text);
        return fallback;
    }

    /// <summary>A span of time, from before to.</summary>
    public TimeRange Range(string? from, string? to, DateTimeOffset now, TimeSpan length)
    {
        var end = Instant("to", to, now);
        var start = Instant("from", from, end - length);
        if (Error is null && start >= end) Fail("from", "a time before to", from ?? "");
        return new TimeRange(start, end);
    }

    /// <summary>A local day.</summary>
    public DateOnly Day(string field, string? text, DateOnly fallback)
    {
        if (string.IsNullOrEmpty(text)) return fallback;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Fail(field, DayForm, text);
        return fallback;
    }

    /// <summary>Local days, both included.</summary>
    public (DateOnly From, DateOnly To) Days(string? from, string? to, DateOnly today, int length, int longest)
    {
        var last = Day("to", to, today);
        var first = Day("from", from, last.DayNumber >= length ? last.AddDays(1 - length) : last);
        if (Error is null && first > last) Fail("from", "a date not after to", from ?? "");
        if (Error is null && last.DayNumber - first.DayNumber >= longest)
            Fail("from", string.Create(CultureInfo.InvariantCulture, $"at most {longest} days"),
                $"{last.DayNumber - first.DayNumber + 1} days");
        return (first, last);
    }

    /// <summary>A whole number between two bounds.</summary>
    public int Number(string field, string? text, int fallback, int least, int most)
    {
        if (string.IsNullOrEmpty(text)) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Fail(field, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), text);
        return fallback;
    }

    /// <summary>One of some words.</summary>
    public string Word(string field, string? text, params string[] words)
    {
        if (string.IsNullOrEmpty(text)) return words[0];
        if (words.Contains(text, StringComparer.Ordinal)) return text;
        Fail(field, string.Join(" or ", words), text);
        return words[0];
    }

    private void Fail(string field, string expected, string got)
    {
        var shown = got.Length > 40 ? got[..40] + "..." : got;
        Error ??= new FieldError(field, expected, shown.Length == 0 ? "nothing" : $"'{shown}'");
    }
}
