using System.Buffers;
using System.Text.Json.Nodes;
using Headrace.Dlms.MBus;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Wired M-Bus frames of a customer port: the frames, and the message their segments make.</summary>
internal static class MBusTranslation
{
    /// <exception cref="ProtocolException">A frame is broken, a segment missing, or the message not whole.</exception>
    public static JsonObject Message(ReadOnlyMemory<byte> stream, ApduTranslation apdus)
    {
        var frames = new JsonArray();
        var messages = new List<ReadOnlyMemory<byte>>();
        var joiner = new MBusSegmentJoiner();
        var input = new ReadOnlySequence<byte>(stream);
        while (!input.IsEmpty)
        {
            if (!MBusLongFrame.TryRead(ref input, out var frame)) throw new ProtocolException("M-Bus frame cut short");
            frames.Add((JsonNode)Frame(frame));
            if (joiner.TryAppend(frame, out var apdu)) messages.Add(apdu);
        }
        if (joiner.HeldBytes > 0 || messages.Count == 0) throw new ProtocolException("the last M-Bus segment did not come");
        var json = new JsonObject { ["mbus_frames"] = frames };
        var whole = BlockTranslation.Join(messages, out var blocks);
        if (blocks is not null) json["blocks"] = blocks;
        if (whole.Count != 1)
        {
            json["messages"] = LogicalNameServiceJson.List(whole, message => new JsonObject { ["apdu"] = apdus.Apdu(message) });
            return json;
        }
        json["apdu_hex"] = HexText.Of(whole[0].Span);
        json["apdu"] = apdus.Apdu(whole[0]);
        return json;
    }

    private static JsonObject Frame(in MBusLongFrame frame) => new()
    {
        ["c"] = frame.Control,
        ["a"] = frame.Address,
        ["ci"] = frame.ControlInformation,
        ["stsap"] = frame.SourceTsap,
        ["dtsap"] = frame.DestinationTsap,
    };
}
