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
    /// <summary>True for what the meter, the link or its silence is to blame for; all else goes up as it is.</summary>
    public static bool IsOfMeter(Exception failure, CancellationToken cancellationToken) =>
        failure is TimeoutException or IOException or SocketException or ProtocolException or DlmsRefusalException && !cancellationToken.IsCancellationRequested;

    /// <summary>The failure as the port has it.</summary>
    public static MeterException Of(Exception failure, Meter meter) => failure switch
    {
        TimeoutException => new MeterException($"Meter {meter.Serial} does not answer.", isTransient: true, failure),
        IOException or SocketException => new MeterException($"The connection to meter {meter.Serial} was lost.", isTransient: true, failure),
        DlmsRefusalException { Refusal: ExceptionResponse response } => new MeterException(
            $"Meter {meter.Serial} refused with {response.ServiceError}.", isTransient: response.ServiceError is ServiceError.InvocationCounterError, failure),
        DlmsRefusalException refused => new MeterException(
            $"Meter {meter.Serial} refused with {refused.Result.Name()}.", isTransient: refused.Result is DataAccessResult.TemporaryFailure or DataAccessResult.LongGetAborted, failure),
        _ => new MeterException($"Meter {meter.Serial} broke the protocol: {failure.Message}.", isTransient: false, failure),
    };

    /// <summary>The association was refused.</summary>
    public static MeterException Rejected(Meter meter, AssociationRejected rejected) => rejected.Reason switch
    {
        RejectionReason.ClientNotAuthenticated => new MeterException($"Meter {meter.Serial} does not accept the stored keys.", isTransient: false),
        RejectionReason.ServerNotAuthenticated => new MeterException($"Meter {meter.Serial} does not prove to have the stored keys.", isTransient: false),
        RejectionReason.UnacceptableTerms => new MeterException(
            $"Meter {meter.Serial} answered the association with terms that are not acceptable, or under another system title.", isTransient: false),
        RejectionReason.Refused => new MeterException($"Meter {meter.Serial} refused the association with {Name(rejected.Refusal)}.", isTransient: false),
        _ when rejected.Result == 2 => new MeterException($"Meter {meter.Serial} refused the association for the moment.", isTransient: true),
        _ => new MeterException(FormattableString.Invariant($"Meter {meter.Serial} refused the association: diagnostic {rejected.Diagnostic}."), isTransient: false),
    };

    private static string Name(XdlmsApdu? refusal) => refusal switch
    {
        ExceptionResponse response => $"{response.ServiceError}",
        ConfirmedServiceError error => FormattableString.Invariant($"{error.ErrorClass} {error.Value}"),
        null => "no reason",
        _ => $"{refusal.Tag}",
    };
}
