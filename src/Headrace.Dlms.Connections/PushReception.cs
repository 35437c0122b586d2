using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Dlms.Connections;

/// <summary>From the bytes of a message to a notification: finds the sender, opens, checks for replay, decodes. Safe for many
/// threads.</summary>
internal sealed class PushReception(DlmsListenerOptions options) : IDisposable
{
    private const byte ConfirmedWell = 0;

    private readonly ConcurrentDictionary<ulong, KnownSender> _senders = [];
    private readonly ConcurrentQueue<ulong> _inOrder = [];
    private readonly long[] _verdicts = new long[Enum.GetValues<PushVerdict>().Length];

    /// <summary>What comes of a message: perhaps a notification to hand on, perhaps an APDU to send back.</summary>
    public readonly record struct Outcome(DlmsNotification? Notification, ReadOnlyMemory<byte> Answer);

    public long Count(PushVerdict verdict) => Interlocked.Read(ref _verdicts[(int)verdict]);

    public void Forget(ReadOnlySpan<byte> systemTitle)
    {
        if (systemTitle.Length == sizeof(ulong) && _senders.TryRemove(BinaryPrimitives.ReadUInt64BigEndian(systemTitle), out var known))
            known.Dispose();
    }

    /// <summary>Takes one message in. Does not throw for what a sender does, nor where the look-up fails.</summary>
    /// <param name="message">The APDU; the notification keeps it where it is plain.</param>
    /// <param name="remote">Where it came from.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async ValueTask<Outcome> ReceiveAsync(
        ReadOnlyMemory<byte> message, EndPoint? remote, CancellationToken cancellationToken)
    {
        var origin = new PushOrigin(default, remote, null);
        try
        {
            if (GatewayHeader.TryRemove(message, out var device, out message, out _)) origin = origin with { Device = device };
            if (!message.IsEmpty && (ApduTag)message.Span[0] == ApduTag.InformationReport) return ReceivePlain(message, origin);
            var envelope = PushEnvelope.Read(message, ApduTolerance.LengthCountsAbsentTag);
            origin = origin with { SystemTitle = envelope.SystemTitle };
            if (!envelope.IsProtected) return ReceivePlain(message, origin);
            KnownSender? sender;
            try
            {
                sender = await FindAsync(origin, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return Refuse(origin, PushVerdict.Dropped, "its sender could not be looked up"); // unused: it may come again
            }
            if (sender is null) return Refuse(origin, PushVerdict.UnknownSender, "nothing is known of its sender");
            lock (sender.Gate) return Receive(envelope, sender, origin with { SystemTitle = sender.Title });
        }
        catch (Exception e) when (e is ProtocolException or ArgumentException or ObjectDisposedException)
        {
            return Refuse(origin, PushVerdict.Malformed, e.Message);
        }
    }

    /// <summary>Counts what never came so far.</summary>
    public Outcome Refuse(in PushOrigin origin, PushVerdict verdict, string why)
    {
        Interlocked.Increment(ref _verdicts[(int)verdict]);
        options.Refused?.Invoke(origin, verdict, why);
        return default;
    }

    public void Dispose()
    {
        foreach (var sender in _senders.Values) sender.Dispose();
        _senders.Clear();
    }

    private Outcome ReceivePlain(ReadOnlyMemory<byte> apdu, in PushOrigin origin)
    {
        if (!options.AcceptPlain) return Refuse(origin, PushVerdict.NotProtected, "it is not protected");
        var tolerance = options.PlainTolerance;
        var bare = new DlmsNotification(origin, PushProof.None, apdu, null, 0, tolerance);
        var taken = Decode(bare, new PushDecoder(tolerance: tolerance), tolerance, out var confirm);
        Interlocked.Increment(ref _verdicts[(int)PushVerdict.Taken]);
        return new Outcome(taken, options.ConfirmPlain ? Answer(confirm, origin) : default);
    }

    private Outcome Receive(in PushEnvelope envelope, KnownSender sender, in PushOrigin origin)
    {
        var verdict = sender.Open(envelope, out var proof, out var plain);
        if (verdict is not (PushVerdict.Taken or PushVerdict.Duplicate)) return Refuse(origin, verdict, Why(verdict));
        if (plain.Length == 0 || !(PushEnvelope.IsNotification(plain[0]) || (ApduTag)plain[0] == ApduTag.InformationReport))
            return Refuse(origin, PushVerdict.Malformed, "it holds no notification");
        var tolerance = sender.Sender.Tolerance;
        var bare = new DlmsNotification(origin, proof, plain, sender.Sender, envelope.InvocationCounter, tolerance);
        var taken = Decode(bare, sender.Decoder, tolerance, out var confirm);
        var answer = confirm is null ? default : Answer(sender.Protect(confirm, envelope), origin);
        if (verdict == PushVerdict.Duplicate)
        {
            Refuse(origin, verdict, Why(verdict));
            return new Outcome(null, answer);
        }
        Interlocked.Increment(ref _verdicts[(int)PushVerdict.Taken]);
        return new Outcome(taken, answer);
    }

    private DlmsNotification Decode(
        DlmsNotification bare, PushDecoder decoder, ApduTolerance tolerance, out DataNotificationConfirm? confirm)
    {
        confirm = null;
        var origin = new PushOrigin(bare.SystemTitle, bare.Remote, bare.Device);
        var now = options.Connections.Time.GetUtcNow();
        if (bare.Tag != ApduTag.DataNotification)
            return new DlmsNotification(origin, bare.Proof, bare.Apdu, bare.Sender, bare.InvocationCounter, tolerance) { ReceivedAt = now };
        var room = ArrayPool<PushReading>.Shared.Rent(Math.Min(bare.Apdu.Length, options.MaxReadings));
        try
        {
            var message = decoder.DecodeNotification(bare.Apdu, room.AsSpan(0, Math.Min(room.Length, options.MaxReadings)));
            if (message.InvokeId.Confirmed) confirm = new DataNotificationConfirm(message.InvokeId, ConfirmedWell);
            return new DlmsNotification(origin, bare.Proof, bare.Apdu, bare.Sender, bare.InvocationCounter, tolerance)
            {
                ReceivedAt = now,
                InvokeId = message.InvokeId,
                Time = message.Time,
                Layout = message.Layout,
                Readings = room.AsSpan(0, message.Readings).ToArray(),
            };
        }
        finally
        {
            ArrayPool<PushReading>.Shared.Return(room, clearArray: true);
        }
    }

    private static ReadOnlyMemory<byte> Answer(XdlmsApdu? answer, in PushOrigin origin)
    {
        if (answer is null) return default;
        return origin.Device is { } device
            ? new GatewayRequest(device.NetworkId, device.PhysicalDeviceAddress, answer.Encode()).Encode()
            : answer.Encode();
    }

    private async ValueTask<KnownSender?> FindAsync(PushOrigin origin, CancellationToken cancellationToken)
    {
        if (options.FindSender is null) return null;
        // A message without a title is its connection's, and looked up each time.
        if (origin.SystemTitle.IsEmpty)
        {
            var unnamed = await options.FindSender(origin, cancellationToken);
            return unnamed is null || unnamed.SystemTitle.Length != sizeof(ulong) ? null : Remember(unnamed, unnamed.SystemTitle.Span);
        }
        var key = BinaryPrimitives.ReadUInt64BigEndian(origin.SystemTitle.Span);
        if (_senders.TryGetValue(key, out var known)) return known;
        var found = await options.FindSender(origin with { SystemTitle = origin.SystemTitle.ToArray() }, cancellationToken);
        return found is null ? null : Remember(found, origin.SystemTitle.Span);
    }

    private KnownSender Remember(PushSender found, ReadOnlySpan<byte> title)
    {
        var key = BinaryPrimitives.ReadUInt64BigEndian(title);
        if (_senders.TryGetValue(key, out var before)) return before;
        var made = new KnownSender(found, title);
        var kept = _senders.GetOrAdd(key, made);
        if (kept != made)
        {
            made.Dispose();
            return kept;
        }
        _inOrder.Enqueue(key);
        while (_inOrder.Count > options.MaxSenders && _inOrder.TryDequeue(out var oldest))
            if (oldest != key && _senders.TryRemove(oldest, out var gone)) gone.Dispose();
        return kept;
    }

    private static string Why(PushVerdict verdict) => verdict switch
    {
        PushVerdict.Duplicate => "the same message came before",
        PushVerdict.Replayed => "its counter was used before",
        PushVerdict.NotProtected => "it is not authenticated",
        PushVerdict.NotAuthentic => "its keys do not fit",
        _ => "it is broken",
    };
}
