using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headrace.Dlms.Connections;

namespace Headrace.Commands.Dlms;

/// <summary>The options of TLS: whom to believe, and how to show who we are. Passwords of key files are in the keys file.</summary>
internal sealed class TlsOptions
{
    private readonly Option<FileInfo?> _authorities = new("--tls-ca")
    {
        Description = "The only authorities believed, as PEM or DER; those of the system where not given.",
    };
    private readonly Option<FileInfo?> _certificate = new("--tls-certificate")
    {
        Description = "Own certificate: PEM with --tls-key, or PFX with its key. A password is tls_password in the keys file.",
    };
    private readonly Option<FileInfo?> _key = new("--tls-key") { Description = "The private key of --tls-certificate, as PEM." };
    private readonly Option<string?> _name = new("--tls-name")
    {
        Description = "The name the meter's certificate must bear; --host where not given.",
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _authorities, _certificate, _key, _name }) command.Add(option);
    }

    /// <summary>What the options say, with the files read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isTls">TLS is spoken: else none of the options fits.</param>
    /// <param name="keys">The keys file, for the password of a private key.</param>
    public TlsClientSettings Read(ParseResult parsed, bool isTls, KeysFile keys)
    {
        var (authorities, certificate) = (parsed.GetValue(_authorities), parsed.GetValue(_certificate));
        var (key, name) = (parsed.GetValue(_key), parsed.GetValue(_name));
        if (!isTls && (authorities ?? certificate ?? key) is null && name is null) return new TlsClientSettings();
        if (!isTls) throw new CommandFailure("--tls-ca, --tls-certificate, --tls-key and --tls-name go with --transport tls.");
        if (key is not null && certificate is null) throw new CommandFailure("--tls-key goes with --tls-certificate.");
        return new TlsClientSettings
        {
            Authorities = authorities is null ? null : Authorities(authorities),
            Certificate = certificate is null ? null : Certificate(certificate, key, keys.TlsPassword),
            ServerName = name,
        };
    }

    private static X509Certificate2Collection Authorities(FileInfo file) => Tried(file, () =>
    {
        var found = new X509Certificate2Collection();
        var bytes = File.ReadAllBytes(file.FullName);
        if (bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0) found.ImportFromPem(System.Text.Encoding.ASCII.GetString(bytes));
        else found.Add(X509CertificateLoader.LoadCertificate(bytes));
        return found.Count > 0 ? found : throw new CommandFailure($"{file.FullName} holds no certificate.");
    });

    private static X509Certificate2 Certificate(FileInfo file, FileInfo? key, string? password) => Tried(key ?? file, () =>
    {
        X509Certificate2 found;
        if (key is null) found = X509CertificateLoader.LoadPkcs12FromFile(file.FullName, password);
        else if (!IsEncrypted(key)) found = X509Certificate2.CreateFromPemFile(file.FullName, key.FullName);
        else found = X509Certificate2.CreateFromEncryptedPemFile(file.FullName, password ?? throw new CommandFailure(
            $"{key.FullName} is encrypted: put tls_password into the file named by --keys."), key.FullName);
        return found.HasPrivateKey ? found : throw new CommandFailure($"{file.FullName} holds no private key.");
    });

    private static bool IsEncrypted(FileInfo key) =>
        File.ReadAllBytes(key.FullName).AsSpan().IndexOf("-----BEGIN ENCRYPTED PRIVATE KEY-----"u8) >= 0;

    private static T Tried<T>(FileInfo file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{file.FullName} cannot be read: {wrong.Message}", wrong);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new CommandFailure($"{file.FullName} cannot be used: {wrong.Message}", wrong);
        }
    }
}
