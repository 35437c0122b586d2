using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>The pushes of one UDP port. One task empties the socket into a bounded queue, one decodes in the order of arrival, so that
/// counters do not overtake each other. What finds no room is dropped and counted: a datagram has no way to be told to wait.</summary>
internal sealed class PushDatagrams : IAsyncDisposable
{
    private const int MaxOpenBlocks = 256;

    private readonly Socket _socket;
    private readonly PushReception _reception;
    private readonly ChannelWriter<DlmsNotification> _taken;
    private readonly Func<bool> _isFull;
    private readonly DlmsListenerOptions _options;
    private readonly ConnectionCounters _counters;
    private readonly Channel<(byte[] Bytes, EndPoint Remote)> _queue;
    private readonly Dictionary<EndPoint, GeneralBlockReassembly> _blocks = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _receiving;
    private readonly Task _decoding;

    public PushDatagrams(IPEndPoint at, PushReception reception, Channel<DlmsNotification> taken, DlmsListenerOptions options,
        ConnectionCounters counters)
    {
        _socket = Datagrams.Bind(at);
        (_reception, _taken, _options, _counters) = (reception, taken.Writer, options, counters);
        _isFull = () => taken.Reader.Count >= options.MaxNotifications;
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _queue = Channel.CreateBounded<(byte[], EndPoint)>(
            new BoundedChannelOptions(options.MaxDatagrams) { SingleReader = true, SingleWriter = true });
        _receiving = ReceiveAsync();
        _decoding = DecodeAsync();
    }

    public IPEndPoint LocalEndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        await _receiving;
        await _decoding;
        _closing.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[Datagrams.MaxSize];
        var anybody = Datagrams.Anybody(LocalEndPoint);
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anybody, _closing.Token);
                if (!_queue.Writer.TryWrite((buffer[..received.ReceivedBytes], received.RemoteEndPoint)))
                    Drop(received.RemoteEndPoint, "too many wait to be decoded");
            }
            catch (SocketException) when (!_closing.IsCancellationRequested)
            {
                _counters.CountDropped(); // an answer of before reached nobody
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                break;
            }
        }
        _queue.Writer.Complete();
    }

    private async Task DecodeAsync()
    {
        try
        {
            await foreach (var (bytes, remote) in _queue.Reader.ReadAllAsync(_closing.Token))
            {
                _counters.CountFrames(1);
                await DecodeAsync(bytes, remote);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener closes; what waited is lost, as on the way.
        }
    }

    private async ValueTask DecodeAsync(byte[] bytes, EndPoint remote)
    {
        WrapperFrame frame;
        ReadOnlyMemory<byte> apdu;
        try
        {
            if (!WrapperFrame.TryRead(bytes, _options.MaxApduLength, out frame)) throw new ProtocolException("datagram cut short");
            if (!TryJoin(frame.Apdu, remote, out apdu)) return;
        }
        catch (ProtocolException e)
        {
            _reception.Refuse(new PushOrigin(default, remote, null), PushVerdict.Malformed, e.Message);
            return;
        }
        // Before its counter is used up: else it would be a duplicate when it comes again, and be confirmed unseen.
        if (_isFull())
        {
            Drop(remote, "nobody takes what was decoded");
            return;
        }
        var (notification, answer) = await _reception.ReceiveAsync(apdu, remote, _closing.Token);
        if (notification is not null && !_taken.TryWrite(notification))
        {
            Drop(remote, "nobody takes what was decoded");
            return; // not confirmed: it will come again
        }
        if (!answer.IsEmpty) await AnswerAsync(frame, answer, remote);
    }

    private bool TryJoin(ReadOnlyMemory<byte> received, EndPoint remote, out ReadOnlyMemory<byte> apdu)
    {
        apdu = received;
        if (received.IsEmpty || (ApduTag)received.Span[0] != ApduTag.GeneralBlockTransfer) return true;
        if (!_blocks.TryGetValue(remote, out var blocks))
        {
            if (_blocks.Count >= MaxOpenBlocks) _blocks.Clear(); // of senders that never finish
            _blocks[remote] = blocks = new GeneralBlockReassembly(_options.MaxApduLength);
        }
        if (!blocks.TryAdd((GeneralBlockTransfer)XdlmsApdu.Decode(received), out apdu)) return false;
        _blocks.Remove(remote);
        return true;
    }

    private async ValueTask AnswerAsync(WrapperFrame push, ReadOnlyMemory<byte> answer, EndPoint remote)
    {
        var output = new ArrayBufferWriter<byte>();
        WrapperFrame.Write(output, push.DestinationPort, push.SourcePort, answer.Span);
        try
        {
            await _socket.SendToAsync(output.WrittenMemory, remote, _closing.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _counters.CountDropped();
        }
    }

    private void Drop(EndPoint remote, string why)
    {
        _counters.CountDropped();
        _reception.Refuse(new PushOrigin(default, remote, null), PushVerdict.Dropped, why);
    }
}
