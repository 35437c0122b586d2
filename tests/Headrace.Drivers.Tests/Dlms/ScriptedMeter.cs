using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Session;

namespace Headrace.Drivers.Tests.Dlms;

/// <summary>Serves a logical device on a real port; may cut the line after a number of bytes, or say nothing at all.</summary>
internal sealed class ScriptedMeter : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly LogicalDevice _device;
    private readonly Task _running;

    public ScriptedMeter(LogicalDevice device)
    {
        _device = device;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _running = AcceptAsync();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>Bytes sent on a connection after which it is cut.</summary>
    public int CutAfter { get; set; } = int.MaxValue;

    public bool Silent { get; set; }

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _running;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                Connections++;
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var own = socket;
        using var server = new WrapperServer(_device);
        var input = new ArrayBufferWriter<byte>();
        var output = new ArrayBufferWriter<byte>();
        var buffer = new byte[4096];
        var sent = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), _stopping.Token) is var length and > 0)
            {
                if (Silent) continue;
                input.Write(buffer.AsSpan(0, length));
                var whole = new ReadOnlySequence<byte>(input.WrittenMemory.ToArray());
                server.Receive(ref whole, output);
                input.ResetWrittenCount();
                foreach (var rest in whole) input.Write(rest.Span);
                var allowed = Math.Min(output.WrittenCount, CutAfter - sent);
                await socket.SendAsync(output.WrittenMemory[..allowed], _stopping.Token);
                sent += allowed;
                if (allowed < output.WrittenCount) return;
                output.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // the test is over, or the head-end has gone
        }
    }
}
