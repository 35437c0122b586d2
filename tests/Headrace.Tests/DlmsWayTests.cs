using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Connections;
using Headrace.Dlms.Connections.Tests;
using Headrace.Dlms.Gateway;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.LocalExchange;
using Headrace.Dlms.Security;
using Headrace.Serial.Tests;

namespace Headrace.Tests;

/// <summary>Every way to a meter and every protection, by the program in a process of its own against a meter hosted here.</summary>
public sealed class DlmsWayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_meter_is_read_over_udp()
    {
        await using var meter = new HostedMeter();
        var port = meter.Server.ListenUdp(HostedMeter.AnyPort).Port;
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--transport", "udp", "--json"));
    }

    [Fact]
    public async Task A_meter_is_read_over_hdlc_with_a_physical_address_and_another_address_is_silent()
    {
        await using var meter = new HostedMeter(null, (options, _) => options with
        {
            PhysicalDevice = 17,
            Hdlc = HdlcParameters.Both(128, 3),
        });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--transport", "hdlc-tcp", "--physical", "17", "--json"));
        var other = await meter.RunAsync(port, "read", HostedMeter.Energy, "--transport", "hdlc-tcp", "--physical", "18");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("did not answer", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_meter_behind_a_gateway_is_read_and_an_unknown_one_refused()
    {
        await using var meter = new HostedMeter(null, (options, device) => options with
        {
            DevicesBehind = address => address == GatewayAddress.Of("ABC12345") ? [device]
                : address == new GatewayAddress(2, new byte[] { 1, 2 }) ? [device] : null,
        });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--gateway", "0:ABC12345", "--json"));
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--gateway", "2:0x0102", "--json"));
        var nobody = await meter.RunAsync(port, "read", HostedMeter.Energy, "--gateway", "0:nobody");
        Assert.Equal(1, nobody.ExitCode);
        Assert.DoesNotContain("   at ", nobody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_believes_the_given_authority_alone_and_shows_its_own_certificate()
    {
        await using var meter = new HostedMeter();
        using var ours = new Certificates("Utility");
        using var theirs = new Certificates("Somebody else");
        var port = meter.Server.ListenTls(HostedMeter.AnyPort, new TlsServerSettings
        {
            Certificate = ours.Server("meter.example"),
            ClientAuthorities = ours.Authorities,
        }).Port;
        var (authority, stranger) = (meter.Folder.File("ca.pem"), meter.Folder.File("other.cer"));
        await File.WriteAllTextAsync(authority, ours.Authorities[0].ExportCertificatePem(), Cancel);
        await File.WriteAllBytesAsync(stranger, theirs.Authorities[0].Export(X509ContentType.Cert), Cancel);
        var own = Save(meter, ours.Client("head-end"));
        string[] tls = ["--transport", "tls", "--tls-name", "meter.example", "--json"];
        Reads(await meter.RunAsync(port, "read", [HostedMeter.Energy, .. tls, "--tls-ca", authority, .. own.Pem]));
        Reads(await meter.RunAsync(port, "read", [HostedMeter.Energy, .. tls, "--tls-ca", authority, .. own.Encrypted]));
        Reads(await meter.RunAsync(port, "read", [HostedMeter.Energy, .. tls, "--tls-ca", authority, .. own.Pfx]));
        foreach (var wrong in new[] { ["--tls-ca", stranger, .. own.Pem], ["--tls-ca", authority], own.Pem })
        {
            var run = await meter.RunAsync(port, "read", [HostedMeter.Energy, .. tls, .. wrong]);
            Assert.Equal(1, run.ExitCode);
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        }
        var broken = await meter.RunAsync(port, "read", [HostedMeter.Energy, .. tls, "--tls-ca", meter.Keys]);
        Assert.Contains("cannot be used", broken.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [SupportedOSPlatform("linux")]
    public async Task A_meter_is_read_on_a_serial_line_with_and_without_sign_on(bool signOn)
    {
        await using var meter = new HostedMeter();
        using var terminal = new PseudoTerminal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = Task.Run(async () =>
        {
            if (signOn) await SignOnAsync(terminal, stop.Token);
            await meter.Server.ServeLineAsync(terminal, stop.Token);
        }, Cancel);
        string[] keyed = signOn ? ["--sign-on"] : [];
        if (signOn) await CounterIntoKeysAsync(meter); // else it is read first, by an association and a sign-on of its own
        Reads(await meter.RunSerialAsync(terminal.Device, "read", [HostedMeter.Energy, "--physical", "17", "--json", .. keyed]));
        await stop.CancelAsync();
        await serving;
    }

    [Theory]
    [InlineData(SecuritySuite.Suite1, AuthenticationMechanism.HighLevelGmac)]
    [InlineData(SecuritySuite.Suite2, AuthenticationMechanism.HighLevelGmac)]
    [InlineData(SecuritySuite.Suite1, AuthenticationMechanism.HighLevelEcdsa)]
    [InlineData(SecuritySuite.Suite2, AuthenticationMechanism.HighLevelEcdsa)]
    public async Task Suites_1_and_2_work_with_gmac_and_with_signatures(SecuritySuite suite, AuthenticationMechanism mechanism)
    {
        await using var meter = new HostedMeter(new HostedMeterTerms { Suite = suite, Mechanism = mechanism, Policy = 0x6C });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--json"));
        var associated = await meter.RunAsync(port, "associate", "--json");
        Assert.True(associated.ExitCode == 0, associated.Errors);
    }

    [Theory]
    [InlineData(SecuritySuite.Suite0, "general-glo", null)]
    [InlineData(SecuritySuite.Suite0, "general-ciphering", null)]
    [InlineData(SecuritySuite.Suite0, "general-ciphering", "wrapped")]
    [InlineData(SecuritySuite.Suite1, "general-ciphering", null)]
    [InlineData(SecuritySuite.Suite2, "general-ciphering", "static-unified")]
    [InlineData(SecuritySuite.Suite1, "general-signing", null)]
    [InlineData(SecuritySuite.Suite2, "general-signing", null)]
    public async Task Services_are_wrapped_as_asked_for(SecuritySuite suite, string protection, string? key)
    {
        var mechanism = suite == SecuritySuite.Suite0 ? AuthenticationMechanism.HighLevelGmac : AuthenticationMechanism.HighLevelEcdsa;
        var policy = (byte)(protection == "general-signing" ? 0xFC : 0x6C);
        await using var meter = new HostedMeter(new HostedMeterTerms { Suite = suite, Mechanism = mechanism, Policy = policy });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        string[] wrapped = ["--protection", protection, .. key is null ? Array.Empty<string>() : ["--party-key", key]];
        Reads(await meter.RunAsync(port, "read", [HostedMeter.Energy, "--json", .. wrapped]));
        var written = await meter.RunAsync(port, "write", ["1/0-0:96.1.9.255/2", "--value", "octet-string 6c6f6e67", .. wrapped]);
        Assert.True(written.ExitCode == 0, written.Output + written.Errors);
        if (protection != "general-signing") return;
        var unsigned = await meter.RunAsync(port, "read", HostedMeter.Energy);
        Assert.Equal(1, unsigned.ExitCode);
    }

    [Fact]
    public async Task A_meter_by_short_names_is_read_written_and_asked_for_its_profile()
    {
        await using var meter = new HostedMeter(new HostedMeterTerms { ShortNames = true });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        Reads(await meter.RunAsync(port, "read", HostedMeter.Energy, "--json"));
        foreach (string[] verb in new string[][]
        {
            ["associate"], ["objects"], ["profile", "1-0:99.1.0.255", "--from", "2026-03-02T00:00Z", "--to", "2026-03-02T06:00Z"],
            ["write", "1/0-0:96.1.9.255/2", "--value", "octet-string 6c6f6e67"], ["invoke", "70/0-0:96.3.10.255/1"],
        })
        {
            var run = await meter.RunAsync(port, verb[0], verb[1..]);
            Assert.True(run.ExitCode == 0, verb[0] + ": " + run.Output + run.Errors);
        }
    }

    [Theory]
    [InlineData(SecuritySuite.Suite0, AuthenticationMechanism.HighLevelGmac, true, "tcp")]
    [InlineData(SecuritySuite.Suite1, AuthenticationMechanism.HighLevelGmac, false, "tcp")]
    [InlineData(SecuritySuite.Suite2, AuthenticationMechanism.HighLevelEcdsa, false, "hdlc-tcp")]
    [InlineData(SecuritySuite.Suite0, AuthenticationMechanism.HighLevelGmac, true, "hdlc-tcp")]
    public async Task A_hosted_meter_passes_the_checks(
        SecuritySuite suite, AuthenticationMechanism mechanism, bool shortNames, string transport)
    {
        await using var meter = new HostedMeter(
            new HostedMeterTerms { Suite = suite, Mechanism = mechanism, ShortNames = shortNames, Policy = 0x6C });
        var port = meter.Server.ListenTcp(HostedMeter.AnyPort).Port;
        var run = await meter.RunAsync(
            port, "conformance", "--transport", transport, "--allow-writes", "--allow-wrong-secrets", "--json");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        var told = JsonNode.Parse(run.Output)!;
        Assert.True(told["passed"]!.GetValue<int>() >= (transport == "tcp" ? 38 : 48), run.Output);
    }

    [Theory]
    [InlineData("--suite 1 or 2", "--auth", "ecdsa")]
    [InlineData("--suite 1 or 2", "--auth", "gmac", "--protection", "general-signing")]
    [InlineData("signature_key is missing", "--auth", "gmac", "--suite", "1", "--protection", "general-signing")]
    [InlineData("--transport tls", "--tls-name", "meter")]
    [InlineData("--transport serial", "--sign-on")]
    public async Task Options_that_do_not_fit_are_told_in_one_sentence(string expected, params string[] options)
    {
        await using var meter = new HostedMeter();
        var run = await HeadraceProcess.RunAsync(
            ["dlms", "associate", "--host", "127.0.0.1", "--keys", meter.Keys, .. options]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    private static void Reads((int ExitCode, string Output, string Errors) run)
    {
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(123_456, JsonNode.Parse(run.Output)!.AsArray()[0]!["data"]!["v"]!.GetValue<int>());
    }

    private static (string[] Pem, string[] Encrypted, string[] Pfx) Save(HostedMeter meter, X509Certificate2 own)
    {
        var (certificate, key) = (meter.Folder.File("own.pem"), meter.Folder.File("own-key.pem"));
        var (encrypted, pfx) = (meter.Folder.File("own-secret.pem"), meter.Folder.File("own.pfx"));
        using var secret = own.GetECDsaPrivateKey()!;
        File.WriteAllText(certificate, own.ExportCertificatePem());
        File.WriteAllText(key, secret.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(encrypted, secret.ExportEncryptedPkcs8PrivateKeyPem("the key's own",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllBytes(pfx, own.Export(X509ContentType.Pkcs12, "the key's own"));
        return (["--tls-certificate", certificate, "--tls-key", key], ["--tls-certificate", certificate, "--tls-key", encrypted],
            ["--tls-certificate", pfx]);
    }

    private static async Task CounterIntoKeysAsync(HostedMeter meter)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(meter.Keys, Cancel))!;
        json["invocation_counter"] = 1;
        await File.WriteAllTextAsync(meter.Keys, json.ToJsonString(), Cancel);
    }

    private static async Task SignOnAsync(PseudoTerminal terminal, CancellationToken cancellationToken)
    {
        var local = new LocalExchangeServer(
            new LocalExchangeDevice { Identification = new MeterIdentification("HDR", '5', "Meter", OffersHdlc: true) });
        while (local.State != LocalExchangeState.Hdlc)
        {
            var read = await terminal.Input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (local.TryServe(ref buffer, terminal.Output))
            {
                // the next message of the sign-on
            }
            terminal.Input.AdvanceTo(buffer.Start, buffer.End);
            await terminal.Output.FlushAsync(cancellationToken);
        }
    }
}
