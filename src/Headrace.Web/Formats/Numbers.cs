using System.Globalization;
using Headrace.Core.Metering;

namespace Headrace.Web.Formats;

/// <summary>Numbers for people: digits in groups of three by a narrow no-break space, a point, and a unit after a no-break space.</summary>
internal static class Numbers
{
    private const char NoBreakSpace = '\u00A0';

    private static readonly NumberFormatInfo Grouping = new()
    {
        NumberGroupSeparator = "\u202F",
        NumberDecimalSeparator = ".",
        NegativeSign = "\u2212",
    };

    /// <summary>A count, such as <c>12 345</c>.</summary>
    public static string Count(long value) => value.ToString("N0", Grouping);

    /// <summary>A count and what is counted, in the right number.</summary>
    public static string Count(long value, string one, string many) => Count(value) + NoBreakSpace + (value == 1 ? one : many);

    /// <summary>A quantity with all of its decimals, such as <c>1 234.5</c>.</summary>
    public static string Plain(decimal value)
    {
        var decimals = Math.Min((int)value.Scale, 6);
        return value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Grouping);
    }

    /// <summary>A quantity with its unit. Energy and power in watts and their kin are given in thousands where that reads better.</summary>
    /// <param name="value">In <paramref name="unit"/>.</param>
    /// <param name="unit">Unit symbol; empty where there is none.</param>
    /// <param name="counter">True for a running total, which is given in kWh however small.</param>
    public static string Quantity(decimal value, string unit, bool counter = false)
    {
        if (unit.Length == 0) return Plain(value);
        var thousands = unit is "Wh" or "varh" or "VAh" && (counter || Math.Abs(value) >= 100_000);
        return thousands
            ? (value / 1000m).ToString("N3", Grouping) + NoBreakSpace + "k" + unit
            : Plain(value) + NoBreakSpace + unit;
    }

    /// <summary>A share in per cent with two decimals, rounded down so that only what is whole reads 100.</summary>
    public static string Percent(Completeness completeness)
    {
        if (completeness.Expected == 0) return "none due";
        if (completeness.Received >= completeness.Expected) return "100" + NoBreakSpace + "%";
        var hundredths = Math.Floor(completeness.Share * 10_000) / 100;
        return hundredths.ToString("N2", Grouping) + NoBreakSpace + "%";
    }

    /// <summary>A length of time, such as <c>340 ms</c>, <c>12 s</c>, <c>5 min</c>, <c>3 h</c>, <c>4 d</c>.</summary>
    public static string Duration(TimeSpan length) => length switch
    {
        { TotalMilliseconds: < 1000 } => Count(Math.Max(0, (long)length.TotalMilliseconds)) + NoBreakSpace + "ms",
        { TotalSeconds: < 90 } => Count((long)length.TotalSeconds) + NoBreakSpace + "s",
        { TotalMinutes: < 90 } => Count((long)length.TotalMinutes) + NoBreakSpace + "min",
        { TotalHours: < 48 } => Count((long)length.TotalHours) + NoBreakSpace + "h",
        _ => Count((long)length.TotalDays) + NoBreakSpace + "d",
    };

    /// <summary>A number of bytes, such as <c>1.2 kB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => Count(bytes) + NoBreakSpace + "B",
        < 1_000_000 => (bytes / 1000m).ToString("N1", Grouping) + NoBreakSpace + "kB",
        _ => (bytes / 1_000_000m).ToString("N1", Grouping) + NoBreakSpace + "MB",
    };

    /// <summary>A coordinate of a drawing.</summary>
    public static string Coordinate(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
