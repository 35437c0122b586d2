using System.Globalization;
using System.Text.Json.Nodes;
using Headrace.Dlms.Acse;

namespace Headrace.Dlms.Translation;

/// <summary>AARQ, AARE, RLRQ and RLRE as JSON; user-information is added by the caller.</summary>
internal static class AcseJson
{
    private const byte ProtocolVersion = 0x80;

    public static JsonObject Of(AssociationRequest request)
    {
        var json = new JsonObject { ["apdu"] = "AARQ" };
        AddVersion(json, request.OtherFields);
        json["context"] = Name(request.ApplicationContext);
        AddOctets(json, "called_ap_title", request.CalledApTitle);
        AddOctets(json, "calling_ap_title", request.CallingApTitle);
        AddOctets(json, "calling_ae_qualifier", request.CallingAeQualifier);
        if (request.CallingAeInvocationId is { } user) json["calling_ae_invocation_id"] = user;
        AddAuthentication(json, request.SenderAcseRequirements, request.MechanismName, request.CallingAuthenticationValue);
        AddOthers(json, request.OtherFields, Octets(0xA7, request.CallingAeQualifier), Integer(0xA9, request.CallingAeInvocationId));
        return json;
    }

    public static JsonObject Of(AssociationResponse response)
    {
        var json = new JsonObject { ["apdu"] = "AARE" };
        AddVersion(json, response.OtherFields);
        json["context"] = Name(response.ApplicationContext);
        json["result"] = Name(response.Result);
        json["diagnostic"] = new JsonObject
        {
            ["source"] = response.Diagnostic.Source == DiagnosticSource.AcseServiceUser ? "acse-service-user" : "acse-service-provider",
            ["value"] = response.Diagnostic.Value,
        };
        AddOctets(json, "responding_ap_title", response.RespondingApTitle);
        AddOctets(json, "responding_ae_qualifier", response.RespondingAeQualifier);
        if (response.RespondingAeInvocationId is { } user) json["responding_ae_invocation_id"] = user;
        AddAuthentication(json, response.ResponderAcseRequirements, response.MechanismName, response.RespondingAuthenticationValue);
        AddOthers(json, response.OtherFields, Octets(0xA5, response.RespondingAeQualifier), Integer(0xA7,
            response.RespondingAeInvocationId));
        return json;
    }

    public static JsonObject Release(string name, ReleaseReason? reason)
    {
        var json = new JsonObject { ["apdu"] = name };
        if (reason is { } given) json["reason"] = (byte)given;
        return json;
    }

    private static void AddAuthentication(JsonObject json, ReadOnlyMemory<byte>? requirements, AuthenticationMechanism? mechanism,
        ReadOnlyMemory<byte>? value)
    {
        AddOctets(json, "acse_requirements", requirements);
        if (mechanism is { } name) json["mechanism"] = Name(name);
        AddOctets(json, "auth_value", value);
    }

    private static void AddVersion(JsonObject json, IReadOnlyList<AcseField> fields)
    {
        foreach (var field in fields)
            if (field.Tag == ProtocolVersion) AddOctets(json, "protocol_version_bits", field.Contents);
    }

    private static void AddOthers(JsonObject json, IReadOnlyList<AcseField> fields, params ReadOnlySpan<JsonObject?> known)
    {
        var others = new JsonArray();
        foreach (var field in known)
            if (field is not null) others.Add((JsonNode)field);
        foreach (var field in fields)
            if (field.Tag != ProtocolVersion) others.Add((JsonNode)Field(field.Tag, field.Contents.Span));
        if (others.Count > 0) json["other"] = others;
    }

    private static JsonObject? Octets(byte tag, ReadOnlyMemory<byte>? value) =>
        value is { Length: < 0x80 } given ? Field(tag, [0x04, (byte)given.Length, .. given.Span]) : null;

    private static JsonObject? Integer(byte tag, byte? value) => value is { } given ? Field(tag, [0x02, 0x01, given]) : null;

    private static JsonObject Field(byte tag, ReadOnlySpan<byte> contents) =>
        new() { ["tag"] = tag.ToString("x2", CultureInfo.InvariantCulture), ["v"] = HexText.Of(contents) };

    private static void AddOctets(JsonObject json, string name, ReadOnlyMemory<byte>? value)
    {
        if (value is { } given) json[name] = HexText.Of(given.Span);
    }

    private static string Name(ApplicationContext context) => context switch
    {
        ApplicationContext.LogicalNames => "LN",
        ApplicationContext.ShortNames => "SN",
        ApplicationContext.LogicalNamesCiphered => "LN-ciphered",
        ApplicationContext.ShortNamesCiphered => "SN-ciphered",
        _ => Number((byte)context),
    };

    private static string Name(AuthenticationMechanism mechanism) => mechanism switch
    {
        AuthenticationMechanism.Lowest => "lowest",
        AuthenticationMechanism.LowLevel => "LLS",
        AuthenticationMechanism.HighLevelManufacturer => "HLS",
        AuthenticationMechanism.HighLevelMd5 => "HLS-MD5",
        AuthenticationMechanism.HighLevelSha1 => "HLS-SHA1",
        AuthenticationMechanism.HighLevelGmac => "HLS-GMAC",
        AuthenticationMechanism.HighLevelSha256 => "HLS-SHA256",
        AuthenticationMechanism.HighLevelEcdsa => "HLS-ECDSA",
        _ => Number((byte)mechanism),
    };

    private static string Name(AssociationResult result) => result switch
    {
        AssociationResult.Accepted => "accepted",
        AssociationResult.RejectedPermanent => "rejected-permanent",
        AssociationResult.RejectedTransient => "rejected-transient",
        _ => Number((byte)result),
    };

    private static string Number(byte value) => value.ToString(CultureInfo.InvariantCulture);
}
