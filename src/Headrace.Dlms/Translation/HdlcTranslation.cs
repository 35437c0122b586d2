using System.Buffers;
using System.Text.Json.Nodes;
using Headrace.Dlms.Hdlc;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>One frame as it stood in a byte stream.</summary>
/// <param name="Bytes">Its bytes with flags; or bytes between frames that belong to none.</param>
/// <param name="Frame">The frame; null for bytes that are none.</param>
internal readonly record struct HdlcPiece(ReadOnlyMemory<byte> Bytes, HdlcFrame? Frame);

/// <summary>HDLC streams: the frames of one message, or a whole session.</summary>
internal static class HdlcTranslation
{
    /// <summary>Cuts a stream into frames and what is between them.</summary>
    public static List<HdlcPiece> Split(ReadOnlyMemory<byte> stream)
    {
        var pieces = new List<HdlcPiece>();
        var reader = new HdlcFrameReader();
        var input = new ReadOnlySequence<byte>(stream);
        var done = 0;
        while (reader.TryRead(ref input, out var frame))
        {
            var end = stream.Length - (int)input.Length;
            var start = Math.Max(done, end - HdlcJson.Length(frame) - 2); // a shared flag belongs to the frame it closed
            if (start > done) pieces.Add(new HdlcPiece(stream[done..start], null));
            pieces.Add(new HdlcPiece(stream[start..end], frame));
            done = end;
        }
        if (done < stream.Length) pieces.Add(new HdlcPiece(stream[done..], null));
        return pieces;
    }

    /// <summary>One or more frames that carry one message, such as a push.</summary>
    /// <exception cref="ProtocolException">No frame with a right checksum, or no whole message.</exception>
    public static JsonObject Message(ReadOnlyMemory<byte> stream, ApduTranslation apdus)
    {
        var pieces = Split(stream);
        if (apdus.Strict && pieces.Exists(piece => piece.Frame is null)) throw new ProtocolException("bytes that belong to no HDLC frame");
        var frames = pieces.Where(piece => piece.Frame is not null).Select(piece => piece.Frame!.Value).ToList();
        if (frames.Count == 0) throw new ProtocolException("no HDLC frame with right length and check sequences");
        if (frames.Count > 1 && IsSession(frames)) return Session(stream, apdus);
        var first = frames[0];
        var json = new JsonObject
        {
            ["frames"] = frames.Count,
            ["segmented"] = frames.Exists(frame => frame.IsSegmented),
            ["gbt"] = false,
            ["dest"] = HdlcJson.Address(first.Destination),
            ["src"] = HdlcJson.Address(first.Source),
            ["control"] = HdlcJson.TypeName(first.Type),
        };
        if (frames.Count == 1) json["frame"] = HdlcJson.Frame(first);
        else json["frame_list"] = new JsonArray([.. frames.Select(frame => (JsonNode)HdlcJson.Frame(frame))]);
        Join(frames, json, apdus);
        return json;
    }

    /// <summary>A session: one step per frame, in order, with the message that a frame completes.</summary>
    public static JsonObject Session(ReadOnlyMemory<byte> stream, ApduTranslation apdus)
    {
        var steps = new JsonArray();
        var directions = new HdlcDirections();
        var parts = new Dictionary<bool, ArrayBufferWriter<byte>> { [false] = new(), [true] = new() };
        foreach (var piece in Split(stream))
        {
            var step = new JsonObject { ["hex"] = HexText.Of(piece.Bytes.Span) };
            steps.Add((JsonNode)step);
            if (piece.Frame is not { } frame)
            {
                step["dir"] = directions.Unknown();
                step["error"] = "no frame with right length and check sequences";
                continue;
            }
            var fromClient = directions.FromClient(frame);
            step["dir"] = fromClient ? "client" : "server";
            step["frame"] = HdlcJson.Frame(frame);
            AddMessage(step, frame, fromClient, parts[fromClient], apdus);
        }
        return new JsonObject { ["steps"] = steps };
    }

    /// <summary>True for an exchange rather than the frames of one message.</summary>
    private static bool IsSession(List<HdlcFrame> frames) =>
        frames.Exists(frame => frame.Type is not (HdlcFrameType.Information or HdlcFrameType.UnnumberedInformation))
        || frames.Exists(frame => frame.Source != frames[0].Source);

