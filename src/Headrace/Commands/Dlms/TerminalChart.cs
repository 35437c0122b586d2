using System.Text;

namespace Headrace.Commands.Dlms;

/// <summary>A column of a profile drawn in the terminal: bars of block characters, a scale on the left, times below.</summary>
internal static class TerminalChart
{
    private const string Eighths = " ▁▂▃▄▅▆▇█";
    private const int Height = 10;

    /// <summary>The chart as lines.</summary>
    /// <param name="series">What to draw.</param>
    /// <param name="width">Characters for the bars; more rows than these are drawn as the means of neighbours.</param>
    public static string Draw(ProfileSeries series, int width)
    {
        var bars = Bars(series.Values, width);
        var (low, high) = series.Range();
        string[] labels = [ProfileSeries.Label(high), ProfileSeries.Label((low + high) / 2), ProfileSeries.Label(low)];
        var margin = labels.Max(label => label.Length);
        var text = new StringBuilder(series.Title).Append('\n');
        for (var line = Height - 1; line >= 0; line--)
        {
            var label = line switch { Height - 1 => labels[0], Height / 2 => labels[1], 0 => labels[2], _ => "" };
            text.Append(label.PadLeft(margin)).Append(label.Length > 0 ? " ┤" : " │");
            foreach (var bar in bars) text.Append(Cell(bar, low, high, line));
            while (text[^1] == ' ') text.Length--;
            text.Append('\n');
        }
        text.Append(' ', margin + 1).Append('└').Append('─', bars.Count).Append('\n');
        if (series.Times.Count > 0)
        {
            var (first, last) = (series.Times[0], series.Times[^1]);
            var gap = Math.Max(2, bars.Count - first.Length - last.Length);
            text.Append(' ', margin + 2).Append(first).Append(' ', gap).Append(last).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>As many values as there is room for.</summary>
    private static List<double?> Bars(IReadOnlyList<double?> values, int width)
    {
        if (values.Count <= width) return [.. values];
        var bars = new List<double?>(width);
        for (var i = 0; i < width; i++)
        {
            var (from, to) = ((int)((long)i * values.Count / width), (int)((long)(i + 1) * values.Count / width));
            var known = values.Skip(from).Take(to - from).OfType<double>().ToList();
            bars.Add(known.Count == 0 ? null : known.Average());
        }
        return bars;
    }

    private static char Cell(double? value, double low, double high, int line)
    {
        if (value is not { } number) return line == 0 ? '·' : ' ';
        var eighths = (int)Math.Round((number - low) / (high - low) * Height * 8);
        return Eighths[Math.Clamp(eighths - line * 8, line == 0 ? 1 : 0, 8)];
    }
}
