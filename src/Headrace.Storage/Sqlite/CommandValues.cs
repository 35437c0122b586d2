using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Headrace.Storage.Sqlite;

/// <summary>Gives commands the values of their parameters <c>?1</c>, <c>?2</c> and so on.</summary>
internal static class CommandValues
{
    /// <summary>Sets the values in order; parameters are made at the first use and kept.</summary>
    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        var parameters = command.Parameters;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] ?? DBNull.Value;
            if (i < parameters.Count) parameters[i].Value = value;
            else parameters.AddWithValue("?" + (i + 1).ToString(CultureInfo.InvariantCulture), value);
        }

        return command;
    }

    /// <summary>The first column of the first row as an integer, or null.</summary>
    public static long? Integer(this SqliteCommand command) => command.ExecuteScalar() as long?;

    /// <summary>A text of the current row, or null.</summary>
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
