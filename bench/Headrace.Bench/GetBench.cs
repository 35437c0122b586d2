using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Headrace.Dlms.Data;

namespace Headrace.Bench;

/// <summary>
/// <c>dlms-get</c>: GET of one register over one loopback TCP connection, one request at a time, against a server in the same process
/// behind Kestrel; beside it a bare exchange of as many bytes each way through the same Kestrel. Rounds alternate.
/// </summary>
internal static class GetBench
{
    private const int Rounds = 9;
    private const int Batch = 6_000;

    private static readonly CosemAttributeDescriptor Value = new(3, DlmsBenchHost.Energy, 2);

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static async Task<int> RunAsync()
    {
        Machine.Print("dlms-get", string.Create(CultureInfo.InvariantCulture,
            $"{Rounds} alternating rounds of {Batch} each after warm-up, medians; one connection, one request at a time; client, server "
            + $"and Kestrel in this process"));
        await using var host = await DlmsBenchHost.StartAsync();
        foreach (var ciphered in new[] { false, true }) await CompareAsync(host, ciphered);
        return 0;
    }

    private static async Task CompareAsync(DlmsBenchHost host, bool ciphered)
    {
        var (request, response) = await SizesAsync(host, ciphered);
        await using var meter = await host.ConnectAsync(ciphered);
        using var echo = new Echo(await host.ConnectToEchoAsync(), request, response);
        await echo.BeginAsync();
        for (var i = 0; i < 2; i++)
        {
            await GetAsync(meter, Batch);
            await echo.RunAsync(Batch);
        }
        var (bare, ours) = (new double[Rounds], new double[Rounds]);
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            bare[round] = await RateAsync(echo.RunAsync);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            ours[round] = await RateAsync(times => GetAsync(meter, times));
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        var ratio = Median([.. bare.Zip(ours, (b, o) => o / b)]);
        var kind = ciphered ? "ciphered" : "plain";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind,-9}{Median(ours),10:N0} GET/s beside {Median(bare):N0} bare exchanges/s of {request} and {response} bytes: {ratio:P1} "
            + $"(50 % is asked for); {allocated / (double)Batch:N0} bytes allocated a round trip, both sides"));
    }

    /// <summary>Bytes of one request and one response, read off a connection of its own.</summary>
    private static async Task<(int Request, int Response)> SizesAsync(DlmsBenchHost host, bool ciphered)
    {
        CountedPipe? counted = null;
        await using var meter = await host.ConnectAsync(ciphered, pipe => counted = new CountedPipe(pipe));
        var (sent, received) = (counted!.Sent, counted.Received);
        await GetAsync(meter, 1);
        return ((int)(counted.Sent - sent), (int)(counted.Received - received));
    }

    private static async Task GetAsync(DlmsBenchHost.Meter meter, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var result = await meter.Client.GetAsync(Value, CancellationToken.None);
            if (result.Data?.AsInteger() != 123_456) throw new InvalidOperationException("another value");
        }
    }

    private static async Task<double> RateAsync(Func<int, Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run(Batch);
        return Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>A plain socket that sends and receives as many bytes as the meter's client does.</summary>
    private sealed class Echo(Socket socket, int request, int response) : IDisposable
    {
        private readonly byte[] _out = new byte[request];
        private readonly byte[] _in = new byte[response];

        public async Task BeginAsync()
        {
            var sizes = new byte[DlmsBenchHost.EchoHead];
            BitConverter.TryWriteBytes(sizes, request);
            BitConverter.TryWriteBytes(sizes.AsSpan(4), response);
            await socket.SendAsync(sizes);
        }

        public async Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await socket.SendAsync(_out);
                for (var got = 0; got < _in.Length;) got += await socket.ReceiveAsync(_in.AsMemory(got));
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
