namespace Headrace.Dlms.Apdu;

/// <summary>The first byte of an APDU (IEC 62056-5-3, <c>XDLMS-APDU</c> and <c>ACSE-APDU</c> CHOICE).</summary>
public enum ApduTag : byte
{
    /// <summary>No tag.</summary>
    None = 0x00,
    /// <summary>initiate-request.</summary>
    InitiateRequest = 0x01,
    /// <summary>read-request (short names).</summary>
    ReadRequest = 0x05,
    /// <summary>write-request (short names).</summary>
    WriteRequest = 0x06,
    /// <summary>initiate-response.</summary>
    InitiateResponse = 0x08,
    /// <summary>read-response (short names).</summary>
    ReadResponse = 0x0C,
    /// <summary>write-response (short names).</summary>
    WriteResponse = 0x0D,
    /// <summary>confirmed-service-error.</summary>
    ConfirmedServiceError = 0x0E,
    /// <summary>data-notification.</summary>
    DataNotification = 0x0F,
    /// <summary>data-notification-confirm.</summary>
    DataNotificationConfirm = 0x10,
    /// <summary>unconfirmed-write-request (short names).</summary>
    UnconfirmedWriteRequest = 0x16,
    /// <summary>information-report-request (short names).</summary>
    InformationReport = 0x18,
    /// <summary>glo-initiate-request.</summary>
    GloInitiateRequest = 0x21,
    /// <summary>glo-read-request.</summary>
    GloReadRequest = 0x25,
    /// <summary>glo-write-request.</summary>
    GloWriteRequest = 0x26,
    /// <summary>glo-initiate-response.</summary>
    GloInitiateResponse = 0x28,
    /// <summary>glo-read-response.</summary>
    GloReadResponse = 0x2C,
    /// <summary>glo-write-response.</summary>
    GloWriteResponse = 0x2D,
    /// <summary>glo-confirmed-service-error.</summary>
    GloConfirmedServiceError = 0x2E,
    /// <summary>glo-unconfirmed-write-request.</summary>
    GloUnconfirmedWriteRequest = 0x36,
    /// <summary>glo-information-report-request.</summary>
    GloInformationReport = 0x38,
    /// <summary>ded-initiate-request.</summary>
    DedInitiateRequest = 0x41,
    /// <summary>ded-read-request.</summary>
    DedReadRequest = 0x45,
    /// <summary>ded-write-request.</summary>
    DedWriteRequest = 0x46,
    /// <summary>ded-initiate-response.</summary>
    DedInitiateResponse = 0x48,
    /// <summary>ded-read-response.</summary>
    DedReadResponse = 0x4C,
    /// <summary>ded-write-response.</summary>
    DedWriteResponse = 0x4D,
    /// <summary>ded-confirmed-service-error.</summary>
    DedConfirmedServiceError = 0x4E,
    /// <summary>ded-unconfirmed-write-request.</summary>
    DedUnconfirmedWriteRequest = 0x56,
    /// <summary>ded-information-report-request.</summary>
    DedInformationReport = 0x58,
    /// <summary>AARQ.</summary>
    AssociationRequest = 0x60,
    /// <summary>AARE.</summary>
    AssociationResponse = 0x61,
    /// <summary>RLRQ.</summary>
    ReleaseRequest = 0x62,
    /// <summary>RLRE.</summary>
    ReleaseResponse = 0x63,
    /// <summary>get-request.</summary>
    GetRequest = 0xC0,
    /// <summary>set-request.</summary>
    SetRequest = 0xC1,
    /// <summary>event-notification-request.</summary>
    EventNotification = 0xC2,
    /// <summary>action-request.</summary>
    ActionRequest = 0xC3,
    /// <summary>get-response.</summary>
    GetResponse = 0xC4,
    /// <summary>set-response.</summary>
    SetResponse = 0xC5,
    /// <summary>action-response.</summary>
    ActionResponse = 0xC7,
    /// <summary>glo-get-request.</summary>
    GloGetRequest = 0xC8,
    /// <summary>glo-set-request.</summary>
    GloSetRequest = 0xC9,
    /// <summary>glo-event-notification-request.</summary>
    GloEventNotification = 0xCA,
    /// <summary>glo-action-request.</summary>
    GloActionRequest = 0xCB,
    /// <summary>glo-get-response.</summary>
    GloGetResponse = 0xCC,
    /// <summary>glo-set-response.</summary>
    GloSetResponse = 0xCD,
    /// <summary>glo-action-response.</summary>
    GloActionResponse = 0xCF,
    /// <summary>ded-get-request.</summary>
    DedGetRequest = 0xD0,
    /// <summary>ded-set-request.</summary>
    DedSetRequest = 0xD1,
    /// <summary>ded-event-notification-request.</summary>
    DedEventNotification = 0xD2,
    /// <summary>ded-action-request.</summary>
    DedActionRequest = 0xD3,
    /// <summary>ded-get-response.</summary>
    DedGetResponse = 0xD4,
    /// <summary>ded-set-response.</summary>
    DedSetResponse = 0xD5,
    /// <summary>ded-action-response.</summary>
    DedActionResponse = 0xD7,
    /// <summary>exception-response.</summary>
    ExceptionResponse = 0xD8,
    /// <summary>access-request.</summary>
    AccessRequest = 0xD9,
    /// <summary>access-response.</summary>
    AccessResponse = 0xDA,
    /// <summary>general-glo-ciphering.</summary>
    GeneralGloCiphering = 0xDB,
    /// <summary>general-ded-ciphering.</summary>
    GeneralDedCiphering = 0xDC,
    /// <summary>general-ciphering.</summary>
    GeneralCiphering = 0xDD,
    /// <summary>general-signing.</summary>
    GeneralSigning = 0xDF,
    /// <summary>general-block-transfer.</summary>
    GeneralBlockTransfer = 0xE0,
    /// <summary>gateway-request: a header in front of an APDU for a device behind a gateway.</summary>
    GatewayRequest = 0xE6,
    /// <summary>gateway-response.</summary>
    GatewayResponse = 0xE7,
}

