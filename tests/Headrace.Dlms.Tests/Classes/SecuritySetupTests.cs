using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.Classes;

public sealed class SecuritySetupTests
{
    private const SecuritySuite Suite = SecuritySuite.Suite1;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_device_makes_a_key_pair_asks_for_its_certificate_and_signs_with_it()
    {
        using var authority = new Authority();
        using var line = authority.Line();
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        Assert.Equal(ActionResult.Success, await setup.GenerateKeyPair.InvokeAsync(CertificateUse.DigitalSignature, None));
        var request = (await setup.GenerateCertificateRequest.InvokeAsync(CertificateUse.DigitalSignature, None)).Value;
        var certificate = authority.Sign(request);
        Assert.Equal(ActionResult.Success, await setup.ImportCertificate.InvokeAsync(certificate, None));
        var info = (await setup.Certificates.ReadAsync(None)).Value;
        Assert.Equal([CertificateEntity.CertificationAuthority, CertificateEntity.Server], info.Select(i => i.Entity));
        Assert.Equal(CertificateUse.DigitalSignature, info[1].Use);
        var byEntity = CertificateIdentification.ByEntity(
            CertificateEntity.Server, CertificateUse.DigitalSignature, TestMeter.ServerTitle);
        Assert.Equal(certificate, (await setup.ExportCertificate.InvokeAsync(byEntity, None)).Value.ToArray());
        var bySerial = CertificateIdentification.BySerial(info[1].Serial, info[1].Issuer);
        Assert.Equal(certificate, (await setup.ExportCertificate.InvokeAsync(bySerial, None)).Value.ToArray());

        using var store = authority.Store();
        Assert.Equal(CertificateFault.None, store.Check(certificate, TestMeter.ServerTitle, out var server));
        line.ClientKeys.WithPeerSignatureKey(server!.PublicKey.Span);
        Assert.IsType<Associated>(line.Reopen(o => o with { Party = new PartyProtection { Signed = true } }));
        Assert.IsType<GetCompleted>(line.Get());
    }

    [Fact]
    public async Task A_party_is_heard_with_its_certificate_and_no_longer_when_that_is_removed()
    {
        using var authority = new Authority();
        using var line = authority.Line();
        var (privateKey, _) = EllipticKeys.Generate(Suite);
        line.ClientKeys.WithSignatureKey(privateKey);
        line.ServerKeys.Forget(TestMeter.ClientTitle, agreement: false);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        var certificate = authority.Issue(TestMeter.ClientTitle, privateKey, X509KeyUsageFlags.DigitalSignature);
        Assert.Equal(ActionResult.Success, await setup.ImportCertificate.InvokeAsync(certificate, None));
        Assert.IsType<Associated>(line.Reopen(o => o with { Party = new PartyProtection { Signed = true } }));
        var byEntity = CertificateIdentification.ByEntity(
            CertificateEntity.Client, CertificateUse.DigitalSignature, TestMeter.ClientTitle);
        Assert.Equal(ActionResult.Success, await setup.RemoveCertificate.InvokeAsync(byEntity, None));
        Assert.IsType<AssociationRejected>(line.Reopen(o => o with { Party = new PartyProtection { Signed = true } }));
        Assert.IsType<Associated>(line.Reopen());
        Assert.Equal(ActionResult.ObjectUnavailable, await setup.RemoveCertificate.InvokeAsync(byEntity, None));
        var root = CertificateIdentification.ByEntity(CertificateEntity.CertificationAuthority, CertificateUse.Other, default);
        Assert.Equal(ActionResult.ReadWriteDenied, await setup.RemoveCertificate.InvokeAsync(root, None));
    }

