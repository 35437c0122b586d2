using System.Buffers;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections;

/// <summary>Requests in the wrapper.</summary>
internal sealed class WrapperFrames(GatewayServer server, Lock? gate, int maxApduLength) : IFrameServer
{
    // One for each thread and not for each connection, as serving never waits; answers are bounded by the associations' PDU sizes.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (!WrapperFrame.TryRead(ref input, maxApduLength, out var frame)) return false;
        if (gate is null)
        {
            Serve(frame, output);
            return true;
        }
        lock (gate) Serve(frame, output);
        return true;
    }

    public void Dispose() => server.Dispose();

    /// <summary>An answer that streams has several APDUs, each in a frame of its own.</summary>
    private void Serve(in WrapperFrame frame, IBufferWriter<byte> output)
    {
        var (client, device) = (frame.SourcePort, frame.DestinationPort);
        var answer = _scratch ??= new ArrayBufferWriter<byte>(2048);
        answer.ResetWrittenCount();
        for (var more = server.Handle(client, device, frame.Apdu, answer); more; more = server.WriteNext(client, device, answer))
        {
            WrapperFrame.Write(output, device, client, answer.WrittenSpan);
            answer.ResetWrittenCount();
        }
    }
}

/// <summary>Requests in HDLC frames.</summary>
internal sealed class HdlcFrames(HdlcServer server, Lock? gate) : IFrameServer
{
    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (gate is null) return server.TryReceive(ref input, output);
        lock (gate) return server.TryReceive(ref input, output);
    }

    public void Dispose() => server.Dispose();
}

/// <summary>Tells by the first byte of a connection which framing it has.</summary>
internal sealed class DetectedFrames(Func<ServerFraming, IFrameServer> make) : IFrameServer
{
    private IFrameServer? _found;

    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (_found is null && input.IsEmpty) return false;
        _found ??= make(input.FirstSpan[0] == HdlcFrame.Flag ? ServerFraming.Hdlc : ServerFraming.Wrapper);
        return _found.TryServe(ref input, output);
    }

    public void Dispose() => _found?.Dispose();
}

/// <summary>A line that stays when a client breaks the procedure: its links are forgotten, and the next frame is served.</summary>
internal sealed class LastingFrames(Func<IFrameServer> make, Action malformed) : IFrameServer
{
    private IFrameServer _current = make();

    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        try
        {
            return _current.TryServe(ref input, output);
        }
        catch (Wire.ProtocolException)
        {
            malformed();
            Reset();
            return true;
        }
    }

    /// <summary>Forgets all links and associations.</summary>
    public void Reset()
    {
        _current.Dispose();
        _current = make();
    }

    public void Dispose() => _current.Dispose();
}
