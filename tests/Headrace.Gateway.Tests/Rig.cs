using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Headrace.Core.Drivers;
using Headrace.Core.Links;
using Headrace.Core.Metering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headrace.Gateway.Tests;

/// <summary>A gateway on a free port with a handler that echoes.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public Rig(GatewayLimits? limits = null, ILinkHandler? handler = null)
    {
        Limits = limits ?? new GatewayLimits();
        Metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>());
        Gateway = new TcpGateway(handler ?? Echo, Limits, Journal, Metrics, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public GatewayLimits Limits { get; }

    public GatewayMetrics Metrics { get; }

    public EchoHandler Echo { get; } = new();

    public TestJournal Journal { get; } = new();

    public TcpGateway Gateway { get; }

    public static async Task<Rig> StartAsync(GatewayLimits? limits = null, ILinkHandler? handler = null, IPAddress? at = null)
    {
        var rig = new Rig(limits, handler);
        await rig.Gateway.StartAsync(new IPEndPoint(at ?? IPAddress.Loopback, 0), Cancel);
        return rig;
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Gateway.Endpoint!.Port), Cancel);
        return socket;
    }

    /// <summary>Connects and hears nothing but the end, which may come before the connection is complete.</summary>
    public async Task AssertTurnedAwayAsync()
    {
        try
        {
            using var surplus = await ConnectAsync();
            Assert.Equal("", await HearAsync(surplus, 1));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // turned away at once
        }
    }

    public static async Task<string> AskAsync(Socket socket, string text)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancel);
        return await HearAsync(socket, text.Length);
    }

    /// <summary>Up to that many bytes; fewer where the other side closes.</summary>
    public static async Task<string> HearAsync(Socket socket, int length)
    {
        var buffer = new byte[length];
        var have = 0;
        try
        {
            while (have < length)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(have), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
                if (got == 0) break;
                have += got;
            }
        }
        catch (SocketException)
        {
            // reset: closed as well
        }

        return Encoding.ASCII.GetString(buffer, 0, have);
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition()) await Task.Delay(10, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _services.DisposeAsync();
    }
}

/// <summary>Sends back what comes, and counts its links.</summary>
internal sealed class EchoHandler : ILinkHandler
{
    private int _now;

    public int Now => Volatile.Read(ref _now);

    public ConcurrentBag<string?> Remotes { get; } = [];

    public async Task RunAsync(ILink link, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _now);
        Remotes.Add(link.Remote?.ToString());
        try
        {
            while (true)
            {
                var read = await link.Transport.Input.ReadAsync(cancellationToken);
                foreach (var segment in read.Buffer) link.Transport.Output.Write(segment.Span);
                link.Transport.Input.AdvanceTo(read.Buffer.End);
                await link.Transport.Output.FlushAsync(cancellationToken);
                if (read.IsCompleted) return;
            }
        }
        catch (IOException)
        {
            // the peer or the gateway ended it
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }
}

/// <summary>A handler that fails at once.</summary>
internal sealed class FailingHandler : ILinkHandler
{
    public Task RunAsync(ILink link, CancellationToken cancellationToken) => throw new InvalidOperationException("a defect");
}

/// <summary>Collects what is journalled.</summary>
internal sealed class TestJournal : ISessionJournal
{
    public ConcurrentQueue<(RefusalKind Kind, string Detail)> Refusals { get; } = [];

    public void Note(MeterContact contact)
    {
    }

    public void Refused(RefusalKind refusal, long meterId, string detail) => Refusals.Enqueue((refusal, detail));
}
