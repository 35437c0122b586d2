using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>General block transfer as JSON, and its undoing.</summary>
internal static class BlockTranslation
{
    /// <summary>The fields of one block without its data.</summary>
    public static JsonObject Block(GeneralBlockTransfer block) => new()
    {
        ["apdu"] = "general-block-transfer",
        ["last_block"] = block.LastBlock,
        ["streaming"] = block.Streaming,
        ["window"] = block.Window,
        ["block_number"] = block.BlockNumber,
        ["block_number_ack"] = block.BlockNumberAcknowledged,
    };

    /// <summary>Replaces runs of general blocks by the APDU they carry; other messages stay as they are.</summary>
    /// <param name="messages">Whole APDUs in order.</param>
    /// <param name="blocks">The blocks met, or null where there were none.</param>
    /// <param name="acknowledgements">Takes what a receiver would send in return; may be null.</param>
    /// <exception cref="ProtocolException">A block is missing.</exception>
    public static List<ReadOnlyMemory<byte>> Join(IReadOnlyList<ReadOnlyMemory<byte>> messages, out JsonArray? blocks,
        JsonArray? acknowledgements = null)
    {
        blocks = null;
        var whole = new List<ReadOnlyMemory<byte>>();
        var joiner = new GeneralBlockLink(int.MaxValue);
        var open = false;
        foreach (var message in messages)
        {
            if (message.IsEmpty || message.Span[0] != (byte)ApduTag.GeneralBlockTransfer)
            {
                whole.Add(message);
                continue;
            }
            var block = (GeneralBlockTransfer)XdlmsApdu.Decode(message);
            (blocks ??= []).Add((JsonNode)Block(block));
            if (block.BlockData.IsEmpty && block.BlockNumberAcknowledged > 0) continue; // an acknowledgement
            open = joiner.Receive(block, out var apdu) != GeneralBlockEvent.Complete;
            if (!open) whole.Add(apdu);
            while (joiner.TrySend(out var acknowledgement)) acknowledgements?.Add((JsonNode)HexText.Of(acknowledgement!.Encode()));
            if (!open) joiner.Reset();
        }
        return open ? throw new ProtocolException("general blocks are missing") : whole;
    }

    /// <summary>The one APDU that general blocks in a row, without frames, make together.</summary>
    /// <exception cref="ProtocolException">A block is missing or broken, or there are several APDUs.</exception>
    public static ReadOnlyMemory<byte> JoinOne(ReadOnlyMemory<byte> stream, out JsonArray? blocks)
    {
        var whole = Join([.. ExchangeTranslation.Split(stream).Select(message => message.Bytes)], out blocks);
        return whole.Count == 1 ? whole[0] : throw new ProtocolException($"general blocks of {whole.Count} messages");
    }
}
