using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Headrace.Dlms.Security;

/// <summary>Whose certificate (IEC 62056-6-2, class 64, <c>certificate_entity</c>).</summary>
public enum CertificateEntity : byte
{
    /// <summary>The server's own.</summary>
    Server = 0,
    /// <summary>The client's.</summary>
    Client = 1,
    /// <summary>Of a certification authority.</summary>
    CertificationAuthority = 2,
    /// <summary>Of another party.</summary>
    Other = 3,
}

/// <summary>What a certificate's key is for (IEC 62056-6-2, class 64, <c>certificate_type</c>).</summary>
public enum CertificateUse : byte
{
    /// <summary>Digital signature.</summary>
    DigitalSignature = 0,
    /// <summary>Key agreement.</summary>
    KeyAgreement = 1,
    /// <summary>TLS.</summary>
    Tls = 2,
    /// <summary>Anything else; authorities among them.</summary>
    Other = 3,
}

/// <summary>A certificate of a DLMS system: its key is on the suite's curve, its common name is the system title in 16 hexadecimal
/// digits (IEC 62056-5-3, public key certificates).</summary>
/// <param name="Der">The certificate in DER.</param>
/// <param name="Use">What its key is for.</param>
/// <param name="Title">The system title; empty for authorities.</param>
/// <param name="PublicKey">x ‖ y.</param>
/// <param name="Serial">Serial number, most significant byte first.</param>
/// <param name="Issuer">The issuer's name in DER.</param>
/// <param name="Subject">The subject's name in DER.</param>
public sealed record SystemCertificate(
    ReadOnlyMemory<byte> Der, CertificateUse Use, ReadOnlyMemory<byte> Title, ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Serial,
    ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Subject)
{
    private const byte Uncompressed = 4;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // DER of the object identifiers 1.2.840.10045.3.1.7 and 1.3.132.0.34.
    private static ReadOnlySpan<byte> P256 => [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private static ReadOnlySpan<byte> P384 => [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];

    /// <summary>True for an authority's.</summary>
    public bool IsAuthority { get; private init; }

    /// <summary>The subject alternative name in DER; empty where there is none.</summary>
    public ReadOnlyMemory<byte> SubjectAlternativeName { get; private init; }

    /// <summary>What there is to say about a certificate before any trust.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="suite">1 or 2: which curve it has to be on.</param>
    /// <param name="read">The certificate taken apart.</param>
    /// <returns>None, or wrong curve, key usage or title.</returns>
    internal static CertificateFault Read(X509Certificate2 certificate, SecuritySuite suite, out SystemCertificate? read)
    {
        read = null;
        if (!TryKey(certificate, suite, out var key)) return CertificateFault.Curve;
        var authority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);
        var title = TitleOf(certificate);
        if (!authority && title is null) return CertificateFault.SystemTitle;
        if (UseOf(certificate, authority) is not { } use) return CertificateFault.KeyUsage;
        read = new SystemCertificate(certificate.RawData, use, authority ? default : title, key, certificate.SerialNumberBytes.ToArray(),
            certificate.IssuerName.RawData, certificate.SubjectName.RawData)
        {
            IsAuthority = authority,
            SubjectAlternativeName = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17")?.RawData,
        };
        return CertificateFault.None;
    }

    private static bool TryKey(X509Certificate2 certificate, SecuritySuite suite, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        var size = 2 * EllipticKeys.CoordinateSize(suite);
        var curve = certificate.PublicKey.EncodedParameters?.RawData;
        var point = certificate.PublicKey.EncodedKeyValue.RawData;
        if (curve is null || !(suite == SecuritySuite.Suite2 ? P384 : P256).SequenceEqual(curve)) return false;
        if (point.Length != size + 1 || point[0] != Uncompressed) return false;
        key = point[1..];
        return true;
    }

    private static byte[]? TitleOf(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements || part.GetSingleElementType().Value != "2.5.4.3") continue;
            var text = part.GetSingleElementValue();
            if (text is not { Length: 2 * ApduCipher.SystemTitleSize } || !text.All(char.IsAsciiHexDigit)) return null;
            return Convert.FromHexString(text);
        }
        return null;
    }

    private static CertificateUse? UseOf(X509Certificate2 certificate, bool authority)
    {
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        if (authority) return usage is null || usage.Value.HasFlag(X509KeyUsageFlags.KeyCertSign) ? CertificateUse.Other : null;
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages.Cast<Oid>().Any(
            o => o.Value is ServerAuthentication or ClientAuthentication))) return CertificateUse.Tls;
        return usage switch
        {
            { } flags when flags.HasFlag(X509KeyUsageFlags.DigitalSignature) && !flags.HasFlag(X509KeyUsageFlags.KeyAgreement) =>
                CertificateUse.DigitalSignature,
            { } flags when flags.HasFlag(X509KeyUsageFlags.KeyAgreement) && !flags.HasFlag(X509KeyUsageFlags.DigitalSignature) =>
                CertificateUse.KeyAgreement,
            _ => null, // a key serves one purpose
        };
    }
}
