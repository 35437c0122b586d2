using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Headrace.Dlms.Connections;

/// <summary>TLS on the client's side. TLS 1.2 and 1.3 only.</summary>
public sealed record TlsClientSettings
{
    /// <summary>The name the server's certificate must bear; null takes the host connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Own certificate with its key, for servers that ask for one; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The only authorities whose certificates are believed; null believes those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Whether certificates are looked up in revocation lists; utilities' own authorities often have none online.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    internal SslClientAuthenticationOptions For(string host) => new()
    {
        TargetHost = ServerName ?? host,
        EnabledSslProtocols = TlsTrust.Protocols,
        ClientCertificates = Certificate is null ? null : [Certificate],
        CertificateRevocationCheckMode = Revocation,
        CertificateChainPolicy = TlsTrust.Policy(Authorities, Revocation, TlsTrust.ServerUse),
    };
}

/// <summary>TLS on the server's side. TLS 1.2 and 1.3 only.</summary>
public sealed record TlsServerSettings
{
    /// <summary>The server's certificate with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The authorities whose clients are let in; null asks no client for a certificate.</summary>
    public X509Certificate2Collection? ClientAuthorities { get; init; }

    /// <summary>Whether clients' certificates are looked up in revocation lists.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    internal SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificate = Certificate,
        EnabledSslProtocols = TlsTrust.Protocols,
        ClientCertificateRequired = ClientAuthorities is not null,
        CertificateRevocationCheckMode = Revocation,
        CertificateChainPolicy = TlsTrust.Policy(ClientAuthorities, Revocation, TlsTrust.ClientUse),
    };
}

/// <summary>What both sides of TLS have in common.</summary>
internal static class TlsTrust
{
    public const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Extended key usage of servers (RFC 5280, 4.2.1.12).</summary>
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of clients (RFC 5280, 4.2.1.12).</summary>
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Believes the given authorities and no others; null leaves it to the system.</summary>
    public static X509ChainPolicy? Policy(X509Certificate2Collection? authorities, X509RevocationMode revocation, string use)
    {
        if (authorities is null) return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = revocation,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(use));
        return policy;
    }
}
