using Headrace.Core.Drivers;
using Headrace.Core.Keys;
using Headrace.Core.Links;
using Headrace.Core.Metering;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;
using Headrace.Wire;
using Microsoft.Extensions.Logging;

namespace Headrace.Drivers.Dlms;

/// <summary>
/// Reads DLMS/COSEM meters: over the connection a meter has opened itself where there is one, else by dialling its address.
/// </summary>
/// <param name="links">Serves the links of this driver.</param>
/// <param name="dialer">Opens links.</param>
public sealed class DlmsDriver(DlmsLinks links, ILinkDialer dialer) : IMeterDriver
{
    private const ushort PublicClient = 16;
    private const int Attempts = 2;
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(2);
    private readonly DlmsPorts _ports = links.Ports;
    private readonly DlmsLimits _limits = links.Limits;
    private readonly ILogger _log = links.Ports.Loggers.CreateLogger("Headrace.Drivers.Dlms");

    /// <inheritdoc/>
    public string Name => "dlms";

    /// <inheritdoc/>
    public async ValueTask<IMeterSession> OpenAsync(Meter meter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(meter);
        var type = links.Types.Find(meter.DeviceType)
            ?? throw new MeterException($"The device type '{meter.DeviceType}' of meter {meter.Serial} is not known.", isTransient: false);
        var needsKeys = type.Type.Access is { Ciphered: true } or { Authentication: "gmac" };
        var keys = await KeysAsync(meter, type, needsKeys, cancellationToken);
        try
        {
            var counters = needsKeys ? new SendCounters(_ports.SendCounters, meter.Id, _limits.CounterBlock) : null;
            var visit = new Visit(meter, type, keys, counters, links.Tolerated);
            return await OpenAsync(visit, cancellationToken);
        }
        catch (Exception e)
        {
            keys.Dispose();
            if (DlmsFailure.IsOfMeter(e, cancellationToken)) throw DlmsFailure.Of(e, meter);
            throw;
        }
    }

