using System.Text.Json;

namespace Headrace.Commands.Devices;

/// <summary>Prints an array of JSON objects as columns of text.</summary>
internal static class TextTable
{
    public static void Print(JsonElement items, params string[] columns)
    {
        var rows = items.EnumerateArray().Select(item => columns.Select(column => Text(item, column)).ToArray()).ToList();
        var widths = columns.Select((column, index) => rows.Select(row => row[index].Length).Append(column.Length).Max()).ToArray();
        Console.WriteLine(Line(columns.Select(column => column.Replace('_', ' ')).ToArray(), widths));
        foreach (var row in rows) Console.WriteLine(Line(row, widths));
    }

    private static string Line(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, index) => cell.PadRight(widths[index]))).TrimEnd();

    private static string Text(JsonElement item, string column)
    {
        if (!item.TryGetProperty(column, out var value)) return "";
        return value.ValueKind switch
        {
            JsonValueKind.Null => "-",
            JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(part => part.ToString())),
            _ => value.ToString(),
        };
    }
}
