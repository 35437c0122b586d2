using Headrace.Dlms.Acse;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Profiles;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;
using Headrace.Wire;

namespace Headrace.Dlms.Tests.Classes.Access;

public sealed class AssociationProxyTests
{
    private const ushort Sap = 5;
    private static readonly ClientTimings Patient = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_reads_all_of_its_association_and_changes_what_it_may()
    {
        var device = new LogicalDevice(3, TestMeter.ServerTitle);
        var secrets = SecurityKeys.OfSecret("12345678"u8);
        device.Add(new AssociationSettings
        {
            ClientSap = Sap,
            Mechanism = AuthenticationMechanism.LowLevel,
            Secrets = secrets,
            AssociationVersion = 2,
            MayChangeLists = true,
        });
        using var server = new WrapperServer(device);
        await using var line = new MeterLine(server.Receive);
        var options = new ClientOptions { Authentication = AuthenticationMechanism.LowLevel };
        using var password = SecurityKeys.OfSecret("12345678"u8);
        await using var client = DlmsClient.OverWrapper(line, Sap, 3, options, password, Patient, TimeProvider.System);
        var opened = Assert.IsType<Associated>(await client.ConnectAsync(Cancel));
        var association = new AssociationProxy(client);

        Assert.Contains(ListedObject.FromData((await association.ObjectList.ReadAsync(Cancel)).Value), o => o.ClassId == 15);
        Assert.Equal(new AssociatedPartners(5, 3), (await association.AssociatedPartners.ReadAsync(Cancel)).Value);
        Assert.Equal(ApplicationContext.LogicalNames, (await association.ApplicationContext.ReadAsync(Cancel)).Value);
        Assert.Equal(AuthenticationMechanism.LowLevel, (await association.AuthenticationMechanism.ReadAsync(Cancel)).Value);
        var context = (await association.Context.ReadAsync(Cancel)).Value;
        Assert.Equal((opened.Conformance, 1224), (context.Conformance, context.MaxReceivePduSize));
        Assert.Equal(AssociationStatus.Associated, (await association.Status.ReadAsync(Cancel)).Value);
        Assert.Equal(default, (await association.SecuritySetupReference.ReadAsync(Cancel)).Value);
        Assert.False((await association.Secret.ReadAsync(Cancel)).IsSuccess);
        Assert.Empty((await association.UserList.ReadAsync(Cancel)).Value);

        var fitter = new AssociationUser(4, "fitter");
        Assert.Equal(ActionResult.Success, await association.AddUser.InvokeAsync(fitter, Cancel));
        Assert.Equal([fitter], (await association.UserList.ReadAsync(Cancel)).Value);
        Assert.Equal(0, (await association.CurrentUser.ReadAsync(Cancel)).Value.Id);
        Assert.Equal(ActionResult.Success, await association.RemoveUser.InvokeAsync(fitter, Cancel));
        Assert.Equal(DataAccessResult.Success, await association.Secret.WriteAsync("87654321"u8.ToArray(), Cancel));
        await client.ReleaseAsync(Cancel);
        Assert.IsType<AssociationRejected>(await client.ConnectAsync(Cancel));
    }

    [Fact]
    public void Names_are_read_from_arcs_and_from_octets_and_others_are_refused()
    {
        var octets = CosemData.OctetString(Convert.FromHexString("60857405080203"));
        Assert.Equal(AuthenticationMechanism.HighLevelMd5, AssociationNames.Mechanism.FromData(octets));
        var arcs = AssociationNames.Context.ToData(ApplicationContext.LogicalNamesCiphered);
        Assert.Equal("0207" + "1102" + "1110" + "1202F4" + "1105" + "1108" + "1101" + "1103", Convert.ToHexString(arcs.Encode()));
        Assert.Equal(ApplicationContext.LogicalNamesCiphered, AssociationNames.Context.FromData(arcs));
        Assert.Throws<ProtocolException>(() => AssociationNames.Mechanism.FromData(arcs));
        Assert.Throws<ProtocolException>(() => AssociationNames.Context.FromData(octets));
    }

    [Fact]
    public void The_context_information_is_the_same_after_encoding()
    {
        var context = new XdlmsContextInformation(AssociationSettings.FullConformance, 1224, 65_535, 6, 0, new byte[] { 1, 2 });
        Assert.Equal(context, XdlmsContextInformation.FromData(CosemData.Decode(context.ToData().Encode())));
        Assert.Throws<ProtocolException>(() => XdlmsContextInformation.FromData(CosemData.Null));
    }
}
