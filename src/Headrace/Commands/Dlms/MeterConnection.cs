using System.Globalization;
using System.Security.Authentication;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Data;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Session;
using Headrace.Serial;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary>One association with a meter, and everything that can go wrong with it as one sentence.</summary>
internal static class MeterConnection
{
    /// <summary>The SAP of the public client, which may read the clock, the name and the counter without authentication.</summary>
    public const int PublicClient = 16;

    private static readonly CosemAttributeDescriptor Counter = new(1, new LogicalName(0, 0, 43, 1, 0, 255), 2);

    /// <summary>Connects, does the work, releases.</summary>
    public static Task<int> UseAsync(MeterAddress meter, Func<DlmsClient, CancellationToken, Task<int>> work,
        CancellationToken cancellationToken) =>
        UseOpenedAsync(meter, (opened, token) => work(opened.Client, token), cancellationToken);

    /// <summary>Connects, does the work, which may ask how it was opened, releases.</summary>
    public static Task<int> UseOpenedAsync(MeterAddress meter, Func<OpenedMeter, CancellationToken, Task<int>> work,
        CancellationToken cancellationToken) => TriedAsync(meter, async () =>
        {
            using var keys = MeterAssociation.Keys(meter);
            var counter = await CounterAsync(meter, cancellationToken);
            return await AssociatedAsync(meter, MeterAssociation.Options(meter, counter), keys, work, cancellationToken);
        });

    /// <summary>Does something with a meter, and says in one sentence what goes wrong with it.</summary>
    public static async Task<int> TriedAsync(MeterAddress meter, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (TimeoutException wrong)
        {
            throw new CommandFailure($"{meter.Name} did not answer within {meter.Timeout.TotalSeconds:0} seconds.", wrong);
        }
        catch (IOException wrong)
        {
            throw new CommandFailure($"The connection to {meter.Name} was lost: {wrong.Message}", wrong);
        }
        catch (AuthenticationException wrong)
        {
            throw new CommandFailure($"{meter.Name} is not trusted: {wrong.Message}", wrong);
        }
        catch (DlmsRefusalException refusal)
        {
            throw new CommandFailure(refusal.ExpectedInvocationCounter is { } counter
                ? $"The meter refused the invocation counter and expects {counter}."
                : refusal.Message, refusal);
        }
        catch (ProtocolException broken)
        {
            throw new CommandFailure($"The meter broke the protocol: {broken.Message}.", broken);
        }
        catch (OverflowException)
        {
            throw new CommandFailure("The invocation counter is used up: the key has to be changed.");
        }
    }

    private static async Task<int> AssociatedAsync(
        MeterAddress meter, ClientOptions options, SecurityKeys keys, Func<OpenedMeter, CancellationToken, Task<int>> work,
            CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var connection = await ReachAsync(meter, options, keys, cancellationToken);
        var connected = TimeProvider.System.GetTimestamp();
        var opened = await connection.Client.ConnectAsync(cancellationToken);
        if (opened is AssociationRejected rejected) throw new CommandFailure(Sentence(rejected));
        return await work(new OpenedMeter(connection.Client, options, TimeProvider.System.GetElapsedTime(started, connected),
            TimeProvider.System.GetElapsedTime(connected)), cancellationToken);
    }

