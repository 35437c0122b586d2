using System.CommandLine;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Dlms.Translation;

namespace Headrace.Commands.Dlms;

/// <summary><c>headrace dlms associate</c>: opens an association, tells what was negotiated, releases.</summary>
internal static class DlmsAssociateCommand
{
    public static Command Create()
    {
        var options = new MeterOptions();
        var command = new Command("associate", "Opens an association with a meter, tells what was negotiated, and releases it.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var meter = options.Read(parsed);
            return MeterConnection.UseOpenedAsync(meter, (opened, _) =>
            {
                Output.Print(Told(meter, opened), options.Json(parsed));
                return Task.FromResult(0);
            }, cancellationToken);
        });
        return command;
    }

    private static JsonObject Told(MeterAddress meter, OpenedMeter opened)
    {
        var asked = opened.Options;
        var association = opened.Client.Association;
        var json = new JsonObject
        {
            ["context"] = (asked.ShortNames is null ? "logical names" : "short names")
                + (asked.Ciphering == ClientCiphering.None ? "" : " with ciphering"),
            ["mechanism"] = MeterOptions.MechanismName(asked.Authentication),
            ["client_sap"] = meter.Client,
            ["server_sap"] = meter.Server,
        };
        if (!asked.SystemTitle.IsEmpty) json["client_title"] = HexText.Of(asked.SystemTitle.Span);
        if (!association.ServerSystemTitle.IsEmpty) json["server_title"] = HexText.Of(association.ServerSystemTitle.Span);
        json["proposed"] = Names(asked.Conformance);
        json["conformance"] = Names(association.Conformance);
        json["client_max_pdu"] = asked.MaxPduSize;
        json["server_max_pdu"] = association.ServerMaxPduSize;
        json["ms"] = new JsonObject
        {
            ["connect"] = Math.Round(opened.Connecting.TotalMilliseconds, 1),
            ["associate"] = Math.Round(opened.Associating.TotalMilliseconds, 1),
        };
        return json;
    }

    private static JsonArray Names(Conformance conformance) =>
        new([.. conformance.ToNames().Select(name => (JsonNode)JsonValue.Create(name))]);
}
