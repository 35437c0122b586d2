using System.Buffers;
using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Security;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

/// <summary>Attacks on who is who: titles, challenges, secrets.</summary>
public sealed class AdversaryAssociationTests
{
    private static readonly byte[] Initiate = Convert.FromHexString("01000000065F1F0400FFFFFFFFFF");

    [Fact]
    public void A_client_with_the_servers_own_title_is_not_let_in()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with { SystemTitle = TestMeter.ServerTitle });
        Assert.IsType<AssociationRejected>(line.Open());
    }

    [Fact]
    public void A_server_with_the_clients_own_title_is_not_believed()
    {
        using var line = new SecureLine(SecuritySuite.Suite0);
        using var setup = new SecuritySetupObject(SecureLine.Setup, new SecurityKeys(line.Guek, line.Gak), TestMeter.ClientTitle, 0);
        using var server = new AssociationCiphering(line.ServerKeys, SecuritySuite.Suite0, TestMeter.ClientTitle, setup.Counters);
        line.Client.Open();
        var response = new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNamesCiphered,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
            RespondingApTitle = TestMeter.ClientTitle,
            UserInformation = server.Protect(new InitiateResponse(AssociationSettings.UsualConformance, 1000, 7).Encode(),
                CipheringForm.Global, SecurityControl.Of(SecuritySuite.Suite0, true, true)),
        }.WithChallenge(AuthenticationMechanism.HighLevelGmac, new byte[16]);
        var output = new ArrayBufferWriter<byte>();
        response.WriteTo(output);
        Assert.IsType<AssociationRejected>(line.Client.Receive(output.WrittenMemory.ToArray()).Event);
    }

    [Theory]
    [InlineData(AuthenticationMechanism.HighLevelManufacturer)]
    [InlineData(AuthenticationMechanism.HighLevelMd5)]
    [InlineData(AuthenticationMechanism.HighLevelSha1)]
    [InlineData(AuthenticationMechanism.HighLevelSha256)]
    public void Without_a_secret_nobody_proves_anything(AuthenticationMechanism mechanism)
    {
        var served = new ServedDevice(new AssociationSettings { ClientSap = ServedDevice.Sap, Mechanism = mechanism });
        using var keys = SecurityKeys.OfSecret([]);
        using var client = new ClientAssociation(
            new ClientOptions { Authentication = mechanism, SystemTitle = TestMeter.ClientTitle }, keys);
        Assert.IsType<AssociationRejected>(Exchange(served.Association, client));
        Assert.NotEqual(ServerAssociationState.Associated, served.Association.State);
    }

    [Fact]
    public void A_secret_longer_than_its_mechanism_takes_is_refused()
    {
        using var secrets = SecurityKeys.OfSecret("0123456789"u8);
        var served = new ServedDevice(new AssociationSettings
        {
            ClientSap = ServedDevice.Sap,
            Mechanism = AuthenticationMechanism.HighLevelManufacturer,
            Secrets = secrets,
        });
        using var keys = SecurityKeys.OfSecret("0123456789"u8);
        using var client = new ClientAssociation(
            new ClientOptions { Authentication = AuthenticationMechanism.HighLevelManufacturer }, keys);
        Assert.IsType<Associated>(Exchange(served.Association, client));
        var change = client.Action(new CosemMethodDescriptor(15, AssociationObject.Current, 2), CosemData.OctetString(new byte[17]));
        var told = client.Receive(served.Association.Handle(change)).Event;
        Assert.NotEqual(ActionResult.Success, Assert.IsType<ActionCompleted>(told).Outcomes[0].Result);
        client.Abort();
        Assert.IsType<Associated>(Exchange(served.Association, client));
    }

    [Fact]
    public void A_client_that_has_not_proved_itself_is_not_told_as_the_client()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, policy: 0);
        Assert.IsType<Associated>(line.Open());
        Assert.Equal(TestMeter.ClientTitle, line.Security.ClientTitle.ToArray());
        var plain = new LogicalDevice(2, TestMeter.ServerTitle);
        plain.Add(new AssociationSettings { ClientSap = 3, Mechanism = AuthenticationMechanism.HighLevelGmac, Security = line.Security });
        using var server = new DeviceServer(plain);
        var request = AssociationRequest.Create(ApplicationContext.LogicalNames, AuthenticationMechanism.HighLevelGmac,
            SecureLine.Thirds, new byte[16], Initiate);
        var output = new ArrayBufferWriter<byte>();
        request.WriteTo(output);
        Assert.Equal(0x61, server.Handle(3, 2, output.WrittenMemory.ToArray()).Span[0]);
        Assert.Equal(TestMeter.ClientTitle, line.Security.ClientTitle.ToArray());
    }

    [Fact]
    public void A_challenge_that_is_a_request_is_not_answered_by_its_tag()
    {
        // A tag over the challenge would be the tag of the same octets as an authenticated request of the client.
        var disconnect = Convert.FromHexString("C301C10046000060030AFF01010F00");
        using var line = new SecureLine(SecuritySuite.Suite0);
        var setup = new SecuritySetupObject(SecureLine.Setup, new SecurityKeys(line.Guek, line.Gak), TestMeter.ServerTitle, 0);
        using var server = new AssociationCiphering(line.ServerKeys, SecuritySuite.Suite0, TestMeter.ServerTitle, setup.Counters);
        line.Client.Open();
        var response = new AssociationResponse
        {
            ApplicationContext = ApplicationContext.LogicalNamesCiphered,
            Result = AssociationResult.Accepted,
            Diagnostic = AssociationDiagnostic.User(UserDiagnostic.AuthenticationRequired),
            RespondingApTitle = TestMeter.ServerTitle,
            UserInformation = server.Protect(new InitiateResponse(AssociationSettings.UsualConformance, 1000, 7).Encode(),
                CipheringForm.Global, SecurityControl.Of(SecuritySuite.Suite0, true, true)),
        }.WithChallenge(AuthenticationMechanism.HighLevelGmac, disconnect);
        var output = new ArrayBufferWriter<byte>();
        response.WriteTo(output);
        Assert.IsType<AssociationRejected>(line.Client.Receive(output.WrittenMemory.ToArray()).Event);
    }

    [Fact]
    public void A_challenge_that_is_a_message_of_the_server_is_not_taken()
    {
        using var line = new SecureLine(SecuritySuite.Suite0, change: o => o with
        {
            Challenge = Convert.FromHexString("0F00000001000203110111021103"),
        });
        Assert.IsType<AssociationRejected>(line.Open());
    }

    private static SessionEvent? Exchange(ServerAssociation server, ClientAssociation client)
    {
        SessionEvent? told = null;
        for (var request = client.Open(); !request.IsEmpty;)
        {
            var step = client.Receive(server.Handle(request));
            (told, request) = (step.Event ?? told, step.Send);
        }
        return told;
    }
}
