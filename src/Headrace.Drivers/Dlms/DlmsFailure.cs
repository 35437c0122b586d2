using System.Net.Sockets;
using Headrace.Core.Drivers;
using Headrace.Core.Metering;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Drivers.Dlms;

/// <summary>Says what went wrong with a meter, in a sentence, and whether trying again may help.</summary>
internal static class DlmsFailure
{
    private const int Transient = 2; // rejected-transient of an AARE

    /// <summary>True for what the meter, the link or its silence is to blame for; all else goes up as it is.</summary>
    public static bool IsOfMeter(Exception failure, CancellationToken cancellationToken) => !cancellationToken.IsCancellationRequested
        && failure is TimeoutException or IOException or SocketException or ProtocolException or DlmsRefusalException;

    /// <summary>The failure as the port has it.</summary>
    public static MeterException Of(Exception failure, Meter meter)
    {
        return failure switch
        {
            TimeoutException => new MeterException($"Meter {meter.Serial} does not answer.", isTransient: true, failure),
            IOException or SocketException => new MeterException(
                $"The connection to meter {meter.Serial} was lost.", isTransient: true, failure),
            DlmsRefusalException { Refusal: ExceptionResponse { ServiceError: var error } } => new MeterException(
                $"Meter {meter.Serial} refused with {error}.", error is ServiceError.InvocationCounterError, failure),
            DlmsRefusalException { Result: var result } => new MeterException(
                $"Meter {meter.Serial} refused with {result.Name()}.",
                result is DataAccessResult.TemporaryFailure or DataAccessResult.LongGetAborted,
                failure),
            _ => new MeterException($"Meter {meter.Serial} broke the protocol: {failure.Message}.", isTransient: false, failure),
        };
    }

    /// <summary>The association was refused.</summary>
    public static MeterException Rejected(Meter meter, AssociationRejected rejected)
    {
        var what = rejected.Reason switch
        {
            RejectionReason.ClientNotAuthenticated => "does not accept the stored keys",
            RejectionReason.ServerNotAuthenticated => "does not prove to have the stored keys",
            RejectionReason.UnacceptableTerms => "answered with terms that are not acceptable, or under another system title",
            RejectionReason.Refused => $"refused the association with {Name(rejected.Refusal)}",
            _ when rejected.Result == Transient => "refused the association for the moment",
            _ => FormattableString.Invariant($"refused the association: diagnostic {rejected.Diagnostic}"),
        };
        return new MeterException($"Meter {meter.Serial} {what}.", rejected is { Reason: RejectionReason.Rejected, Result: Transient });
    }

    private static string Name(XdlmsApdu? refusal) => refusal switch
    {
        ExceptionResponse response => $"{response.ServiceError}",
        ConfirmedServiceError error => FormattableString.Invariant($"{error.ErrorClass} {error.Value}"),
        null => "no reason",
        _ => $"{refusal.Tag}",
    };
}
