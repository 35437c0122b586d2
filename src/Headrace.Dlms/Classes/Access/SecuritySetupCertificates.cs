using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;

namespace Headrace.Dlms.Classes.Access;

/// <summary>The certificates of a security setup of version 1: attribute 6 and methods 4 to 8 (IEC 62056-6-2, 4.4.7).</summary>
/// <remarks>
/// A key pair the device makes is used once its certificate is imported. A certificate of another party makes its key trusted under its
/// system title; removing it ends that. Serial numbers are most significant byte first, names are in DER.
/// </remarks>
public sealed class SecuritySetupCertificates : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SecuritySetupObject _setup;
    private readonly CertificateStore _store;
    private readonly Dictionary<CertificateUse, (byte[] Private, byte[] Public)> _pending = [];

    internal SecuritySetupCertificates(SecuritySetupObject setup, CertificateStore store)
    {
        if (store.Suite != setup.Suite) throw new ArgumentException("Certificates of another suite.", nameof(store));
        (_setup, _store) = (setup, store);
        setup.WithAttribute(6, CosemTypes.Array<CertificateInfo>(), () => [.. All().Select(Info)]);
        setup.WithMethod(4, CosemTypes.Enum<CertificateUse>(), GenerateKeyPair);
        setup.WithMethod(5, CosemTypes.Enum<CertificateUse>(), GenerateRequest);
        setup.WithMethod(6, CosemTypes.OctetString, der => Import(der.Span) switch
        {
            CertificateFault.None => MethodAnswer.Done,
            CertificateFault.Malformed => ActionResult.TypeUnmatched,
            CertificateFault.Full => ActionResult.TemporaryFailure,
            _ => ActionResult.OtherReason,
        });
        setup.WithMethod(7, CosemTypes.Structure<CertificateIdentification>(), Export);
        setup.WithMethod(8, CosemTypes.Structure<CertificateIdentification>(), Remove);
    }

    /// <summary>Raised with the reason when a certificate is refused: the service can only say "other reason".</summary>
    public event Action<CertificateFault>? Refused;

    /// <summary>Takes a certificate in: the device's own, whose key pair it has made, or another party's, whose key is trusted.</summary>
    /// <returns>None, or why it is refused.</returns>
    public CertificateFault Import(ReadOnlySpan<byte> der)
    {
        var fault = _store.Check(der, default, out var certificate);
        if (fault == CertificateFault.None) fault = Take(certificate!);
        if (fault != CertificateFault.None) Refused?.Invoke(fault);
        return fault;
    }

    /// <summary>Ends the trust in certificates that are valid no longer; returns how many.</summary>
    public int ForgetExpired()
    {
        var expired = _store.Expired();
        foreach (var certificate in expired) Forget(certificate);
        return expired.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, pair) in _pending) CryptographicOperations.ZeroMemory(pair.Private);
            _pending.Clear();
        }
        _store.Dispose();
    }

    private IEnumerable<SystemCertificate> All() => _store.Authorities.Concat(_store.Certificates);

    private CertificateEntity EntityOf(SystemCertificate certificate)
    {
        if (certificate.IsAuthority) return CertificateEntity.CertificationAuthority;
        if (certificate.Title.Span.SequenceEqual(_setup.ServerTitle.Span)) return CertificateEntity.Server;
        return certificate.Title.Span.SequenceEqual(_setup.ClientTitle.Span) ? CertificateEntity.Client : CertificateEntity.Other;
    }

    private CertificateInfo Info(SystemCertificate certificate) => new(EntityOf(certificate), certificate.Use, certificate.Serial,
        certificate.Issuer, certificate.Subject, certificate.SubjectAlternativeName);

    private CertificateFault Take(SystemCertificate certificate)
    {
        if (certificate.IsAuthority) return _store.Keep(certificate);
        if (EntityOf(certificate) == CertificateEntity.Server && !TryTakeKeyPair(certificate)) return CertificateFault.ForeignKey;
        var fault = _store.Keep(certificate);
        if (fault != CertificateFault.None || EntityOf(certificate) == CertificateEntity.Server) return fault;
        switch (certificate.Use)
        {
            case CertificateUse.DigitalSignature:
                _setup.Keys.WithPeerSignatureKey(certificate.PublicKey.Span, certificate.Title.Span);
                break;
            case CertificateUse.KeyAgreement:
                _setup.Keys.WithPeerAgreementKey(certificate.PublicKey.Span, certificate.Title.Span);
                break;
        }
        return fault;
    }

    /// <summary>The pair made last goes in use; a certificate renewed for the pair in use is taken too.</summary>
    private bool TryTakeKeyPair(SystemCertificate certificate)
    {
        lock (_gate)
        {
            if (_pending.TryGetValue(certificate.Use, out var pair) && pair.Public.AsSpan().SequenceEqual(certificate.PublicKey.Span))
            {
                if (certificate.Use == CertificateUse.DigitalSignature) _setup.Keys.WithSignatureKey(pair.Private);
                if (certificate.Use == CertificateUse.KeyAgreement) _setup.Keys.WithAgreementKey(pair.Private);
                CryptographicOperations.ZeroMemory(pair.Private);
                _pending.Remove(certificate.Use);
                return true;
            }
        }
        var own = certificate.Use == CertificateUse.KeyAgreement ? _setup.Keys.CopyAgreementKey() : _setup.Keys.CopySignatureKey();
        if (own is null || own.Length != EllipticKeys.CoordinateSize(_store.Suite)) return false;
        var matches = EllipticKeys.PublicKeyOf(_store.Suite, own).AsSpan().SequenceEqual(certificate.PublicKey.Span);
        CryptographicOperations.ZeroMemory(own);
        return matches;
    }

    /// <summary>generate_key_pair.</summary>
    private MethodAnswer GenerateKeyPair(CertificateUse use)
    {
        if (use is not (CertificateUse.DigitalSignature or CertificateUse.KeyAgreement)) return ActionResult.OtherReason;
        lock (_gate)
        {
            if (_pending.TryGetValue(use, out var before)) CryptographicOperations.ZeroMemory(before.Private);
            _pending[use] = EllipticKeys.Generate(_store.Suite);
        }
        return MethodAnswer.Done;
    }

    /// <summary>generate_certificate_request: PKCS#10 in DER, signed by the pair made last; its subject is the system title.</summary>
    private MethodAnswer GenerateRequest(CertificateUse use)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(use, out var pair)) return ActionResult.OtherReason;
            using var key = EllipticKeys.Wiped(EllipticKeys.Private(_store.Suite, pair.Private), ECDsa.Create);
            var name = new X500DistinguishedName($"CN={Convert.ToHexString(_setup.ServerTitle.Span)}");
            var request = new CertificateRequest(name, key, EllipticKeys.HashOf(_store.Suite));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(
                use == CertificateUse.KeyAgreement ? X509KeyUsageFlags.KeyAgreement : X509KeyUsageFlags.DigitalSignature, critical: true));
            return new MethodAnswer(ActionResult.Success, CosemData.OctetString(request.CreateSigningRequest()));
        }
    }

    /// <summary>export_certificate.</summary>
    private MethodAnswer Export(CertificateIdentification wanted) => Find(wanted) is { } found
        ? new MethodAnswer(ActionResult.Success, CosemData.OctetString(found.Der.Span))
        : ActionResult.ObjectUnavailable;

    /// <summary>remove_certificate. Configured authorities stay.</summary>
    private MethodAnswer Remove(CertificateIdentification wanted)
    {
        if (Find(wanted) is not { } found) return ActionResult.ObjectUnavailable;
        return Forget(found) ? MethodAnswer.Done : ActionResult.ReadWriteDenied;
    }

    private SystemCertificate? Find(CertificateIdentification wanted) => All().FirstOrDefault(c => wanted.IsBySerial
        ? c.Serial.Span.SequenceEqual(wanted.Serial.Span) && c.Issuer.Span.SequenceEqual(wanted.Issuer.Span)
        : EntityOf(c) == wanted.Entity && c.Use == wanted.Use
            && (c.IsAuthority || c.Title.Span.SequenceEqual(wanted.SystemTitle.Span)));

    private bool Forget(SystemCertificate certificate)
    {
        if (!_store.Remove(certificate)) return false;
        if (!certificate.IsAuthority && EntityOf(certificate) != CertificateEntity.Server)
            _setup.Keys.Forget(certificate.Title.Span, certificate.Use == CertificateUse.KeyAgreement);
        return true;
    }
}
