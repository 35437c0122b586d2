using System.Globalization;

namespace Headrace.Gateway;

/// <summary>
/// The limit on file descriptors of this process (RLIMIT_NOFILE), which the runtime has raised to the hard limit at its start.
/// </summary>
public static class DescriptorLimit
{
    private const string Source = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <summary>The limit in force, or null where the system states none.</summary>
    public static long? Read()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return Parse(File.ReadLines(Source));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Finds the soft limit in the lines of <c>/proc/PID/limits</c> (proc_pid_limits(5)).</summary>
    /// <returns>Null where the row is absent or says <c>unlimited</c>.</returns>
    public static long? Parse(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (!line.StartsWith(Row, StringComparison.Ordinal)) continue;
            var columns = line[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return columns.Length > 0 && long.TryParse(columns[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                ? limit
                : null;
        }

        return null;
    }
}
