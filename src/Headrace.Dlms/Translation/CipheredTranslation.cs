using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Security;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>Ciphered and signed APDUs as JSON, opened where the keys are known.</summary>
internal sealed class CipheredTranslation(TranslationKeys keys)
{
    private byte[]? _dedicatedKey;

    /// <summary>Title of the client, from its AARQ.</summary>
    public ReadOnlyMemory<byte>? ClientTitle { get; set; }

    /// <summary>Title of the server, from its AARE.</summary>
    public ReadOnlyMemory<byte>? ServerTitle { get; set; }

    /// <summary>Remembers the dedicated key where an APDU is an initiate-request that carries one.</summary>
    public void NoteDedicatedKey(ReadOnlyMemory<byte> apdu)
    {
        if (apdu.IsEmpty || apdu.Span[0] != (byte)ApduTag.InitiateRequest) return;
        if (XdlmsApdu.Decode(apdu) is InitiateRequest { DedicatedKey: { Length: 16 or 32 } key }) _dedicatedKey = key.ToArray();
    }

    /// <summary>The fields of a ciphered or signed APDU; null for any other.</summary>
    /// <param name="apdu">The APDU.</param>
    /// <param name="fromClient">Who sent it, where known.</param>
    /// <param name="translateInner">Translates the APDU inside.</param>
    public JsonObject? Open(XdlmsApdu apdu, bool? fromClient, Func<ReadOnlyMemory<byte>, JsonObject> translateInner)
    {
        switch (apdu)
        {
            case CipheredApdu specific:
                var json = new JsonObject { ["apdu"] = Name(specific.CipheredTag) };
                var titles = Titles(default, fromClient ?? ExchangeTranslation.FromClient(specific.CipheredTag));
                return Add(json, specific.Ciphered, specific.CipheredTag.IsDedicated(), titles, default, translateInner);
            case GeneralGloCiphering general:
                json = new JsonObject { ["apdu"] = "general-glo-ciphering", ["system_title"] = HexText.Of(general.SystemTitle.Span) };
                return Add(json, general.Ciphered, false, Titles(general.SystemTitle, fromClient), default, translateInner);
            case GeneralDedCiphering general:
                json = new JsonObject { ["apdu"] = "general-ded-ciphering", ["system_title"] = HexText.Of(general.SystemTitle.Span) };
                return Add(json, general.Ciphered, true, Titles(general.SystemTitle, fromClient), default, translateInner);
            case GeneralCiphering general:
                json = Header("general-ciphering", general.Header);
                json["key_info"] = KeyInfo(general.KeyInformation);
                return Add(json, general.Ciphered, false, Titles(general.Header.OriginatorSystemTitle, fromClient),
                    general.Header.Encode(), translateInner);
            case GeneralSigning signed:
                json = Header("general-signing", signed.Header);
                json["content"] = HexText.Of(signed.Content.Span);
                json["signature"] = HexText.Of(signed.Signature.Span);
                if (signed.Header.OriginatorSystemTitle is { Length: ApduCipher.SystemTitleSize } originator) ClientTitle ??= originator;
                json["inner"] = translateInner(signed.Content);
                return json;
            default:
                return null;
        }
    }

    private JsonObject Add(
        JsonObject json, in CipheredContent ciphered, bool dedicated, List<ReadOnlyMemory<byte>> titles, ReadOnlyMemory<byte> header,
            Func<ReadOnlyMemory<byte>, JsonObject> translateInner)
    {
        json["security_control"] = Control(ciphered.SecurityControl);
        json["invocation_counter"] = ciphered.InvocationCounter;
        if (Decrypt(ciphered, dedicated, titles, header, out var verified) is not { } plain) return json;
        json["tag_verified"] = verified;
        json["plain"] = HexText.Of(plain);
        if (!ciphered.SecurityControl.Compressed) json["inner"] = translateInner(plain);
        return json;
    }

    /// <summary>The plain text; null where the key or the title is not known.</summary>
    private byte[]? Decrypt(in CipheredContent ciphered, bool dedicated, List<ReadOnlyMemory<byte>> titles, ReadOnlyMemory<byte> header,
        out bool verified)
    {
        verified = false;
        var control = ciphered.SecurityControl;
        if (!control.Encrypted && !control.Authenticated) return ciphered.Content.ToArray();
        if (Key(control, dedicated) is not { } key || titles.Count == 0) return null;
        if ((byte)control.Suite > (byte)SecuritySuite.Suite2)
            throw new ProtocolException($"security suite {(byte)control.Suite} is not known");
        var size = ApduCipher.KeySize(control.Suite);
        if (key.Length != size) throw new ProtocolException($"the key has {key.Length} bytes, suite {(byte)control.Suite} takes {size}");
        var authentication = control.Authenticated && keys.AuthenticationKey is { } known ? known : [];
        if (authentication.Length > 0 && authentication.Length != size)
            throw new ProtocolException($"the authentication key has {authentication.Length} bytes, the suite takes {size}");
        using var cipher = new ApduCipher(key, authentication, control.Suite);
        if (!control.Authenticated || !cipher.CanAuthenticate) return Unverified(cipher, ciphered, titles[0]);
        foreach (var title in titles)
        {
            var plain = cipher.Decrypt(title.Span, ciphered) ?? (header.IsEmpty ? null : cipher.Decrypt(title.Span, ciphered, header.Span));
            if (plain is null) continue;
            verified = true;
            return plain;
        }
        throw new ProtocolException("the authentication tag does not verify: another key or title, or altered bytes");
    }

