using System.Buffers;
using Headrace.Wire;

namespace Headrace.Dlms.Acse;

/// <summary>The AARE: the server's answer (IEC 62056-5-3, ACSE APDUs; ISO/IEC 8650-1). Octets are slices of the message.</summary>
public sealed record AssociationResponse
{
    /// <summary>The tag of an AARE.</summary>
    public const byte Tag = 0x61;

    /// <summary>application-context-name; some servers answer with another than was asked for.</summary>
    public required ApplicationContext ApplicationContext { get; init; }

    /// <summary>result.</summary>
    public required AssociationResult Result { get; init; }

    /// <summary>result-source-diagnostic.</summary>
    public required AssociationDiagnostic Diagnostic { get; init; }

    /// <summary>responding-AP-title: the server's system title.</summary>
    public ReadOnlyMemory<byte>? RespondingApTitle { get; init; }

    /// <summary>responding-AE-qualifier: the server's certificate in suites 1 and 2.</summary>
    public ReadOnlyMemory<byte>? RespondingAeQualifier { get; init; }

    /// <summary>responding-AE-invocation-id.</summary>
    public byte? RespondingAeInvocationId { get; init; }

    /// <summary>responder-acse-requirements as a BIT STRING's contents, <c>07 80</c> for authentication.</summary>
    public ReadOnlyMemory<byte>? ResponderAcseRequirements { get; init; }

    /// <summary>mechanism-name.</summary>
    public AuthenticationMechanism? MechanismName { get; init; }

    /// <summary>responding-authentication-value: the server's challenge.</summary>
    public ReadOnlyMemory<byte>? RespondingAuthenticationValue { get; init; }

    /// <summary>user-information: InitiateResponse or ConfirmedServiceError, plain or ciphered; rejections may have none.</summary>
    public ReadOnlyMemory<byte>? UserInformation { get; init; }

    /// <summary>Other fields, kept and written again.</summary>
    public IReadOnlyList<AcseField> OtherFields { get; init; } = [];

    /// <summary>This response with the fields of a challenge for a high-level mechanism.</summary>
    public AssociationResponse WithChallenge(AuthenticationMechanism mechanism, ReadOnlyMemory<byte> challenge) => this with
    {
        ResponderAcseRequirements = AcseFields.AuthenticationRequirement,
        MechanismName = mechanism,
        RespondingAuthenticationValue = challenge,
    };

    /// <summary>Decodes a whole AARE.</summary>
    /// <exception cref="ProtocolException">Malformed, or without application context, result or diagnostic.</exception>
    public static AssociationResponse Parse(ReadOnlyMemory<byte> source, AcseTolerance tolerance = AcseTolerance.None)
    {
        var fields = AcseFields.Open(source, Tag, tolerance);
        var other = new List<AcseField>();
        var found = new AssociationResponse { ApplicationContext = default, Result = default, Diagnostic = default };
        var required = 0;
        while (!fields.AtEnd)
        {
            if (fields.PeekTag() == 0xBE)
            {
                found = found with { UserInformation = AcseFields.UserInformation(ref fields, tolerance) };
                continue;
            }

            var contents = fields.Read(out var tag);
            found = found.With(tag, contents, other);
            if (tag is >= 0xA1 and <= 0xA3) required |= 1 << (tag & 3);
        }

        return required == 0b1110
            ? found with { OtherFields = other }
            : throw new ProtocolException("AARE without context, result or diagnostic");
    }

    /// <summary>Writes the AARE, fields in the order of the standard.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var fields = new List<AcseField>(OtherFields)
        {
            new(0xA1, AcseFields.Context(ApplicationContext)),
            new(0xA2, AcseFields.Integer((byte)Result)),
            new(0xA3, AcseFields.Diagnostic(Diagnostic)),
        };
        fields.AddIf(0xA4, RespondingApTitle is { } title ? AcseFields.OctetString(title.Span) : null);
        fields.AddIf(0xA5, RespondingAeQualifier is { } qualifier ? AcseFields.OctetString(qualifier.Span) : null);
        fields.AddIf(0xA7, RespondingAeInvocationId is { } user ? AcseFields.Integer(user) : null);
        if (ResponderAcseRequirements is { } requirements) fields.Add(new AcseField(0x88, requirements));
        fields.AddIf(0x89, MechanismName is { } mechanism ? AcseFields.Mechanism(mechanism) : null);
        fields.AddIf(0xAA, RespondingAuthenticationValue is { } value ? AcseFields.AuthenticationValue(value.Span) : null);
        fields.AddIf(0xBE, UserInformation is { } information ? AcseFields.OctetString(information.Span) : null);
        AcseFields.Write(output, Tag, fields);
    }

    private AssociationResponse With(byte tag, ReadOnlyMemory<byte> contents, List<AcseField> other)
    {
        switch (tag)
        {
            case 0xA1:
                return this with { ApplicationContext = AcseFields.Context(contents) };
            case 0xA2:
                return this with { Result = (AssociationResult)AcseFields.Integer(contents) };
            case 0xA3:
                return this with { Diagnostic = AcseFields.Diagnostic(contents) };
            case 0xA4:
                return this with { RespondingApTitle = AcseFields.OctetString(contents) };
            case 0xA5:
                return this with { RespondingAeQualifier = AcseFields.OctetString(contents) };
            case 0xA7:
                return this with { RespondingAeInvocationId = AcseFields.Integer(contents) };
            case 0x88:
                return this with { ResponderAcseRequirements = contents };
            case 0x89:
                return this with { MechanismName = AcseFields.Mechanism(contents) };
            case 0xAA:
                return this with { RespondingAuthenticationValue = AcseFields.AuthenticationValue(contents) };
            default:
                other.Add(new AcseField(tag, contents));
                return this;
        }
    }
}
