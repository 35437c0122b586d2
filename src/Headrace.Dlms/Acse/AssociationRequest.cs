using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Acse;

/// <summary>
/// The AARQ: a client asks for an association (IEC 62056-5-3, ACSE APDUs; ISO/IEC 8650-1). Octets are slices of the message.
/// </summary>
public sealed record AssociationRequest
{
    /// <summary>The tag of an AARQ.</summary>
    public const byte Tag = 0x60;

    /// <summary>application-context-name.</summary>
    public required ApplicationContext ApplicationContext { get; init; }

    /// <summary>called-AP-title.</summary>
    public ReadOnlyMemory<byte>? CalledApTitle { get; init; }

    /// <summary>calling-AP-title: the client's system title.</summary>
    public ReadOnlyMemory<byte>? CallingApTitle { get; init; }

    /// <summary>calling-AE-qualifier: the client's certificate in suites 1 and 2, or other data.</summary>
    public ReadOnlyMemory<byte>? CallingAeQualifier { get; init; }

    /// <summary>calling-AE-invocation-id: the user of the client; 0 for none.</summary>
    public byte? CallingAeInvocationId { get; init; }

    /// <summary>sender-acse-requirements as a BIT STRING's contents, <c>07 80</c> for authentication.</summary>
    public ReadOnlyMemory<byte>? SenderAcseRequirements { get; init; }

    /// <summary>mechanism-name; null for lowest.</summary>
    public AuthenticationMechanism? MechanismName { get; init; }

    /// <summary>calling-authentication-value: password or challenge. Secret where a password.</summary>
    public ReadOnlyMemory<byte>? CallingAuthenticationValue { get; init; }

    /// <summary>user-information: an InitiateRequest, plain or ciphered.</summary>
    public ReadOnlyMemory<byte>? UserInformation { get; init; }

    /// <summary>Other fields, kept and written again.</summary>
    public IReadOnlyList<AcseField> OtherFields { get; init; } = [];

    /// <summary>A request as clients make it: the authentication fields are there where the mechanism asks for them.</summary>
    public static AssociationRequest Create(
        ApplicationContext context,
        AuthenticationMechanism mechanism,
        ReadOnlyMemory<byte>? callingApTitle,
        ReadOnlyMemory<byte> authenticationValue,
        ReadOnlyMemory<byte> userInformation)
    {
        var request = new AssociationRequest { ApplicationContext = context, CallingApTitle = callingApTitle };
        request = request with { UserInformation = userInformation };
        if (mechanism == AuthenticationMechanism.Lowest) return request;
        return request with
        {
            SenderAcseRequirements = AcseFields.AuthenticationRequirement,
            MechanismName = mechanism,
            CallingAuthenticationValue = authenticationValue,
        };
    }

    /// <summary>Decodes a whole AARQ.</summary>
    /// <exception cref="ProtocolException">Malformed, or without application context.</exception>
    public static AssociationRequest Parse(ReadOnlyMemory<byte> source, AcseTolerance tolerance = AcseTolerance.None)
    {
        var fields = AcseFields.Open(source, Tag, tolerance);
        AssociationRequest? request = null;
        var other = new List<AcseField>();
        var found = new AssociationRequest { ApplicationContext = default };
        while (!fields.AtEnd)
        {
            if (fields.PeekTag() == 0xBE)
            {
                found = found with { UserInformation = AcseFields.UserInformation(ref fields, tolerance) };
                continue;
            }

            var contents = fields.Read(out var tag);
            found = found.With(tag, contents, other);
            if (tag == 0xA1) request = found;
        }

        return request is null ? throw new ProtocolException("AARQ without application context") : found with { OtherFields = other };
    }

    /// <summary>Writes the AARQ, fields in the order of the standard.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var fields = new List<AcseField>(OtherFields) { new(0xA1, AcseFields.Context(ApplicationContext)) };
        fields.AddIf(0xA2, CalledApTitle is { } called ? AcseFields.OctetString(called.Span) : null);
        fields.AddIf(0xA6, CallingApTitle is { } title ? AcseFields.OctetString(title.Span) : null);
        fields.AddIf(0xA7, CallingAeQualifier is { } qualifier ? AcseFields.OctetString(qualifier.Span) : null);
        fields.AddIf(0xA9, CallingAeInvocationId is { } user ? AcseFields.Integer(user) : null);
        if (SenderAcseRequirements is { } requirements) fields.Add(new AcseField(0x8A, requirements));
        fields.AddIf(0x8B, MechanismName is { } mechanism ? AcseFields.Mechanism(mechanism) : null);
        fields.AddIf(0xAC, CallingAuthenticationValue is { } value ? AcseFields.AuthenticationValue(value.Span) : null);
        fields.AddIf(0xBE, UserInformation is { } information ? AcseFields.OctetString(information.Span) : null);
        AcseFields.Write(output, Tag, fields);
    }

    private AssociationRequest With(byte tag, ReadOnlyMemory<byte> contents, List<AcseField> other)
    {
        switch (tag)
        {
            case 0xA1:
                return this with { ApplicationContext = AcseFields.Context(contents) };
            case 0xA2:
                return this with { CalledApTitle = AcseFields.OctetString(contents) };
            case 0xA6:
                return this with { CallingApTitle = AcseFields.OctetString(contents) };
            case 0xA7:
                return this with { CallingAeQualifier = AcseFields.OctetString(contents) };
            case 0xA9:
                return this with { CallingAeInvocationId = AcseFields.Integer(contents) };
            case 0x8A:
                return this with { SenderAcseRequirements = contents };
            case 0x8B:
                return this with { MechanismName = AcseFields.Mechanism(contents) };
            case 0xAC:
                return this with { CallingAuthenticationValue = AcseFields.AuthenticationValue(contents) };
            default:
                other.Add(new AcseField(tag, contents));
                return this;
        }
    }
}
