using System.Text.Json.Nodes;
using Headrace.Dlms.Hdlc;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>An HDLC frame as JSON: addresses, control, sequence numbers, negotiated parameters, information field.</summary>
internal static class HdlcJson
{
    private const int FormatControlAndFcs = 5;

    public static JsonObject Frame(in HdlcFrame frame)
    {
        var json = new JsonObject
        {
            ["segmented"] = frame.IsSegmented,
            ["length"] = Length(frame),
            ["dest"] = Address(frame.Destination),
            ["src"] = Address(frame.Source),
            ["control"] = frame.Control.Value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture),
            ["type"] = TypeName(frame.Type),
        };
        if (frame.Type == HdlcFrameType.Information) json["ns"] = frame.Control.SendSequence;
        if (frame.Type is HdlcFrameType.Information or HdlcFrameType.ReceiveReady or HdlcFrameType.ReceiveNotReady)
            json["nr"] = frame.Control.ReceiveSequence;
        json["pf"] = frame.Control.PollFinal;
        if (frame.Information.IsEmpty) return json;
        json["info"] = HexText.Of(frame.Information.Span);
        if (frame.Type is HdlcFrameType.SetNormalResponseMode or HdlcFrameType.UnnumberedAcknowledge) json["params"] = Parameters(frame);
        return json;
    }

    public static JsonObject Address(HdlcAddress address)
    {
        var json = new JsonObject { ["len"] = address.Length, ["upper"] = address.Upper };
        if (address.Length > 1) json["lower"] = address.Lower;
        return json;
    }

    public static string TypeName(HdlcFrameType type) => type switch
    {
        HdlcFrameType.Information => "I",
        HdlcFrameType.ReceiveReady => "RR",
        HdlcFrameType.ReceiveNotReady => "RNR",
        HdlcFrameType.SetNormalResponseMode => "SNRM",
        HdlcFrameType.Disconnect => "DISC",
        HdlcFrameType.UnnumberedAcknowledge => "UA",
        HdlcFrameType.DisconnectedMode => "DM",
        HdlcFrameType.FrameReject => "FRMR",
        HdlcFrameType.UnnumberedInformation => "UI",
        _ => "unknown",
    };

    /// <summary>The value of the length field: everything between the flags.</summary>
    public static int Length(in HdlcFrame frame) => FormatControlAndFcs + frame.Destination.Length + frame.Source.Length
        + (frame.Information.IsEmpty ? 0 : frame.Information.Length + 2);

    private static JsonNode? Parameters(in HdlcFrame frame)
    {
        try
        {
            var parameters = HdlcParameters.Read(frame.Information.Span);
            return new JsonObject
            {
                ["max_info_tx"] = parameters.MaxInformationTransmit,
                ["max_info_rx"] = parameters.MaxInformationReceive,
                ["window_tx"] = parameters.WindowTransmit,
                ["window_rx"] = parameters.WindowReceive,
            };
        }
        catch (ProtocolException broken)
        {
            return new JsonObject { ["error"] = broken.Message };
        }
    }
}
