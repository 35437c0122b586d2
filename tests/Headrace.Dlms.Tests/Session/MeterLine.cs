using System.Buffers;
using System.IO.Pipelines;

namespace Headrace.Dlms.Tests.Session;

/// <summary>A pipe to a meter that is served by a function from bytes to bytes.</summary>
internal sealed class MeterLine : IDuplexPipe, IAsyncDisposable
{
    public delegate void Server(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output);

    private readonly Pipe _up = new();
    private readonly Pipe _down = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly int _pieces;

    public MeterLine(Server server, int pieces = int.MaxValue, int closeAfterBytes = int.MaxValue)
    {
        _pieces = pieces;
        _serving = ServeAsync(server, closeAfterBytes);
    }

    public PipeReader Input => _down.Reader;

    public PipeWriter Output => _up.Writer;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(Server server, int left)
    {
        try
        {
            while (true)
            {
                var read = await _up.Reader.ReadAsync(_stop.Token);
                var buffer = read.Buffer;
                var output = new ArrayBufferWriter<byte>();
                server(ref buffer, output);
                _up.Reader.AdvanceTo(buffer.Start, buffer.End);
                for (var start = 0; start < output.WrittenCount && left > 0;)
                {
                    var length = Math.Min(Math.Min(_pieces, output.WrittenCount - start), left);
                    await _down.Writer.WriteAsync(output.WrittenMemory.Slice(start, length), _stop.Token);
                    (start, left) = (start + length, left - length);
                    if (_pieces < int.MaxValue) await Task.Yield();
                }
                if (left <= 0 || read.IsCompleted) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
        await _down.Writer.CompleteAsync();
        await _up.Reader.CompleteAsync();
    }
}
