using System.Buffers;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Hdlc;

namespace Headrace.Dlms.Session;

/// <summary>A server behind HDLC: bytes of one line or TCP connection in, bytes out. Each client SAP has its own link.</summary>
public sealed class HdlcServer : IDisposable
{
    private const int MaxLinks = 64;

    private readonly DeviceServer _server;
    private readonly HdlcFrameReader _frames = new();
    private readonly Dictionary<(HdlcAddress Client, HdlcAddress Server), HdlcServerLink> _links = [];
    private readonly HdlcParameters _capability;
    private readonly int? _physicalDevice;
    private readonly IReadOnlyList<LogicalDevice> _devices;
    private readonly HdlcUnnumberedReassembly _broadcasts = new();

    /// <summary>A server.</summary>
    /// <param name="capability">The most its links can do.</param>
    /// <param name="physicalDevice">Lower address it answers to; null for any.</param>
    /// <param name="devices">What is served; the SAP of a device is the upper address.</param>
    public HdlcServer(HdlcParameters capability, int? physicalDevice, params IReadOnlyList<LogicalDevice> devices) =>
        (_server, _devices, _capability, _physicalDevice) = (new DeviceServer(devices), devices, capability, physicalDevice);

    /// <summary>The associations below.</summary>
    public DeviceServer Associations => _server;

    /// <summary>Serves all whole frames of <paramref name="input"/> and takes them off.</summary>
    /// <exception cref="Wire.ProtocolException">A client broke the procedure: its link is closed.</exception>
    public void Receive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        while (TryReceive(ref input, output))
        {
        }
    }

    /// <summary>Serves the next whole frame of <paramref name="input"/> and takes it off; false where there is none yet. What one frame
    /// makes the server write is bounded by a window of frames.</summary>
    /// <exception cref="Wire.ProtocolException">A client broke the procedure: its link is closed.</exception>
    public bool TryReceive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (!_frames.TryRead(ref input, out var frame)) return false;
        if (frame.Destination.IsAllStation || frame.Destination.IsAllPhysical) Broadcast(frame);
        else if (LinkOf(frame) is { } link && link.Receive(frame, output, out var happened)) Handle(link, happened, output);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    /// <summary>A message to all: every logical device that knows the client takes it, and nobody answers.</summary>
    private void Broadcast(in HdlcFrame frame)
    {
        if (frame.Type != HdlcFrameType.UnnumberedInformation || !_broadcasts.TryJoin(frame, out var apdu)) return;
        foreach (var device in _devices)
        {
            if (frame.Destination.IsAllStation || device.Sap == frame.Destination.Upper)
                _server.Handle((ushort)frame.Source.Upper, device.Sap, apdu);
        }
    }

    private void Handle(HdlcServerLink link, in HdlcEvent happened, IBufferWriter<byte> output)
    {
        var (client, server) = ((ushort)happened.Source.Upper, (ushort)happened.Destination.Upper);
        switch (happened.Kind)
        {
            case HdlcEventKind.Apdu:
                Serve(link, client, server, happened.Apdu, output);
                break;
            case HdlcEventKind.Unnumbered:
                _server.Handle(client, server, happened.Apdu);
                break;
            default:
                _server.Reset(client, server);
                break;
        }
    }

    private void Serve(HdlcServerLink link, ushort client, ushort server, ReadOnlyMemory<byte> apdu, IBufferWriter<byte> output)
    {
        var answer = ScratchBuffer.Rent();
        try
        {
            if (!_server.Handle(client, server, apdu, answer))
            {
                link.SendNothing(output);
                return;
            }
            do
            {
                link.SendApdu(answer.WrittenMemory, output);
                answer.ResetWrittenCount();
            }
            while (_server.WriteNext(client, server, answer));
        }
        finally
        {
            ScratchBuffer.Return(answer);
        }
    }

    /// <summary>The link of a frame; null where it is for somebody else or from a client nobody knows.</summary>
    private HdlcServerLink? LinkOf(in HdlcFrame frame)
    {
        if (_links.TryGetValue((frame.Source, frame.Destination), out var known)) return known;
        if (_physicalDevice is { } physical && frame.Destination is { Length: > 1, IsCallingPhysical: false }
            && frame.Destination.Lower != physical) return null;
        if (_links.Count >= MaxLinks) return null;
        if (_server.Find((ushort)frame.Source.Upper, (ushort)frame.Destination.Upper) is null) return null;
        return _links[(frame.Source, frame.Destination)] = new HdlcServerLink(frame.Destination, frame.Source, _capability);
    }
}
