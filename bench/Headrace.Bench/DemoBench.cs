using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Headrace.Bench;

/// <summary>What a demo with a thousand meters costs: resident memory, and processor time once the back-fill is done.</summary>
internal static partial class DemoBench
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(120);

    public static async Task<int> RunAsync(int meters)
    {
        Machine.Print("demo-at-rest", $"headrace demo --meters {meters}, a process of its own; after the back-fill, " +
            $"processor time and memory over {Rest.TotalSeconds:0} s");
        var data = Directory.CreateTempSubdirectory("headrace-bench-").FullName;
        using var demo = Start(meters, data);
        try
        {
            var web = await WebAddressAsync(demo);
            var backFill = await UntilCompleteAsync(web);
            var busy = demo.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            await Task.Delay(Rest);
            demo.Refresh();
            var (resident, peak) = (demo.WorkingSet64 / 1048576.0, demo.PeakWorkingSet64 / 1048576.0);
            var share = (demo.TotalProcessorTime - busy) / Stopwatch.GetElapsedTime(started);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                back-fill of today and yesterday complete after {backFill.TotalSeconds:0} s
                resident memory            {resident:0} MiB (peak {peak:0} MiB), target below 1024 MiB
                processor time at rest     {share * 100:0.0} % of one core, target below 10 %
                """));
            return 0;
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static Process Start(int meters, string data)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "headrace.dll"), "demo",
            "--meters", meters.ToString(CultureInfo.InvariantCulture), "--data", data,
            "--http", "http://127.0.0.1:0", "--dlms", "127.0.0.1:0", "--listen", "127.0.0.1:24000",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task<Uri> WebAddressAsync(Process demo)
    {
        while (await demo.StandardOutput.ReadLineAsync() is { } line)
        {
            if (WebLine().Match(line) is { Success: true } match) return new Uri(match.Groups[1].Value);
        }

        throw new InvalidOperationException("the demo ended before it was ready");
    }

    private static async Task<TimeSpan> UntilCompleteAsync(Uri web)
    {
        using var http = new HttpClient { BaseAddress = web };
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(15))
        {
            using var today = JsonDocument.Parse(await http.GetStringAsync("api/v1/today"));
            var day = today.RootElement.GetProperty("yesterday");
            if (day.GetProperty("expected").GetInt64() is > 0 and var expected && day.GetProperty("received").GetInt64() == expected) break;
            await Task.Delay(1000);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    [GeneratedRegex(@"Web:\s+(http\S+)")]
    private static partial Regex WebLine();
}
