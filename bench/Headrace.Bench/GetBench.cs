using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReadResult = System.IO.Pipelines.ReadResult;

namespace Headrace.Bench;

/// <summary>
/// <c>dlms-get</c>: GET of one register over one loopback TCP connection, one request at a time, against a server in the same process
/// behind Kestrel; beside it a bare exchange of as many bytes each way through the same Kestrel. Rounds alternate.
/// </summary>
internal static class GetBench
{
    private const int Rounds = 9;
    private const int Batch = 6_000;
    private const int RequestHead = 8;

    private static readonly byte[] ServerTitle = [.. "HRC"u8, 1, 2, 3, 4, 5];
    private static readonly byte[] ClientTitle = [.. "HRC"u8, 9, 9, 9, 9, 9];
    private static readonly byte[] EncryptionKey = Convert.FromHexString("5A17C3E0942D6B88F10E7D3349AC2056");
    private static readonly byte[] AuthenticationKey = Convert.FromHexString("C0FFEE11223344556677889900AABBCC");
    private static readonly LogicalName Energy = LogicalName.Parse("1-0:1.8.0.255");
    private static readonly CosemAttributeDescriptor Value = new(3, Energy, 2);

    /// <summary>Runs the benchmark and prints what it found.</summary>
    /// <returns>0; figures are for people to judge.</returns>
    public static async Task<int> RunAsync()
    {
        Machine.Print("dlms-get", string.Create(CultureInfo.InvariantCulture,
            $"{Rounds} alternating rounds of {Batch} each after warm-up, medians; one connection, one request at a time; client, server "
            + $"and Kestrel in this process"));
        await using var host = await StartAsync();
        foreach (var ciphered in new[] { false, true }) await CompareAsync(host, ciphered);
        return 0;
    }

