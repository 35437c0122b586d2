using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Headrace.Serial;

/// <summary>A serial line as a pipe of bytes, held by this process alone.</summary>
/// <remarks>
/// One thread waits for what is received; it stops reading while <see cref="Input"/> holds 64 KiB that nobody takes, from when on the
/// driver's own buffer fills and characters are lost, as on any serial line without handshake. A flush of <see cref="Output"/> ends when
/// the driver has taken the bytes; <see cref="DrainAsync"/> waits until they are sent. A line that is unplugged ends
/// <see cref="Input"/> with <see cref="IOException"/>. Linux only.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SerialLine : IDuplexPipe, IAsyncDisposable
{
    private const int MostUnread = 64 * 1024;
    private const int ReadSize = 512;

    private readonly TimeProvider _time;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: MostUnread, resumeWriterThreshold: MostUnread / 2,
        useSynchronizationContext: false));
    private readonly TaskCompletionSource _readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _roomForMore = new();
    private readonly int _descriptor;
    private readonly int _alarm;
    private volatile bool _closing;
    private int _disposed;

    private SerialLine(string device, SerialSettings settings, int descriptor, TimeProvider time)
    {
        (Device, Settings, _descriptor, _time) = (device, settings, descriptor, time);
        _alarm = Terminal.OpenAlarm();
        Output = PipeWriter.Create(new SerialOutput(this), new StreamPipeWriterOptions(leaveOpen: true));
        new Thread(Receive) { IsBackground = true, Name = "serial " + device }.Start();
    }

    /// <summary>The path of the device.</summary>
    public string Device { get; }

    /// <summary>Speed and character format in force.</summary>
    public SerialSettings Settings { get; private set; }

    /// <inheritdoc/>
    public PipeReader Input => _received.Reader;

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <summary>Opens a line and sets it up.</summary>
    /// <param name="device">Path of the device, such as <c>/dev/ttyUSB0</c>.</param>
    /// <param name="settings">Speed and character format.</param>
    /// <param name="time">Whose time; null takes the system's.</param>
    /// <exception cref="IOException">No such device, no serial line, in use, or it cannot do the settings.</exception>
    public static SerialLine Open(string device, SerialSettings settings, TimeProvider? time = null)
    {
        SerialSettings.Check(settings);
        var descriptor = Terminal.Open(device);
        try
        {
            Terminal.Configure(descriptor, device, settings);
            Terminal.DropReceived(descriptor);
            return new SerialLine(device, settings, descriptor, time ?? TimeProvider.System);
        }
        catch
        {
            Terminal.Close(descriptor);
            throw;
        }
    }

    /// <summary>Changes speed and format while the line is open, after all that was written has been sent. What is received meanwhile
    /// stays.</summary>
    /// <exception cref="IOException">The line cannot do it.</exception>
    public async ValueTask ChangeAsync(SerialSettings settings, CancellationToken cancellationToken)
    {
        SerialSettings.Check(settings);
        await DrainAsync(cancellationToken);
        Terminal.Configure(_descriptor, Device, settings);
        Settings = settings;
    }

    /// <summary>Flushes and waits until the last bit is on the line.</summary>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        await Output.FlushAsync(cancellationToken);
        for (var unsent = Terminal.Unsent(_descriptor); unsent > 0; unsent = Terminal.Unsent(_descriptor))
            await Task.Delay(Settings.CharacterTime * unsent + TimeSpan.FromMilliseconds(1), _time, cancellationToken);
        Terminal.WaitUntilSent(_descriptor);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _closing = true;
        Terminal.Raise(_alarm);
        _roomForMore.Set();
        await _readingEnded.Task;
        Terminal.Close(_descriptor);
        Terminal.Close(_alarm);
    }

    /// <summary>Hands bytes to the driver, waiting where it has no room.</summary>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            cancellationToken.ThrowIfCancellationRequested();
            var written = Terminal.Write(_descriptor, bytes.Span);
            if (written > 0)
            {
                bytes = bytes[written..];
                continue;
            }
            if (written < 0 && Marshal.GetLastPInvokeError() is not (Terminal.Again or Terminal.Interrupted))
                throw Terminal.Failure(Device, "cannot be written to");
            await Task.Delay(Settings.CharacterTime * 16 + TimeSpan.FromMilliseconds(1), _time, cancellationToken);
        }
    }

    /// <summary>The receiving thread.</summary>
    private void Receive()
    {
        Exception? why = null;
        try
        {
            Span<Terminal.Awaited> awaited =
            [
                new Terminal.Awaited { Descriptor = _descriptor, Events = Terminal.Readable },
                new Terminal.Awaited { Descriptor = _alarm, Events = Terminal.Readable },
            ];
            while (!_closing)
            {
                if (Terminal.Wait(awaited) < 0 && Marshal.GetLastPInvokeError() != Terminal.Interrupted)
                    throw Terminal.Failure(Device, "cannot be waited for");
                if (_closing || !Take()) break;
            }
        }
        catch (IOException e)
        {
            why = e;
        }
        _received.Writer.Complete(why);
        _readingEnded.SetResult();
    }

    /// <summary>Reads what there is; false where nobody reads any more.</summary>
    private bool Take()
    {
        var read = Terminal.Read(_descriptor, _received.Writer.GetSpan(ReadSize));
        if (read == 0) throw new IOException($"The serial line {Device} has hung up.");
        if (read < 0)
        {
            if (Marshal.GetLastPInvokeError() is Terminal.Again or Terminal.Interrupted) return true;
            throw Terminal.Failure(Device, "cannot be read");
        }
        _received.Writer.Advance(read);
        var flushed = _received.Writer.FlushAsync().AsTask();
        if (!flushed.IsCompleted)
        {
            _roomForMore.Reset();
            flushed.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_roomForMore.Set);
            if (!_closing) _roomForMore.Wait();
        }
        return !_closing && !flushed.GetAwaiter().GetResult().IsCompleted;
    }
}
