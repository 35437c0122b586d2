using System.Globalization;
using System.Xml.Linq;

namespace Headrace.Commands.Dlms;

/// <summary>Columns of a profile as one SVG picture, a line for each below one another.</summary>
internal static class SvgChart
{
    private const int Width = 900;
    private const int Height = 200;
    private const int Left = 80;
    private const int Gap = 60;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The picture.</summary>
    public static XDocument Draw(IReadOnlyList<ProfileSeries> all)
    {
        var root = new XElement(Svg + "svg", new XAttribute("viewBox", Text($"0 0 {Width + Left + 20} {all.Count * (Height + Gap) + 20}")),
            new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12));
        for (var i = 0; i < all.Count; i++) root.Add(Panel(all[i], i * (Height + Gap) + 30));
        return new XDocument(root);
    }

    private static XElement Panel(ProfileSeries series, int top)
    {
        var (low, high) = series.Range();
        var panel = new XElement(Svg + "g", new XAttribute("transform", Text($"translate({Left},{top})")),
            Label(series.Title, 0, -8, "start"),
            new XElement(Svg + "path", new XAttribute("d", Text($"M0,0V{Height}H{Width}")), new XAttribute("fill", "none"),
                new XAttribute("stroke", "#888")),
            Label(ProfileSeries.Label(high), -6, 10, "end"), Label(ProfileSeries.Label(low), -6, Height, "end"));
        if (series.Times.Count > 0)
        {
            panel.Add(Label(series.Times[0], 0, Height + 16, "start"));
            panel.Add(Label(series.Times[^1], Width, Height + 16, "end"));
        }
        foreach (var line in Lines(series.Values, low, high))
        {
            panel.Add(new XElement(Svg + "polyline", new XAttribute("points", line), new XAttribute("fill", "none"),
                new XAttribute("stroke", "#0b6"), new XAttribute("stroke-width", "1.5")));
        }
        return panel;
    }

    /// <summary>The points, a line of its own after each gap.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<double?> values, double low, double high)
    {
        var points = new List<string>();
        for (var i = 0; i <= values.Count; i++)
        {
            if (i < values.Count && values[i] is { } value)
            {
                var x = values.Count == 1 ? 0 : i * (double)Width / (values.Count - 1);
                points.Add(Text($"{x:0.#},{Height - (value - low) / (high - low) * Height:0.#}"));
                continue;
            }
            if (points.Count > 0) yield return string.Join(' ', points);
            points.Clear();
        }
    }

    private static XElement Label(string text, int x, int y, string anchor) =>
        new(Svg + "text", new XAttribute("x", x), new XAttribute("y", y), new XAttribute("text-anchor", anchor), text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
