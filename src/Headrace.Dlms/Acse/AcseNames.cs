namespace Headrace.Dlms.Acse;

/// <summary>How objects are named and whether APDUs are ciphered (IEC 62056-5-3, COSEM application context names).</summary>
public enum ApplicationContext : byte
{
    /// <summary>Logical names, no ciphering.</summary>
    LogicalNames = 1,
    /// <summary>Short names, no ciphering.</summary>
    ShortNames = 2,
    /// <summary>Logical names with ciphering.</summary>
    LogicalNamesCiphered = 3,
    /// <summary>Short names with ciphering.</summary>
    ShortNamesCiphered = 4,
}

/// <summary>How the peers prove who they are (IEC 62056-5-3, COSEM authentication mechanism names).</summary>
public enum AuthenticationMechanism : byte
{
    /// <summary>No authentication.</summary>
    Lowest = 0,
    /// <summary>A password.</summary>
    LowLevel = 1,
    /// <summary>A challenge answered in a manner of the manufacturer's.</summary>
    HighLevelManufacturer = 2,
    /// <summary>A challenge answered with MD5.</summary>
    HighLevelMd5 = 3,
    /// <summary>A challenge answered with SHA-1.</summary>
    HighLevelSha1 = 4,
    /// <summary>A challenge answered with GMAC.</summary>
    HighLevelGmac = 5,
    /// <summary>A challenge answered with SHA-256.</summary>
    HighLevelSha256 = 6,
    /// <summary>A challenge answered with an ECDSA signature.</summary>
    HighLevelEcdsa = 7,
}

/// <summary>The answer to an AARQ (ISO/IEC 8650-1, <c>Associate-result</c>).</summary>
public enum AssociationResult : byte
{
    /// <summary>accepted; with a challenge still pending where the mechanism is a high-level one.</summary>
    Accepted = 0,
    /// <summary>rejected-permanent.</summary>
    RejectedPermanent = 1,
    /// <summary>rejected-transient.</summary>
    RejectedTransient = 2,
}

/// <summary>Who gives the diagnostic (ISO/IEC 8650-1, <c>Associate-source-diagnostic</c>).</summary>
public enum DiagnosticSource : byte
{
    /// <summary>acse-service-user: values are those of <see cref="UserDiagnostic"/>.</summary>
    AcseServiceUser = 1,
    /// <summary>acse-service-provider: 0 null, 1 no reason given, 2 no common ACSE version.</summary>
    AcseServiceProvider = 2,
}

/// <summary>The diagnostic values of the acse-service-user (ISO/IEC 8650-1; IEC 62056-5-3).</summary>
public enum UserDiagnostic : byte
{
    /// <summary>null.</summary>
    None = 0,
    /// <summary>no-reason-given.</summary>
    NoReasonGiven = 1,
    /// <summary>application-context-name-not-supported.</summary>
    ApplicationContextNameNotSupported = 2,
    /// <summary>calling-AP-title-not-recognized.</summary>
    CallingApTitleNotRecognized = 3,
    /// <summary>calling-AP-invocation-identifier-not-recognized.</summary>
    CallingApInvocationIdNotRecognized = 4,
    /// <summary>calling-AE-qualifier-not-recognized.</summary>
    CallingAeQualifierNotRecognized = 5,
    /// <summary>calling-AE-invocation-identifier-not-recognized.</summary>
    CallingAeInvocationIdNotRecognized = 6,
    /// <summary>called-AP-title-not-recognized.</summary>
    CalledApTitleNotRecognized = 7,
    /// <summary>called-AP-invocation-identifier-not-recognized.</summary>
    CalledApInvocationIdNotRecognized = 8,
    /// <summary>called-AE-qualifier-not-recognized.</summary>
    CalledAeQualifierNotRecognized = 9,
    /// <summary>called-AE-invocation-identifier-not-recognized.</summary>
    CalledAeInvocationIdNotRecognized = 10,
    /// <summary>authentication-mechanism-name-not-recognised.</summary>
    AuthenticationMechanismNotRecognised = 11,
    /// <summary>authentication-mechanism-name-required.</summary>
    AuthenticationMechanismRequired = 12,
    /// <summary>authentication-failure.</summary>
    AuthenticationFailure = 13,
    /// <summary>authentication-required: the challenge has still to be answered.</summary>
    AuthenticationRequired = 14,
}

/// <summary>Source and value of the diagnostic in an AARE.</summary>
/// <param name="Source">Who gives it.</param>
/// <param name="Value">What it is, by the source's own list.</param>
public readonly record struct AssociationDiagnostic(DiagnosticSource Source, byte Value)
{
    /// <summary>A diagnostic of the acse-service-user.</summary>
    public static AssociationDiagnostic User(UserDiagnostic value) => new(DiagnosticSource.AcseServiceUser, (byte)value);

    /// <summary>True for this diagnostic of the acse-service-user.</summary>
    public bool Is(UserDiagnostic value) => this == User(value);
}

/// <summary>A field of an ACSE APDU that is kept but not interpreted.</summary>
/// <param name="Tag">Its tag, such as 0x80 for the protocol version.</param>
/// <param name="Contents">Its contents.</param>
public readonly record struct AcseField(byte Tag, ReadOnlyMemory<byte> Contents);