    [Fact]
    public void A_certificate_that_is_not_right_is_refused_with_its_reason()
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        using var line = authority.Line();
        var refused = new List<CertificateFault>();
        var certificates = line.Security.Certificates!;
        certificates.Refused += refused.Add;
        var key = EllipticKeys.Generate(Suite).PrivateKey;
        var good = authority.Issue(SecureLine.Thirds, key, X509KeyUsageFlags.DigitalSignature);
        Assert.Equal(CertificateFault.None, certificates.Import(good));
        certificates.Import("no certificate"u8);
        certificates.Import(new byte[CertificateStore.MaxSize + 1]);
        certificates.Import(stranger.Issue(SecureLine.Thirds, key, X509KeyUsageFlags.DigitalSignature));
        certificates.Import(authority.Issue(SecureLine.Thirds, key, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement));
        certificates.Import(authority.Issue(SecureLine.Thirds, key, X509KeyUsageFlags.DigitalSignature, name: "CN=meter 7"));
        certificates.Import(authority.Issue(TestMeter.ServerTitle, key, X509KeyUsageFlags.DigitalSignature));
        certificates.Import(authority.Issue(
            SecureLine.Thirds, EllipticKeys.Generate(SecuritySuite.Suite2).PrivateKey, X509KeyUsageFlags.DigitalSignature));
        authority.Time.Now = Authority.Start.AddDays(-2);
        certificates.Import(good);
        authority.Time.Now = Authority.Start.AddDays(400);
        certificates.Import(good);
        Assert.Equal(
        [
            CertificateFault.Malformed, CertificateFault.Malformed, CertificateFault.Issuer, CertificateFault.KeyUsage,
            CertificateFault.SystemTitle, CertificateFault.ForeignKey, CertificateFault.Curve, CertificateFault.NotYetValid,
            CertificateFault.Expired,
        ], refused);
        Assert.Equal(1, certificates.ForgetExpired());
        using var store = authority.Store();
        authority.Time.Now = Authority.Start;
        Assert.Equal(CertificateFault.SystemTitle, store.Check(good, TestMeter.ClientTitle, out _));
        Assert.Equal(CertificateFault.None, store.Check(good, SecureLine.Thirds, out _));
    }

    [Theory]
    [InlineData(SecuritySuite.Suite1, KeyId.GlobalUnicast)]
    [InlineData(SecuritySuite.Suite2, KeyId.GlobalUnicast)]
    [InlineData(SecuritySuite.Suite2, KeyId.Master)]
    public async Task A_key_agreed_by_ephemeral_keys_holds_from_the_next_request(SecuritySuite suite, KeyId id)
    {
        using var line = new SecureLine(suite);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        using var own = SignatureKey.OfPrivate(suite, line.ClientSignature);
        using var peer = SignatureKey.OfPublic(suite, line.ServerSignaturePublic);
        var agreed = await setup.AgreeKeyAsync(id, own, peer, TestMeter.ClientTitle, TestMeter.ServerTitle, None);
        Assert.Equal(ApduCipher.KeySize(suite), agreed.Value.Length);
        Assert.Equal([id], line.Changed);
        line.ClientKeys.With(id, agreed.Value);
        Assert.IsType<Associated>(line.Reopen(o => o with { Party = new PartyProtection { Ciphering = PartyKey.Wrapped } }));
        Assert.IsType<GetCompleted>(line.Get());
    }

    [Fact]
    public async Task A_key_agreement_that_is_not_signed_right_changes_nothing()
    {
        using var line = new SecureLine(Suite);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        using var stranger = SignatureKey.OfPrivate(Suite, EllipticKeys.Generate(Suite).PrivateKey);
        using var peer = SignatureKey.OfPublic(Suite, line.ServerSignaturePublic);
        var agreed = await setup.AgreeKeyAsync(KeyId.GlobalUnicast, stranger, peer, TestMeter.ClientTitle, TestMeter.ServerTitle, None);
        Assert.Equal(DataAccessResult.OtherReason, agreed.Result);
        Assert.Equal(ActionResult.TypeUnmatched, await setup.KeyTransfer.InvokeAsync([], None));
        using var own = SignatureKey.OfPrivate(Suite, line.ClientSignature);
        using var offer = new EphemeralAgreement(KeyId.GlobalUnicast, own);
        Assert.Equal(DataAccessResult.OtherReason,
            (await setup.KeyAgreement.InvokeAsync([new KeyData(KeyId.Master, offer.Data)], None)).Result);
        Assert.Equal(DataAccessResult.OtherReason,
            (await setup.KeyAgreement.InvokeAsync([new KeyData(KeyId.GlobalUnicast, offer.Data[1..])], None)).Result);
        Assert.Empty(line.Changed);
        Assert.IsType<GetCompleted>(line.Get());
    }

    [Theory]
    [InlineData(0, 1, 3, true)]
    [InlineData(0, 3, 1, false)]
    [InlineData(0, 1, 4, false)]
    [InlineData(1, 0x04, 0x6C, true)]
    [InlineData(1, 0x6C, 0x0C, false)]
    [InlineData(1, 0x04, 0x05, false)]
    public async Task A_policy_is_only_strengthened(byte version, byte policy, byte next, bool taken)
    {
        using var line = new SecureLine(Suite, policy: policy, version: version);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        Assert.Equal(taken, await setup.SecurityActivate.InvokeAsync(next, None) == ActionResult.Success);
        Assert.Equal(taken ? next : policy, (await setup.SecurityPolicy.ReadAsync(None)).Value);
        Assert.Equal(Suite, (await setup.SecuritySuite.ReadAsync(None)).Value);
        Assert.Equal(TestMeter.ClientTitle, (await setup.ClientSystemTitle.ReadAsync(None)).Value.ToArray());
        Assert.Equal(TestMeter.ServerTitle, (await setup.ServerSystemTitle.ReadAsync(None)).Value.ToArray());
    }

    [Fact]
    public void A_policy_of_either_version_says_what_each_direction_needs()
    {
        Assert.Equal(new MessageProtection(true, true), SecurityPolicy.Of(0, 3).Response);
        Assert.Equal(MessageProtection.None, SecurityPolicy.Of(1, 0x20).Request);
        Assert.Equal(new MessageProtection(true, false), SecurityPolicy.Of(1, 0x20).Response);
        foreach (var bits in Enumerable.Range(0, 64))
        {
            var value = (byte)(bits << 2);
            var policy = SecurityPolicy.Of(1, value);
            Assert.Equal(policy, SecurityPolicy.Of(policy.Request, policy.Response));
            Assert.True(policy.AllowsRequest(policy.Request));
            Assert.True(policy.AllowsResponse(new MessageProtection(true, true, true)));
            Assert.Equal(policy.Request.IsNone, policy.AllowsRequest(MessageProtection.None));
        }
        Assert.False(SecurityPolicy.TryParse(1, 1, out _));
        Assert.False(SecurityPolicy.TryParse(1, 256, out _));
        Assert.False(SecurityPolicy.TryParse(0, -1, out _));
    }

    /// <summary>A certification authority of a test.</summary>
    private sealed class Authority : IDisposable
    {
        public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _root;
        private byte _serial = 1;

        public Authority()
        {
            var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            _root = request.CreateSelfSigned(Start.AddYears(-1), Start.AddYears(10));
        }

        public SetTime Time { get; } = new() { Now = Start };

        public CertificateStore Store() => new(Suite, Time, _root.RawData);

        public SecureLine Line() => new(Suite, certificates: Store());

        public byte[] Sign(ReadOnlyMemory<byte> signingRequest) => Finish(CertificateRequest.LoadSigningRequest(
            signingRequest.ToArray(), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions));

        public byte[] Issue(byte[] title, byte[] privateKey, X509KeyUsageFlags usage, string? name = null)
        {
            var curve = privateKey.Length == 32 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
            using var key = ECDsa.Create(new ECParameters { Curve = curve, D = privateKey });
            var request = new CertificateRequest(name ?? $"CN={Convert.ToHexString(title)}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
            return Finish(request);
        }

        public void Dispose()
        {
            _root.Dispose();
            _key.Dispose();
        }

        private byte[] Finish(CertificateRequest request)
        {
            using var certificate = request.Create(_root, Start.AddDays(-1), Start.AddYears(1), [_serial++]);
            return certificate.RawData;
        }
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
