using System.Buffers;
using System.IO.Pipelines;
using Headrace.Core.Drivers;
using Headrace.Core.Links;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Drivers.Dlms.Framing;
using Headrace.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// One link to a device, owned by one task from the first byte to the last. Notifications go to <see cref="PushReception"/>, everything
/// else to the session that is open on the link, if there is one; so a meter may push, be read and push again over one connection.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Neither holds anything of the system's, and a session may ask for them after the end.")]
internal sealed class DlmsConnection
{
    private readonly ILink _link;
    private readonly PushReception _reception;
    private readonly DialInConnections _dialIns;
    private readonly DlmsPorts _ports;
    private readonly DlmsLimits _limits;
    private readonly ILogger _log;
    private readonly GeneralBlockReassembly _blocks;
    private readonly SemaphoreSlim _oneSession = new(1);
    private readonly CancellationTokenSource _ended = new();
    private IApduFraming? _framing;
    private SessionPort? _session;
    private Meter? _meter;
    private bool _severalMeters;
    private int _refusals;
    private int _strays;
    private long _received;
    private long _sent;

    /// <param name="link">The link; the caller disposes of it.</param>
    /// <param name="reception">Takes notifications.</param>
    /// <param name="dialIns">Told which meter is on the link.</param>
    /// <param name="ports">The head-end.</param>
    /// <param name="limits">What is borne.</param>
    /// <param name="log">Log.</param>
    public DlmsConnection(ILink link, PushReception reception, DialInConnections dialIns, DlmsPorts ports, DlmsLimits limits, ILogger log)
    {
        (_link, _reception, _dialIns, _ports, _limits, _log) = (link, reception, dialIns, ports, limits, log);
        _blocks = new GeneralBlockReassembly(limits.MaxApduBytes);
    }

    /// <summary>Identifies the link.</summary>
    public string Id => _link.Id;

    /// <summary>The other end, for people.</summary>
    public string Remote => _link.Remote?.ToString() ?? "";

    /// <summary>Bytes received and sent so far.</summary>
    public (long Received, long Sent) Traffic => (Interlocked.Read(ref _received), Interlocked.Read(ref _sent));

    /// <summary>Cancelled when the link has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The meter that has shown itself on the link, or null.</summary>
    public Meter? Meter => _meter;

    /// <summary>Serves the link until it ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var deadline = new ReadDeadline(_link.Transport.Input, _limits, _ports.Time);
        try
        {
            await ReadAsync(_link.Transport.Input, deadline, cancellationToken);
        }
        catch (RefusedTrafficException e)
        {
            Close(e.Kind, e.Message);
        }
        catch (ProtocolException e)
        {
            Close(RefusalKind.Malformed, e.Message);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            Log.LinkLost(_log, _link.Id, Remote, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the head-end stops
        }
        finally
        {
            await _ended.CancelAsync();
            _session?.Complete();
            if (_meter is { } meter)
            {
                _dialIns.Unbind(meter.Id, this);
                _reception.Ended(meter);
            }
        }
    }

    /// <summary>Takes the link for a session; waits while another has it.</summary>
    /// <param name="client">wPort of the client.</param>
    /// <param name="server">wPort of the server.</param>
    /// <param name="counters">Where the counters of the session come from; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MeterException">Its framing carries no sessions.</exception>
    /// <exception cref="IOException">The link ended.</exception>
    public async ValueTask<SessionPort> OpenSessionAsync(
        ushort client, ushort server, SendCounters? counters, CancellationToken cancellationToken)
    {
        if (_framing is not (null or WrapperFraming))
            throw new MeterException($"The meter sends {_framing.Name} frames, over which it is not read.", isTransient: false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            await _oneSession.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost();
        }

        var port = new SessionPort(this, client, server, counters);
        _session = port;
        if (_ended.IsCancellationRequested) port.Complete();
        return port;
    }

    /// <summary>Gives the link back.</summary>
    internal void CloseSession(SessionPort port)
    {
        if (Interlocked.CompareExchange(ref _session, null, port) == port) _oneSession.Release();
    }

    /// <summary>Sends for the session that is open.</summary>
    internal async ValueTask SendAsync(ushort client, ushort server, ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken)
    {
        try
        {
            var output = _link.Transport.Output;
            Headrace.Dlms.Wrapper.WrapperFrame.Write(output, client, server, apdu.Span);
            Interlocked.Add(ref _sent, apdu.Length + Headrace.Dlms.Wrapper.WrapperFrame.HeaderSize);
            var flushed = await output.FlushAsync(cancellationToken);
            if (flushed.IsCompleted) throw Lost();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ConnectionAbortedException)
        {
            throw Lost(e);
        }
    }

    /// <summary>A push that came to the session in its protection, as it was.</summary>
    internal ValueTask<PushResult> ReceivePushAsync(ReadOnlyMemory<byte> apdu, CancellationToken cancellationToken) =>
        _reception.ReceiveAsync(apdu, _link.Remote, _meter, wait: true, cancellationToken);