    private static async ValueTask<DlmsConnection> ReachAsync(
        MeterAddress meter, ClientOptions options, SecurityKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(meter, options, keys, cancellationToken);
        }
        catch (IOException wrong)
        {
            throw new CommandFailure(wrong.Message, wrong); // there was no connection that could have been lost
        }
    }

    /// <summary>Opens the way to a meter without an association.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static ValueTask<DlmsConnection> OpenAsync(
        MeterAddress meter, ClientOptions options, SecurityKeys keys, CancellationToken cancellationToken)
    {
        var given = new DlmsConnectionOptions
        {
            ClientSap = (ushort)meter.Client,
            ServerSap = (ushort)meter.Server,
            Association = options,
            Keys = keys,
            Timings = new ClientTimings(meter.Timeout, TimeSpan.FromSeconds(2)),
            ConnectTimeout = meter.Timeout,
            Gateway = meter.Gateway,
            Associate = false,
        };
        var hdlc = new HdlcSettings { PhysicalDevice = meter.Physical };
        switch (meter.Transport)
        {
            case "udp":
                return DlmsConnection.OpenUdpAsync(meter.Host, meter.Port, DatagramRepetition.None, given, cancellationToken);
            case "tls":
                return DlmsConnection.OpenTlsAsync(meter.Host, meter.Port, meter.Tls, given, cancellationToken);
            case "hdlc-tcp":
                return DlmsConnection.OpenHdlcAsync(meter.Host, meter.Port, hdlc, given, cancellationToken);
            case "serial" when OperatingSystem.IsLinux() && meter.SignsOn:
                return DlmsConnection.OpenLocalAsync(meter.Host, "", LocalExchangeTimings.Usual, hdlc, given, cancellationToken);
            case "serial" when OperatingSystem.IsLinux():
                var line = SerialSettings.Hdlc with { BaudRate = meter.BaudRate };
                return DlmsConnection.OpenSerialAsync(meter.Host, line, hdlc, given, cancellationToken);
            case "serial":
                throw new CommandFailure("Serial lines are supported on Linux only.");
            default:
                return DlmsConnection.OpenTcpAsync(meter.Host, meter.Port, given, cancellationToken);
        }
    }

    /// <summary>
    /// The keys file's counter, or the one after the meter's own, read by the public client in an association of its own.
    /// </summary>
    public static async Task<NextInvocationCounter> CounterAsync(MeterAddress meter, CancellationToken cancellationToken)
    {
        var found = meter.Keys.InvocationCounter ?? 0;
        if (meter.Keys.InvocationCounter is not null || !MeterAssociation.IsCiphered(meter)) return () => checked(found++);
        using var none = new SecurityKeys();
        var asPublic = meter with { Client = PublicClient, Authentication = "none" };
        var options = meter.ShortNames ? new ClientOptions().ByShortNames() : new ClientOptions();
        await AssociatedAsync(asPublic, options, none, async (opened, token) =>
        {
            var counter = await opened.Client.GetAsync(Counter, token);
            if (counter.Data is not { } data || !data.TryGetInteger(out var value) || value is < 0 or >= uint.MaxValue)
                throw new CommandFailure("The meter does not tell its counter: put invocation_counter into the keys file.");
            found = (uint)value + 1;
            return 0;
        }, cancellationToken);
        return () => checked(found++);
    }

    private static string Sentence(AssociationRejected rejected)
    {
        if (rejected.ExpectedInvocationCounter is { } counter)
            return $"The meter refused the association: it expects invocation counter {counter}.";
        return rejected.Reason switch
        {
            RejectionReason.ClientNotAuthenticated => "The meter refused the association: our proof is wrong (keys, password or counter).",
            RejectionReason.ServerNotAuthenticated =>
                "The meter could not prove that it knows the key: it is another one, or the keys are wrong.",
            RejectionReason.UnacceptableTerms => "The meter accepted on terms that cannot be accepted (context, services or challenge).",
            RejectionReason.Refused => $"The meter refused the association with {Words(rejected.Refusal)}.",
            _ => $"The meter refused the association: result {rejected.Result}, diagnostic {Words(rejected.Diagnostic)}.",
        };
    }

    private static string Words(XdlmsApdu? refusal) => refusal switch
    {
        ExceptionResponse { ServiceError: ServiceError.DecipheringError } =>
            "a deciphering error: the keys or the title are not the meter's",
        ExceptionResponse exception => $"an exception-response ({exception.StateError}, {exception.ServiceError})",
        ConfirmedServiceError error => $"a confirmed-service-error ({error.ErrorClass} {error.Value})",
        _ => "an unexpected answer",
    };

    private static string Words(int diagnostic) => diagnostic.ToString(CultureInfo.InvariantCulture) + diagnostic switch
    {
        2 => " (application context not supported)",
        3 => " (calling title not recognised)",
        11 => " (authentication mechanism not recognised)",
        12 => " (authentication mechanism required)",
        13 => " (authentication failure)",
        14 => " (authentication required)",
        _ => "",
    };
}

/// <summary>A meter with which an association is open.</summary>
/// <param name="Client">The association.</param>
/// <param name="Options">What was proposed.</param>
/// <param name="Connecting">How long the connection took.</param>
/// <param name="Associating">How long the association took, link and authentication included.</param>
internal sealed record OpenedMeter(DlmsClient Client, ClientOptions Options, TimeSpan Connecting, TimeSpan Associating);