    private static byte[] Unverified(ApduCipher cipher, in CipheredContent ciphered, ReadOnlyMemory<byte> title)
    {
        var plain = new byte[Math.Max(0, ApduCipher.PlaintextSize(ciphered.SecurityControl, ciphered.Content.Length))];
        cipher.DecryptUnauthenticated(title.Span, ciphered.SecurityControl, ciphered.InvocationCounter, ciphered.Content.Span, plain);
        return plain;
    }

    private byte[]? Key(SecurityControl control, bool dedicated)
    {
        if (dedicated) return keys.DedicatedKey ?? _dedicatedKey;
        return control.BroadcastKey
            ? keys.GlobalBroadcastEncryptionKey ?? keys.GlobalUnicastEncryptionKey
            : keys.GlobalUnicastEncryptionKey;
    }

    /// <summary>Titles the sender may have, the likeliest first: its own in the message, the association's, the keys file's.</summary>
    private List<ReadOnlyMemory<byte>> Titles(ReadOnlyMemory<byte> own, bool? fromClient)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        Add(own);
        if (fromClient != false) Add(ClientTitle);
        if (fromClient != true) Add(ServerTitle);
        if (fromClient == true) Add(keys.ClientSystemTitle);
        Add(keys.SystemTitle);
        Add(keys.ClientSystemTitle);
        Add(ServerTitle);
        Add(ClientTitle);
        return found;

        void Add(ReadOnlyMemory<byte>? title)
        {
            if (title is not { Length: ApduCipher.SystemTitleSize } given) return;
            if (!found.Exists(known => known.Span.SequenceEqual(given.Span))) found.Add(given);
        }
    }

    private static JsonObject Header(string name, GeneralProtectionHeader header) => new()
    {
        ["apdu"] = name,
        ["transaction_id"] = HexText.Of(header.TransactionId.Span),
        ["originator"] = HexText.Of(header.OriginatorSystemTitle.Span),
        ["recipient"] = HexText.Of(header.RecipientSystemTitle.Span),
        ["date_time"] = HexText.Of(header.DateTime.Span),
        ["other_information"] = HexText.Of(header.OtherInformation.Span),
    };

    private static JsonObject? KeyInfo(KeyInformation? information) => information switch
    {
        IdentifiedKey key => new JsonObject { ["type"] = "identified-key", ["key_id"] = key.KeyId },
        WrappedKey key => new JsonObject
        {
            ["type"] = "wrapped-key",
            ["kek_id"] = key.KekId,
            ["key_ciphered_data"] = HexText.Of(key.KeyCipheredData.Span),
        },
        AgreedKey key => new JsonObject
        {
            ["type"] = "agreed-key",
            ["key_parameters"] = HexText.Of(key.KeyParameters.Span),
            ["key_ciphered_data"] = HexText.Of(key.KeyCipheredData.Span),
        },
        _ => null,
    };

    private static JsonObject Control(SecurityControl control) => new()
    {
        ["raw"] = control.Value.ToString("x2", CultureInfo.InvariantCulture),
        ["suite"] = (byte)control.Suite,
        ["authenticated"] = control.Authenticated,
        ["encrypted"] = control.Encrypted,
        ["broadcast_key"] = control.BroadcastKey,
        ["compressed"] = control.Compressed,
    };

    private static string Name(ApduTag tag)
    {
        var service = tag.PlainOf() switch
        {
            ApduTag.InitiateRequest => "initiate-request",
            ApduTag.ReadRequest => "read-request",
            ApduTag.WriteRequest => "write-request",
            ApduTag.InitiateResponse => "initiate-response",
            ApduTag.ReadResponse => "read-response",
            ApduTag.WriteResponse => "write-response",
            ApduTag.ConfirmedServiceError => "confirmed-service-error",
            ApduTag.UnconfirmedWriteRequest => "unconfirmed-write-request",
            ApduTag.InformationReport => "information-report-request",
            ApduTag.GetRequest => "get-request",
            ApduTag.SetRequest => "set-request",
            ApduTag.EventNotification => "event-notification-request",
            ApduTag.ActionRequest => "action-request",
            ApduTag.GetResponse => "get-response",
            ApduTag.SetResponse => "set-response",
            _ => "action-response",
        };
        return (tag.IsDedicated() ? "ded-" : "glo-") + service;
    }
}
