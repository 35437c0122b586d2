using System.Diagnostics;
using System.Globalization;
using Headrace.Core.Metering;
using static Headrace.Storage.Tests.Samples;

namespace Headrace.Storage.Tests.Sqlite;

/// <summary>Killed at any moment, the database holds every group that was acknowledged, and no group by half.</summary>
public sealed class SuddenDeathTests : IDisposable
{
    private const int Rounds = 8;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_there_when_the_process_is_killed()
    {
        var random = new Random(20260302);
        var (lastGroup, lastCounter) = (-1, 0u);
        for (var round = 0; round < Rounds; round++)
        {
            var acknowledged = await RunAndKill(random.Next(1, 120), TimeSpan.FromMilliseconds(random.Next(0, 12)));
            Assert.All(acknowledged, a => Assert.True(a.Counter > lastCounter, "a counter was handed out twice"));
            (lastGroup, lastCounter) = acknowledged[^1];
            var groups = await Check(lastGroup);
            lastGroup = groups - 1;
        }
    }

    /// <summary>Kills the process a little after the given number of acknowledgements.</summary>
    private async Task<List<(int Group, uint Counter)>> RunAndKill(int acknowledgements, TimeSpan later)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [DoomedProcess.DirectoryVariable] = _directory.Path },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(DoomedProcess).Assembly.Location);
        using var process = Process.Start(start)!;
        try
        {
            var acknowledged = new List<(int, uint)>();
            while (acknowledged.Count < acknowledgements && await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
                acknowledged.Add(Parse(line));
            await Task.Delay(later, Cancel);
            process.Kill(); // SIGKILL
            while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
            {
                if (line.Contains(' ', StringComparison.Ordinal)) acknowledged.Add(Parse(line));
            }

            await process.WaitForExitAsync(Cancel);
            Assert.NotEqual(0, process.ExitCode);
            Assert.True(acknowledged.Count >= acknowledgements, "the process ended by itself");
            return acknowledged;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>
    /// Opens the database and counts its groups, each of which must be whole: values, ledger, events, counters, presence, channels.
    /// </summary>
    private async Task<int> Check(int lastAcknowledged)
    {
        await using var stores = await _directory.OpenAsync();
        var stored = await stores.Readings.CountAsync(Cancel);
        Assert.Equal(0, stored % (DoomedProcess.Meters * DoomedProcess.ValuesPerPush));
        var groups = (int)(stored / (DoomedProcess.Meters * DoomedProcess.ValuesPerPush));
        Assert.InRange(groups, lastAcknowledged + 1, lastAcknowledged + 2);

        var range = new TimeRange(Midnight, DoomedProcess.At(groups));
        for (var meter = 1; meter <= DoomedProcess.Meters; meter++)
        {
            var readings = await stores.Readings.OfMeterAsync(meter, range, int.MaxValue, Cancel);
            Assert.Equal(groups * DoomedProcess.ValuesPerPush, readings.Count);
            Assert.All(readings, r => Assert.Equal(
                (r.At, stores.Channels.Find(r.Series.Channel) is not null), (DoomedProcess.At((int)(r.Value - (meter * 1000))), true)));
            Assert.Equal(groups, (await stores.Events.OfMeterAsync(meter, range, int.MaxValue, Cancel)).Count);
            var pages = await stores.Ledger.OfMeterAsync(meter, Day, DateOnly.MaxValue, Cancel);
            Assert.Equal(groups, pages.Sum(p => p.Received));
            Assert.Equal(DoomedProcess.At(groups - 1), (await stores.Meters.PresenceAsync([meter], Cancel))[0].LastSeen);
        }

        var replayed = await stores.Intake.CommitAsync([Counted(1, (uint)groups, fingerprint: 2)], Cancel);
        Assert.Equal(DeliveryVerdict.Replayed, replayed[0].Verdict);
        return groups;
    }

    private static (int Group, uint Counter) Parse(string line)
    {
        var parts = line.Split(' ');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), uint.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
