using System.Diagnostics;
using System.Globalization;
using Headrace.Dlms.Data;

namespace Headrace.Bench;

/// <summary>
/// <c>dlms-associations</c>: ten thousand clients with GMAC and ciphering, each with a connection of its own to one server in the same
/// process, all associated at once; then every one reads a register. Connections are pipes in memory, since so many sockets are more than
/// many systems allow one process. Memory is of both sides together, pipes included.
/// </summary>
internal static class AssociationsBench
{
    private const int Clients = 10_000;
    private static readonly CosemAttributeDescriptor Value = new(3, DlmsBenchHost.Energy, 2);

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static async Task<int> RunAsync()
    {
        Machine.Print("dlms-associations", string.Create(CultureInfo.InvariantCulture,
            $"{Clients:N0} connections over pipes in memory, opened one after another and kept; memory before and after, garbage "
            + $"collected; clients and server in this process"));
        await using var host = await DlmsBenchHost.StartAsync();
        await using (var warm = await host.ConnectInProcessAsync(ciphered: true)) await warm.Client.GetAsync(Value, CancellationToken.None);
        var (heap, resident) = Memory();
        var meters = new List<DlmsBenchHost.Meter>(Clients);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Clients; i++) meters.Add(await host.ConnectInProcessAsync(ciphered: true));
        var opened = Stopwatch.GetElapsedTime(start);
        var (heapOpen, residentOpen) = Memory();
        start = Stopwatch.GetTimestamp();
        foreach (var meter in meters)
        {
            var result = await meter.Client.GetAsync(Value, CancellationToken.None);
            if (result.Data?.AsInteger() != 123_456) throw new InvalidOperationException("another value");
        }
        var read = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{meters.Count:N0} associations open at once, {meters.Count / opened.TotalSeconds:N0} opened/s; "
            + $"each read once: {meters.Count / read.TotalSeconds:N0} GET/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"memory: {(heapOpen - heap) / (double)Clients:N0} bytes of heap and {(residentOpen - resident) / (double)Clients:N0} bytes "
            + $"resident for each association, client, server and the pipes between them together"));
        foreach (var meter in meters) await meter.DisposeAsync();
        return 0;
    }

    private static (long Heap, long Resident) Memory()
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var own = Process.GetCurrentProcess();
        return (heap, own.WorkingSet64);
    }
}
