using System.Text;
using System.Text.Json.Nodes;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Wire;

namespace Headrace.Dlms.Translation;

/// <summary>
/// One APDU of any kind as JSON, ciphered and nested ones opened as far as the keys go. Keeps what an association tells for the
/// messages after it: titles of both sides and the dedicated key.
/// </summary>
/// <param name="keys">Keys and titles that may be used.</param>
/// <param name="strict">Bear no deviation from the standard.</param>
internal sealed class ApduTranslation(TranslationKeys keys, bool strict = false)
{
    private const int MaxNesting = 6;
    private const string TaggedTime = "date-time carries an octet-string tag 0x09 before its length";

    private static readonly (ApduTolerance Tolerance, string Name)[] Deviations =
    [
        (ApduTolerance.TaggedNotificationTime, TaggedTime),
        (ApduTolerance.LengthCountsAbsentTag, "ciphered length octet counts a 12-byte tag that is not there"),
        (ApduTolerance.TrailingOctetInSetResponse, "one surplus octet after a set-response"),
        (ApduTolerance.BlockNumberBeforeResult, "block number before the result of a set-response"),
        (ApduTolerance.ListTagInBlocks, "a datablock under the tag of a list"),
    ];

    private readonly CipheredTranslation _ciphered = new(keys);

    /// <summary>Bear no deviation from the standard.</summary>
    public bool Strict => strict;

    /// <summary>The push met last, in whatever it was wrapped; null where there was none.</summary>
    public DataNotification? Push { get; private set; }

    /// <summary>Translates a whole APDU.</summary>
    /// <param name="bytes">Exactly one APDU.</param>
    /// <param name="fromClient">Who sent it; null where only the APDU can say.</param>
    /// <exception cref="ProtocolException">Broken beyond what is tolerated, or a tag that does not verify.</exception>
    public JsonObject Apdu(ReadOnlyMemory<byte> bytes, bool? fromClient = null) => Apdu(bytes, fromClient, 0);

    /// <summary>Puts an APDU into a step of an exchange, or the reason why it cannot be decoded.</summary>
    public static void AddTo(JsonObject step, Func<JsonObject> translate)
    {
        try
        {
            step["apdu"] = translate();
        }
        catch (ProtocolException broken)
        {
            step["error"] = broken.Message;
        }
    }

    private JsonObject Apdu(ReadOnlyMemory<byte> bytes, bool? fromClient, int depth)
    {
        if (bytes.IsEmpty) throw new ProtocolException("an APDU of no bytes");
        if (depth == MaxNesting) throw new ProtocolException($"APDUs nested deeper than {MaxNesting}");
        if (bytes.Span[0] is >= AssociationRequest.Tag and <= ReleaseResponse.Tag) return Association(bytes, depth);
        if (bytes.Span[0] == '/') return Text(bytes);
        XdlmsApdu apdu;
        string? deviation;
        try
        {
            apdu = Decode(bytes, out deviation);
        }
        catch (ProtocolException) when (!strict && TolerantBody.Notification(bytes) is not null)
        {
            return TolerantBody.Notification(bytes)!;
        }
        var json = Xdlms(apdu, fromClient, depth);
        if (deviation is not null) json["tolerated"] = new JsonArray(deviation);
        if (deviation == TaggedTime && apdu is DataNotification) json["quirk"] = deviation;
        if (deviation == Deviations[1].Name && apdu is CipheredApdu specific) AddLengths(json, bytes, specific);
        return json;
    }

    private JsonObject Xdlms(XdlmsApdu apdu, bool? fromClient, int depth)
    {
        if (apdu is DataNotification push) Push = push;
        var opened = _ciphered.Open(apdu, fromClient, Inner);
        return opened ?? LogicalNameServiceJson.Of(apdu) ?? ShortNameServiceJson.Of(apdu) ?? NotificationJson.Of(apdu) ?? apdu switch
        {
            GeneralBlockTransfer block => Block(block),
            GatewayRequest gateway =>
                Gateway("gateway-request", gateway.NetworkId, gateway.PhysicalDeviceAddress, gateway.UserApdu, fromClient, depth),
            GatewayResponse gateway =>
                Gateway("gateway-response", gateway.NetworkId, gateway.PhysicalDeviceAddress, gateway.UserApdu, fromClient, depth),
            _ => throw new ProtocolException($"no translation of APDU tag 0x{(byte)apdu.Tag:X2}"),
        };

        JsonObject Inner(ReadOnlyMemory<byte> plain)
        {
            var inner = Apdu(plain, fromClient, depth + 1);
            _ciphered.NoteDedicatedKey(plain);
            return inner;
        }
    }

