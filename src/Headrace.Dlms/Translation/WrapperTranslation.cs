using System.Buffers;
using System.Text.Json.Nodes;
using Headrace.Dlms.Wrapper;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Wrapper streams: one message, several, or a whole session.</summary>
internal static class WrapperTranslation
{
    /// <summary>One message in a wrapper, or in several by general block transfer; more than one gives <c>messages</c>.</summary>
    /// <exception cref="ProtocolException">Not a wrapper, or cut short.</exception>
    public static JsonObject Message(ReadOnlyMemory<byte> stream, ApduTranslation apdus)
    {
        var frames = Split(stream);
        var whole = BlockTranslation.Join([.. frames.Select(frame => frame.Apdu)], out var blocks);
        if (whole.Count == 1)
        {
            var json = new JsonObject { ["wrapper"] = Header(frames[0]), ["apdu"] = apdus.Apdu(whole[0]) };
            if (blocks is not null) json["blocks"] = blocks;
            return json;
        }
        if (blocks is not null) throw new ProtocolException("general blocks of more than one message");
        return new JsonObject
        {
            ["messages"] = LogicalNameServiceJson.List(frames, frame =>
                new JsonObject { ["wrapper"] = Header(frame), ["apdu"] = apdus.Apdu(frame.Apdu) }),
        };
    }

    /// <summary>A session: one step per message, in order.</summary>
    public static JsonObject Session(ReadOnlyMemory<byte> stream, ApduTranslation apdus)
    {
        var steps = new JsonArray();
        var directions = new WrapperDirections();
        foreach (var frame in Split(stream))
        {
            var fromClient = directions.FromClient(frame);
            var output = new ArrayBufferWriter<byte>();
            frame.WriteTo(output);
            var step = new JsonObject
            {
                ["dir"] = fromClient
                ? "client" : "server",
                ["hex"] = HexText.Of(output.WrittenSpan),
                ["wrapper"] = Header(frame)
            };
            ApduTranslation.AddTo(step, () => apdus.Apdu(frame.Apdu, fromClient));
            steps.Add((JsonNode)step);
        }
        return new JsonObject { ["steps"] = steps };
    }

    private static List<WrapperFrame> Split(ReadOnlyMemory<byte> stream)
    {
        var frames = new List<WrapperFrame>();
        var input = new ReadOnlySequence<byte>(stream);
        while (!input.IsEmpty)
        {
            if (!WrapperFrame.TryRead(ref input, WrapperFrame.MaximumApduSize, out var frame))
                throw new ProtocolException($"wrapper cut short: {input.Length} bytes left");
            frames.Add(frame);
        }
        return frames;
    }

    private static JsonObject Header(in WrapperFrame frame) => new()
    {
        ["src"] = frame.SourcePort,
        ["dst"] = frame.DestinationPort,
        ["length"] = frame.Apdu.Length,
    };
}

/// <summary>Finds out who sent a message: by its tag, else by the ports, else by turns.</summary>
internal sealed class WrapperDirections
{
    private ushort? _clientPort;
    private bool _last;

    public bool FromClient(in WrapperFrame frame)
    {
        _last = Judge(frame);
        return _last;
    }

    private bool Judge(in WrapperFrame frame)
    {
        var tag = frame.Apdu.IsEmpty ? default : (Apdu.ApduTag)frame.Apdu.Span[0];
        var general = tag is Apdu.ApduTag.GeneralGloCiphering or Apdu.ApduTag.GeneralDedCiphering or Apdu.ApduTag.GeneralCiphering
            or Apdu.ApduTag.GeneralSigning or Apdu.ApduTag.GeneralBlockTransfer;
        if (!general)
        {
            var fromClient = ExchangeTranslation.FromClient(tag);
            _clientPort = fromClient ? frame.SourcePort : frame.DestinationPort;
            return fromClient;
        }
        if (_clientPort is { } port && frame.SourcePort != frame.DestinationPort) return frame.SourcePort == port;
        return !_last;
    }
}