    /// <summary>Ends the link.</summary>
    internal void Abort(string reason) => _link.Abort(reason);

    private IOException Lost(Exception? inner = null) => new($"The connection to {Remote} was lost.", inner);

    private async Task ReadAsync(PipeReader input, ReadDeadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var before = buffer.Length;
            var messages = 0;
            if (!buffer.IsEmpty) _framing ??= ApduFramings.Detect(buffer.FirstSpan[0], _limits);
            while (_framing is not null && TryTake(ref buffer, read.IsCompleted, out var message))
            {
                messages++;
                await HandleAsync(message, cancellationToken);
            }

            Interlocked.Add(ref _received, before - buffer.Length);
            var open = !buffer.IsEmpty || _framing is { HoldsPart: true } || _blocks.IsOpen;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                if (open)
                    _ports.Journal.Refused(RefusalKind.Malformed, _meter?.Id ?? 0, $"connection from {Remote} ended within a message");
                return;
            }

            deadline.Note(open, messages > 0, before > buffer.Length);
        }
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer, bool ended, out FramedApdu message) =>
        _framing!.TryRead(ref buffer, ended, out message);

    private async ValueTask HandleAsync(FramedApdu message, CancellationToken cancellationToken)
    {
        var apdu = WithoutGatewayPrefix(message.Apdu);
        if (apdu.IsEmpty) throw new ProtocolException("a frame without an APDU");
        if ((ApduTag)apdu.Span[0] == ApduTag.GeneralBlockTransfer && (_session is null || IsPushBlock(apdu.Span)))
        {
            // pushing meters hear no acknowledgement
            if (!_blocks.TryAdd((GeneralBlockTransfer)XdlmsApdu.Decode(apdu), out var joined)) return;
            apdu = joined;
            if (apdu.IsEmpty) throw new ProtocolException("general blocks without an APDU");
        }

        if (_session is { } session && !ProtectedPush.IsSurelyPush(apdu.Span) && session.IsFor(message.Source, message.Destination))
        {
            session.Offer(apdu);
            return;
        }

        if (!ProtectedPush.MayBePush(apdu.Span))
        {
            // A late answer to a session that has ended is no offence; a device that keeps talking about nothing is.
            if (++_strays > _limits.MaxRefusals) throw new ProtocolException($"tag {apdu.Span[0]:X2} though nothing was asked", 0);
            return;
        }

        Judge(await _reception.ReceiveAsync(apdu, _link.Remote, _meter, wait: true, cancellationToken));
    }

    private void Judge(in PushResult result)
    {
        if (result.Verdict is PushVerdict.Taken or PushVerdict.Duplicate)
        {
            _refusals = _strays = 0;
            if (result is { Meter: { } meter, Authentic: true }) Bind(meter, result.Verdict);
            return;
        }

        if (result.Verdict is not PushVerdict.NotAPush && ++_refusals >= _limits.MaxRefusals)
        {
            Log.TooManyRefusals(_log, _link.Id, Remote, _refusals);
            _link.Abort("too many messages refused");
        }
    }

    private void Bind(Meter meter, PushVerdict verdict)
    {
        if (_meter is { } known)
        {
            if (known.Id == meter.Id || _severalMeters) return;
            _severalMeters = true; // a concentrator: which of them would answer is not known
            _dialIns.Unbind(known.Id, this);
            return;
        }

        _meter = meter;
        if (!_link.Inbound || _framing is not WrapperFraming || !meter.Contact.HasFlag(ContactModes.DialsIn)) return;
        // What anybody could have recorded and sent again does not displace a connection that is known.
        if (verdict == PushVerdict.Taken) _dialIns.Bind(meter.Id, this);
        else _dialIns.TryBind(meter.Id, this);
        _ports.DialledIn?.Invoke(meter.Id);
    }

    private void Close(RefusalKind kind, string why)
    {
        _ports.Journal.Refused(kind, _meter?.Id ?? 0, $"{why}, from {Remote}");
        Log.Closed(_log, _link.Id, Remote, why);
        _link.Abort(why);
    }

    // Streamed without a window: the sender expects no acknowledgement, which only pushing meters do.
    private static bool IsPushBlock(ReadOnlySpan<byte> block) => block.Length > 1 && (block[1] & 0x7F) == 0x40;

    private static ReadOnlyMemory<byte> WithoutGatewayPrefix(ReadOnlyMemory<byte> apdu) =>
        apdu.IsEmpty ? apdu : (ApduTag)apdu.Span[0] switch
        {
            ApduTag.GatewayRequest => ((GatewayRequest)XdlmsApdu.Decode(apdu)).UserApdu,
            ApduTag.GatewayResponse => ((GatewayResponse)XdlmsApdu.Decode(apdu)).UserApdu,
            _ => apdu,
        };
}
