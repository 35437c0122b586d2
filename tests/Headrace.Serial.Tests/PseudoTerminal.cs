using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace Headrace.Serial.Tests;

/// <summary>A pair of terminals that the kernel joins: the far end of a serial line, without hardware.</summary>
internal sealed partial class PseudoTerminal : IDuplexPipe, IDisposable
{
    private const int ReadWriteNoTerminalNonBlocking = 0x0002 | 0x0100 | 0x0800;
    private const int Name = 64;

    private readonly int _master;
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    public PseudoTerminal()
    {
        _master = posix_openpt(ReadWriteNoTerminalNonBlocking);
        if (_master < 0 || grantpt(_master) < 0 || unlockpt(_master) < 0) throw new IOException("no pseudo-terminal");
        var name = new byte[Name];
        if (ptsname_r(_master, name, Name) != 0) throw new IOException("a pseudo-terminal without a name");
        Device = System.Text.Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        var stream = new Master(this);
        Input = PipeReader.Create(stream);
        Output = PipeWriter.Create(stream);
    }

    /// <summary>The path a serial line opens.</summary>
    public string Device { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Control flags and speed of the line as it is set up now.</summary>
    public (uint ControlFlags, uint Speed) Settings()
    {
        Span<uint> settings = stackalloc uint[11];
        if (ioctl(_master, 0x802C542A, ref MemoryMarshal.GetReference(settings)) < 0) throw new IOException("no settings");
        return (settings[2], settings[10]);
    }

    public async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var read = await Input.ReadAtLeastAsync(count, cancellationToken);
        var bytes = read.Buffer.Slice(0, count).ToArray();
        Input.AdvanceTo(read.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Pulls the plug.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _closed.Cancel();
        _ = close(_master);
    }

    private sealed class Master(PseudoTerminal terminal) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, terminal._closed.Token);
            while (!terminal._closed.IsCancellationRequested)
            {
                var count = Transfer(buffer.Span, reading: true);
                if (count > 0) return count;
                await Task.Delay(1, either.Token);
            }
            return 0;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var count = Transfer(MemoryMarshal.AsMemory(buffer).Span, reading: false);
                if (count > 0) buffer = buffer[count..];
                else await Task.Delay(1, cancellationToken);
            }
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private unsafe int Transfer(Span<byte> bytes, bool reading)
        {
            fixed (byte* at = bytes)
                return (int)(reading ? read(terminal._master, (nint)at, (nuint)bytes.Length)
                    : write(terminal._master, (nint)at, (nuint)bytes.Length));
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int descriptor);

    [LibraryImport("libc")]
    private static partial int unlockpt(int descriptor);

    [LibraryImport("libc")]
    private static partial int ptsname_r(int descriptor, byte[] name, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, ref uint argument);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, nint buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, nint buffer, nuint count);
}
