using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Hdlc;
using Headrace.Dlms.Session;
using Headrace.Dlms.Tests.Session;

namespace Headrace.Dlms.Tests.ShortNames;

public sealed class ShortNameClientTests
{
    private static readonly ClientTimings Patient = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("low", false, 400)]
    [InlineData("glo", false, 400)]
    [InlineData("ded", false, 1224)]
    [InlineData("md5", true, 200)]
    [InlineData("low", true, 65535)]
    public async Task The_same_calls_work_over_short_names(string way, bool hdlc, int pdu)
    {
        var names = new ShortNameMeter();
        using var wrapper = new WrapperServer(names.Meter.Device);
        using var link = new HdlcServer(HdlcParameters.Both(128, 1), 17, names.Meter.Device);
        await using var line = new MeterLine(hdlc ? link.Receive : wrapper.Receive);
        var (options, keys, sap) = ShortNameMeter.ClientOf(way);
        options = options with { MaxPduSize = (ushort)pdu };
        await using var client = hdlc
            ? DlmsClient.OverHdlc(line, new HdlcClientLink(HdlcAddress.Client(sap), HdlcAddress.Server(1, 17)),
                new HdlcTimings(TimeSpan.FromSeconds(10)), options, keys, Patient, TimeProvider.System)
            : DlmsClient.OverWrapper(line, sap, 1, options, keys, Patient, TimeProvider.System);
        Assert.IsType<Associated>(await client.ConnectAsync(Cancel));

        var energy = await client.GetAsync(TestMeter.Attribute(3, TestMeter.Energy), Cancel);
        Assert.Equal(123_456, energy.Data!.AsInteger());
        var unknown = TestMeter.Attribute(3, LogicalName.Parse("1-0:9.9.9.255"));
        Assert.Equal(DataAccessResult.ObjectUndefined, (await client.GetAsync(unknown, Cancel)).Error);
        Assert.Equal(DataAccessResult.ObjectUndefined, await client.SetAsync(unknown, CosemData.Null, Cancel));
        var list = await client.GetListAsync(
            [new(unknown, null), new(TestMeter.Attribute(1, TestMeter.Second), null)], Cancel);
        Assert.Equal(DataAccessResult.ObjectUndefined, list[0].Error);
        Assert.Equal(7, list[1].Data!.AsInteger());
        Assert.Equal(DataAccessResult.Success,
            await client.SetAsync(TestMeter.Attribute(1, TestMeter.Second), CosemData.LongUnsigned(11), Cancel));

        var rows = new List<CosemData>();
        await foreach (var row in client.ReadProfileAsync(
            TestMeter.Attribute(7, TestMeter.Profile), new EntryDescriptor(2, 90).ToSelectiveAccess(), Cancel)) rows.Add(row);
        Assert.Equal(89, rows.Count);
        await Assert.ThrowsAsync<DlmsRefusalException>(async () =>
        {
            await foreach (var _ in client.ReadProfileAsync(unknown, null, Cancel)) Assert.Fail("a row of nothing");
        });
        var action = await client.ActionAsync(new CosemMethodDescriptor(9000, TestMeter.Mirror, 1), CosemData.Null, Cancel);
        Assert.Equal(ActionResult.ObjectUndefined, action.Result); // a class whose method offset nobody knows
        await RawAsync(client);
        await client.ReleaseAsync(Cancel);
    }

    [Fact]
    public async Task The_association_object_tells_rights_and_reads_by_logical_name()
    {
        var names = new ShortNameMeter();
        using var server = new WrapperServer(names.Meter.Device);
        await using var line = new MeterLine(server.Receive);
        var (options, keys, sap) = ShortNameMeter.ClientOf("low");
        await using var client = DlmsClient.OverWrapper(line, sap, 1, options, keys, Patient, TimeProvider.System);
        await client.ConnectAsync(Cancel);
        var association = new AssociationShortNameProxy(client);

        var map = (await association.ObjectList.ReadAsync(Cancel)).Value;
        var rights = (await association.AccessRights.ReadAsync(Cancel)).Value;
        Assert.Equal(map.Objects.Select(o => o.BaseName), rights.Select(r => r.BaseName));
        var profile = rights.Single(r => r.BaseName == map.Objects.Single(o => o.LogicalName == TestMeter.Profile).BaseName);
        Assert.Equal([1, 2], profile.Attributes.Single(a => a.Attribute == 2).Selectors.Select(s => (int)s));
        Assert.Equal(default, (await association.SecuritySetupReference.ReadAsync(Cancel)).Value);
        Assert.False((await association.UserList.ReadAsync(Cancel)).IsSuccess); // version 3

        CosemAttributeDescriptor[] wanted =
            [TestMeter.Attribute(1, TestMeter.Second), TestMeter.Attribute(1, TestMeter.Energy), TestMeter.Attribute(3, TestMeter.Energy)];
        var values = (await association.ReadByLogicalName.InvokeAsync(wanted, Cancel)).Value;
        Assert.Equal([CosemData.LongUnsigned(7), CosemData.Null, CosemData.DoubleLongUnsigned(123_456)], values);

        Assert.Equal(ActionResult.Success, await association.ChangeSecret.InvokeAsync("another1"u8.ToArray(), Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await association.ChangeHlsSecret.InvokeAsync("another1"u8.ToArray(), Cancel));
        await client.ReleaseAsync(Cancel);
        var (again, at) = ShortNameMeter.NewClient("low");
        Assert.IsType<AssociationRejected>(names.Meter.Exchange(again, at, again.Open()));
    }

    [Fact]
    public async Task Version_4_of_the_association_has_users_where_methods_1_and_2_would_stand()
    {
        var names = new ShortNameMeter();
        using var server = new WrapperServer(names.Meter.Device);
        await using var line = new MeterLine(server.Receive);
        var (options, keys, sap) = ShortNameMeter.ClientOf("glo");
        await using var client = DlmsClient.OverWrapper(line, sap, 1, options, keys, Patient, TimeProvider.System);
        await client.ConnectAsync(Cancel);
        var association = new AssociationShortNameProxy(client);
        Assert.Empty((await association.UserList.ReadAsync(Cancel)).Value);
        Assert.Equal(0, (await association.CurrentUser.ReadAsync(Cancel)).Value.Id);
        Assert.Equal(names.Meter.Security.LogicalName, (await association.SecuritySetupReference.ReadAsync(Cancel)).Value);
    }

    [Fact]
    public async Task Raw_short_names_need_an_association_by_short_names()
    {
        var meter = new TestMeter();
        using var server = new WrapperServer(meter.Device);
        await using var line = new MeterLine(server.Receive);
        var (options, keys, sap) = TestMeter.ClientOf("low");
        await using var client = DlmsClient.OverWrapper(line, sap, 1, options, keys, Patient, TimeProvider.System);
        await client.ConnectAsync(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.ReadAsync([new VariableName(0xFA08)], Cancel));
    }

    private static async Task RawAsync(DlmsClient client)
    {
        var name = client.Association.ShortNames!.Map.Find(TestMeter.Attribute(1, TestMeter.Second))!.Value;
        var read = await client.ReadAsync([new VariableName(name), new VariableName((ushort)(name + 1))], Cancel);
        Assert.Equal(11, read[0].Data!.AsInteger());
        Assert.Equal(DataAccessResult.ObjectUndefined, read[1].Error);
        var written = await client.WriteAsync([new VariableName(name)], [CosemData.LongUnsigned(12)], Cancel);
        Assert.Equal([DataAccessResult.Success], written);
        await client.WriteUnconfirmedAsync([new VariableName(name)], [CosemData.LongUnsigned(13)], Cancel);
        Assert.Equal(13, (await client.ReadAsync([new VariableName(name)], Cancel))[0].Data!.AsInteger());
    }
}
