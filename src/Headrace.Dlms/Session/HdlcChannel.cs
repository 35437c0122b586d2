using System.IO.Pipelines;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Session;

/// <summary>How long an HDLC channel waits.</summary>
/// <param name="Response">For a frame, before the last is sent again.</param>
/// <param name="Retries">How often a frame is sent again.</param>
public sealed record HdlcTimings(TimeSpan Response, int Retries = 3);

/// <summary>APDUs over an HDLC link over a pipe (IEC 62056-46). Lost frames are repeated here.</summary>
public sealed class HdlcChannel : IApduChannel
{
    private readonly IDuplexPipe _pipe;
    private readonly HdlcClientLink _link;
    private readonly HdlcTimings _timings;
    private readonly TimeProvider _time;

    /// <summary>A channel whose link is not open yet.</summary>
    /// <param name="pipe">The connection; stays the caller's.</param>
    /// <param name="link">The link.</param>
    /// <param name="timings">How long to wait.</param>
    /// <param name="time">Whose time.</param>
    public HdlcChannel(IDuplexPipe pipe, HdlcClientLink link, HdlcTimings timings, TimeProvider time) =>
        (_pipe, _link, _timings, _time) = (pipe, link, timings, time);

    /// <summary>Told of messages in UI frames: pushes on the same line. Null drops them.</summary>
    public Action<HdlcEvent>? Unnumbered { get; init; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _link.Connect(_pipe.Output);
        var answer = await NextAsync(cancellationToken);
        if (answer.Kind == HdlcEventKind.Refused)
        {
            // A session of before is still open: DISC clears it.
            await CloseAsync(cancellationToken);
            _link.Connect(_pipe.Output);
            answer = await NextAsync(cancellationToken);
        }
        if (answer.Kind != HdlcEventKind.Connected) throw new IOException($"The server refused the HDLC link: {answer.Kind}.");
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

    /// <summary>Waits for what happens next on the link, sending again what is not answered in time.</summary>
    private async ValueTask<HdlcEvent> NextAsync(CancellationToken cancellationToken)
    {
        await _pipe.Output.FlushAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            using var silence = new CancellationTokenSource(_timings.Response, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            try
            {
                return await ReadAsync(either.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (attempt >= _timings.Retries) throw new TimeoutException("The server does not answer on HDLC.", e);
                _link.OnTimeout(_pipe.Output);
                await _pipe.Output.FlushAsync(cancellationToken);
            }
        }
    }

    private async ValueTask<HdlcEvent> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.Input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            HdlcEvent? told = null;
            try
            {
                while (told is null && _link.TryReceive(ref buffer, _pipe.Output, out var happened))
                {
                    if (happened.Kind == HdlcEventKind.Unnumbered) Unnumbered?.Invoke(happened);
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
}
