using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Headrace.Tests;

/// <summary>The real program in a process of its own, as a user starts it.</summary>
internal sealed partial class HeadraceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private HeadraceProcess(Process process) => _process = process;

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    public int Id => _process.Id;

    /// <summary>Address of the web application, from the lines the program prints when it is ready.</summary>
    public Uri Web => new(Ready(WebLine()));

    /// <summary>Port for meters.</summary>
    public int MeterPort => int.Parse(Ready(MeterLine()).Split(':')[^1], CultureInfo.InvariantCulture);

    public static string ProgramPath { get; } = Path.Combine(AppContext.BaseDirectory, "headrace.dll");

    public static HeadraceProcess Start(params string[] arguments)
    {
        // Where the tests themselves run in the background, Ctrl-C is ignored, and a child would inherit that.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["--default-signal=INT", "dotnet", "exec", ProgramPath]) start.ArgumentList.Add(argument);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var started = new HeadraceProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, line) => { if (line.Data is not null) started._output.Enqueue(line.Data); };
        started._process.ErrorDataReceived += (_, line) => { if (line.Data is not null) started._errors.Enqueue(line.Data); };
        started._process.Start();
        started._process.StandardInput.Close();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        await process._process.WaitForExitAsync(limit.Token);
        return (process._process.ExitCode, process.Output, process.Errors);
    }

    /// <summary>Waits until the program says that it is running.</summary>
    public async Task<HeadraceProcess> ReadyAsync()
    {
        await Eventually.HoldsAsync(
            () => Task.FromResult(
                _output.Any(line => line.Contains("is running", StringComparison.Ordinal))
                && WebLine().IsMatch(Output)
                && MeterLine().IsMatch(Output)),
            () => _process.HasExited ? $"it ended with {_process.ExitCode}: {Errors}" : $"output so far: {Output} {Errors}",
            stop: () => _process.HasExited);
        return this;
    }

    /// <summary>Asks the program to end, as Ctrl-C does, and returns its exit code.</summary>
    public async Task<int> InterruptAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the program at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private string Ready(Regex pattern)
    {
        var match = pattern.Match(Output);
        Assert.True(match.Success, $"not ready: {Output} {Errors}");
        return match.Groups[1].Value;
    }

    [GeneratedRegex(@"Web:\s+(http\S+)")]
    private static partial Regex WebLine();

    [GeneratedRegex(@"Meters:\s+(\S+)")]
    private static partial Regex MeterLine();
}
