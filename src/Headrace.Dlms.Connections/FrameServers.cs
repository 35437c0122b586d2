using System.Buffers;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Connections;

/// <summary>Requests in the wrapper.</summary>
internal sealed class WrapperFrames(GatewayServer server, Lock? gate, int maxApduLength) : IFrameServer
{
    public bool TryServe(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (!WrapperFrame.TryRead(ref input, maxApduLength, out var frame)) return false;
        var apdu = frame.Apdu.ToArray(); // objects may keep slices of it; the pipe's memory is used again
        Serve(frame.SourcePort, frame.DestinationPort, apdu, output);
        return true;
    }

    public void Dispose() => server.Dispose();

    private void Serve(ushort client, ushort device, ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        if (gate is null)
        {
            Answer(client, device, apdu, output);
            return;
        }
        lock (gate) Answer(client, device, apdu, output);
    }

    /// <summary>An answer that streams has several APDUs, each in a frame of its own.</summary>
    private void Answer(ushort client, ushort device, ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        for (var answer = server.Handle(client, device, apdu); !answer.IsEmpty; answer = server.Next(client, device))
            WrapperFrame.Write(output, device, client, answer.Span);
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
