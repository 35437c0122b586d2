using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>The secondary (server) side of one HDLC link with one client (IEC 62056-46, 6.4.4). Frames in, bytes out.</summary>
/// <remarks>Every <see cref="HdlcEventKind.Apdu"/> is answered by <see cref="SendApdu"/> or, where there is no answer, by
/// <see cref="SendNothing"/>.</remarks>
/// <param name="server">Own address.</param>
/// <param name="client">The client's address.</param>
/// <param name="capability">The most this side can do; SNRM may ask for less.</param>
/// <param name="maxApduLength">Longest message accepted, in bytes.</param>
public sealed class HdlcServerLink(HdlcAddress server, HdlcAddress client, HdlcParameters capability, int maxApduLength = ushort.MaxValue)
{
    private readonly HdlcTransfer _transfer = new(server, client, HdlcLlc.Response, HdlcLlc.Request, maxApduLength);
    private readonly HdlcUnnumberedReassembly _unnumbered = new(maxApduLength);
    private bool _ownTurn;
    private bool _answerOwed;

    /// <summary>Where the link is: disconnected or connected.</summary>
    public HdlcLinkState State { get; private set; }

    /// <summary>What was negotiated, from the own viewpoint.</summary>
    public HdlcParameters Parameters { get; private set; } = HdlcParameters.Default;

    /// <summary>This side has no room for messages: the client is told RNR in its turn, and sends again when it is told
    /// otherwise.</summary>
    public bool IsBusy
    {
        get => _transfer.IsBusy;
        set => _transfer.IsBusy = value;
    }

    /// <summary>Takes in one frame of this client, answers what the procedure demands, and tells what happened, if anything.</summary>
    /// <exception cref="ProtocolException">A message without LLC header or longer than allowed.</exception>
    public bool Receive(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        happened = default;
        switch (State, frame.Type)
        {
            case (_, HdlcFrameType.SetNormalResponseMode):
                return Open(frame, output, out happened);
            case (HdlcLinkState.Connected, HdlcFrameType.Disconnect):
                State = HdlcLinkState.Disconnected;
                Write(HdlcControl.UnnumberedAcknowledge, default, output);
                happened = new HdlcEvent(HdlcEventKind.Disconnected, frame.Destination, frame.Source);
                return true;
            case (_, HdlcFrameType.UnnumberedInformation):
                if (!_unnumbered.TryJoin(frame, out var apdu)) return false;
                happened = new HdlcEvent(HdlcEventKind.Unnumbered, frame.Destination, frame.Source, apdu);
                return true;
            case (HdlcLinkState.Connected, HdlcFrameType.ReceiveReady or HdlcFrameType.ReceiveNotReady):
                return Ready(frame, output, out happened);
            case (HdlcLinkState.Connected, HdlcFrameType.Information):
                return Information(frame, output, out happened);
            case (HdlcLinkState.Disconnected, _):
                if (frame.Control.PollFinal) Write(HdlcControl.DisconnectedMode, default, output);
                return false;
            default:
                return Reject(frame, output, out happened);
        }
    }

    /// <summary>Sends a message: at once where it is the server's turn, else when the client polls.</summary>
    public void SendApdu(ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        if (State != HdlcLinkState.Connected) throw new InvalidOperationException("The HDLC link is not open.");
        _answerOwed = false;
        _transfer.Enqueue(apdu.Span);
        if (_ownTurn) Turn(output);
    }

    /// <summary>Passes the turn back without a message: what was received is not to be answered.</summary>
    public void SendNothing(IBufferWriter<byte> output)
    {
        _answerOwed = false;
        if (_ownTurn && State == HdlcLinkState.Connected) Turn(output);
    }

    private bool Open(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        Parameters = capability.Agree(HdlcParameters.Read(frame.Information.Span));
        _transfer.Reset(Parameters);
        (_ownTurn, _answerOwed) = (false, false);
        State = HdlcLinkState.Connected;
        Write(HdlcControl.UnnumberedAcknowledge, Parameters.ToInformation(), output);
        happened = new HdlcEvent(HdlcEventKind.Connected, frame.Destination, frame.Source, Parameters: Parameters);
        return true;
    }

    private bool Ready(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        happened = default;
        if (!_transfer.Acknowledge(frame.Control.ReceiveSequence)) return Reject(frame, output, out happened);
        _transfer.NotePeer(frame.Type);
        if (!frame.Control.PollFinal) return false;
        _ownTurn = true;
        if (frame.Type == HdlcFrameType.ReceiveNotReady || !_answerOwed)
        {
            Turn(output);
        }
        return false;
    }

    private bool Information(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        happened = default;
        if (!_transfer.Acknowledge(frame.Control.ReceiveSequence)) return Reject(frame, output, out happened);
        _transfer.NotePeer(frame.Type);
        var reception = _transfer.Receive(frame, out var apdu);
        if (frame.Control.PollFinal) _ownTurn = true;
        if (reception == HdlcReception.Completed)
        {
            _answerOwed = true;
            happened = new HdlcEvent(HdlcEventKind.Apdu, frame.Destination, frame.Source, apdu);
            return true;
        }
        if (_ownTurn && !_answerOwed) Turn(output);
        return false;
    }

    private bool Reject(in HdlcFrame frame, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        State = HdlcLinkState.Disconnected;
        Write(HdlcControl.FrameReject, default, output);
        happened = new HdlcEvent(HdlcEventKind.Rejected, frame.Destination, frame.Source);
        return true;
    }

    private void Turn(IBufferWriter<byte> output)
    {
        _ownTurn = false;
        _transfer.WriteTurn(frame => frame.Write(output));
    }

    private void Write(HdlcControl control, ReadOnlyMemory<byte> information, IBufferWriter<byte> output) =>
        new HdlcFrame(client, server, control, false, information).Write(output);
}
