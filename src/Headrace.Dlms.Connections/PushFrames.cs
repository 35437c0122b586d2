using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.MBus;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>A message off a stream, with the ports of its wrapper frame; 0 where it came in another framing, which is not
/// answered.</summary>
internal readonly record struct PushFrame(ReadOnlyMemory<byte> Apdu, ushort Source, ushort Destination, bool CanAnswer);

/// <summary>Cuts the messages out of one stream: wrapper, HDLC or wired M-Bus, by its first byte.</summary>
internal sealed class PushFraming(int maxApduLength, int maxNoise)
{
    private const byte MBusStart = 0x68;

    private readonly MBusSegmentJoiner _segments = new();
    private HdlcPushReader? _hdlc;
    private long _noiseBefore;
    private byte? _first;

    /// <summary>Takes the next message off; false where it is not there yet. The message is the caller's to keep.</summary>
    /// <exception cref="ProtocolException">No known framing, a message too long, or too much noise.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out PushFrame frame)
    {
        frame = default;
        if (input.IsEmpty) return false;
        _first ??= input.FirstSpan[0];
        return _first switch
        {
            0 => Wrapper(ref input, out frame),
            HdlcFrame.Flag => Hdlc(ref input, out frame),
            MBusStart => MBus(ref input, out frame),
            _ => throw new ProtocolException($"a stream that begins with {_first:X2}, which no framing does", 0),
        };
    }

    private bool Wrapper(ref ReadOnlySequence<byte> input, out PushFrame frame)
    {
        frame = default;
        if (!WrapperFrame.TryRead(ref input, maxApduLength, out var found)) return false;
        frame = new PushFrame(found.Apdu.ToArray(), found.SourcePort, found.DestinationPort, CanAnswer: true);
        return true;
    }

    private bool Hdlc(ref ReadOnlySequence<byte> input, out PushFrame frame)
    {
        _hdlc ??= new HdlcPushReader(maxApduLength);
        var found = _hdlc.TryRead(ref input, out var push);
        frame = found ? new PushFrame(push.Apdu, 0, 0, CanAnswer: false) : default;
        var noise = _hdlc.Frames.NoiseBytes;
        if (noise - _noiseBefore > maxNoise) throw new ProtocolException($"more than {maxNoise} bytes of noise between frames");
        if (found) _noiseBefore = noise;
        return found;
    }

    private bool MBus(ref ReadOnlySequence<byte> input, out PushFrame frame)
    {
        frame = default;
        while (!input.IsEmpty && MBusLongFrame.TryRead(ref input, out var found))
        {
            if (!_segments.TryAppend(found, out var apdu)) continue;
            frame = new PushFrame(apdu, 0, 0, CanAnswer: false);
            return true;
        }
        return false;
    }
}

/// <summary>The pushes of one connection: what was cut out is taken in one by one, and the next is waited for only when there is
/// room.</summary>
internal sealed class PushFrames(
    PushReception reception, ChannelWriter<DlmsNotification> taken, EndPoint? remote, DlmsListenerOptions options,
    CancellationToken closing) : IFrameServer
{
    private readonly PushFraming _framing = new(options.MaxApduLength, options.MaxNoise);
    private readonly GeneralBlockReassembly _blocks = new(options.MaxApduLength);
    private readonly Queue<PushFrame> _waiting = [];
    private IBufferWriter<byte>? _output;
    private ushort _acknowledgements;

    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        _output = output;
        if (!_framing.TryRead(ref input, out var frame)) return false;
        _waiting.Enqueue(frame);
        return true;
    }

    public bool HasToSettle => _waiting.Count > 0;

    public async ValueTask SettleAsync()
    {
        while (_waiting.TryDequeue(out var frame))
        {
            if (Join(ref frame)) continue;
            var (notification, answer) = await reception.ReceiveAsync(frame.Apdu, remote, closing);
            if (notification is not null) await taken.WriteAsync(notification, closing);
            if (!answer.IsEmpty && frame.CanAnswer)
                WrapperFrame.Write(_output!, frame.Destination, frame.Source, answer.Span);
        }
    }

    public void Dispose()
    {
        // holds nothing
    }

    /// <summary>Takes a general block in; true where its message is not whole yet.</summary>
    private bool Join(ref PushFrame frame)
    {
        if (frame.Apdu.IsEmpty || (ApduTag)frame.Apdu.Span[0] != ApduTag.GeneralBlockTransfer) return false;
        var outcome = _blocks.Add((GeneralBlockTransfer)XdlmsApdu.Decode(frame.Apdu), out var apdu);
        if (outcome is GeneralBlockOutcome.AcknowledgementDue or GeneralBlockOutcome.Repeated && frame.CanAnswer)
        {
            var acknowledgement = new GeneralBlockTransfer(
                LastBlock: true, Streaming: false, Window: 1, unchecked(++_acknowledgements), _blocks.Received, default);
            WrapperFrame.Write(_output!, frame.Destination, frame.Source, acknowledgement.Encode());
        }
        if (outcome != GeneralBlockOutcome.Complete) return true;
        _blocks.Reset();
        _acknowledgements = 0;
        frame = frame with { Apdu = apdu };
        return false;
    }
}
