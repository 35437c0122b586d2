using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Translation;

/// <summary>Notifications, refusals and the initiate service as JSON.</summary>
internal static class NotificationJson
{
    /// <summary>The fields of one of these; null for any other APDU.</summary>
    public static JsonObject? Of(XdlmsApdu apdu) => apdu switch
    {
        DataNotification push => Push(push),
        DataNotificationConfirm confirm => new JsonObject
        {
            ["apdu"] = "data-notification-confirm",
            ["long_invoke_id"] = LogicalNameServiceJson.LongInvokeId(confirm.InvokeId),
            ["result"] = confirm.Result,
        },
        EventNotification notification => new JsonObject
        {
            ["apdu"] = "event-notification-request",
            ["time"] = notification.Time is { } time ? HexText.Of(time.ToArray()) : null,
            ["attribute"] = LogicalNameServiceJson.Attribute(notification.Attribute),
            ["value"] = DataJson.Tree(notification.Value),
        },
        ExceptionResponse exception => Exception(exception),
        ConfirmedServiceError error => new JsonObject
        {
            ["apdu"] = "confirmed-service-error",
            ["service"] = error.Service,
            ["service_error"] = (byte)error.ErrorClass,
            ["value"] = error.Value,
        },
        InitiateRequest initiate => Initiate(initiate),
        InitiateResponse initiate => Initiate(initiate),
        _ => null,
    };

    /// <summary>A date-time octet-string as hexadecimal; empty where none is given.</summary>
    public static string Time(CosemDateTime? time) => time is { } given ? HexText.Of(given.ToArray()) : "";

    private static JsonObject Push(DataNotification push)
    {
        var json = new JsonObject
        {
            ["apdu"] = "data-notification",
            ["long_invoke_id"] = LogicalNameServiceJson.LongInvokeId(push.InvokeId),
            ["date_time"] = Time(push.Time),
        };
        if (push.Time is { } time) json["date_time_fields"] = DateTimeJson.Fields(time);
        json["body"] = DataJson.Tree(push.Body);
        json["readings"] = ReadingsJson.Scan(push.Body, push.Time);
        return json;
    }

    private static JsonObject Exception(ExceptionResponse exception)
    {
        var json = new JsonObject
        {
            ["apdu"] = "exception-response",
            ["state_error"] = (byte)exception.StateError,
            ["service_error"] = (byte)exception.ServiceError,
        };
        if (exception.ExpectedInvocationCounter is { } counter) json["invocation_counter"] = counter;
        return json;
    }

    private static JsonObject Initiate(InitiateRequest initiate) => new()
    {
        ["apdu"] = "initiate-request",
        ["dedicated_key"] = initiate.DedicatedKey is { } key ? HexText.Of(key.Span) : null,
        ["response_allowed"] = initiate.ResponseAllowed,
        ["proposed_qos"] = initiate.ProposedQualityOfService,
        ["proposed_version"] = initiate.ProposedDlmsVersion,
        ["conformance_hex"] = Bits(initiate.Conformance),
        ["conformance"] = Names(initiate.Conformance),
        ["client_max_pdu"] = initiate.ClientMaxReceivePduSize,
    };

    private static JsonObject Initiate(InitiateResponse initiate) => new()
    {
        ["apdu"] = "initiate-response",
        ["negotiated_qos"] = initiate.NegotiatedQualityOfService,
        ["negotiated_version"] = initiate.NegotiatedDlmsVersion,
        ["conformance_hex"] = Bits(initiate.Conformance),
        ["conformance"] = Names(initiate.Conformance),
        ["server_max_pdu"] = initiate.ServerMaxReceivePduSize,
        ["vaa_name"] = initiate.VaaName.ToString("x4", CultureInfo.InvariantCulture),
    };

    private static string Bits(Conformance conformance) => ((uint)conformance).ToString("x6", CultureInfo.InvariantCulture);

    private static JsonArray Names(Conformance conformance) =>
        LogicalNameServiceJson.List(conformance.ToNames(), name => JsonValue.Create(name));
}
