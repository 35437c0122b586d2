using System.Text.Json.Nodes;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>
/// Translates a test vector: its kind says what the bytes are, from one A-XDR value to a whole recorded session. The output has at
/// least the names of the vector's expectation that bytes and keys can give.
/// </summary>
public static class VectorTranslator
{
    private static readonly Dictionary<string, Func<ReadOnlyMemory<byte>, TranslationKeys,
        JsonObject>> Translators = new(StringComparer.Ordinal)
        {
            ["axdr"] = (bytes, _) => DataJson.Tree(CosemData.Decode(bytes.Span)),
            ["datetime"] = (bytes, _) => DateTime(bytes),
            ["object-list-entry"] = (bytes, _) => DataJson.Tree(CosemData.Decode(bytes.Span)),
            ["object-list"] = (bytes, _) => BulkTranslation.ObjectList(CosemData.Decode(bytes.Span)),
            ["profile-buffer"] = (bytes, _) => BulkTranslation.ProfileBuffer(CosemData.Decode(bytes.Span)),
            ["push-body"] = (bytes, _) => PushBody(bytes),
            ["acse"] = Apdu,
            ["initiate"] = Apdu,
            ["xdlms"] = Apdu,
            ["xdlms-sn"] = Apdu,
            ["ciphered"] = Apdu,
            ["push-apdu"] = (bytes, keys) => DlmsTranslator.Decode(bytes, DlmsFraming.Apdu, keys),
            ["wrapper-apdu"] = (bytes, keys) => DlmsTranslator.Decode(bytes, DlmsFraming.Wrapper, keys),
            ["push-hdlc"] = (bytes, keys) => DlmsTranslator.Decode(bytes, DlmsFraming.Hdlc, keys),
            ["push-mbus"] = (bytes, keys) => DlmsTranslator.Decode(bytes, DlmsFraming.MBus, keys),
            ["hdlc-frame"] = (bytes, _) => Frame(bytes),
            ["fcs16"] = (bytes, _) => FrameCheck(bytes),
            ["quirk"] = QuirkTranslation.Translate,
            ["malformed"] = (bytes, keys) => DlmsTranslator.Decode(bytes, DlmsFraming.Auto, keys, strict: true),
            ["gbt"] = (bytes, keys) => ExchangeTranslation.BlockTransfer(bytes, new ApduTranslation(keys)),
            ["block-transfer"] = (bytes, keys) => ExchangeTranslation.ServiceBlocks(bytes, new ApduTranslation(keys)),
            ["image-transfer"] = (bytes, keys) => ExchangeTranslation.ImageTransfer(bytes, new ApduTranslation(keys)),
            ["session-hdlc"] = (bytes, keys) => HdlcTranslation.Session(bytes, new ApduTranslation(keys)),
            ["session-wrapper"] = (bytes, keys) => WrapperTranslation.Session(bytes, new ApduTranslation(keys)),
            ["hls"] = KeyTranslation.Authentication,
            ["key-wrap"] = KeyTranslation.Wrap,
            ["key-agreement"] = KeyTranslation.Agreement,
        };

    /// <summary>The kinds there are.</summary>
    public static IReadOnlyCollection<string> Kinds => Translators.Keys;

    /// <summary>Translates one vector: an object with <c>kind</c>, <c>hex</c> and, where needed, <c>keys</c>.</summary>
    /// <exception cref="ProtocolException">The vector or its bytes are broken, or its kind is not known.</exception>
    public static JsonObject Translate(JsonObject vector)
    {
        var kind = Text(vector, "kind") ?? "auto";
        var text = Text(vector, "hex") ?? throw new ProtocolException("a vector has hex");
        if (!HexText.TryParse(text, out var bytes)) throw new ProtocolException("hex is not hexadecimal");
        var keys = TranslationKeys.FromJson(vector["keys"] as JsonObject);
        if (kind == "auto") return DlmsTranslator.Decode(bytes, DlmsFraming.Auto, keys);
        return Translators.TryGetValue(kind, out var translate)
            ? translate(bytes, keys) : throw new ProtocolException($"kind {kind} is not known");
    }

    private static string? Text(JsonObject vector, string name) =>
        vector[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Apdu(ReadOnlyMemory<byte> bytes, TranslationKeys keys) => new ApduTranslation(keys).Apdu(bytes);

    private static JsonObject DateTime(ReadOnlyMemory<byte> bytes) => bytes.Length == CosemDateTime.Size
        ? DateTimeJson.Fields(CosemDateTime.Parse(bytes.Span))
        : DataJson.Tree(CosemData.Decode(bytes.Span));

    private static JsonObject PushBody(ReadOnlyMemory<byte> bytes)
    {
        var body = CosemData.Decode(bytes.Span);
        return new JsonObject { ["data"] = DataJson.Tree(body), ["readings"] = ReadingsJson.Scan(body, null) };
    }

    private static JsonObject Frame(ReadOnlyMemory<byte> bytes)
    {
        var pieces = HdlcTranslation.Split(bytes);
        return pieces is [{ Frame: { } frame }]
            ? HdlcJson.Frame(frame) : throw new ProtocolException("not one HDLC frame with right length and check sequences");
    }

    private static JsonObject FrameCheck(ReadOnlyMemory<byte> bytes) => new()
    {
        ["fcs"] = Crc16X25.Compute(bytes.Span).ToString("x4", System.Globalization.CultureInfo.InvariantCulture),
        ["order"] = "transmitted low octet first",
    };
}
