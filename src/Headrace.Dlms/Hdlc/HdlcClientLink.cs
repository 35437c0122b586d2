using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>How a client opens a link.</summary>
public sealed record HdlcClientOptions
{
    /// <summary>What is proposed in SNRM; nothing is sent where it is the default.</summary>
    public HdlcParameters Proposal { get; init; } = HdlcParameters.Default;

    /// <summary>Longest message accepted, in bytes.</summary>
    public int MaxApduLength { get; init; } = ushort.MaxValue;

    /// <summary>Drop frames that repeat what was sent: optical heads that hear themselves.</summary>
    public bool DropEcho { get; init; }

    /// <summary>A quirk: the UI frame that sets the final bit ends a push, whatever its segmentation bit says.</summary>
    public bool FinalBitEndsPush { get; init; }
}

/// <summary>The primary (client) side of one HDLC link in normal response mode (IEC 62056-46, 6.4.4). Bytes in, bytes out; time-outs belong
/// to the caller.</summary>
public sealed class HdlcClientLink
{
    private const int MaxTurnsWithoutProgress = 8;

    private readonly HdlcAddress _client;
    private readonly HdlcAddress _server;
    private readonly HdlcClientOptions _options;
    private readonly HdlcTransfer _transfer;
    private readonly HdlcFrameReader _frames;
    private readonly HdlcUnnumberedReassembly _unnumbered;
    private readonly ArrayBufferWriter<byte> _outgoing = new();
    private int _turnsWithoutProgress;

    /// <summary>A link that is not open yet.</summary>
    /// <param name="client">Own address, one byte.</param>
    /// <param name="server">The server's address in the length it expects.</param>
    /// <param name="options">How to open it; null takes the defaults.</param>
    public HdlcClientLink(HdlcAddress client, HdlcAddress server, HdlcClientOptions? options = null)
        : this(client, server, options ?? new HdlcClientOptions(), new HdlcFrameReader { DropEcho = options?.DropEcho ?? false })
    {
    }

    /// <summary>A link of a line that it shares with others.</summary>
    internal HdlcClientLink(HdlcAddress client, HdlcAddress server, HdlcClientOptions options, HdlcFrameReader frames)
    {
        (_client, _server, _options, _frames) = (client, server, options, frames);
        _transfer = new HdlcTransfer(client, server, HdlcLlc.Request, HdlcLlc.Response, _options.MaxApduLength);
        _unnumbered = new HdlcUnnumberedReassembly(_options.MaxApduLength) { FinalBitEnds = _options.FinalBitEndsPush };
    }

    /// <summary>The server's address.</summary>
    public HdlcAddress Server => _server;

    /// <summary>This side has no room for messages: the server is told RNR, and sends again when it is told otherwise. Setting it back
    /// takes effect with the next turn: <see cref="OnTimeout"/>.</summary>
    public bool IsBusy
    {
        get => _transfer.IsBusy;
        set => _transfer.IsBusy = value;
    }

    /// <summary>Where the link is.</summary>
    public HdlcLinkState State { get; private set; }

    /// <summary>The frames below, for their counters.</summary>
    public HdlcFrameReader Frames => _frames;

    /// <summary>Frames that were for somebody else or did not fit the state, and were dropped.</summary>
    public long StrayFrames { get; private set; }

    /// <summary>Opens the link: SNRM. <see cref="HdlcEventKind.Connected"/> or <see cref="HdlcEventKind.Refused"/> follows.</summary>
    public void Connect(IBufferWriter<byte> output)
    {
        State = HdlcLinkState.Connecting;
        var information = _options.Proposal == HdlcParameters.Default ? [] : _options.Proposal.ToInformation();
        Write(new HdlcFrame(_server, _client, HdlcControl.SetNormalResponseMode, false, information));
        Flush(output);
    }

    /// <summary>Closes the link: DISC. Also clears what a former session left open; <see cref="HdlcEventKind.Disconnected"/>
    /// follows.</summary>
    public void Disconnect(IBufferWriter<byte> output)
    {
        State = HdlcLinkState.Disconnecting;
        Write(new HdlcFrame(_server, _client, HdlcControl.Disconnect, false, default));
        Flush(output);
    }

    /// <summary>Sends a message. The answer comes as <see cref="HdlcEventKind.Apdu"/>.</summary>
    /// <exception cref="InvalidOperationException">The link is not open, or the message before has not gone out whole.</exception>
    public void SendApdu(ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        if (State != HdlcLinkState.Connected) throw new InvalidOperationException("The HDLC link is not open.");
        _transfer.Enqueue(apdu.Span);
        _transfer.WriteTurn(Write);
        Flush(output);
    }

    /// <summary>Sends again what the server has not answered: SNRM, DISC, unacknowledged I frames, or RR where all were
    /// acknowledged.</summary>
    public void OnTimeout(IBufferWriter<byte> output)
    {
        switch (State)
        {
            case HdlcLinkState.Connecting:
                Connect(output);
                break;
            case HdlcLinkState.Disconnecting:
                Disconnect(output);
                break;
            case HdlcLinkState.Connected:
                _transfer.WriteTurn(Write);
                Flush(output);
                break;
        }
    }

