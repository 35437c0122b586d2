using System.IO.Pipelines;

namespace Headrace.Gateway;

/// <summary>A pipe reader that notes when bytes came and how many were consumed.</summary>
internal sealed class WatchedPipeReader(PipeReader inner, TimeProvider time, Action<long> consumed) : PipeReader
{
    private SequencePosition _start;
    private System.Buffers.ReadOnlySequence<byte> _buffer;
    private long _seen;
    private long _lastActivity = time.GetTimestamp();

    public long LastActivity => Volatile.Read(ref _lastActivity);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var taken = _buffer.Slice(_start, consumed).Length;
        _seen -= taken;
        Report(taken);
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Note(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Note(result);
        return true;
    }

    private ReadResult Note(ReadResult result)
    {
        _buffer = result.Buffer;
        _start = result.Buffer.Start;
        if (result.Buffer.Length > _seen) Volatile.Write(ref _lastActivity, time.GetTimestamp());
        _seen = result.Buffer.Length;
        return result;
    }

    private void Report(long bytes)
    {
        if (bytes > 0) consumed(bytes);
    }
}
