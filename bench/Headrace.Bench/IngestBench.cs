using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headrace.Core.Metering;
using Headrace.Hosting;
using Headrace.Operations.Registry;
using Headrace.Simulation.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Bench;

/// <summary>
/// Pushes over loopback UDP to durable rows: the real gateway, driver, intake and SQLite store of a head-end, and a sender on the same
/// machine that keeps a bounded number of pushes on their way. Compares what was sent with what is stored at the end.
/// </summary>
internal static class IngestBench
{
    private const ulong Seed = 1;
    private const int MeterCount = 2_000;
    private const int Rounds = 60;
    private const int ValuesPerPush = 4;
    private const int MostUnderWay = 4_000;

    public static async Task<int> RunAsync()
    {
        Machine.Print("ingest-sqlite", $"{MeterCount * Rounds} ciphered 4-channel pushes of {MeterCount} virtual meters, " +
            $"made beforehand, sent over loopback UDP by one thread with at most {MostUnderWay} under way; " +
            "gateway, decryption, decoding, one-transaction intake and SQLite (WAL, synchronous FULL) in the same process");
        var data = Directory.CreateTempSubdirectory("headrace-bench-").FullName;
        try
        {
            await using var headEnd = await RunningHeadEnd.StartAsync(
                new HeadEndOptions
                {
                    DataDirectory = data,
                    Http = new IPEndPoint(IPAddress.Loopback, 0),
                    Dlms = "127.0.0.1:0",
                    Zone = TimeZoneInfo.Utc,
                },
                TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            var clock = new BenchClock(TimeProvider.System.GetUtcNow().AddDays(-1));
            var meters = Meters(clock);
            await RegisterAsync(headEnd, meters);
            var pushes = Pushes(meters, clock);

            var processor = Process.GetCurrentProcess().TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            var sending = Task.Factory.StartNew(() => Send(headEnd, pushes), TaskCreationOptions.LongRunning);
            var lost = await sending;
            var elapsed = Stopwatch.GetElapsedTime(started);
            var state = headEnd.HeadEnd.Intake.State;
            var busy = Process.GetCurrentProcess().TotalProcessorTime - processor;
            var bytes = pushes.Sum(push => (long)push.Length) / pushes.Length;
            var seconds = elapsed.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                sent       {pushes.Length} pushes, {pushes.Length * ValuesPerPush} values, {bytes} bytes a datagram
                durable    {state.NewValues} values in {seconds:0.00} s = {state.NewValues / seconds:0} values/s, target at least 25000
                lost       {lost} pushes, refused {state.Replayed}, dropped {state.Dropped}
                processor  {busy.TotalSeconds:0.00} s of {elapsed.TotalSeconds * Environment.ProcessorCount:0.00} s, sender included
                """));
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static E450[] Meters(BenchClock clock)
    {
        var meterClock = new MeterClock(clock, new LocalCalendar(TimeZoneInfo.Utc));
        return [.. Enumerable.Range(0, MeterCount).Select(index =>
        {
            var identity = MeterIdentity.At(Seed, index);
            return new E450(identity, MeterKeys.For(Seed, identity.Serial), Seed, meterClock);
        })];
    }

    private static async Task RegisterAsync(RunningHeadEnd headEnd, E450[] meters)
    {
        var rows = meters.Select(meter => new DeviceRegistration
        {
            Serial = meter.Identity.Serial,
            SystemTitle = Convert.ToHexString(meter.Identity.SystemTitle.Span),
            DeviceType = E450.DeviceType,
            Guek = meter.Keys.GlobalUnicast.ToArray(),
            Gak = meter.Keys.Authentication.ToArray(),
            Contact = ContactModes.Pushes,
        }).ToList();
        var answers = await headEnd.HeadEnd.Registration.ImportAsync(rows, "bench", CancellationToken.None);
        if (answers.FirstOrDefault(answer => answer.Verdict == ImportVerdict.Refused) is { } refused)
            throw new InvalidOperationException(refused.Reason);
    }

    /// <summary>Every meter pushes once a minute, in turn.</summary>
    private static byte[][] Pushes(E450[] meters, BenchClock clock)
    {
        var pushes = new byte[Rounds * meters.Length][];
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < meters.Length; index++)
                pushes[(round * meters.Length) + index] = PushFrame.Make(meters[index], PushKind.Momentary, []);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        return pushes;
    }

    /// <summary>Sends all and waits until all are stored, or until nothing more arrives for five seconds.</summary>
    /// <returns>Pushes that were lost on the way.</returns>
    private static long Send(RunningHeadEnd headEnd, byte[][] pushes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(headEnd.Meters);
        var pause = new SpinWait();
        for (var sent = 0; sent < pushes.Length; sent++)
        {
            while (sent - Settled(headEnd) >= MostUnderWay) pause.SpinOnce(sleep1Threshold: 20);
            socket.Send(pushes[sent]);
        }

        var (seen, since) = (Settled(headEnd), Stopwatch.GetTimestamp());
        while (seen < pushes.Length && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5))
        {
            pause.SpinOnce(sleep1Threshold: 20);
            if (Settled(headEnd) is var now && now > seen) (seen, since) = (now, Stopwatch.GetTimestamp());
        }

        return pushes.Length - seen;
    }

    private static long Settled(RunningHeadEnd headEnd)
    {
        var state = headEnd.HeadEnd.Intake.State;
        return state.Stored + state.Duplicates + state.Replayed + state.Dropped;
    }

    private sealed class BenchClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }
}
