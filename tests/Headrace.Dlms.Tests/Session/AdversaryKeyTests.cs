using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Session;

/// <summary>Keys and counters that must not meet twice, and set-ups that must not be broken from outside.</summary>
public sealed class AdversaryKeyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void A_dedicated_key_that_was_given_serves_one_association_only()
    {
        byte[] given = [.. Enumerable.Range(50, 16).Select(i => (byte)i)];
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with { Ciphering = ClientCiphering.Dedicated });
        line.ClientKeys.WithDedicated(given);
        Assert.IsType<Associated>(line.Open());
        Assert.IsType<GetCompleted>(line.Get());
        var first = line.LastRequest;
        Assert.Equal(0xD0, first[0]);
        Assert.IsType<Associated>(line.Reopen());
        Assert.IsType<GetCompleted>(line.Get());
        // The same counter under the same key would make the same octets of the same request.
        Assert.Equal(first[3..7], line.LastRequest[3..7]);
        Assert.NotEqual(first, line.LastRequest);
    }

    [Fact]
    public void A_dedicated_key_never_goes_in_the_clear()
    {
        byte[] given = [.. Enumerable.Range(50, 16).Select(i => (byte)i)];
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with
        {
            Ciphering = ClientCiphering.Dedicated,
            Protection = SecurityControl.Of(SecuritySuite.Suite0, true, false),
        });
        line.ClientKeys.WithDedicated(given);
        Assert.Equal(-1, line.Client.Open().Span.IndexOf(given));
    }

    [Fact]
    public async Task The_same_key_transferred_again_does_not_restart_its_counters()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        var sent = line.Security.LastSentCounter;
        var captured = line.LastRequest;
        Assert.Equal(ActionResult.Success, await setup.TransferKeysAsync(
            line.Master, new Dictionary<KeyId, ReadOnlyMemory<byte>> { [KeyId.GlobalUnicast] = line.Guek }, None));
        Assert.True(line.Security.LastSentCounter > sent);
        Assert.True(line.Security.LastReceivedCounter > 0);
        Assert.Equal(0xD8, line.Serve(captured).Span[0]);
    }

    [Theory]
    [InlineData(SecuritySuite.Suite0, 0x80)]
    [InlineData(SecuritySuite.Suite0, 0x10)]
    public async Task A_policy_that_the_device_cannot_keep_is_refused(SecuritySuite suite, byte policy)
    {
        using var line = new SecureLine(suite);
        Assert.IsType<Associated>(line.Open());
        var setup = new SecuritySetupProxy(line, SecureLine.Setup);
        Assert.NotEqual(ActionResult.Success, await setup.SecurityActivate.InvokeAsync(policy, None));
        Assert.IsType<GetCompleted>(line.Get());
    }

    [Fact]
    public void A_device_that_starts_again_can_go_on_with_all_its_counters()
    {
        using var before = new SecureLine(SecuritySuite.Suite1, change: o => o with
        {
            Party = new PartyProtection { Ciphering = PartyKey.StaticUnified },
        });
        Assert.IsType<Associated>(before.Open());
        Assert.IsType<GetCompleted>(before.Get());
        var captured = before.LastRequest;
        var kept = before.Security.KeptCounters;
        Assert.True(kept.LastReceivedFromParties > 0);
        Assert.True(kept.LastSentToParties > 0);
        using var after = new SecuritySetupObject(SecureLine.Setup, before.ServerKeys, TestMeter.ServerTitle, 0,
            suite: SecuritySuite.Suite1, version: 1, kept: kept);
        using var server = new AssociationCiphering(before.ServerKeys, SecuritySuite.Suite1, TestMeter.ServerTitle, after.Counters)
        {
            PeerTitle = TestMeter.ClientTitle,
        };
        Assert.Throws<InvocationCounterException>(() => server.Unprotect(captured));
        Assert.True(after.Counters.NextTransported() > kept.LastSentToParties);
        Assert.True(after.NextCounter() > kept.LastSent);
    }

    [Theory]
    [InlineData("2.5.29.19")]
    [InlineData("2.5.29.15")]
    [InlineData("2.5.29.37")]
    public void A_certificate_with_a_broken_extension_is_malformed_and_nothing_more(string extension)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=4844520909090909", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension(extension, [0x30, 0x7F, 0x01], critical: true));
        using var broken = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddYears(99), [1]);
        using var store = new CertificateStore(SecuritySuite.Suite1, TimeProvider.System);
        Assert.Equal(CertificateFault.Malformed, store.Check(broken.RawData, default, out _));
    }

    [Fact]
    public void An_agreement_key_off_the_curve_is_a_typed_error()
    {
        var own = EllipticKeys.Generate(SecuritySuite.Suite1);
        byte[][] points = [new byte[64], [.. Enumerable.Repeat((byte)0xFF, 64)], [.. own.PublicKey[..63], (byte)(own.PublicKey[63] ^ 1)]];
        foreach (var point in points)
            Assert.Throws<ProtocolException>(() => EllipticKeys.SharedSecret(SecuritySuite.Suite1, own.PrivateKey, point));
    }

    [Fact]
    public void A_dedicated_key_that_a_client_uses_again_does_not_make_the_server_repeat_itself()
    {
        byte[] again = [.. Enumerable.Range(50, 16).Select(i => (byte)i)];
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with { Ciphering = ClientCiphering.Dedicated });
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            line.ClientKeys.WithDedicated(again);
            Assert.IsType<Associated>(i == 0 ? line.Open() : line.Reopen());
            Assert.IsType<GetCompleted>(line.Get());
            Assert.Equal(0xD4, line.LastResponse[0]);
            Assert.True(seen.Add(Convert.ToHexString(line.LastResponse.AsSpan(3, 4))));
        }
    }

    [Fact]
    public void A_dedicated_key_that_is_the_global_key_is_refused()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with { Ciphering = ClientCiphering.Dedicated });
        using var server = new AssociationCiphering(line.ServerKeys, SecuritySuite.Suite0, TestMeter.ServerTitle, line.Security.Counters);
        Assert.Throws<ProtocolException>(() => server.UseDedicatedKey(line.Guek));
    }

    [Fact]
    public void A_signed_request_without_a_counter_is_taken_once()
    {
        using var line = new SecureLine(SecuritySuite.Suite1, policy: 0x10, change: o => o with
        {
            Protection = SecurityControl.Of(SecuritySuite.Suite1, false, false),
        });
        using var client = new AssociationCiphering(
            line.ClientKeys, SecuritySuite.Suite1, TestMeter.ClientTitle, new AssociationCounters(() => 1))
        {
            PeerTitle = TestMeter.ServerTitle,
        };
        using var server = new AssociationCiphering(line.ServerKeys, SecuritySuite.Suite1, TestMeter.ServerTitle, line.Security.Counters)
        {
            PeerTitle = TestMeter.ClientTitle,
        };
        var request = Convert.FromHexString("C001C100010000600109FF0200");
        var signed = client.Protect(request, AppliedProtection.Of(new ProtectionLayer(CipheringForm.Signing)));
        Assert.Equal(request, server.Unprotect(signed).Apdu.ToArray());
        using var later = new AssociationCiphering(line.ServerKeys, SecuritySuite.Suite1, TestMeter.ServerTitle, line.Security.Counters)
        {
            PeerTitle = TestMeter.ClientTitle,
        };
        Assert.Equal(ProtectionFailure.Replayed, Assert.Throws<ProtectionException>(() => later.Unprotect(signed)).Failure);
        server.Unprotect(client.Protect(request, AppliedProtection.Of(new ProtectionLayer(CipheringForm.Signing))));
    }

    [Fact]
    public void Keys_are_not_transferred_by_a_request_in_the_clear()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0);
        Assert.IsType<Associated>(line.Open());
        var old = new KeyData(KeyId.GlobalUnicast, KeyWrap.Wrap(line.Master, new byte[16])).ToData();
        var plain = new ActionRequestNormal(InvokeIdAndPriority.Of(1, confirmed: true, highPriority: false),
            new CosemMethodDescriptor(64, SecureLine.Setup, 2), CosemData.Array(old));
        var answer = Assert.IsType<ActionResponseNormal>(XdlmsApdu.Decode(line.Serve(plain.Encode())));
        Assert.Equal(ActionResult.ReadWriteDenied, answer.Outcome.Result);
        Assert.Empty(line.Changed);
    }

    [Fact]
    public void Keys_that_were_transferred_without_an_answer_hold_from_the_next_request()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, version: 0);
        Assert.IsType<Associated>(line.Open());
        var wrapped = new KeyData(KeyId.GlobalUnicast, KeyWrap.Wrap(line.Master, new byte[16])).ToData();
        var told = line.Client.ActionUnconfirmed(new CosemMethodDescriptor(64, SecureLine.Setup, 2), CosemData.Array(wrapped));
        Assert.True(line.Serve(told).IsEmpty);
        Assert.Equal([KeyId.GlobalUnicast], line.Changed);
    }

    [Fact]
    public async Task Keys_are_agreed_with_the_client_that_asks_whoever_was_associated_last()
    {
        using var line = new SecureLine(SecuritySuite.Suite1);
        Assert.IsType<Associated>(line.Open());
        line.Security.ClientTitle = SecureLine.Thirds;
        using var own = SignatureKey.OfPrivate(SecuritySuite.Suite1, line.ClientSignature);
        using var peer = SignatureKey.OfPublic(SecuritySuite.Suite1, line.ServerSignaturePublic);
        var agreed = await new SecuritySetupProxy(line, SecureLine.Setup).AgreeKeyAsync(
            KeyId.GlobalUnicast, own, peer, TestMeter.ClientTitle, TestMeter.ServerTitle, None);
        Assert.True(agreed.IsSuccess);
    }
}
