using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Hdlc;

/// <summary>One line with several servers on it, seen from the client: finds the frames once and hands each to the link of its sender
/// (IEC 62056-46, multi-drop). Bytes in, bytes out; links stay open while others are talked to, one at a time.</summary>
/// <param name="client">Own address, one byte.</param>
/// <param name="dropEcho">Drop frames that repeat what was sent: heads and converters that hear themselves.</param>
/// <param name="maxApduLength">Longest message of a server that has no link here, in bytes: pushes.</param>
public sealed class HdlcLine(HdlcAddress client, bool dropEcho = false, int maxApduLength = ushort.MaxValue)
{
    /// <summary>Most servers on one line; RS-485 carries 32 unit loads, and a quarter-load driver four times as many.</summary>
    public const int MaxServers = 256;

    private const int MaxParked = 64;

    private readonly Dictionary<HdlcAddress, HdlcClientLink> _links = [];
    private readonly Queue<HdlcEvent> _parked = [];
    private readonly HdlcUnnumberedReassembly _unnumbered = new(maxApduLength);

    /// <summary>The frames below, for their counters.</summary>
    public HdlcFrameReader Frames { get; } = new() { DropEcho = dropEcho };

    /// <summary>Frames of servers that have no link here, and to other clients.</summary>
    public long StrayFrames { get; private set; }

    /// <summary>Events of links that nobody fetched, and that were dropped.</summary>
    public long EventsDropped { get; private set; }

    /// <summary>The link to a server; made, not opened, where it is asked for first.</summary>
    /// <exception cref="InvalidOperationException">There are too many.</exception>
    public HdlcClientLink LinkTo(HdlcAddress server, HdlcClientOptions? options = null)
    {
        if (_links.TryGetValue(server, out var known)) return known;
        if (_links.Count == MaxServers) throw new InvalidOperationException($"More than {MaxServers} servers on one line.");
        return _links[server] = new HdlcClientLink(client, server, options ?? new HdlcClientOptions(), Frames);
    }

    /// <summary>Sends a message to all servers of the line, none of which answers; only pre-established associations take it.</summary>
    /// <param name="addressLength">Bytes of the servers' addresses, 1, 2 or 4.</param>
    /// <param name="apdu">The message; unconfirmed services only.</param>
    /// <param name="maxInformation">Longest information field, in bytes.</param>
    /// <param name="output">Where the frames go.</param>
    public void Broadcast(int addressLength, ReadOnlySpan<byte> apdu, int maxInformation, IBufferWriter<byte> output) =>
        HdlcUnnumbered.WriteRequest(HdlcAddress.AllStations(addressLength), client, apdu, maxInformation, output);

    /// <summary>Takes frames off <paramref name="input"/>, has the link of each answer into <paramref name="output"/>, and stops at the
    /// first event, whose source is the server.</summary>
    /// <returns>False where the input holds no further event yet.</returns>
    /// <exception cref="ProtocolException">A server broke the procedure.</exception>
    public bool TryReceive(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output, out HdlcEvent happened)
    {
        happened = default;
        while (Frames.TryRead(ref input, out var frame))
        {
            if (_links.TryGetValue(frame.Source, out var link))
            {
                if (link.Receive(frame, output, out happened)) return true;
                continue;
            }
            if (frame.Type == HdlcFrameType.UnnumberedInformation && _unnumbered.TryJoin(frame, out var push))
            {
                happened = new HdlcEvent(HdlcEventKind.Unnumbered, frame.Destination, frame.Source, push);
                return true;
            }
            StrayFrames++;
        }
        return false;
    }

    /// <summary>Keeps an event of a link that is not waited for now; the oldest is dropped where there are too many.</summary>
    internal void Park(in HdlcEvent happened)
    {
        if (_parked.Count == MaxParked)
        {
            _parked.Dequeue();
            EventsDropped++;
        }
        _parked.Enqueue(happened);
    }

    /// <summary>Fetches the first event kept of a server.</summary>
    internal bool TryFetch(HdlcAddress server, out HdlcEvent happened)
    {
        happened = default;
        var found = false;
        for (var left = _parked.Count; left > 0; left--)
        {
            var kept = _parked.Dequeue();
            if (!found && kept.Source == server) (happened, found) = (kept, true);
            else _parked.Enqueue(kept);
        }
        return found;
    }
}
