using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>Every suite in every form with every protection, client against server.</summary>
public sealed class ProtectionMatrixTests
{
    private static readonly SecuritySuite[] Suites = [SecuritySuite.Suite0, SecuritySuite.Suite1, SecuritySuite.Suite2];

    public static TheoryData<SecuritySuite, ClientCiphering, bool, int> Forms()
    {
        var data = new TheoryData<SecuritySuite, ClientCiphering, bool, int>();
        foreach (var suite in Suites)
            foreach (var ciphering in new[] { ClientCiphering.Global, ClientCiphering.Dedicated })
                foreach (var general in new[] { false, true })
                    foreach (var control in new[] { 0x10, 0x20, 0x30 })
                        data.Add(suite, ciphering, general, control);
        return data;
    }

    public static TheoryData<SecuritySuite, PartyKey?, bool, bool, int> Parties()
    {
        var data = new TheoryData<SecuritySuite, PartyKey?, bool, bool, int>();
        foreach (var suite in Suites)
        {
            PartyKey?[] keys = suite == SecuritySuite.Suite0
                ? [PartyKey.Unnamed, PartyKey.GlobalUnicast, PartyKey.GlobalBroadcast, PartyKey.Wrapped]
                : [null, PartyKey.Unnamed, PartyKey.GlobalUnicast, PartyKey.GlobalBroadcast, PartyKey.Wrapped, PartyKey.OnePass,
                    PartyKey.StaticUnified];
            foreach (var key in keys)
            {
                foreach (var control in new[] { 0x10, 0x20, 0x30 })
                {
                    if (key is not null) data.Add(suite, key, false, false, control);
                    if (suite == SecuritySuite.Suite0) continue;
                    data.Add(suite, key, true, false, control);
                    data.Add(suite, key, false, true, control);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_request_in_any_form_is_answered_in_the_same(SecuritySuite suite, ClientCiphering ciphering, bool general, int control)
    {
        using var line = new SecureLine(suite, change: o => o with
        {
            Ciphering = ciphering,
            GeneralProtection = general,
            Protection = new SecurityControl((byte)(control | (byte)suite)),
        });
        Assert.IsType<Associated>(line.Open());
        AssertValue(line.Get());
        var opened = XdlmsApdu.Decode(line.LastResponse);
        var used = opened switch
        {
            CipheredApdu c => c.Ciphered,
            GeneralGloCiphering g => g.Ciphered,
            GeneralDedCiphering g => g.Ciphered,
            _ => throw new InvalidOperationException(opened.ToString()),
        };
        Assert.Equal(control | (byte)suite, used.SecurityControl.Value);
        Assert.Equal(general, opened is not CipheredApdu);
        AssertReplayRefused(line);
    }

    [Theory]
    [MemberData(nameof(Parties))]
    public void A_request_between_parties_is_answered_in_the_same_transaction_and_form(
        SecuritySuite suite, PartyKey? key, bool outside, bool inside, int control)
    {
        var party = new PartyProtection
        {
            Ciphering = key,
            Signed = outside,
            SignedInside = inside,
            OtherInformation = "other"u8.ToArray(),
        };
        using var line = new SecureLine(suite, change: o => o with
        {
            Party = party,
            BroadcastInvocationCounter = o.InvocationCounter,
            Protection = new SecurityControl((byte)(control | (byte)suite)),
        });
        Assert.IsType<Associated>(line.Open());
        AssertValue(line.Get());
        var (request, response) = (XdlmsApdu.Decode(line.LastRequest), XdlmsApdu.Decode(line.LastResponse));
        Assert.Equal(request.Tag, response.Tag);
        var (asked, answered) = (HeaderOf(request), HeaderOf(response));
        if (asked is not null)
        {
            Assert.Equal(asked.TransactionId.ToArray(), answered!.TransactionId.ToArray());
            Assert.Equal(asked.OriginatorSystemTitle.ToArray(), answered.RecipientSystemTitle.ToArray());
            Assert.Equal(TestMeter.ServerTitle, answered.OriginatorSystemTitle.ToArray());
        }
        if (outside) Assert.IsType<GeneralSigning>(response);
        AssertReplayRefused(line);
    }

    [Theory]
    [InlineData(SecuritySuite.Suite1, true)]
    [InlineData(SecuritySuite.Suite1, false)]
    [InlineData(SecuritySuite.Suite2, true)]
    [InlineData(SecuritySuite.Suite2, false)]
    public void Both_sides_prove_themselves_by_signatures(SecuritySuite suite, bool trusted)
    {
        using var line = new SecureLine(suite, AuthenticationMechanism.HighLevelEcdsa);
        if (!trusted) line.ServerKeys.WithPeerSignatureKey(EllipticKeys.Generate(suite).PublicKey, TestMeter.ClientTitle);
        var told = line.Open();
        if (trusted) AssertValue(Assert.IsType<Associated>(told) is not null ? line.Get() : null);
        else Assert.Equal(RejectionReason.ClientNotAuthenticated, Assert.IsType<AssociationRejected>(told).Reason);
    }

    [Fact]
    public void A_server_with_another_signature_key_is_not_believed()
    {
        using var line = new SecureLine(SecuritySuite.Suite1, AuthenticationMechanism.HighLevelEcdsa);
        line.ClientKeys.WithPeerSignatureKey(EllipticKeys.Generate(SecuritySuite.Suite1).PublicKey);
        Assert.Equal(RejectionReason.ServerNotAuthenticated, Assert.IsType<AssociationRejected>(line.Open()).Reason);
    }

    [Fact]
    public void Another_suite_than_the_servers_is_refused()
    {
        using var line = new SecureLine(SecuritySuite.Suite1, change: o => o with { Protection = new SecurityControl(0x30) });
        var refusal = Assert.IsType<ExceptionResponse>(Assert.IsType<AssociationRejected>(line.Open()).Refusal);
        Assert.Equal(ServiceError.DecipheringError, refusal.ServiceError);
    }

    [Fact]
    public void Counters_restart_with_a_new_global_key_and_not_with_a_new_authentication_key()
    {
        using var line = new SecureLine(SecuritySuite.Suite2);
        Assert.IsType<Associated>(line.Open());
        var before = line.Security.LastReceivedCounter;
        Transfer(line, KeyId.Authentication, new byte[32]);
        Assert.True(line.Security.LastReceivedCounter > before);
        Assert.True(line.Security.LastSentCounter > 0);
        line.ClientKeys.With(KeyId.Authentication, new byte[32]);
        Assert.IsType<Associated>(line.Reopen());
        Transfer(line, KeyId.GlobalUnicast, line.Master);
        Assert.Equal((0u, 0u), (line.Security.LastReceivedCounter, line.Security.LastSentCounter));
        line.ClientKeys.With(KeyId.GlobalUnicast, line.Master);
        uint fresh = 0;
        Assert.IsType<Associated>(line.Reopen(o => o with { InvocationCounter = () => ++fresh }));
        AssertValue(line.Get());
        Assert.Equal([KeyId.Authentication, KeyId.GlobalUnicast], line.Changed);
    }

    private static void Transfer(SecureLine line, KeyId id, byte[] key)
    {
        var method = new CosemMethodDescriptor(64, SecureLine.Setup, 2);
        var parameter = CosemData.Array(CosemData.Structure(
            CosemData.Enum((byte)id), CosemData.OctetString(KeyWrap.Wrap(line.Master, key))));
        var done = Assert.IsType<ActionCompleted>(line.Exchange(line.Client.Action(method, parameter)));
        Assert.Equal(ActionResult.Success, done.Outcomes[0].Result);
    }

    private static void AssertReplayRefused(SecureLine line)
    {
        var (request, response) = (line.LastRequest, line.LastResponse);
        var refused = (ExceptionResponse)XdlmsApdu.Decode(line.Serve(request));
        Assert.Equal(ServiceError.InvocationCounterError, refused.ServiceError);
        line.Client.Get(SecureLine.Attribute);
        var failure = Assert.Throws<ProtectionException>(() => line.Client.Receive(response)).Failure;
        Assert.Equal(ProtectionFailure.Replayed, failure);
        Assert.Equal(AssociationState.Idle, line.Client.State);
    }

    private static GeneralProtectionHeader? HeaderOf(XdlmsApdu apdu) => apdu switch
    {
        GeneralCiphering c => c.Header,
        GeneralSigning s => s.Header,
        _ => null,
    };

    private static void AssertValue(SessionEvent? told) =>
        Assert.Equal(CosemData.OctetString("quiet water"u8), Assert.IsType<GetCompleted>(told).Result.Data);
}