    private static async Task CompareAsync(WebApplication host, bool ciphered)
    {
        var ports = host.Services.GetRequiredService<Ports>();
        var (request, response) = await SizesAsync(ports.Dlms, ciphered);
        await using var meter = await MeterAsync(ports.Dlms, ciphered, 1_000, pipe => pipe);
        using var echo = await EchoAsync(ports.Echo, request, response);
        for (var i = 0; i < 2; i++)
        {
            await meter.RunAsync(Batch);
            await echo.RunAsync(Batch);
        }
        var (bare, ours) = (new double[Rounds], new double[Rounds]);
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            bare[round] = await RateAsync(echo.RunAsync);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            ours[round] = await RateAsync(meter.RunAsync);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        var ratio = Median([.. bare.Zip(ours, (b, o) => o / b)]);
        var kind = ciphered ? "ciphered" : "plain";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind,-9}{Median(ours),10:N0} GET/s beside {Median(bare):N0} bare exchanges/s of {request} and {response} bytes: {ratio:P1} "
            + $"(50 % is asked for); {allocated / (double)Batch:N0} bytes allocated a round trip, both sides"));
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var ports = new Ports();
        builder.Services.AddSingleton(ports);
        builder.Services.AddSingleton(Device());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, ports.Echo, listen => listen.UseConnectionHandler<EchoHandler>());
            kestrel.Listen(IPAddress.Loopback, ports.Dlms, listen => listen.UseConnectionHandler<MeterHandler>());
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static LogicalDevice Device()
    {
        var security = new SecuritySetupObject(
            LogicalName.Parse("0-0:43.0.0.255"), new SecurityKeys(EncryptionKey, AuthenticationKey), ServerTitle);
        var device = new LogicalDevice(1, ServerTitle);
        device.Add(security);
        device.Add(new RegisterObject(Energy, () => CosemData.DoubleLongUnsigned(123_456), new ScalerUnit(0, Unit.WattHour)));
        device.Add(AssociationSettings.Public(Energy));
        device.Add(new AssociationSettings
        {
            ClientSap = 1,
            LogicalName = LogicalName.Parse("0-0:40.0.2.255"),
            Mechanism = AuthenticationMechanism.HighLevelGmac,
            IsCiphered = true,
            Security = security,
        });
        return device;
    }

    /// <summary>Bytes of one request and one response, read off a connection of its own.</summary>
    private static async Task<(int Request, int Response)> SizesAsync(int port, bool ciphered)
    {
        CountedPipe? counted = null;
        await using var meter = await MeterAsync(port, ciphered, 0, pipe => counted = new CountedPipe(pipe));
        var (sent, received) = (counted!.Sent, counted.Received);
        await meter.RunAsync(1);
        return ((int)(counted.Sent - sent), (int)(counted.Received - received));
    }

    private static async Task<Meter> MeterAsync(int port, bool ciphered, uint counter, Func<IDuplexPipe, IDuplexPipe> wrap)
    {
        var socket = await ConnectAsync(port);
        var stream = new NetworkStream(socket, ownsSocket: true);
        var pipe = wrap(new StreamPipe(PipeReader.Create(stream), PipeWriter.Create(stream)));
        var options = ciphered
            ? new ClientOptions
            {
                Authentication = AuthenticationMechanism.HighLevelGmac,
                Ciphering = ClientCiphering.Global,
                SystemTitle = ClientTitle,
                InvocationCounter = () => ++counter,
            }
            : new ClientOptions();
        var keys = ciphered ? new SecurityKeys(EncryptionKey, AuthenticationKey) : new SecurityKeys();
        var client = DlmsClient.OverWrapper(pipe, ciphered ? (ushort)1 : (ushort)16, 1, options, keys, ClientTimings.Usual,
            TimeProvider.System);
        if (await client.ConnectAsync(CancellationToken.None) is AssociationRejected rejected)
            throw new InvalidOperationException($"rejected: {rejected}");
        return new Meter(client, stream);
    }

    private static async Task<Echo> EchoAsync(int port, int request, int response)
    {
        var echo = new Echo(await ConnectAsync(port), request, response);
        await echo.BeginAsync();
        return echo;
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task<double> RateAsync(Func<int, Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run(Batch);
        return Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed class Ports
    {
        public int Echo { get; } = Free();

        public int Dlms { get; } = Free();

        private static int Free()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
    }

    private sealed class Meter(DlmsClient client, NetworkStream stream) : IAsyncDisposable
    {
        public async Task RunAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var result = await client.GetAsync(Value, CancellationToken.None);
                if (result.Data?.AsInteger() != 123_456) throw new InvalidOperationException("another value");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await client.ReleaseAsync(CancellationToken.None);
            await client.DisposeAsync();
            await stream.DisposeAsync();
        }
    }

    /// <summary>A plain socket that sends and receives as many bytes as the meter's client does.</summary>
    private sealed class Echo(Socket socket, int request, int response) : IDisposable
    {
        private readonly byte[] _out = new byte[request];
        private readonly byte[] _in = new byte[response];

        public async Task BeginAsync()
        {
            var sizes = new byte[RequestHead];
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

    /// <summary>Answers so many bytes with so many, as the first eight say.</summary>
    private sealed class EchoHandler : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            var (input, output) = (connection.Transport.Input, connection.Transport.Output);
            var head = (await input.ReadAtLeastAsync(RequestHead)).Buffer;
            var sizes = head.Slice(0, RequestHead).ToArray();
            input.AdvanceTo(head.GetPosition(RequestHead));
            var (request, response) = (BitConverter.ToInt32(sizes), BitConverter.ToInt32(sizes, 4));
            while (true)
            {
                var read = await input.ReadAtLeastAsync(request);
                if (read.Buffer.Length < request) return;
                input.AdvanceTo(read.Buffer.GetPosition(request));
                output.GetSpan(response)[..response].Clear();
                output.Advance(response);
                await output.FlushAsync();
            }
        }
    }

    private sealed class MeterHandler(LogicalDevice device) : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            using var server = new WrapperServer(device);
            var (input, output) = (connection.Transport.Input, connection.Transport.Output);
            while (true)
            {
                var read = await input.ReadAsync();
                var buffer = read.Buffer;
                server.Receive(ref buffer, output);
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) return;
                await output.FlushAsync();
            }
        }
    }

    private sealed record StreamPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A pipe that counts what goes through it.</summary>
    private sealed class CountedPipe(IDuplexPipe inner) : IDuplexPipe
    {
        private readonly CountedReader _input = new(inner.Input);
        private readonly CountedWriter _output = new(inner.Output);

        public long Sent => _output.Count;

        public long Received => _input.Count;

        public PipeReader Input => _input;

        public PipeWriter Output => _output;
    }

    private sealed class CountedReader(PipeReader inner) : PipeReader
    {
        private ReadOnlySequence<byte> _last;

        public long Count { get; private set; }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            Count += _last.Slice(0, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(cancellationToken);
            _last = read.Buffer;
            return read;
        }

        public override bool TryRead(out ReadResult result)
        {
            var found = inner.TryRead(out result);
            if (found) _last = result.Buffer;
            return found;
        }
    }

    private sealed class CountedWriter(PipeWriter inner) : PipeWriter
    {
        public long Count { get; private set; }

        public override void Advance(int bytes)
        {
            Count += bytes;
            inner.Advance(bytes);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
    }
}
