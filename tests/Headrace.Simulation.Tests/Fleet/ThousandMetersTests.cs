using System.Diagnostics;
using Headrace.Simulation.Fleet;

namespace Headrace.Simulation.Tests.Fleet;

public sealed class ThousandMetersTests
{
    [Fact]
    public async Task A_thousand_meters_start_push_and_answer()
    {
        await using var headEnd = new HeadEnd();
        using var process = Process.GetCurrentProcess();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var fleet = new VirtualFleet(new FleetOptions
        {
            Meters = 1_000,
            Zone = Bench.Berlin,
            PushTarget = headEnd.Address,
            ExpectedFrom = DateTimeOffset.UnixEpoch,
        });
        var idle = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await fleet.StartAsync(Bench.Cancel);
        var started = clock.Elapsed;
        await Bench.Until(
            () => fleet.Counters.PushesSent >= 750 && fleet.Counters.ConnectionsDialled == 150, "not every meter has shown itself");
        var shown = clock.Elapsed;
        foreach (var index in new[] { 1, 6, 999 }.Where(i => fleet.Meters[i].Address is not null))
        {
            using var client = await SocketClient.ReadingAsync(fleet.Meters[index]);
            Assert.Equal(90, (await client.GetAsync(7, "1-0:99.2.0.255")).Items.Count);
        }

        process.Refresh();
        var busy = process.TotalProcessorTime;
        var starting = busy - idle;
        clock.Restart();
        await Task.Delay(TimeSpan.FromSeconds(5), Bench.Cancel);
        process.Refresh();
        var share = (process.TotalProcessorTime - busy) / clock.Elapsed;
        var managed = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage(
            $"1,000 meters: started in {started.TotalMilliseconds:F0} ms, all shown after {shown.TotalSeconds:F1} s and "
            + $"{starting.TotalSeconds:F1} s of processor time, {managed / 1048576.0:F1} MiB managed, "
            + $"{process.WorkingSet64 / 1048576.0:F0} MiB resident with the test, {share:P1} of one core at rest with the test head-end");
        Assert.True(managed < 64 << 20, $"{managed} bytes");
    }
}
