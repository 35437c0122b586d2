using System.Buffers;
using System.IO.Pipelines;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Session;

/// <summary>How long an HDLC channel waits.</summary>
/// <param name="Response">For a frame, before the last is sent again.</param>
/// <param name="Retries">How often a frame is sent again.</param>
public sealed record HdlcTimings(TimeSpan Response, int Retries = 3)
{
    /// <summary>How long a server that says it is busy is left alone before it is polled. It may be busy until the caller's patience
    /// ends.</summary>
    public TimeSpan BusyPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The pause between DISC and SNRM where a session of before was still open.</summary>
    public TimeSpan OldSessionPause { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>APDUs over an HDLC link over a pipe (IEC 62056-46). Lost frames are repeated here.</summary>
public sealed class HdlcChannel : IApduChannel
{
    private readonly IDuplexPipe _pipe;
    private readonly HdlcClientLink _link;
    private readonly HdlcTimings _timings;
    private readonly TimeProvider _time;
    private readonly HdlcLine? _line;

    /// <summary>A channel to one server of a line with several, which is not open yet. One task owns the line and all its
    /// channels.</summary>
    /// <param name="pipe">The connection; stays the caller's.</param>
    /// <param name="line">The line.</param>
    /// <param name="server">Which of its servers.</param>
    /// <param name="options">How to open its link; null takes the defaults.</param>
    /// <param name="timings">How long to wait.</param>
    /// <param name="time">Whose time.</param>
    public HdlcChannel(
        IDuplexPipe pipe, HdlcLine line, HdlcAddress server, HdlcClientOptions? options, HdlcTimings timings, TimeProvider time)
        : this(pipe, line.LinkTo(server, options), timings, time) => _line = line;

    /// <summary>A channel whose link is not open yet.</summary>
    /// <param name="pipe">The connection; stays the caller's.</param>
    /// <param name="link">The link.</param>
    /// <param name="timings">How long to wait.</param>
    /// <param name="time">Whose time.</param>
    public HdlcChannel(IDuplexPipe pipe, HdlcClientLink link, HdlcTimings timings, TimeProvider time) =>
        (_pipe, _link, _timings, _time) = (pipe, link, timings, time);

    /// <summary>Told of messages in UI frames: pushes on the same line. Null drops them.</summary>
    public Action<HdlcEvent>? Unnumbered { get; init; }

    /// <summary>Times a session of before was still open and was cleared by DISC.</summary>
    public int OldSessionsCleared { get; private set; }

    /// <inheritdoc/>
    /// <remarks>A server that answers DM, or nothing, may hold a session of before: it is sent DISC, and after a pause SNRM again,
    /// once.</remarks>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var answer = await ConnectAsync(lastTry: false, cancellationToken);
        if (answer != HdlcEventKind.Connected)
        {
            await ClearOldSessionAsync(cancellationToken);
            answer = await ConnectAsync(lastTry: true, cancellationToken);
        }
        if (answer != HdlcEventKind.Connected) throw new IOException($"The server refused the HDLC link: {answer}.");
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
    {
        if (_link.State != HdlcLinkState.Connected) throw new IOException("The HDLC link is closed.");
        _link.SendApdu(apdu, _pipe.Output);
        await _pipe.Output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var answer = await NextAsync(cancellationToken);
        return answer.Kind == HdlcEventKind.Apdu ? answer.Apdu : throw new IOException($"The HDLC link is closed: {answer.Kind}.");
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        _link.Disconnect(_pipe.Output);
        HdlcEvent answer;
        do answer = await NextAsync(cancellationToken);
        while (answer.Kind == HdlcEventKind.Apdu);
    }

    private async ValueTask<HdlcEventKind> ConnectAsync(bool lastTry, CancellationToken cancellationToken)
    {
        try
        {
            _link.Connect(_pipe.Output);
            return (await NextAsync(cancellationToken)).Kind;
        }
        catch (TimeoutException) when (!lastTry)
        {
            return HdlcEventKind.Refused;
        }
    }

    private async ValueTask ClearOldSessionAsync(CancellationToken cancellationToken)
    {
        OldSessionsCleared++;
        try
        {
            await CloseAsync(cancellationToken);
        }
        catch (TimeoutException)
        {
            // Some do not answer DISC either, and let go all the same.
        }
        await Task.Delay(_timings.OldSessionPause, _time, cancellationToken);
    }

    /// <summary>Waits for what happens next on the link, sending again what is not answered in time and polling a busy server.</summary>
    private async ValueTask<HdlcEvent> NextAsync(CancellationToken cancellationToken)
    {
        await _pipe.Output.FlushAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            using var silence = new CancellationTokenSource(_timings.Response, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                var happened = await ReadAsync(either.Token);
                if (happened.Kind != HdlcEventKind.Busy) return happened;
                attempt = -1; // it is there
                await Task.Delay(_timings.BusyPause, _time, cancellationToken);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (attempt >= _timings.Retries) throw new TimeoutException("The server does not answer on HDLC.", e);
            }
            _link.OnTimeout(_pipe.Output);
            await _pipe.Output.FlushAsync(cancellationToken);
        }
    }

    private async ValueTask<HdlcEvent> ReadAsync(CancellationToken cancellationToken)
    {
        if (_line is not null && _line.TryFetch(_link.Server, out var kept)) return kept;
        while (true)
        {
            var read = await _pipe.Input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            HdlcEvent? told = null;
            try
            {
                while (told is null && TryReceive(ref buffer, out var happened))
                {
                    if (happened.Kind == HdlcEventKind.Unnumbered) Unnumbered?.Invoke(happened);
                    else if (_line is not null && happened.Source != _link.Server) _line.Park(happened);
                    else told = happened;
                }
            }
            finally
            {
                _pipe.Input.AdvanceTo(buffer.Start, told is null ? buffer.End : buffer.Start);
            }
            await _pipe.Output.FlushAsync(cancellationToken);
            if (told is { } happening) return happening;
            if (read.IsCompleted) throw new IOException("The server has closed the connection.");
        }
    }

    private bool TryReceive(ref ReadOnlySequence<byte> buffer, out HdlcEvent happened) => _line is null
        ? _link.TryReceive(ref buffer, _pipe.Output, out happened)
        : _line.TryReceive(ref buffer, _pipe.Output, out happened);
}
