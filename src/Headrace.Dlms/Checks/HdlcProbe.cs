using System.Buffers;
using System.IO.Pipelines;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Checks;

/// <summary>Single HDLC frames to a meter and back, past any link procedure.</summary>
internal sealed class HdlcProbe : IAsyncDisposable
{
    private readonly MeterUnderTest _meter;
    private readonly HdlcUnderTest _hdlc;
    private readonly RawLine _line;
    private readonly HdlcFrameReader _frames = new();
    private readonly ArrayBufferWriter<byte> _outgoing = new();

    private HdlcProbe(MeterUnderTest meter, HdlcUnderTest hdlc, RawLine line) => (_meter, _hdlc, _line) = (meter, hdlc, line);

    /// <summary>Connects; no link is open then.</summary>
    public static async ValueTask<HdlcProbe> ConnectAsync(MeterUnderTest meter, HdlcUnderTest hdlc, CancellationToken cancellationToken) =>
        new(meter, hdlc, await hdlc.ConnectAsync(cancellationToken));

    /// <summary>Sends a frame and gives the answer; null where there is none.</summary>
    /// <param name="control">The control byte.</param>
    /// <param name="information">The information field; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="to">Another server than the meter.</param>
    /// <param name="brokenCheck">With a wrong FCS.</param>
    public async ValueTask<HdlcFrame?> AskAsync(HdlcControl control, ReadOnlyMemory<byte> information, CancellationToken cancellationToken,
        HdlcAddress? to = null, bool brokenCheck = false)
    {
        _outgoing.ResetWrittenCount();
        new HdlcFrame(to ?? _hdlc.Server, _hdlc.Client, control, false, information).Write(_outgoing);
        var bytes = _outgoing.WrittenSpan.ToArray();
        if (brokenCheck) bytes[^2] ^= 0x5A;
        // A flag where one stood would end the frame early.
        if (brokenCheck && bytes[^2] == HdlcFrame.Flag) bytes[^2] ^= 0x01;
        return await TalkAsync(bytes, cancellationToken);
    }

    /// <summary>Waits for a frame more.</summary>
    public ValueTask<HdlcFrame?> NextAsync(CancellationToken cancellationToken) => TalkAsync(default, cancellationToken);

    /// <summary>What a frame is, in words.</summary>
    public static string Words(HdlcFrame? frame) => frame switch
    {
        null => "silence, or a closed connection",
        { Type: HdlcFrameType.Information } i => $"I frame {i.Control.SendSequence}, acknowledging up to {i.Control.ReceiveSequence}",
        { Type: HdlcFrameType.ReceiveReady } rr => $"RR, acknowledging up to {rr.Control.ReceiveSequence}",
        { Type: var type } => type.ToString(),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _outgoing.ResetWrittenCount();
            new HdlcFrame(_hdlc.Server, _hdlc.Client, HdlcControl.Disconnect, false, default).Write(_outgoing);
            await _line.Pipe.Output.WriteAsync(_outgoing.WrittenMemory, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The check has its verdict, and the connection is closed in any case.
        }
        await _line.Line.DisposeAsync();
    }

    private async ValueTask<HdlcFrame?> TalkAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(_meter.Silence, _meter.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            if (!bytes.IsEmpty) await _line.Pipe.Output.WriteAsync(bytes, cancellationToken);
            while (true)
            {
                var read = await _line.Pipe.Input.ReadAsync(either.Token);
                var buffer = read.Buffer;
                var found = Take(ref buffer);
                _line.Pipe.Input.AdvanceTo(buffer.Start, found is null ? buffer.End : buffer.Start);
                if (found is not null) return found;
                if (read.IsCompleted) return null;
            }
        }
        catch (Exception e) when (e is IOException or TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private HdlcFrame? Take(ref ReadOnlySequence<byte> buffer)
    {
        while (_frames.TryRead(ref buffer, out var frame))
        {
            if (frame.Destination == _hdlc.Client && frame.Type != HdlcFrameType.UnnumberedInformation)
                return frame with { Information = frame.Information.ToArray() };
        }
        return null;
    }
}

/// <summary>Lets everything through from a line and keeps a copy of what the meter sent.</summary>
internal sealed class HdlcTap : IDuplexPipe, IAsyncDisposable
{
    private const int Most = 1 << 20;

    private readonly RawLine _line;
    private readonly Pipe _copy = new();
    private readonly ArrayBufferWriter<byte> _seen = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _pumping;

    public HdlcTap(RawLine line)
    {
        _line = line;
        _pumping = PumpAsync();
    }

    /// <inheritdoc/>
    public PipeReader Input => _copy.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => _line.Pipe.Output;

    /// <summary>The frames so far, of the first megabyte; to be asked for after the line is disposed.</summary>
    public IReadOnlyList<HdlcFrame> Frames()
    {
        var reader = new HdlcFrameReader();
        var input = new ReadOnlySequence<byte>(_seen.WrittenMemory);
        var frames = new List<HdlcFrame>();
        while (reader.TryRead(ref input, out var frame)) frames.Add(frame with { Information = frame.Information.ToArray() });
        return frames;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _line.Line.DisposeAsync();
        await _pumping;
        _ending.Dispose();
    }

    private async Task PumpAsync()
    {
        Exception? end = null;
        try
        {
            while (true)
            {
                var read = await _line.Pipe.Input.ReadAsync(_ending.Token);
                foreach (var part in read.Buffer)
                {
                    if (_seen.WrittenCount < Most) _seen.Write(part.Span);
                    _copy.Writer.Write(part.Span);
                }
                _line.Pipe.Input.AdvanceTo(read.Buffer.End);
                await _copy.Writer.FlushAsync(_ending.Token);
                if (read.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            end = e as IOException;
        }
        await _copy.Writer.CompleteAsync(end);
    }
}
