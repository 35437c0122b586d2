using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Commands.Dlms;

/// <summary>One association with a meter over TCP, and everything that can go wrong with it as one sentence.</summary>
internal static class MeterConnection
{
    /// <summary>The SAP of the public client, which may read the clock, the name and the counter without authentication.</summary>
    public const int PublicClient = 16;

    // "HRD" and a number: what the tool calls itself where the keys file does not say.
    private static readonly byte[] OwnTitle = [0x48, 0x52, 0x44, 0, 0, 0, 0, 1];

    private static readonly CosemAttributeDescriptor Counter = new(1, new LogicalName(0, 0, 43, 1, 0, 255), 2);

    /// <summary>Connects, does the work, releases.</summary>
    public static Task<int> UseAsync(MeterAddress meter, Func<DlmsClient, CancellationToken, Task<int>> work,
        CancellationToken cancellationToken) =>
        UseOpenedAsync(meter, (opened, token) => work(opened.Client, token), cancellationToken);

    /// <summary>Connects, does the work, which may ask how it was opened, releases.</summary>
    public static async Task<int> UseOpenedAsync(MeterAddress meter, Func<OpenedMeter, CancellationToken, Task<int>> work,
        CancellationToken cancellationToken)
    {
        try
        {
            var next = meter.Authentication == "gmac" ? await FirstCounterAsync(meter, cancellationToken) : 0;
            using var keys = Keys(meter);
            return await AssociatedAsync(meter, Options(meter, () => checked(next++)), keys, work, cancellationToken);
        }
        catch (SocketException wrong)
        {
            throw new CommandFailure($"{meter.Host}:{meter.Port} cannot be reached: {wrong.Message}.", wrong);
        }
        catch (TimeoutException wrong)
        {
            throw new CommandFailure($"{meter.Host}:{meter.Port} did not answer within {meter.Timeout.TotalSeconds:0} seconds.", wrong);
        }
        catch (IOException wrong)
        {
            throw new CommandFailure($"The connection to {meter.Host}:{meter.Port} was lost: {wrong.Message}", wrong);
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
        if (meter.AcceptOtherContext) options = options with { AcseTolerance = options.AcseTolerance | AcseTolerance.OtherContext };
        using var socket = new TcpClient();
        var started = TimeProvider.System.GetTimestamp();
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            patience.CancelAfter(meter.Timeout);
            try
            {
                await socket.ConnectAsync(meter.Host, meter.Port, patience.Token);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("no connection", late);
            }
        }
        await using var stream = socket.GetStream();
        await using var client = Client(meter, new StreamPipe(stream), options, keys);
        var connected = TimeProvider.System.GetTimestamp();
        var opened = await client.ConnectAsync(cancellationToken);
        if (opened is AssociationRejected rejected) throw new CommandFailure(Sentence(rejected));
        try
        {
            return await work(new OpenedMeter(client, options, TimeProvider.System.GetElapsedTime(started, connected),
                TimeProvider.System.GetElapsedTime(connected)), cancellationToken);
        }
        finally
        {
            await client.ReleaseAsync(CancellationToken.None);
        }
    }

    private static DlmsClient Client(MeterAddress meter, IDuplexPipe pipe, ClientOptions options, SecurityKeys keys)
    {
        var timings = new ClientTimings(meter.Timeout, TimeSpan.FromSeconds(2));
        if (!meter.Hdlc) return DlmsClient.OverWrapper(pipe, (ushort)meter.Client, (ushort)meter.Server, options, keys, timings,
            TimeProvider.System);
        var server = meter.Physical is null && meter.Server < 128
            ? HdlcAddress.Server(meter.Server)
            : HdlcAddress.Server(meter.Server, meter.Physical ?? 0);
        var link = new HdlcClientLink(HdlcAddress.Client(meter.Client), server);
        return DlmsClient.OverHdlc(pipe, link, new HdlcTimings(TimeSpan.FromSeconds(3)), options, keys, timings, TimeProvider.System);
    }

    private static ClientOptions Options(MeterAddress meter, NextInvocationCounter counter) => meter.Authentication switch
    {
        "low" => new ClientOptions { Authentication = AuthenticationMechanism.LowLevel },
        "gmac" => new ClientOptions
        {
            Authentication = AuthenticationMechanism.HighLevelGmac,
            Ciphering = meter.Keys.Translation.DedicatedKey is null ? ClientCiphering.Global : ClientCiphering.Dedicated,
            SystemTitle = meter.Keys.Translation.ClientSystemTitle ?? OwnTitle,
            ServerSystemTitle = meter.Keys.Translation.SystemTitle ?? [],
            InvocationCounter = counter,
        },
        _ => new ClientOptions(),
    };

    private static SecurityKeys Keys(MeterAddress meter)
    {
        var known = meter.Keys.Translation;
        switch (meter.Authentication)
        {
            case "low":
                return SecurityKeys.OfSecret(meter.Keys.Password ??
                    throw new CommandFailure("--auth low needs a password in the file named by --keys."));
            case "gmac":
                if (known.GlobalUnicastEncryptionKey is not { } encryption || known.AuthenticationKey is not { } authentication)
                    throw new CommandFailure("--auth gmac needs guek and gak in the file named by --keys.");
                var keys = new SecurityKeys(encryption, authentication);
                return known.DedicatedKey is { } dedicated ? keys.WithDedicated(dedicated) : keys;
            default:
                return new SecurityKeys();
        }
    }

    /// <summary>
    /// The keys file's counter, or the one after the meter's own, read by the public client in an association of its own.
    /// </summary>
    private static async Task<uint> FirstCounterAsync(MeterAddress meter, CancellationToken cancellationToken)
    {
        if (meter.Keys.InvocationCounter is { } known) return known;
        var found = 0u;
        using var none = new SecurityKeys();
        var asPublic = meter with { Client = PublicClient, Authentication = "none" };
        await AssociatedAsync(asPublic, new ClientOptions(), none, async (opened, token) =>
        {
            var counter = await opened.Client.GetAsync(Counter, token);
            if (counter.Data is not { } data || !data.TryGetInteger(out var value) || value is < 0 or >= uint.MaxValue)
                throw new CommandFailure("The meter does not tell its counter: put invocation_counter into the keys file.");
            found = (uint)value + 1;
            return 0;
        }, cancellationToken);
        return found;
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

    private sealed class StreamPipe(NetworkStream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}

/// <summary>A meter with which an association is open.</summary>
/// <param name="Client">The association.</param>
/// <param name="Options">What was proposed.</param>
/// <param name="Connecting">How long the connection took.</param>
/// <param name="Associating">How long the association took, link and authentication included.</param>
internal sealed record OpenedMeter(DlmsClient Client, ClientOptions Options, TimeSpan Connecting, TimeSpan Associating);
