using System.Text.Json.Nodes;

namespace Headrace.Dlms.Translation;

/// <summary>Telegrams of real meters that break a rule: decoded with every tolerance, fields of the message brought to the top.</summary>
internal static class QuirkTranslation
{
    private static readonly string[] Raised = ["long_invoke_id", "date_time", "first", "items", "readings"];

    public static JsonObject Translate(ReadOnlyMemory<byte> bytes, TranslationKeys keys)
    {
        var json = DlmsTranslator.Decode(bytes, DlmsFraming.Auto, keys);
        if (json["apdu"] is not JsonObject apdu) json = new JsonObject { ["apdu"] = apdu = json };
        foreach (var name in Raised)
            if (apdu[name] is { } value && (name == "readings" || !json.ContainsKey(name))) json[name] = value.DeepClone();
        var meaning = new JsonObject();
        foreach (var name in new[] { "result", "block" })
            if (apdu[name] is JsonValue value) meaning[name] = value.DeepClone();
        json["meaning"] = meaning;
        return json;
    }
}