    /// <summary>Associates; where the meter does not take our counter, asks it for its own and tries once more.</summary>
    private async ValueTask<DlmsMeterSession> OpenAsync(Visit visit, CancellationToken cancellationToken)
    {
        var asked = visit.Counters is null || visit.Type.Type.Access.InvocationCounter is null;
        if (visit.Counters is { } counters) await counters.EnsureAsync(cancellationToken);
        var line = await ConnectAsync(visit.Meter, cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (!asked && (visit.Counters!.IsFresh || attempt > 1))
                {
                    line = await AskCounterAsync(visit, line, cancellationToken);
                    asked = true;
                }

                var rejected = default(AssociationRejected);
                try
                {
                    line = await line.AliveAsync(() => ConnectAsync(visit.Meter, cancellationToken));
                    var (session, refusal) = await AssociateAsync(visit, line, cancellationToken);
                    if (session is not null) return session;
                    rejected = refusal!;
                }
                catch (IOException) when (attempt < Attempts && !asked)
                {
                    continue; // some meters just close where the counter is too low
                }

                if (attempt >= Attempts || visit.Counters is null) throw DlmsFailure.Rejected(visit.Meter, rejected);
                if (rejected.ExpectedInvocationCounter is { } expected) await visit.Counters.RaiseAsync(expected, cancellationToken);
                else if (asked) throw DlmsFailure.Rejected(visit.Meter, rejected);
            }
        }
        catch
        {
            await line.CloseAsync();
            throw;
        }
    }

    private async ValueTask<(DlmsMeterSession? Session, AssociationRejected? Rejected)> AssociateAsync(
        Visit visit, Line line, CancellationToken cancellationToken)
    {
        var access = visit.Type.Type.Access;
        var port = await line.Connection.OpenSessionAsync(access.ClientSap, access.ServerSap, visit.Counters, cancellationToken);
        var client = new DlmsClient(port, Options(visit), visit.Keys, new ClientTimings(_limits.AnswerTime, ReleaseTime), _ports.Time);
        client.Association.Tolerances.Told = what => links.Tolerated.Note(visit.Meter, what);
        try
        {
            var told = await client.ConnectAsync(cancellationToken);
            if (told is not AssociationRejected rejected) return (new DlmsMeterSession(_ports, visit, line, port, client, _log), null);
            await client.DisposeAsync();
            port.Dispose();
            return (null, rejected);
        }
        catch
        {
            await client.DisposeAsync();
            port.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the meter's counter by the public client and goes on above it. A meter that does not tell is tried with what we have.
    /// </summary>
    private async ValueTask<Line> AskCounterAsync(Visit visit, Line line, CancellationToken cancellationToken)
    {
        line = await line.AliveAsync(() => ConnectAsync(visit.Meter, cancellationToken));
        using var port = await line.Connection.OpenSessionAsync(PublicClient, visit.Type.Type.Access.ServerSap, null, cancellationToken);
        using var none = new SecurityKeys();
        var timings = new ClientTimings(_limits.AnswerTime, ReleaseTime);
        await using var client = new DlmsClient(port, new ClientOptions { MaxPduSize = MaxPdu }, none, timings, _ports.Time);
        try
        {
            if (await client.ConnectAsync(cancellationToken) is AssociationRejected) return line;
            var name = LogicalName.Parse(visit.Type.Type.Access.InvocationCounter!);
            var counter = await client.GetAsync(new CosemAttributeDescriptor(1, name, 2), cancellationToken);
            if (counter.Data is { } data && data.TryGetInteger(out var seen) && seen is >= 0 and < uint.MaxValue)
            {
                Log.Session(_log, visit.Meter.Serial, "its invocation counter was asked for");
                await visit.Counters!.RaiseAsync((uint)seen + 1, cancellationToken);
            }

            await client.ReleaseAsync(cancellationToken);
        }
        catch (Exception e) when (e is DlmsRefusalException or ProtocolException or IOException)
        {
            Log.Session(_log, visit.Meter.Serial, $"its invocation counter was not to be had: {e.Message}");
        }

        return line;
    }

    private async ValueTask<Line> ConnectAsync(Meter meter, CancellationToken cancellationToken)
    {
        var dialsIn = meter.Contact.HasFlag(ContactModes.DialsIn);
        if (dialsIn && links.DialIns.Find(meter.Id) is { Ended.IsCancellationRequested: false } dialledIn)
            return Line.DialledIn(dialledIn);
        if (meter.Address is null || !meter.Contact.HasFlag(ContactModes.Answers))
        {
            throw dialsIn
                ? new MeterException($"Meter {meter.Serial} has not dialled in.", isTransient: true)
                : new MeterException($"Meter {meter.Serial} has no address to be dialled at.", isTransient: false);
        }

        return Line.Dialled(links, await dialer.DialAsync(meter.Address, cancellationToken));
    }

    private async ValueTask<SecurityKeys> KeysAsync(Meter meter, DlmsType type, bool needed, CancellationToken cancellationToken)
    {
        using var lease = await _ports.Keys.LeaseAsync(meter.Id, cancellationToken);
        var keys = new SecurityKeys();
        if (type.Type.Access.Authentication == "low")
        {
            if (!lease.Has(KeyKind.Password))
                throw new MeterException($"No password is stored for meter {meter.Serial}.", isTransient: false);
            keys.WithSecret(lease.Get(KeyKind.Password));
        }

        if (!needed) return keys;
        if (!lease.Has(KeyKind.GlobalUnicast) || !lease.Has(KeyKind.Authentication))
            throw new MeterException(
                $"The keys of meter {meter.Serial} are not complete: encryption and authentication key are needed.", isTransient: false);
        return keys
            .With(KeyId.GlobalUnicast, lease.Get(KeyKind.GlobalUnicast))
            .With(KeyId.Authentication, lease.Get(KeyKind.Authentication));
    }

    private ClientOptions Options(Visit visit)
    {
        var access = visit.Type.Type.Access;
        return visit.Type.Tolerances.Apply(new ClientOptions
        {
            Authentication = access.Authentication switch
            {
                "gmac" => AuthenticationMechanism.HighLevelGmac,
                "low" => AuthenticationMechanism.LowLevel,
                _ => AuthenticationMechanism.Lowest,
            },
            Ciphering = access.Ciphered ? ClientCiphering.Global : ClientCiphering.None,
            SystemTitle = visit.Counters is null ? default : _ports.ClientSystemTitle,
            ServerSystemTitle = visit.Meter.SystemTitle is { Length: 16 } title && visit.Counters is not null
                ? Convert.FromHexString(title)
                : default(ReadOnlyMemory<byte>),
            InvocationCounter = visit.Counters is { } counters ? counters.Take : null,
            MaxPduSize = MaxPdu,
            MaxRequestSize = access.MaxRequestBytes,
            MaxListLength = access.MaxListItems,
        });
    }

    private ushort MaxPdu => (ushort)Math.Min(_limits.MaxApduBytes, ushort.MaxValue);
}

/// <summary>A meter about to be read: its type, its secrets, its counters, and where its deviations are noted. The session disposes of the
/// keys.</summary>
internal sealed record Visit(Meter Meter, DlmsType Type, SecurityKeys Keys, SendCounters? Counters, ToleranceJournal Tolerated);
