using System.Diagnostics;
using System.Globalization;
using Headrace.Core.Metering;
using Headrace.Core.Stores;
using Headrace.Storage.Sqlite;

namespace Headrace.Bench;

/// <summary>
/// How many values a second become durable in SQLite: pushes of 4 values of 50,000 meters, in the order of time, in groups of 2,000,
/// each push with its invocation counter, its ledger mark and the meter's presence; every commit flushed to the disk.
/// </summary>
internal static class StoreBench
{
    private const int Meters = 50_000;
    private const int GroupSize = 2_000;
    private const int ValuesPerPush = 4;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs and prints; 0 when every value is found again.</summary>
    public static int Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("headrace-bench-").FullName;
        try
        {
            var groups = $"groups of {GroupSize} pushes of {ValuesPerPush} values";
            Print($"store: {Meters} meters, {groups}, WAL, synchronous=FULL, {Environment.ProcessorCount} cores, load {Load()}");
            await using var stores = await SqliteStores.OpenAsync(directory, TimeProvider.System);
            var probe = await CommitsOfOne(stores);
            var written = BytesWritten();
            var (values, seconds, slowest, processor) = await Fill(stores);
            written = BytesWritten() - written;
            var bytes = new DirectoryInfo(directory).GetFiles("*.db").Sum(f => f.Length);
            Print($"  commits of one push, one caller  {probe,10:N0} /s");
            var (rate, peak) = (values / seconds, slowest.TotalMilliseconds);
            Print($"  values made durable              {rate,10:N0} /s   ({values:N0} in {seconds:F1} s, slowest group {peak:F0} ms)");
            Print($"  processor                        {processor / seconds,10:F2} cores");
            Print($"  database                         {(double)bytes / values,10:F1} bytes a value, all tables");
            Print($"  written, log and checkpoints     {(double)written / values,10:F1} bytes a value");
            await Queries(stores);
            var stored = await stores.Readings.CountAsync(default);
            return stored == values + (probe > 0 ? ProbePushes * ValuesPerPush : 0) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private const int ProbePushes = 500;

    private static async Task<double> CommitsOfOne(SqliteStores stores)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < ProbePushes; i++) await stores.Intake.CommitAsync([Push(Meters + 1 + i, 0)], default);
        return ProbePushes / watch.Elapsed.TotalSeconds;
    }

    private static async Task<(long Values, double Seconds, TimeSpan Slowest, double Processor)> Fill(SqliteStores stores)
    {
        long values = 0;
        var slowest = TimeSpan.Zero;
        var random = new Random(1);
        var order = Enumerable.Range(1, Meters).ToArray();
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var slot = 0; watch.Elapsed < Duration; slot++)
        {
            random.Shuffle(order);
            for (var first = 0; first < Meters && watch.Elapsed < Duration; first += GroupSize)
            {
                var group = new Delivery[GroupSize];
                for (var i = 0; i < GroupSize; i++) group[i] = Push(order[first + i], slot);
                var begun = watch.Elapsed;
                var outcomes = await stores.Intake.CommitAsync(group, default);
                if (watch.Elapsed - begun > slowest) slowest = watch.Elapsed - begun;
                foreach (var outcome in outcomes) values += outcome.New;
            }
        }

        return (values, watch.Elapsed.TotalSeconds, slowest, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private static async Task Queries(SqliteStores stores)
    {
        var due = new DueSlots(1, DateOnly.FromDateTime(Start.DateTime), 10);
        await Time($"completeness of {Meters} meters", () => stores.Ledger.CompletenessAsync(due, default).AsTask());
        await Time($"gaps of {Meters} meters",
            () => stores.Ledger.GapsAsync(due with { Slots = 96 }, Start.AddDays(1), 1000, default).AsTask());
        await Time("newest values of one meter", () => stores.Readings.LatestAsync(7, default).AsTask());
        await Time("one meter's day",
            () => stores.Readings.OfMeterAsync(7, new TimeRange(Start, Start.AddDays(1)), 1000, default).AsTask());
    }

    private static async Task Time(string what, Func<Task> query)
    {
        await query();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 5; i++) await query();
        Print($"  {what,-32} {watch.Elapsed.TotalMilliseconds / 5,10:F2} ms");
    }

    private static Delivery Push(long meterId, int slot)
    {
        var at = Start + (Interval * (slot + 1));
        var readings = new Reading[ValuesPerPush];
        for (short channel = 1; channel <= ValuesPerPush; channel++)
        {
            readings[channel - 1] = new Reading(new SeriesKey(meterId, channel), at, (meterId * 1000) + (slot * 37L) + channel, 0);
        }

        return new Delivery
        {
            MeterId = meterId,
            Source = DeliverySource.Push,
            ReceivedAt = at,
            Counter = new CounterUse(Key: 1, (uint)slot + 1, (ulong)meterId * 7919),
            Readings = readings,
            Intervals = [new IntervalMark(1, DateOnly.FromDateTime(Start.DateTime).AddDays(slot / 96), (short)(slot % 96), 96)],
        };
    }

    private static long BytesWritten() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(l => l.StartsWith("write_bytes", StringComparison.Ordinal)).AsSpan(13),
            CultureInfo.InvariantCulture)
        : 0;

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
