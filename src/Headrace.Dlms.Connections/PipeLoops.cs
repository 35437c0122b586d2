using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;

namespace Headrace.Dlms.Connections;

/// <summary>The live connections of a server or listener: how many, how long each may keep silent, and their end.</summary>
internal sealed class PipeLoops : IAsyncDisposable
{
    private readonly ConcurrentDictionary<PipeLoop, (TaskCompletionSource Ended, IAsyncDisposable? Line)> _live = [];
    private readonly DlmsServerOptions _options;
    private readonly ITimer _watch;
    private int _count;
    private volatile bool _stopping;

    public PipeLoops(DlmsServerOptions options, ConnectionCounters counters)
    {
        (_options, Counters) = (options, counters);
        var shortest = options.IdleTimeout < options.WriteTimeout ? options.IdleTimeout : options.WriteTimeout;
        var period = TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 4, 20, 5000));
        _watch = options.Time.CreateTimer(static me => ((PipeLoops)me!).Watch(), this, period, period);
    }

    public ConnectionCounters Counters { get; }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place for a connection; false, counted, where there is none left.</summary>
    public bool TryEnter(EndPoint? remote)
    {
        if (!_stopping && Interlocked.Increment(ref _count) <= _options.MaxConnections)
        {
            Counters.CountAccepted();
            return true;
        }
        if (!_stopping) Interlocked.Decrement(ref _count);
        End(remote, _stopping ? ConnectionEnd.Stopped : ConnectionEnd.Refused);
        return false;
    }

    /// <summary>Gives a place back that no loop was run for.</summary>
    public void Leave(EndPoint? remote, ConnectionEnd how)
    {
        Interlocked.Decrement(ref _count);
        End(remote, how);
    }

    /// <summary>Runs one connection to its end, in a place taken before, which is given back.</summary>
    /// <param name="pipe">The connection.</param>
    /// <param name="line">What is closed to cut it off; null where cancelling its reads and writes is all there is.</param>
    /// <param name="server">What serves it; disposed at the end.</param>
    /// <param name="remote">For the log.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ConnectionEnd> RunAsync(
        IDuplexPipe pipe, IAsyncDisposable? line, IFrameServer server, EndPoint? remote, CancellationToken cancellationToken)
    {
        var loop = new PipeLoop(pipe, server, _options.MaxUnsent, _options.Time);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var how = ConnectionEnd.Closed;
        _live[loop] = (ended, line);
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(static l => ((PipeLoop)l!).CutOff(ConnectionEnd.Stopped), loop);
            if (_stopping) loop.CutOff(ConnectionEnd.Stopped);
            return how = await loop.RunAsync();
        }
        finally
        {
            _live.TryRemove(loop, out _);
            server.Dispose();
            Counters.CountFrames(loop.Frames);
            Leave(remote, how);
            ended.SetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _watch.DisposeAsync();
        var live = _live.ToArray();
        foreach (var (loop, (ended, line)) in live)
        {
            await CutOffAsync(loop, line, ConnectionEnd.Stopped);
            if (line is null && !ended.Task.IsCompleted) loop.CutOff(ConnectionEnd.Stopped);
        }
        await Task.WhenAll(live.Select(entry => entry.Value.Ended.Task));
    }

    private static async ValueTask CutOffAsync(PipeLoop loop, IAsyncDisposable? line, ConnectionEnd why)
    {
        loop.CutOff(why);
        if (line is not null) await line.DisposeAsync();
    }

    private void Watch()
    {
        foreach (var (loop, (_, line)) in _live)
        {
            var patience = loop.IsWriting ? _options.WriteTimeout : _options.IdleTimeout;
            if (loop.Waited >= patience)
                _ = CutOffAsync(loop, line, loop.IsWriting ? ConnectionEnd.Slow : ConnectionEnd.Idle).AsTask();
        }
    }

    private void End(EndPoint? remote, ConnectionEnd how)
    {
        Counters.CountEnd(how);
        _options.Ended?.Invoke(remote, how);
    }
}
