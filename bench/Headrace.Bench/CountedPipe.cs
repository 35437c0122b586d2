using System.Buffers;
using System.IO.Pipelines;

namespace Headrace.Bench;

/// <summary>A pipe that counts what goes through it.</summary>
internal sealed class CountedPipe(IDuplexPipe inner) : IDuplexPipe
{
    private readonly CountedReader _input = new(inner.Input);
    private readonly CountedWriter _output = new(inner.Output);

    public long Sent => _output.Count;

    public long Received => _input.Count;

    public PipeReader Input => _input;

    public PipeWriter Output => _output;
}

internal sealed class CountedReader(PipeReader inner) : PipeReader
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

internal sealed class CountedWriter(PipeWriter inner) : PipeWriter
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
