using System.Text.Json;
using System.Text.Json.Nodes;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>
/// Keys and titles the translator may use. What is null is not known; ciphered APDUs that need it are shown as they came.
/// </summary>
/// <remarks>The form in a file is a JSON object with the names given at each property, all values hexadecimal.</remarks>
public sealed class TranslationKeys
{
    /// <summary>No keys at all.</summary>
    public static TranslationKeys None { get; } = new();

    /// <summary><c>guek</c>: global unicast encryption key, 16 or 32 bytes.</summary>
    public byte[]? GlobalUnicastEncryptionKey { get; init; }

    /// <summary><c>gbek</c>: global broadcast encryption key, used where the security control byte says so.</summary>
    public byte[]? GlobalBroadcastEncryptionKey { get; init; }

    /// <summary><c>gak</c>: authentication key. Without it an authenticated APDU is decrypted and its tag stays unverified.</summary>
    public byte[]? AuthenticationKey { get; init; }

    /// <summary><c>dedicated</c>: the dedicated key of the association.</summary>
    public byte[]? DedicatedKey { get; init; }

    /// <summary><c>system_title</c>: title of the sender (the meter's, in a keys file), where the message does not carry it.</summary>
    public byte[]? SystemTitle { get; init; }

    /// <summary><c>client_system_title</c>: title of the client, for its requests.</summary>
    public byte[]? ClientSystemTitle { get; init; }

    /// <summary>Any other entry: <c>kek</c>, <c>key</c>, <c>private_key</c>, <c>u_private</c> and the like, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Others { get; init; } = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>Reads the object form. Entries that are not hexadecimal text, such as a password, are passed over.</summary>
    /// <exception cref="ProtocolException">
    /// A known key has a length that no suite uses, or a title is not 8 bytes. The value is not named.
    /// </exception>
    public static TranslationKeys FromJson(JsonObject? json)
    {
        if (json is null) return None;
        var all = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, value) in json)
            if (value?.GetValueKind() == JsonValueKind.String
                && HexText.TryParse(value.GetValue<string>(), out var bytes)) all[name] = bytes;
        return new TranslationKeys
        {
            GlobalUnicastEncryptionKey = Key(all, "guek"),
            GlobalBroadcastEncryptionKey = Key(all, "gbek"),
            AuthenticationKey = Key(all, "gak"),
            DedicatedKey = Key(all, "dedicated"),
            SystemTitle = Title(all, "system_title"),
            ClientSystemTitle = Title(all, "client_system_title"),
            Others = all,
        };
    }

    private static byte[]? Key(Dictionary<string, byte[]> all, string name)
    {
        if (!all.TryGetValue(name, out var key)) return null;
        return key.Length is 16 or 24 or 32 ? key : throw new ProtocolException($"{name} has {key.Length} bytes; a key has 16 or 32");
    }

    private static byte[]? Title(Dictionary<string, byte[]> all, string name)
    {
        if (!all.TryGetValue(name, out var title)) return null;
        return title.Length == 8 ? title : throw new ProtocolException($"{name} has {title.Length} bytes; a system title has 8");
    }
}