    private XdlmsApdu Decode(ReadOnlyMemory<byte> bytes, out string? deviation)
    {
        deviation = null;
        try
        {
            return XdlmsApdu.Decode(bytes);
        }
        catch (ProtocolException) when (!strict)
        {
            foreach (var (tolerance, name) in Deviations)
            {
                if (TryDecode(bytes, tolerance) is not { } apdu) continue;
                deviation = name;
                return apdu;
            }
            throw;
        }
    }

    private static XdlmsApdu? TryDecode(ReadOnlyMemory<byte> bytes, ApduTolerance tolerance)
    {
        try
        {
            return XdlmsApdu.Decode(bytes, tolerance);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private JsonObject Association(ReadOnlyMemory<byte> bytes, int depth)
    {
        try
        {
            return Association(bytes, AcseTolerance.None, depth);
        }
        catch (ProtocolException) when (!strict)
        {
            var json = TryAssociation(bytes, depth);
            if (json is null) throw;
            json["tolerated"] = new JsonArray("length octets of the ACSE APDU that are too small");
            return json;
        }
    }

    private JsonObject? TryAssociation(ReadOnlyMemory<byte> bytes, int depth)
    {
        try
        {
            return Association(bytes, AcseTolerance.LengthsTooShort, depth);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private JsonObject Association(ReadOnlyMemory<byte> bytes, AcseTolerance tolerance, int depth)
    {
        switch (bytes.Span[0])
        {
            case AssociationRequest.Tag:
                var request = AssociationRequest.Parse(bytes, tolerance);
                _ciphered.ClientTitle = request.CallingApTitle ?? _ciphered.ClientTitle;
                return WithUserInformation(AcseJson.Of(request), request.UserInformation, fromClient: true, depth);
            case AssociationResponse.Tag:
                var response = AssociationResponse.Parse(bytes, tolerance);
                _ciphered.ServerTitle = response.RespondingApTitle ?? _ciphered.ServerTitle;
                return WithUserInformation(AcseJson.Of(response), response.UserInformation, fromClient: false, depth);
            case ReleaseRequest.Tag:
                var release = ReleaseRequest.Parse(bytes, tolerance);
                return WithUserInformation(AcseJson.Release("RLRQ", release.Reason), release.UserInformation, fromClient: true, depth);
            default:
                var released = ReleaseResponse.Parse(bytes, tolerance);
                return WithUserInformation(AcseJson.Release("RLRE", released.Reason), released.UserInformation, fromClient: false, depth);
        }
    }

    private JsonObject WithUserInformation(JsonObject json, ReadOnlyMemory<byte>? information, bool fromClient, int depth)
    {
        if (information is not { } user) return json;
        json["user_information"] = HexText.Of(user.Span);
        json["user_information_apdu"] = Apdu(user, fromClient, depth + 1);
        _ciphered.NoteDedicatedKey(user);
        return json;
    }

    private static JsonObject Block(GeneralBlockTransfer block)
    {
        var json = BlockTranslation.Block(block);
        json["block_data"] = HexText.Of(block.BlockData.Span);
        return json;
    }

    private JsonObject Gateway(string name, byte network, ReadOnlyMemory<byte> address, ReadOnlyMemory<byte> user, bool? fromClient,
        int depth) => new()
        {
            ["apdu"] = name,
            ["network_id"] = network,
            ["physical_address"] = HexText.Of(address.Span),
            ["inner"] = Apdu(user, fromClient, depth + 1),
        };

    /// <summary>A DSMR P1 telegram, which some customer interfaces put under general-glo-ciphering in place of an APDU.</summary>
    private static JsonObject Text(ReadOnlyMemory<byte> bytes) =>
        new() { ["apdu"] = "p1-telegram", ["text"] = Encoding.Latin1.GetString(bytes.Span) };

    private static void AddLengths(JsonObject json, ReadOnlyMemory<byte> bytes, CipheredApdu apdu)
    {
        var reader = new CosemReader(bytes.Span);
        reader.ReadByte();
        json["declared_length"] = reader.ReadLength();
        json["actual_length"] = CipheredContent.HeaderSize + apdu.Ciphered.Content.Length;
    }
}
