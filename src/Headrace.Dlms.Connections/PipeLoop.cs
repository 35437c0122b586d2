using System.Buffers;
using System.IO.Pipelines;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>Takes the frames of one connection and answers them.</summary>
internal interface IFrameServer : IDisposable
{
    /// <summary>Serves the next whole frame and takes it off; false where there is none yet.</summary>
    /// <exception cref="ProtocolException">The connection is to be closed.</exception>
    bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output);

    /// <summary>True where something was taken in that has not found its place.</summary>
    bool HasToSettle => false;

    /// <summary>Waits until what was taken in has found its place.</summary>
    ValueTask SettleAsync() => default;
}

/// <summary>One connection: reads, serves, writes, in one task and on whatever thread the bytes come; nothing is handed to
/// another.</summary>
/// <remarks>Patience is watched from outside by <see cref="PipeLoops"/>, with one timer for all connections and none for each
/// read.</remarks>
internal sealed class PipeLoop(IDuplexPipe pipe, IFrameServer server, int maxUnsent, TimeProvider time)
{
    private long _since = time.GetTimestamp();
    private int _cutOff = -1;
    private volatile bool _writing;
    private volatile bool _settling;

    /// <summary>Frames served so far.</summary>
    public int Frames { get; private set; }

    /// <summary>True while the peer is to take what was written.</summary>
    public bool IsWriting => _writing;

    /// <summary>How long the peer has been waited for: since its last whole frame, or since the last write began; not at all while
    /// this side is what is waited for.</summary>
    public TimeSpan Waited => _settling ? TimeSpan.Zero : time.GetElapsedTime(Interlocked.Read(ref _since));

    /// <summary>Ends the loop from outside; the first reason counts. Called again until the loop has ended.</summary>
    public void CutOff(ConnectionEnd why)
    {
        Interlocked.CompareExchange(ref _cutOff, (int)why, -1);
        if (_writing) pipe.Output.CancelPendingFlush(); // not where none waits: it would spoil the next
        else pipe.Input.CancelPendingRead();
    }

    /// <summary>Serves until either side ends it. Does not throw for what a peer does.</summary>
    public async Task<ConnectionEnd> RunAsync()
    {
        try
        {
            while (true)
            {
                var read = await pipe.Input.ReadAsync();
                if (read.IsCanceled)
                {
                    pipe.Input.AdvanceTo(read.Buffer.Start);
                    return Why(ConnectionEnd.Closed);
                }
                var (rest, goesOn) = await ServeAsync(read.Buffer);
                pipe.Input.AdvanceTo(rest, read.Buffer.End);
                if (!goesOn || read.IsCompleted) return Why(ConnectionEnd.Closed);
            }
        }
        catch (ProtocolException)
        {
            return Why(ConnectionEnd.Malformed);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            return Why(ConnectionEnd.Closed); // the stream below has gone
        }
    }

    private async ValueTask<(SequencePosition Left, bool GoesOn)> ServeAsync(ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var more = ServeSome(ref buffer);
            if (server.HasToSettle)
            {
                _settling = true;
                await server.SettleAsync();
                _settling = false;
                Interlocked.Exchange(ref _since, time.GetTimestamp());
            }
            if (pipe.Output.CanGetUnflushedBytes && pipe.Output.UnflushedBytes == 0)
            {
                if (!more) return (buffer.Start, true);
                continue;
            }
            Interlocked.Exchange(ref _since, time.GetTimestamp());
            _writing = true;
            var flushed = await pipe.Output.FlushAsync();
            _writing = false;
            Interlocked.Exchange(ref _since, time.GetTimestamp());
            if (flushed.IsCompleted || flushed.IsCanceled) return (buffer.Start, false);
            if (!more) return (buffer.Start, true);
        }
    }

    /// <summary>Serves frames until none is whole, or until enough waits to be sent; true where there may be more.</summary>
    private bool ServeSome(ref ReadOnlySequence<byte> buffer)
    {
        var served = 0;
        var more = true;
        while (more && _cutOff == -1)
        {
            more = server.TryServe(ref buffer, pipe.Output);
            if (more) served++;
            if (more && (!pipe.Output.CanGetUnflushedBytes || pipe.Output.UnflushedBytes >= maxUnsent)) break;
        }
        if (served == 0) return false;
        Frames += served;
        Interlocked.Exchange(ref _since, time.GetTimestamp());
        return more && _cutOff == -1;
    }

    private ConnectionEnd Why(ConnectionEnd otherwise) => _cutOff == -1 ? otherwise : (ConnectionEnd)_cutOff;
}
