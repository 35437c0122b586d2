using System.Buffers;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Wrapper;

namespace Headrace.Dlms.Session;

/// <summary>A server behind the wrapper: bytes of one TCP connection or datagram in, bytes out (IEC 62056-47).</summary>
/// <param name="devices">What is served.</param>
public sealed class WrapperServer(params IReadOnlyList<LogicalDevice> devices) : IDisposable
{
    private readonly DeviceServer _server = new(devices);

    /// <summary>The associations below.</summary>
    public DeviceServer Associations => _server;

    /// <summary>Serves all whole frames of <paramref name="input"/> and takes them off.</summary>
    /// <exception cref="Wire.ProtocolException">Not the wrapper: the connection is to be closed.</exception>
    public void Receive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        while (WrapperFrame.TryRead(ref input, WrapperFrame.MaximumApduSize, out var frame))
        {
            if (_server.Find(frame.SourcePort, frame.DestinationPort) is { } association) Serve(association, frame, output);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private static void Serve(ServerAssociation association, in WrapperFrame frame, IBufferWriter<byte> output)
    {
        var answer = ScratchBuffer.Rent();
        try
        {
            for (var more = association.Handle(frame.Apdu, answer); more; more = association.WriteNext(answer))
            {
                WrapperFrame.Write(output, frame.DestinationPort, frame.SourcePort, answer.WrittenSpan);
                answer.ResetWrittenCount();
            }
        }
        finally
        {
            ScratchBuffer.Return(answer);
        }
    }
}
