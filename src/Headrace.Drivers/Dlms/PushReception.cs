using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Readings;
using Headrace.Wire;

namespace Headrace.Drivers.Dlms;

/// <summary>What became of a message that might be a push.</summary>
internal enum PushVerdict
{
    /// <summary>Stored, or queued where nobody waits.</summary>
    Taken,

    /// <summary>The same message came before.</summary>
    Duplicate,

    /// <summary>Its counter is not above the last one.</summary>
    Replayed,

    /// <summary>Refused and journalled.</summary>
    Refused,

    /// <summary>Decrypted well and is no push: an answer.</summary>
    NotAPush,
}

/// <summary>What became of a message, from which meter, and whether its origin is proven.</summary>
internal readonly record struct PushResult(PushVerdict Verdict, Meter? Meter = null, bool Authentic = false);

/// <summary>
/// From bytes of a notification to a delivery: finds the meter, leases its keys, checks, decrypts, decodes, hands over. Safe for many
/// threads.
/// </summary>
internal sealed class PushReception(DlmsPorts ports, DlmsTypes types, ToleranceJournal tolerated) : IDisposable
{
    private readonly ConcurrentBag<DeliveryDecoder> _decoders = [];
    private readonly PushContacts _contacts = new(ports.Journal, ports.Time);

