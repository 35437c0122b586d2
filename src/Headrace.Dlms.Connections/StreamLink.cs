using System.IO.Pipelines;

namespace Headrace.Dlms.Connections;

/// <summary>A stream as a pipe: what is written goes out with the flush, what is read is buffered once.</summary>
internal sealed class StreamLink : IDuplexPipe, IAsyncDisposable
{
    private readonly Stream _stream;

    /// <param name="stream">Closed with this.</param>
    /// <param name="bufferSize">Bytes of a read; held while one waits.</param>
    public StreamLink(Stream stream, int bufferSize = 4096)
    {
        _stream = stream;
        Input = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: bufferSize, minimumReadSize: bufferSize / 4, leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Closes the stream; reads and writes that wait end with an error.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
