using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Headrace.Dlms.Data;
using Headrace.Dlms.Readings;

namespace Headrace.Bench;

/// <summary>
/// <c>dlms-profile</c>: thirty days of quarter hours with clock, status and four registers, fetched in blocks over one loopback TCP
/// connection and yielded row by row; and the same bytes by the decoder that builds no tree.
/// </summary>
internal static class ProfileBench
{
    private const int Rounds = 15;
    private const int Columns = 6;
    private const int Values = DlmsBenchHost.Rows * Columns;

    private static readonly CosemAttributeDescriptor Buffer = new(7, DlmsBenchHost.LoadProfile, 2);

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static async Task<int> RunAsync()
    {
        Machine.Print("dlms-profile", string.Create(CultureInfo.InvariantCulture,
            $"{DlmsBenchHost.Rows} rows of {Columns} columns, APDUs of 1,224 bytes; median of {Rounds} fetches after warm-up; client, "
            + $"server and Kestrel in this process"));
        await using var host = await DlmsBenchHost.StartAsync();
        foreach (var ciphered in new[] { false, true }) await FetchAsync(host, ciphered);
        await DecodeAsync(host);
        return 0;
    }

    private static async Task FetchAsync(DlmsBenchHost host, bool ciphered)
    {
        await using var meter = await host.ConnectAsync(ciphered);
        for (var i = 0; i < 3; i++) await RowsAsync(meter);
        var took = new double[Rounds];
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await RowsAsync(meter);
            took[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        var median = took.Order().ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(ciphered ? "ciphered" : "plain"),-9}{median,8:N1} ms a fetch, {Values / median * 1000:N0} values/s (1,000,000 are asked "
            + $"for); {allocated / (double)Values:N0} bytes allocated a value, both sides"));
    }

    private static async Task RowsAsync(DlmsBenchHost.Meter meter)
    {
        var rows = 0;
        await foreach (var row in meter.Client.ReadProfileAsync(Buffer, null, CancellationToken.None)) rows += row.Items.Count / Columns;
        if (rows != DlmsBenchHost.Rows) throw new InvalidOperationException($"{rows} rows");
    }

    private static async Task DecodeAsync(DlmsBenchHost host)
    {
        await using var meter = await host.ConnectAsync(ciphered: false);
        var output = new ArrayBufferWriter<byte>();
        (await meter.Client.GetAsync(Buffer, CancellationToken.None)).Data!.WriteTo(output);
        var decoder = new ProfileRowDecoder(new ProfileLayout(
        [
            ReadingColumn.Clock, new ReadingColumn(1, LogicalName.Parse("0-0:96.10.1.255")),
            .. new[] { 1, 2, 3, 4 }.Select(c => new ReadingColumn(3, new LogicalName(1, 0, (byte)c, 8, 0, 255))),
        ], TimeSpan.FromMinutes(15)));
        for (var i = 0; i < 20; i++) Decode(decoder, output.WrittenMemory);
        var took = new double[Rounds];
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            Decode(decoder, output.WrittenMemory);
            took[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        var median = took.Order().ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"decoding {median,7:N2} ms for the same {output.WrittenCount:N0} bytes without a tree, {Values / median * 1000:N0} values/s; "
            + $"{allocated} bytes allocated in all (0 are asked for)"));
    }

    private static void Decode(ProfileRowDecoder decoder, ReadOnlyMemory<byte> buffer)
    {
        decoder.Reset();
        var reader = new CosemReader(buffer.Span);
        for (var left = reader.ReadArray(); left > 0; left--) decoder.ReadRow(ref reader, buffer);
        if (decoder.Rows != DlmsBenchHost.Rows) throw new InvalidOperationException($"{decoder.Rows} rows");
    }
}