    /// <summary>Takes one notification in.</summary>
    /// <param name="apdu">The whole APDU; not kept.</param>
    /// <param name="remote">Where it came from, for the journal.</param>
    /// <param name="bound">The meter the connection belongs to, for messages that leave the sender's title out.</param>
    /// <param name="wait">Waits until it is stored; else queues it and forgets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<PushResult> ReceiveAsync(
        ReadOnlyMemory<byte> apdu, EndPoint? remote, Meter? bound, bool wait, CancellationToken cancellationToken)
    {
        ProtectedPush push;
        try
        {
            push = ProtectedPush.Read(apdu);
        }
        catch (ProtocolException e)
        {
            return Refuse(RefusalKind.Malformed, bound, remote, e.Message);
        }

        return push.Envelope.IsProtected
            ? await ReceiveCipheredAsync(push, apdu.Length, remote, bound, wait, cancellationToken)
            : await ReceivePlainAsync(apdu, remote, bound, wait, cancellationToken);
    }

    /// <summary>Notes the contact of a meter whose connection has ended.</summary>
    public void Ended(Meter meter) => _contacts.End(meter.Id);

    public void Dispose() => _contacts.Dispose();

    private async ValueTask<PushResult> ReceiveCipheredAsync(
        ProtectedPush push, int length, EndPoint? remote, Meter? bound, bool wait, CancellationToken cancellationToken)
    {
        var envelope = push.Envelope;
        var meter = envelope.SystemTitle.IsEmpty ? bound : ports.Meters.FindBySystemTitle(envelope.SystemTitle.Span);
        if (meter is null)
        {
            var title = envelope.SystemTitle.IsEmpty
                ? "a sender it does not name"
                : $"system title {Convert.ToHexString(envelope.SystemTitle.Span)}";
            return Refuse(RefusalKind.UnknownMeter, null, remote, $"push of {title}");
        }

        if (types.Find(meter.DeviceType) is not { } type) return NoType(meter, remote);
        if ((envelope.Borne & ~type.Tolerances.Apdu) is var unnamed && unnamed != ApduTolerance.None)
            return Refuse(RefusalKind.Malformed, meter, remote,
                $"its device type '{type.Type.Name}' does not name the tolerance '{DlmsTolerances.NameOf(unnamed)}'");
        var title8 = envelope.SystemTitle.IsEmpty ? TitleOf(meter) : envelope.SystemTitle;
        if (title8.Length != 8) return Refuse(RefusalKind.Malformed, meter, remote, $"system title of {title8.Length} bytes");

        var plain = ArrayPool<byte>.Shared.Rent(Math.Max(1, envelope.Content.Length));
        try
        {
            int written;
            ReadingFlags flags;
            CounterUse counter;
            using (var keys = await ports.Keys.LeaseAsync(meter.Id, cancellationToken))
            {
                if (push.Open(title8.Span, keys, type.Type.Access.AcceptUnauthenticated, plain, out written, out flags) is { } refusal)
                    return Refuse(refusal.Kind, meter, remote, refusal.Why);
                counter = push.Counter(title8.Span, keys);
            }

            tolerated.Note(meter, envelope.Borne);

            if (written == 0 || !PushEnvelope.IsNotification(plain[0]))
            {
                if (flags == ReadingFlags.None) return new PushResult(PushVerdict.NotAPush, meter, Authentic: true);
                return Refuse(RefusalKind.WrongKey, meter, remote, "decrypted to no notification, which is all the proof there is");
            }

            return await TakeAsync(plain.AsMemory(0, written), type, meter, remote, length, counter, flags, wait, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private ValueTask<PushResult> ReceivePlainAsync(
        ReadOnlyMemory<byte> apdu, EndPoint? remote, Meter? bound, bool wait, CancellationToken cancellationToken)
    {
        Meter? meter;
        try
        {
            meter = NotificationBody.FindByText(apdu.Span[0] == 0x0F
                ? NotificationBody.Of(apdu, ApduTolerance.All, out _, out _).Span
                : [], ports.Meters.FindByLogicalDeviceName) ?? bound;
        }
        catch (ProtocolException e)
        {
            return new(Refuse(RefusalKind.Malformed, bound, remote, e.Message));
        }

        if (meter is null) return new(Refuse(RefusalKind.UnknownMeter, null, remote, "plain push that names no registered meter"));
        if (types.Find(meter.DeviceType) is not { } type) return new(NoType(meter, remote));
        if (!type.Type.Access.AcceptPlain) return new(Refuse(RefusalKind.NotProtected, meter, remote, "plain push"));
        return TakeAsync(apdu, type, meter, remote, apdu.Length, null, ReadingFlags.NotAuthenticated, wait, cancellationToken);
    }

    private async ValueTask<PushResult> TakeAsync(
        ReadOnlyMemory<byte> notification, DlmsType type, Meter meter, EndPoint? remote, int length, CounterUse? counter,
        ReadingFlags flags, bool wait, CancellationToken cancellationToken)
    {
        var now = ports.Time.GetUtcNow();
        Delivery delivery;
        if (!_decoders.TryTake(out var decoder)) decoder = new DeliveryDecoder(ports.Calendar);
        try
        {
            delivery = decoder.Decode(notification, type, meter.Id, now, counter, flags);
            tolerated.Note(meter, decoder.Borne);
        }
        catch (Exception e) when (e is ProtocolException or InvalidOperationException)
        {
            return Refuse(RefusalKind.Malformed, meter, remote, e.Message);
        }
        finally
        {
            if (!decoder.IsOversized) _decoders.Add(decoder);
        }

        var authentic = !flags.HasFlag(ReadingFlags.NotAuthenticated);
        if (!wait)
        {
            // a full queue is journalled where it is full
            if (!ports.Sink.TryDeliver(delivery)) return new PushResult(PushVerdict.Refused, meter, authentic);
            _contacts.Add(meter.Id, remote, now, length, delivery.Readings.Count);
            return new PushResult(PushVerdict.Taken, meter, authentic);
        }

        var outcome = await ports.Sink.DeliverAsync(delivery, cancellationToken);
        if (outcome.Verdict is DeliveryVerdict.Stored or DeliveryVerdict.Duplicate)
            _contacts.Add(meter.Id, remote, now, length, outcome.New);
        return outcome.Verdict switch
        {
            DeliveryVerdict.Stored => new PushResult(PushVerdict.Taken, meter, authentic),
            DeliveryVerdict.Duplicate => new PushResult(PushVerdict.Duplicate, meter, authentic),
            DeliveryVerdict.Replayed => new PushResult(PushVerdict.Replayed, meter, authentic), // journalled by the intake
            _ => new PushResult(PushVerdict.Refused, meter, authentic),
        };
    }

    private PushResult NoType(Meter meter, EndPoint? remote) =>
        Refuse(RefusalKind.UnknownMeter, meter, remote, $"its device type '{meter.DeviceType}' is not known");

    private PushResult Refuse(RefusalKind kind, Meter? meter, EndPoint? remote, string why)
    {
        ports.Journal.Refused(kind, meter?.Id ?? 0, remote is null ? why : $"{why}, from {remote}");
        return new PushResult(PushVerdict.Refused, meter);
    }

    private static ReadOnlyMemory<byte> TitleOf(Meter meter) =>
        meter.SystemTitle is { Length: 16 } hex ? Convert.FromHexString(hex) : default(ReadOnlyMemory<byte>);
}
