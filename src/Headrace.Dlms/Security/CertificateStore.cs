using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Headrace.Dlms.Security;

/// <summary>Why a certificate is not trusted.</summary>
public enum CertificateFault
{
    /// <summary>It is.</summary>
    None,
    /// <summary>No certificate in DER, or too long for one.</summary>
    Malformed,
    /// <summary>Its key is not on the curve of the suite.</summary>
    Curve,
    /// <summary>Its key is not for signatures alone, key agreement alone, or TLS.</summary>
    KeyUsage,
    /// <summary>Its common name is no system title, or another than was expected.</summary>
    SystemTitle,
    /// <summary>It is not valid yet.</summary>
    NotYetValid,
    /// <summary>It is not valid any more.</summary>
    Expired,
    /// <summary>It does not lead to an authority that is trusted.</summary>
    Issuer,
    /// <summary>It is the own one, but of a key that is not here.</summary>
    ForeignKey,
    /// <summary>There is no room.</summary>
    Full,
}

/// <summary>The certificates one system trusts: each leads to a configured authority, and was valid when it came (IEC 62056-5-3, public key
/// infrastructure; RFC 5280 without revocation).</summary>
/// <remarks>Bounded: see <see cref="MaxCertificates"/> and <see cref="MaxSize"/>. Nothing is fetched from anywhere. Safe for several
/// threads.</remarks>
public sealed class CertificateStore : IDisposable
{
    /// <summary>Certificates that are kept, authorities apart.</summary>
    public const int MaxCertificates = 64;

    /// <summary>Longest certificate in DER, in bytes.</summary>
    public const int MaxSize = 4096;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _intermediate = [];
    private readonly List<SystemCertificate> _kept = [];

    /// <summary>A store that trusts some authorities.</summary>
    /// <param name="suite">1 or 2: the curve of every certificate in it.</param>
    /// <param name="time">Says what is valid now.</param>
    /// <param name="authorities">Self-signed certificates of authorities in DER.</param>
    /// <exception cref="ArgumentException">An authority that is none, or of another curve.</exception>
    public CertificateStore(SecuritySuite suite, TimeProvider time, params IReadOnlyList<ReadOnlyMemory<byte>> authorities)
    {
        (Suite, _time) = (suite, time);
        foreach (var der in authorities)
        {
            var certificate = X509CertificateLoader.LoadCertificate(der.Span);
            if (SystemCertificate.Read(certificate, suite, out var read) != CertificateFault.None || !read!.IsAuthority)
                throw new ArgumentException("A certificate that is no authority's, or not on the suite's curve.", nameof(authorities));
            _roots.Add(certificate);
            Authorities.Add(read);
        }
    }

    /// <summary>Which curve.</summary>
    public SecuritySuite Suite { get; }

    /// <summary>The certificates kept, authorities apart.</summary>
    public IReadOnlyList<SystemCertificate> Certificates
    {
        get
        {
            lock (_gate) return [.. _kept];
        }
    }

    /// <summary>The configured authorities.</summary>
    internal List<SystemCertificate> Authorities { get; } = [];

    /// <summary>Judges a certificate without keeping it.</summary>
    /// <param name="der">The certificate.</param>
    /// <param name="title">The system title it has to name; empty for any.</param>
    /// <param name="certificate">Taken apart, where there is no fault.</param>
    public CertificateFault Check(ReadOnlySpan<byte> der, ReadOnlySpan<byte> title, out SystemCertificate? certificate)
    {
        certificate = null;
        if (der.Length is 0 or > MaxSize) return CertificateFault.Malformed;
        X509Certificate2 loaded;
        try
        {
            loaded = X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return CertificateFault.Malformed;
        }
        using (loaded)
        {
            try
            {
                var fault = Judge(loaded, title, out var read);
                if (fault == CertificateFault.None) certificate = read;
                return fault;
            }
            catch (CryptographicException)
            {
                return CertificateFault.Malformed; // names and extensions are taken apart only when they are asked for
            }
        }
    }

    /// <summary>Keeps a certificate that <see cref="Check"/> has found without fault; one of the same title and use goes.</summary>
    public CertificateFault Keep(SystemCertificate certificate)
    {
        lock (_gate)
        {
            _kept.RemoveAll(k => k.Use == certificate.Use && k.IsAuthority == certificate.IsAuthority && (k.IsAuthority
                ? k.Subject.Span.SequenceEqual(certificate.Subject.Span)
                : k.Title.Span.SequenceEqual(certificate.Title.Span)));
            if (_kept.Count >= MaxCertificates) return CertificateFault.Full;
            _kept.Add(certificate);
            Reload();
            return CertificateFault.None;
        }
    }

    /// <summary>Removes a certificate; false where it is not kept. Configured authorities stay.</summary>
    public bool Remove(SystemCertificate certificate)
    {
        lock (_gate)
        {
            var removed = _kept.Remove(certificate);
            if (removed) Reload();
            return removed;
        }
    }

    /// <summary>Those kept that are valid no longer.</summary>
    public IReadOnlyList<SystemCertificate> Expired() =>
        [.. Certificates.Where(c => Check(c.Der.Span, c.Title.Span, out _) != CertificateFault.None)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in _roots.Concat(_intermediate)) certificate.Dispose();
    }

    private CertificateFault Judge(X509Certificate2 certificate, ReadOnlySpan<byte> title, out SystemCertificate? read)
    {
        var fault = SystemCertificate.Read(certificate, Suite, out read);
        if (fault != CertificateFault.None) return fault;
        if (!title.IsEmpty && !read!.Title.Span.SequenceEqual(title)) return CertificateFault.SystemTitle;
        var now = _time.GetUtcNow();
        if (now.UtcDateTime < certificate.NotBefore.ToUniversalTime()) return CertificateFault.NotYetValid;
        if (now.UtcDateTime > certificate.NotAfter.ToUniversalTime()) return CertificateFault.Expired;
        return LeadsToRoot(certificate, now) ? CertificateFault.None : CertificateFault.Issuer;
    }

    private bool LeadsToRoot(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        lock (_gate)
        {
            chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
            chain.ChainPolicy.ExtraStore.AddRange(_intermediate);
            var trusted = chain.Build(certificate);
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
            return trusted;
        }
    }

    // Intermediate authorities come by import like any other certificate.
    private void Reload()
    {
        foreach (var certificate in _intermediate) certificate.Dispose();
        _intermediate.Clear();
        foreach (var kept in _kept.Where(k => k.IsAuthority)) _intermediate.Add(X509CertificateLoader.LoadCertificate(kept.Der.Span));
    }
}