    private static void AddMessage(JsonObject step, in HdlcFrame frame, bool fromClient, ArrayBufferWriter<byte> part,
        ApduTranslation apdus)
    {
        if (frame.Type is not (HdlcFrameType.Information or HdlcFrameType.UnnumberedInformation) || frame.Information.IsEmpty) return;
        var information = frame.Information;
        if (HasLlc(information.Span))
        {
            part.ResetWrittenCount();
            information = information[LlcLength..];
        }
        part.Write(information.Span);
        if (frame.IsSegmented) return;
        var message = part.WrittenSpan.ToArray();
        part.ResetWrittenCount();
        ApduTranslation.AddTo(step, () => apdus.Apdu(message, fromClient));
    }

    private static void Join(List<HdlcFrame> frames, JsonObject json, ApduTranslation apdus)
    {
        var messages = Reassemble(frames, finalBitEnds: false);
        if (messages.Count == 0 && !apdus.Strict && frames.Count > 1)
        {
            messages = Reassemble(frames, finalBitEnds: true);
            if (messages.Count > 0) json["tolerated"] = new JsonArray("segmentation bit set on the last frame");
        }
        if (messages.Count == 0)
        {
            if (frames.Exists(frame =>
                !frame.Information.IsEmpty && frame.Type is HdlcFrameType.Information or HdlcFrameType.UnnumberedInformation))
                throw new ProtocolException("the frames hold no whole message");
            return;
        }
        var whole = BlockTranslation.Join(messages, out var blocks);
        json["gbt"] = blocks is not null;
        if (blocks is not null) json["blocks"] = blocks;
        if (whole.Count != 1) throw new ProtocolException($"{whole.Count} messages where one was expected");
        json["apdu_hex"] = HexText.Of(whole[0].Span);
        json["apdu"] = apdus.Apdu(whole[0]);
    }

    private static List<ReadOnlyMemory<byte>> Reassemble(List<HdlcFrame> frames, bool finalBitEnds)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        var reassembly = new HdlcUnnumberedReassembly { FinalBitEnds = finalBitEnds };
        foreach (var frame in frames)
        {
            if (frame.Type is not (HdlcFrameType.Information or HdlcFrameType.UnnumberedInformation)) continue;
            if (reassembly.TryJoin(frame, out var message)) messages.Add(message);
        }
        return messages;
    }

    private const int LlcLength = 3;

    private static bool HasLlc(ReadOnlySpan<byte> information) =>
        information.Length >= LlcLength && information[0] == 0xE6 && information[1] is 0xE6 or 0xE7 && information[2] == 0;
}

/// <summary>Finds out who sent a frame, also where client and server have the same address.</summary>
internal sealed class HdlcDirections
{
    private HdlcAddress? _client;
    private bool _lastFromClient;
    private bool _lastGaveTurn = true;

    public string Unknown() => _lastFromClient && _lastGaveTurn ? "server" : "client";

    public bool FromClient(in HdlcFrame frame)
    {
        var fromClient = Judge(frame);
        if (frame.Type == HdlcFrameType.SetNormalResponseMode) _client = frame.Source;
        (_lastFromClient, _lastGaveTurn) = (fromClient, frame.Control.PollFinal);
        return fromClient;
    }

    private bool Judge(in HdlcFrame frame)
    {
        switch (frame.Type)
        {
            case HdlcFrameType.SetNormalResponseMode or HdlcFrameType.Disconnect:
                return true;
            case HdlcFrameType.UnnumberedAcknowledge or HdlcFrameType.DisconnectedMode or HdlcFrameType.FrameReject:
                return false;
        }
        if (frame.Information.Length >= 3 && frame.Information.Span[0] == 0xE6 && frame.Information.Span[1] is 0xE6 or 0xE7)
            return frame.Information.Span[1] == 0xE6;
        if (frame.Source.Length != frame.Destination.Length) return frame.Source.Length == 1 && frame.Destination.Length > 1;
        if (_client is { } client && frame.Source != frame.Destination) return frame.Source == client;
        return _lastGaveTurn ? !_lastFromClient : _lastFromClient;
    }
}