/// <summary>What a tag alone says.</summary>
public static class ApduTags
{
    /// <summary>True for a service-specific ciphered APDU, glo- or ded-.</summary>
    public static bool IsServiceSpecificCiphered(this ApduTag tag) => PlainOf(tag) != ApduTag.None;

    /// <summary>True for a service-specific APDU under the dedicated key.</summary>
    public static bool IsDedicated(this ApduTag tag) => tag is >= ApduTag.DedInitiateRequest and <= ApduTag.DedInformationReport
        or >= ApduTag.DedGetRequest and <= ApduTag.DedActionResponse;

    /// <summary>The glo- tag of a plain one, or none where there is none (then general protection has to be used).</summary>
    public static ApduTag ToGlobal(this ApduTag plain) => Shift(plain, 0x20, 0x08);

    /// <summary>The ded- tag of a plain one, or none where there is none.</summary>
    public static ApduTag ToDedicated(this ApduTag plain) => Shift(plain, 0x40, 0x10);

    /// <summary>The plain tag inside a glo- or ded- one, or none for any other tag.</summary>
    public static ApduTag PlainOf(this ApduTag ciphered)
    {
        if (ciphered == ApduTag.None) return ApduTag.None;
        var tag = (int)ciphered;
        var global = unchecked((ApduTag)(tag - (tag < 0x80 ? 0x20 : 0x08)));
        if (global.ToGlobal() == ciphered) return global;
        var dedicated = unchecked((ApduTag)(tag - (tag < 0x80 ? 0x40 : 0x10)));
        return dedicated.ToDedicated() == ciphered ? dedicated : ApduTag.None;
    }

    private static ApduTag Shift(ApduTag plain, int low, int high) => plain switch
    {
        ApduTag.InitiateRequest or ApduTag.ReadRequest or ApduTag.WriteRequest or ApduTag.InitiateResponse or ApduTag.ReadResponse
            or ApduTag.WriteResponse or ApduTag.ConfirmedServiceError or ApduTag.UnconfirmedWriteRequest or ApduTag.InformationReport =>
                (ApduTag)((int)plain + low),
        >= ApduTag.GetRequest and <= ApduTag.SetResponse or ApduTag.ActionResponse => (ApduTag)((int)plain + high),
        _ => ApduTag.None,
    };
}
