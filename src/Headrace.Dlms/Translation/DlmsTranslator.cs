using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>What the bytes of a message are.</summary>
public enum DlmsFraming
{
    /// <summary>To be found out from the bytes.</summary>
    Auto,

    /// <summary>TCP/UDP wrapper (IEC 62056-47).</summary>
    Wrapper,

    /// <summary>HDLC frames (IEC 62056-46).</summary>
    Hdlc,

    /// <summary>Wired M-Bus long frames (EN 13757).</summary>
    MBus,

    /// <summary>One APDU without a frame.</summary>
    Apdu,

    /// <summary>One A-XDR value.</summary>
    Axdr,
}

/// <summary>Translates any DLMS/COSEM message to JSON: frames, ciphering, APDU, value trees, readings.</summary>
/// <remarks>For people and tests: it favours completeness over speed. Services use the decoders themselves.</remarks>
public static class DlmsTranslator
{
    /// <summary>Translates one message.</summary>
    /// <param name="bytes">The message, or several that make one, such as segments.</param>
    /// <param name="framing">What the bytes are.</param>
    /// <param name="keys">Keys and titles that may be used.</param>
    /// <param name="strict">Bear no deviation from the standard; by default those that real meters show are borne and named.</param>
    /// <returns>
    /// The frame's fields with <c>apdu</c> and <c>readings</c>; for a bare APDU its fields, nested under <c>apdu</c> where it is a push;
    /// for a bare value its tree and, where it looks like a push body, <c>readings</c>.
    /// </returns>
    /// <exception cref="ProtocolException">The bytes break the protocol beyond what is tolerated.</exception>
    public static JsonObject Decode(ReadOnlyMemory<byte> bytes, DlmsFraming framing, TranslationKeys keys, bool strict = false)
    {
        if (bytes.IsEmpty) throw new ProtocolException("a message of no bytes");
        var apdus = new ApduTranslation(keys, strict);
        switch (framing)
        {
            case DlmsFraming.Wrapper:
                return WithReadings(WrapperTranslation.Message(bytes, apdus), apdus);
            case DlmsFraming.Hdlc:
                return WithReadings(HdlcTranslation.Message(bytes, apdus), apdus);
            case DlmsFraming.MBus:
                return WithReadings(MBusTranslation.Message(bytes, apdus), apdus);
            case DlmsFraming.Apdu:
                return Apdu(bytes, apdus);
            case DlmsFraming.Axdr:
                return Value(bytes);
            default:
                return Guess(bytes) is { } found ? Decode(bytes, found, keys, strict) : ApduOrValue(bytes, apdus);
        }
    }

    /// <summary>The framing that the first bytes show beyond doubt; null where they may be an APDU or a value.</summary>
    internal static DlmsFraming? Guess(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span[0] == Hdlc.HdlcFrame.Flag) return DlmsFraming.Hdlc;
        if (span.Length >= 4 && span[0] == 0x68 && span[3] == 0x68 && span[1] == span[2]) return DlmsFraming.MBus;
        if (span.Length >= Wrapper.WrapperFrame.HeaderSize && span[0] == 0
            && span[1] == Wrapper.WrapperFrame.Version) return DlmsFraming.Wrapper;
        return null;
    }

    private static JsonObject ApduOrValue(ReadOnlyMemory<byte> bytes, ApduTranslation apdus)
    {
        try
        {
            return Apdu(bytes, apdus);
        }
        catch (ProtocolException)
        {
            if (TryValue(bytes) is { } value) return value;
            throw; // the APDU's fault tells more
        }
    }

    private static JsonObject Apdu(ReadOnlyMemory<byte> bytes, ApduTranslation apdus)
    {
        var whole = bytes;
        JsonArray? blocks = null;
        if (bytes.Span[0] == (byte)ApduTag.GeneralBlockTransfer
            && IsWholeTransfer(bytes)) whole = BlockTranslation.JoinOne(bytes, out blocks);
        var json = apdus.Apdu(whole);
        if (blocks is null && apdus.Push is null && json["readings"] is null) return json;
        var outer = new JsonObject { ["apdu"] = json };
        if (blocks is not null) outer["blocks"] = blocks;
        return WithReadings(outer, apdus);
    }

    /// <summary>False for a lone acknowledgement, which carries nothing and is shown as it is.</summary>
    private static bool IsWholeTransfer(ReadOnlyMemory<byte> bytes) =>
        !(XdlmsApdu.DecodeFirst(bytes, out var length) is GeneralBlockTransfer { BlockData.IsEmpty: true } && length == bytes.Length);

    private static JsonObject Value(ReadOnlyMemory<byte> bytes)
    {
        var value = CosemData.Decode(bytes.Span);
        var json = DataJson.Tree(value);
        if (ReadingsJson.Typed(bytes, null) is { Count: > 0 } readings) json["readings"] = readings;
        return json;
    }

    private static JsonObject? TryValue(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Value(bytes);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static JsonObject WithReadings(JsonObject json, ApduTranslation apdus)
    {
        if (json.ContainsKey("readings") || json.ContainsKey("steps") || json.ContainsKey("messages")) return json;
        if (apdus.Push is { } push) json["readings"] = ReadingsJson.Typed(push.Body.Encode(), push.Time);
        else if ((json["apdu"] as JsonObject)?["readings"] is { } tolerant) json["readings"] = tolerant.DeepClone();
        return json;
    }
}
