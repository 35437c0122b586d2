using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Classes.Access;

/// <summary>One key of key_transfer or key_agreement (IEC 62056-6-2, class 64).</summary>
/// <param name="Id">Which key.</param>
/// <param name="Octets">The key wrapped under the master key, or ephemeral public key and signature.</param>
public sealed record KeyData(KeyId Id, ReadOnlyMemory<byte> Octets) : ICosemStructure<KeyData>
{
    /// <inheritdoc/>
    public static KeyData FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        return items[0].AsInteger() is >= 0 and <= 3 and var id
            ? new KeyData((KeyId)id, items[1].AsOctets())
            : throw new ProtocolException("key id that there is not");
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(CosemData.Enum((byte)Id), CosemData.OctetString(Octets.Span));
}

/// <summary>One entry of attribute 6, certificates (IEC 62056-6-2, class 64 version 1, <c>certificate_info</c>).</summary>
/// <param name="Entity">Whose.</param>
/// <param name="Use">What for.</param>
/// <param name="Serial">Serial number, most significant byte first.</param>
/// <param name="Issuer">The issuer's name; in DER where this library is the server.</param>
/// <param name="Subject">The subject's name; in DER where this library is the server.</param>
/// <param name="SubjectAlternativeName">The alternative name; empty where there is none.</param>
public sealed record CertificateInfo(
    CertificateEntity Entity, CertificateUse Use, ReadOnlyMemory<byte> Serial, ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Subject,
    ReadOnlyMemory<byte> SubjectAlternativeName) : ICosemStructure<CertificateInfo>
{
    /// <inheritdoc/>
    public static CertificateInfo FromData(CosemData data)
    {
        var items = data.AsStructure(6);
        return new CertificateInfo((CertificateEntity)items[0].AsNumber<byte>(), (CertificateUse)items[1].AsNumber<byte>(),
            items[2].AsOctets(), items[3].AsOctets(), items[4].AsOctets(), items[5].AsOctets());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.Enum((byte)Entity), CosemData.Enum((byte)Use), CosemData.OctetString(Serial.Span), CosemData.OctetString(Issuer.Span),
        CosemData.OctetString(Subject.Span), CosemData.OctetString(SubjectAlternativeName.Span));
}

/// <summary>Names a certificate to export or remove (IEC 62056-6-2, class 64 version 1, <c>certificate_identification</c>).</summary>
public sealed record CertificateIdentification : ICosemStructure<CertificateIdentification>
{
    private CertificateIdentification()
    {
    }

    /// <summary>True where it names a serial number and an issuer; else entity, use and system title.</summary>
    public bool IsBySerial { get; private init; }

    /// <summary>Whose.</summary>
    public CertificateEntity Entity { get; private init; }

    /// <summary>What for.</summary>
    public CertificateUse Use { get; private init; }

    /// <summary>Eight bytes; empty for authorities.</summary>
    public ReadOnlyMemory<byte> SystemTitle { get; private init; }

    /// <summary>Serial number, most significant byte first.</summary>
    public ReadOnlyMemory<byte> Serial { get; private init; }

    /// <summary>The issuer as the attribute certificates gives it.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private init; }

    /// <summary>By whose it is and what for.</summary>
    public static CertificateIdentification ByEntity(CertificateEntity entity, CertificateUse use, ReadOnlyMemory<byte> systemTitle) =>
        new() { Entity = entity, Use = use, SystemTitle = systemTitle };

    /// <summary>By serial number and issuer.</summary>
    public static CertificateIdentification BySerial(ReadOnlyMemory<byte> serial, ReadOnlyMemory<byte> issuer) =>
        new() { IsBySerial = true, Serial = serial, Issuer = issuer };

    /// <inheritdoc/>
    public static CertificateIdentification FromData(CosemData data)
    {
        var items = data.AsStructure(2);
        switch (items[0].AsInteger())
        {
            case 0:
                var entity = items[1].AsStructure(3);
                return ByEntity(
                    (CertificateEntity)entity[0].AsNumber<byte>(), (CertificateUse)entity[1].AsNumber<byte>(), entity[2].AsOctets());
            case 1:
                var serial = items[1].AsStructure(2);
                return BySerial(serial[0].AsOctets(), serial[1].AsOctets());
            case var other:
                throw new ProtocolException($"certificate identification type {other}");
        }
    }

    /// <inheritdoc/>
    public CosemData ToData() => IsBySerial
        ? CosemData.Structure(CosemData.Enum(1), CosemData.Structure(
            CosemData.OctetString(Serial.Span), CosemData.OctetString(Issuer.Span)))
        : CosemData.Structure(CosemData.Enum(0), CosemData.Structure(
            CosemData.Enum((byte)Entity), CosemData.Enum((byte)Use), CosemData.OctetString(SystemTitle.Span)));
}