    /// <summary>Takes frames off <paramref name="input"/>, answers what the procedure demands into <paramref name="output"/>, and stops at
    /// the first event.</summary>
    /// <returns>False where the input holds no further event yet.</returns>
    /// <exception cref="ProtocolException">A message without LLC header or longer than allowed, or a peer that never
    /// acknowledges.</exception>
    public bool TryReceive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        happened = default;
        while (_frames.TryRead(ref input, out var frame))
        {
            if (Receive(frame, output, out happened)) return true;
        }
        return false;
    }

    /// <summary>Takes one frame in, and answers it; true where something is to be told.</summary>
    /// <exception cref="ProtocolException">As <see cref="TryReceive"/>.</exception>
    internal bool Receive(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        var told = Handle(frame, out happened);
        Flush(output);
        return told;
    }

    private bool Handle(in HdlcFrame frame, out HdlcEvent happened)
    {
        happened = default;
        if (frame.Type == HdlcFrameType.UnnumberedInformation)
        {
            if (!_unnumbered.TryJoin(frame, out var push)) return false;
            happened = new HdlcEvent(HdlcEventKind.Unnumbered, frame.Destination, frame.Source, push);
            return true;
        }
        if (frame.Destination != _client || frame.Source != _server)
        {
            StrayFrames++;
            return false;
        }
        switch (State, frame.Type)
        {
            case (HdlcLinkState.Connecting, HdlcFrameType.UnnumberedAcknowledge):
                return Connected(frame, out happened);
            case (HdlcLinkState.Connecting, HdlcFrameType.DisconnectedMode):
                return Closed(HdlcEventKind.Refused, frame, out happened);
            case (HdlcLinkState.Disconnecting, HdlcFrameType.UnnumberedAcknowledge or HdlcFrameType.DisconnectedMode):
            case (HdlcLinkState.Connected, HdlcFrameType.DisconnectedMode):
                return Closed(HdlcEventKind.Disconnected, frame, out happened);
            case (HdlcLinkState.Connected, HdlcFrameType.FrameReject):
                return Closed(HdlcEventKind.Rejected, frame, out happened);
            case (HdlcLinkState.Connected, HdlcFrameType.ReceiveReady or HdlcFrameType.ReceiveNotReady):
                return Ready(frame, out happened);
            case (HdlcLinkState.Connected, HdlcFrameType.Information):
                return Information(frame, out happened);
            default:
                StrayFrames++;
                return false;
        }
    }

    private bool Connected(in HdlcFrame frame, out HdlcEvent happened)
    {
        var agreed = _options.Proposal.Agree(HdlcParameters.Read(frame.Information.Span));
        _transfer.Reset(agreed);
        State = HdlcLinkState.Connected;
        happened = new HdlcEvent(HdlcEventKind.Connected, frame.Destination, frame.Source, Parameters: agreed);
        return true;
    }

    private bool Closed(HdlcEventKind kind, in HdlcFrame frame, out HdlcEvent happened)
    {
        State = HdlcLinkState.Disconnected;
        happened = new HdlcEvent(kind, frame.Destination, frame.Source);
        return true;
    }

    private bool Ready(in HdlcFrame frame, out HdlcEvent happened)
    {
        happened = default;
        var before = _transfer.Unacknowledged;
        if (!_transfer.Acknowledge(frame.Control.ReceiveSequence)) return Closed(HdlcEventKind.Rejected, frame, out happened);
        _transfer.NotePeer(frame.Type);
        if (!frame.Control.PollFinal) return false;
        if (frame.Type == HdlcFrameType.ReceiveNotReady)
        {
            happened = new HdlcEvent(HdlcEventKind.Busy, frame.Destination, frame.Source);
            return true;
        }
        // One that has nothing yet (RR) is asked again when the caller's time is up.
        var progress = _transfer.Unacknowledged < before;
        if (progress) _turnsWithoutProgress = 0;
        // An RR that acknowledges nothing asks for lost frames again; where only one is out it was lost with its poll bit, and this RR is
        // an old one.
        if (progress ? _transfer.Unacknowledged > 0 || _transfer.HasWaiting : _transfer.Unacknowledged > 1)
        {
            if (++_turnsWithoutProgress > MaxTurnsWithoutProgress) throw new ProtocolException("the server acknowledges nothing");
            _transfer.WriteTurn(Write);
        }
        return false;
    }

    private bool Information(in HdlcFrame frame, out HdlcEvent happened)
    {
        happened = default;
        if (!_transfer.Acknowledge(frame.Control.ReceiveSequence)) return Closed(HdlcEventKind.Rejected, frame, out happened);
        _transfer.NotePeer(frame.Type);
        var reception = _transfer.Receive(frame, out var apdu);
        if (reception == HdlcReception.Completed)
        {
            happened = new HdlcEvent(HdlcEventKind.Apdu, frame.Destination, frame.Source, apdu);
            return true;
        }
        // A duplicate is not answered: the answer to the first is on its way, and two answers to each would never end.
        if (frame.Control.PollFinal && reception != HdlcReception.Duplicate) _transfer.WriteReady(Write);
        return false;
    }

    private void Write(HdlcFrame frame)
    {
        var start = _outgoing.WrittenCount;
        frame.Write(_outgoing);
        _frames.NoteSent(_outgoing.WrittenSpan[start..]);
    }

    private void Flush(IBufferWriter<byte> output)
    {
        if (_outgoing.WrittenCount == 0) return;
        output.Write(_outgoing.WrittenSpan);
        _outgoing.ResetWrittenCount();
    }
}
