using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Headrace.Core.Drivers;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Drivers.Dlms.Framing;
using Headrace.Wire;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Takes datagrams from the receiving thread into a bounded queue and decodes them in the order they came, so that counters of one
/// meter do not overtake each other. A full queue drops and counts: nobody awaits an answer, and a re-read brings the values.
/// </summary>
internal sealed class DatagramReception : IAsyncDisposable
{
    private const int MostSenders = 1_024;
    private readonly PushReception _reception;
    private readonly DlmsPorts _ports;
    private readonly DlmsLimits _limits;
    private readonly ILogger _log;
    private readonly Channel<Datagram> _queue;
    private readonly Dictionary<EndPoint, GeneralBlockReassembly> _blocks = [];
    private readonly Task _decoding;
    private long _waitingBytes;
    private long _dropped;

    public DatagramReception(PushReception reception, DlmsPorts ports, DlmsLimits limits, ILogger log)
    {
        (_reception, _ports, _limits, _log) = (reception, ports, limits, log);
        _queue = Channel.CreateBounded<Datagram>(new BoundedChannelOptions(limits.MaxDatagrams) { SingleReader = true });
        _decoding = Task.Run(DecodeAsync);
    }

    /// <summary>Queues a datagram, or drops it.</summary>
    public void Offer(ReadOnlySpan<byte> datagram, EndPoint? remote)
    {
        if (datagram.IsEmpty) return;
        if (Interlocked.Add(ref _waitingBytes, datagram.Length) <= _limits.MaxDatagramBytes)
        {
            var copy = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(copy);
            if (_queue.Writer.TryWrite(new Datagram(copy, datagram.Length, remote))) return;
            ArrayPool<byte>.Shared.Return(copy);
        }

        Interlocked.Add(ref _waitingBytes, -datagram.Length);
        var dropped = Interlocked.Increment(ref _dropped);
        _ports.Journal.Refused(RefusalKind.Overloaded, 0, "datagrams come faster than they are decoded");
        if (dropped % 10_000 == 1) Log.DatagramsDropped(_log, dropped);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _decoding;
    }

    private async Task DecodeAsync()
    {
        await foreach (var datagram in _queue.Reader.ReadAllAsync())
        {
            try
            {
                await DecodeAsync(datagram.Bytes.AsMemory(0, datagram.Length), datagram.Remote);
            }
            catch (Exception e) when (e is ProtocolException or RefusedTrafficException)
            {
                var kind = (e as RefusedTrafficException)?.Kind ?? RefusalKind.Malformed;
                _ports.Journal.Refused(kind, 0, $"datagram from {datagram.Remote}: {e.Message}");
            }
            catch (Exception e)
            {
                Log.PushFailed(_log, e, datagram.Remote?.ToString());
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(datagram.Bytes);
                Interlocked.Add(ref _waitingBytes, -datagram.Length);
            }
        }
    }

    private async ValueTask DecodeAsync(ReadOnlyMemory<byte> bytes, EndPoint? remote)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        var framing = ApduFramings.Detect(bytes.Span[0], _limits);
        var messages = 0;
        while (TryTake(framing, ref input, out var message))
        {
            messages++;
            var apdu = message.Apdu;
            if (apdu.IsEmpty) throw new ProtocolException("a frame without an APDU");
            if ((ApduTag)apdu.Span[0] == ApduTag.GeneralBlockTransfer)
            {
                if (!JoinerOf(remote).TryAdd((GeneralBlockTransfer)XdlmsApdu.Decode(apdu), out var joined)) continue;
                _blocks.Remove(remote ?? Nobody);
                apdu = joined;
                if (apdu.IsEmpty) throw new ProtocolException("general blocks without an APDU");
            }

            if (!ProtectedPush.MayBePush(apdu.Span)) throw new ProtocolException($"tag {apdu.Span[0]:X2} where a push was expected", 0);
            await _reception.ReceiveAsync(apdu, remote, bound: null, wait: false, CancellationToken.None);
        }

        if (!input.IsEmpty || messages == 0) throw new ProtocolException($"{input.Length} bytes that are no whole message");
    }

    private static readonly EndPoint Nobody = new IPEndPoint(IPAddress.None, 0);

    private static bool TryTake(IApduFraming framing, ref ReadOnlySequence<byte> input, out FramedApdu message) =>
        framing.TryRead(ref input, ended: true, out message);

    private GeneralBlockReassembly JoinerOf(EndPoint? remote)
    {
        var sender = remote ?? Nobody;
        if (_blocks.TryGetValue(sender, out var joiner)) return joiner;
        if (_blocks.Count >= MostSenders) _blocks.Clear(); // senders that never finish; theirs is lost anyway
        return _blocks[sender] = new GeneralBlockReassembly(_limits.MaxApduBytes);
    }

    private readonly record struct Datagram(byte[] Bytes, int Length, EndPoint? Remote);
}
