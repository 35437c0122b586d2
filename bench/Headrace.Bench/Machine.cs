using System.Runtime.InteropServices;

namespace Headrace.Bench;

/// <summary>Says on what machine and by what method a figure came about.</summary>
internal static class Machine
{
    public static void Print(string bench, string method)
    {
        Console.WriteLine($"bench:   {bench}");
        Console.WriteLine(
            $"machine: {ProcessorName()}, {Environment.ProcessorCount} cores, " +
            $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, " +
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"load:    {LoadAverage()} (1, 5, 15 minutes) at start");
        Console.WriteLine($"method:  {method}");
    }

    private static string ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
                ?? "unknown processor"
            : "unknown processor";

    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";
}
