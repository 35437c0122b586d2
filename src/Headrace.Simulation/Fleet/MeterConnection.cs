using System.Buffers;
using System.Net.Sockets;
using Headrace.Wire;

namespace Headrace.Simulation.Fleet;

/// <summary>One TCP connection of a meter, whoever opened it: reads requests, sends answers, and carries pushes in between.</summary>
internal sealed class MeterConnection : IDisposable
{
    /// <summary>No message of a client is longer: the meter negotiates less. Whoever sends more is not a client.</summary>
    internal const int MaximumApduSize = 2_048;

    private const int MaximumBuffered = MaximumApduSize + 64;

    private readonly Socket _socket;
    private readonly MeterApplication _application;
    private readonly TimeSpan? _inactivity;
    private readonly TimeProvider _time;
    private readonly FleetCounters _counters;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _received = new byte[512];
    private int _count;

    internal MeterConnection(Socket socket, MeterApplication application, TimeSpan? inactivity, TimeProvider time, FleetCounters counters)
    {
        (_socket, _application, _inactivity, _time, _counters) = (socket, application, inactivity, time, counters);
        Remote = socket.RemoteEndPoint?.ToString() ?? "";
    }

    /// <summary>The other end, for people.</summary>
    internal string Remote { get; }

    /// <summary>Completes when the connection is closed.</summary>
    internal Task Completion => _completion.Task;

    /// <summary>True once it is closed.</summary>
    internal bool IsClosed => _completion.Task.IsCompleted;

    /// <summary>Sends whole frames; others wait meanwhile.</summary>
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await PushSender.SendAllAsync(_socket, frames, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Serves until either side closes, and tells why it ended.</summary>
    internal async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (!await ReceiveAsync(cancellationToken)) return "closed by the client";
                var answers = Serve();
                if (answers.WrittenCount > 0) await SendAsync(answers.WrittenMemory, cancellationToken);
            }
        }
        catch (ProtocolException error)
        {
            _counters.CountMalformed();
            return error.Message;
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? "the meter stops" : "the client was silent for too long";
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return error.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _application.Dispose();
        _completion.TrySetResult();
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_count == _received.Length)
        {
            if (_count >= MaximumBuffered) throw new ProtocolException($"no whole frame in {_count} bytes");
            Array.Resize(ref _received, Math.Min(_count * 2, MaximumBuffered));
        }

        var read = 0;
        if (_inactivity is { } span)
        {
            using var silence = new CancellationTokenSource(span, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            read = await _socket.ReceiveAsync(_received.AsMemory(_count), either.Token);
        }
        else
        {
            read = await _socket.ReceiveAsync(_received.AsMemory(_count), cancellationToken);
        }

        _count += read;
        return read > 0;
    }

    /// <summary>Serves the whole frames of what was received and keeps the rest.</summary>
    private ArrayBufferWriter<byte> Serve()
    {
        var buffer = new ReadOnlySequence<byte>(_received, 0, _count);
        var answers = new ArrayBufferWriter<byte>(256);
        _counters.CountRequests(_application.Serve(ref buffer, answers));
        buffer.CopyTo(_received);
        _count = (int)buffer.Length;
        return answers;
    }
}
