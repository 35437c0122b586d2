using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>What can be told of authentication results, wrapped keys and key agreement from the bytes and the keys alone.</summary>
internal static class KeyTranslation
{
    private const int GmacResultLength = 17;

    /// <summary>The result of HLS pass 3 or 4: its mechanism by form, the counter of GMAC, the public key of a signature.</summary>
    public static JsonObject Authentication(ReadOnlyMemory<byte> result, TranslationKeys keys)
    {
        var json = new JsonObject { ["f"] = HexText.Of(result.Span) };
        switch (result.Length)
        {
            case GmacResultLength when (result.Span[0] & 0xF0) == 0x10:
                json["mechanism"] = 5;
                json["security_control"] = HexText.Of(result.Span[..1]);
                json["invocation_counter"] = BinaryPrimitives.ReadUInt32BigEndian(result.Span[1..]);
                json["tag"] = HexText.Of(result.Span[5..]);
                return json;
            case 16:
                json["mechanism"] = 3;
                return json;
            case 20:
                json["mechanism"] = 4;
                return json;
            case 32:
                json["mechanism"] = 6;
                return json;
            case 64 or 96:
                return Signature(json, result, keys);
            default:
                throw new ProtocolException($"{result.Length} bytes are no result of high level security");
        }
    }

    /// <summary>A key wrapped under the master key (RFC 3394): wrapped where the key is given, unwrapped in any case.</summary>
    public static JsonObject Wrap(ReadOnlyMemory<byte> wrapped, TranslationKeys keys)
    {
        if (!keys.Others.TryGetValue("kek", out var master)
            || master.Length is not (16 or 32)) throw new ProtocolException("kek is needed");
        if (!KeyWrap.TryUnwrap(master, wrapped.Span, out var unwrapped))
            throw new ProtocolException("the key does not unwrap: wrong kek or broken bytes");
        var own = keys.Others.TryGetValue("key", out var key) && key.Length is 16 or 24 or 32 ? key : unwrapped;
        return new JsonObject { ["key"] = HexText.Of(unwrapped), ["wrapped"] = HexText.Of(KeyWrap.Wrap(master, own)) };
    }

    /// <summary>The shared secret of a Diffie-Hellman agreement.</summary>
    public static JsonObject Agreement(ReadOnlyMemory<byte> derived, TranslationKeys keys)
    {
        if (!keys.Others.TryGetValue("u_private", out var own) || !keys.Others.TryGetValue("v_public", out var peer))
            throw new ProtocolException("u_private and v_public are needed");
        if (own.Length is not (32 or 48) || peer.Length != 2 * own.Length) throw new ProtocolException("keys of neither P-256 nor P-384");
        var suite = own.Length == 32 ? SecuritySuite.Suite1 : SecuritySuite.Suite2;
        return new JsonObject
        {
            ["z"] = HexText.Of(EllipticKeys.SharedSecret(suite, own, peer)),
            ["hash"] = suite == SecuritySuite.Suite1 ? "SHA-256" : "SHA-384",
            ["derived"] = HexText.Of(derived.Span),
        };
    }

    private static JsonObject Signature(JsonObject json, ReadOnlyMemory<byte> signature, TranslationKeys keys)
    {
        json["mechanism"] = 7;
        json["suite"] = signature.Length == 64 ? 1 : 2;
        json["layout"] = $"raw r||s, {signature.Length} bytes";
        if (!keys.Others.TryGetValue("private_key", out var own) || own.Length != signature.Length / 2) return json;
        json["public_key"] = HexText.Of(EllipticKeys.PublicKeyOf(own.Length == 32 ? SecuritySuite.Suite1 : SecuritySuite.Suite2, own));
        return json;
    }
}
