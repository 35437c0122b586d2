using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Data;
using Headrace.Dlms.Session;

namespace Headrace.Dlms.Tests.Session;

public sealed class ServerRightsTests
{
    private const AccessRights Both = AccessRights.Read | AccessRights.Write;
    private static readonly LogicalName Current = LogicalName.Parse("0-0:40.0.0.255");

    [Theory]
    [InlineData(AccessRights.Read, 1, 1)]
    [InlineData(AccessRights.Write, 2, 0)]
    [InlineData(Both, 3, 1)]
    [InlineData(AccessRights.Read | AccessRights.AuthenticatedRequest, 4, 2)]
    [InlineData(AccessRights.Write | AccessRights.AuthenticatedRequest, 5, 0)]
    [InlineData(Both | AccessRights.EncryptedRequest, 6, 2)]
    [InlineData(AccessRights.SignedRequest, 0, 0)]
    [InlineData(AccessRights.Read | AccessRights.SignedResponse, 1, 1)]
    public void Masks_are_told_as_modes_of_older_versions(AccessRights rights, int attributeMode, int methodMode)
    {
        Assert.Equal((AttributeAccessMode)attributeMode, rights.ToAttributeMode());
        Assert.Equal((MethodAccessMode)methodMode, rights.ToMethodMode());
    }

    [Fact]
    public void Every_mask_allows_exactly_the_messages_that_are_protected_enough()
    {
        for (var mask = 0; mask < 256; mask++)
        {
            for (var given = 0; given < 8; given++)
            {
                var message = new MessageProtection((given & 1) != 0, (given & 2) != 0, (given & 4) != 0);
                var isEnough = (mask >> 2 & 7 & ~given) == 0;
                Assert.Equal((mask & 1) != 0 && isEnough, ((AccessRights)mask).AllowsRead(message));
                Assert.Equal((mask & 2) != 0 && isEnough, ((AccessRights)mask).AllowsWrite(message));
            }
        }
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0, 2, 2, 2)]
    [InlineData(0, 3, 3, 3)]
    [InlineData(1, 0x0C, 3, 0)]
    [InlineData(1, 0x10, 4, 0)]
    [InlineData(1, 0xE0, 0, 7)]
    [InlineData(1, 0xFC, 7, 7)]
    public void Policies_ask_for_what_their_version_means(byte version, byte policy, int request, int response)
    {
        Assert.Equal(Bits(request), MessageProtection.OfRequests(policy, version));
        Assert.Equal(Bits(response), MessageProtection.OfResponses(policy, version));
    }

    [Fact]
    public void A_right_that_asks_for_more_protection_than_the_request_or_the_association_has_is_refused()
    {
        var meter = new TestMeter();
        meter.Device.Find(TestMeter.Text)!.WithAttributeRights(2, Both | AccessRights.EncryptedRequest);
        meter.Device.Find(TestMeter.Second)!.WithAttributeRights(2, Both | AccessRights.SignedResponse);
        Assert.Equal(DataAccessResult.Success, Read(meter, "glo", TestMeter.Text));
        Assert.Equal(DataAccessResult.ReadWriteDenied, Read(meter, "low", TestMeter.Text));
        Assert.Equal(DataAccessResult.ReadWriteDenied, Read(meter, "glo", TestMeter.Second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_association_object_has_the_attributes_of_its_version(byte version)
    {
        var served = Opened(new AssociationSettings
        {
            ClientSap = ServedDevice.Sap,
            AssociationVersion = version,
            Users = version < 2 ? [] : [new AssociationUser(9, "fitter")],
            MayChangeLists = true,
        }, user: version < 2 ? null : 9);
        var known = Enumerable.Range(1, 12).Where(a => Get(served, (sbyte)a).Error != DataAccessResult.ObjectUndefined).ToList();
        int[] expected = [1, 2, 3, 4, 5, 6, 8, .. version == 0 ? [] : version == 1 ? new[] { 9 } : [9, 10, 11]];
        Assert.Equal(expected, known);
        Assert.Equal(2, Get(served, 8).Data!.AsInteger());
        var own = Get(served, 2).Data!.Items[0];
        Assert.Equal(version, own.Items[1].AsInteger());
        Assert.Equal(version < 2 ? 2 : 4, own.Items[3].Items[1].Items.Count);
        Assert.Equal(version == 0 ? CosemTag.Boolean : CosemTag.Enum, own.Items[3].Items[1].Items[0].Items[1].Tag);
        if (version >= 2) Assert.Equal(9, Get(served, 11).Data!.Items[0].AsInteger());
    }

    [Fact]
    public void Version_3_tells_rights_as_masks()
    {
        var served = new ServedDevice(new AssociationSettings { ClientSap = ServedDevice.Sap, AssociationVersion = 3 });
        served.NumberObject.WithAttributeRights(2, Both | AccessRights.SignedRequest | AccessRights.EncryptedResponse);
        served.Open();
        var number = Get(served, 2).Data!.Items.Single(i => i.Items[2].AsLogicalName() == ServedDevice.Number);
        Assert.Equal(0x53, number.Items[3].Items[0].Items[1].Items[1].AsInteger());
    }

    [Fact]
    public void The_object_list_is_read_by_class_by_name_and_by_both()
    {
        var served = new ServedDevice().Open();
        List<LogicalName> Names(byte selector, CosemData parameter) =>
            [.. Get(served, 2, new SelectiveAccess(selector, parameter)).Data!.Items.Select(i => i.Items[2].AsLogicalName())];
        var both = CosemData.Structure(CosemData.LongUnsigned(9000), CosemData.OctetString(ServedDevice.Mirror));
        Assert.Equal([ServedDevice.Number, ServedDevice.Text], Names(1, CosemData.Array(CosemData.LongUnsigned(1))));
        Assert.Equal([ServedDevice.Text], Names(2, CosemData.Array(CosemData.OctetString(ServedDevice.Text))));
        Assert.Equal([ServedDevice.Mirror], Names(2, CosemData.Array(both)));
        Assert.Equal([ServedDevice.Mirror], Names(3, both));
        Assert.Equal(5, Names(4, CosemData.Null).Count);
        Assert.Empty(Names(3, CosemData.Structure(CosemData.LongUnsigned(1), CosemData.OctetString(ServedDevice.Mirror))));
        Assert.Equal(DataAccessResult.ScopeOfAccessViolated, Get(served, 2, new SelectiveAccess(5, CosemData.Null)).Error);
        Assert.Equal(DataAccessResult.TypeUnmatched, Get(served, 2, new SelectiveAccess(1, CosemData.Null)).Error);
    }

    [Fact]
    public void Objects_are_taken_out_of_the_list_and_put_back_with_no_more_rights_than_before()
    {
        var served = new ServedDevice(new AssociationSettings { ClientSap = ServedDevice.Sap, MayChangeLists = true });
        served.NumberObject.WithAttributeRights(2, AccessRights.Read);
        served.Open();
        var element = Get(served, 2).Data!.Items.Single(i => i.Items[2].AsLogicalName() == ServedDevice.Number);
        Assert.Equal(ActionResult.Success, Invoke(served, 4, element));
        Assert.Equal("C401410103", served.Ask("C00141" + "0001" + "0000600101FF" + "0200"));
        Assert.DoesNotContain(Get(served, 2).Data!.Items, i => i.Items[2].AsLogicalName() == ServedDevice.Number);
        var more = CosemData.Structure(CosemData.Array(CosemData.Structure(CosemData.Integer(2), CosemData.Enum(3), CosemData.Null)),
            CosemData.Array());
        Assert.Equal(ActionResult.Success, Invoke(served, 3,
            CosemData.Structure(element.Items[0], element.Items[1], element.Items[2], more)));
        Assert.Equal("C4014100120007", served.Ask("C00141" + "0001" + "0000600101FF" + "0200"));
        Assert.Equal("C5014103", served.Ask("C10141" + "0001" + "0000600101FF" + "0200" + "120008"));
        Assert.Equal(ActionResult.ObjectUndefined, Invoke(served, 4, CosemData.Structure(
            element.Items[0], element.Items[1], CosemData.OctetString(LogicalName.Parse("1-1:1.1.1.1")), more)));
        Assert.Equal(ActionResult.TypeUnmatched, Invoke(served, 3, CosemData.Null));
    }

    [Fact]
    public void Where_there_are_users_a_client_has_to_name_one()
    {
        var served = new ServedDevice(new AssociationSettings
        {
            ClientSap = ServedDevice.Sap,
            AssociationVersion = 2,
            Users = [new AssociationUser(3, "office")],
            MayChangeLists = true,
        });
        Assert.Equal(0x61, served.Association.Handle(ServedDevice.OpenRequest()).Span[0]);
        Assert.Equal(ServerAssociationState.NotAssociated, served.Association.State);
        Open(served, 3);
        Assert.Equal(ActionResult.Success, Invoke(served, 5, new AssociationUser(4, "fitter").ToData()));
        Assert.Equal(ActionResult.Success, Invoke(served, 6, new AssociationUser(3, "office").ToData()));
        Assert.Equal(ActionResult.ObjectUndefined, Invoke(served, 6, new AssociationUser(3, "office").ToData()));
        Open(served, 4);
    }

    private static MessageProtection Bits(int bits) => new((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);

    private static DataAccessResult Read(TestMeter meter, string way, LogicalName name)
    {
        var (client, sap) = TestMeter.NewClient(way);
        meter.Exchange(client, sap, client.Open());
        return Assert.IsType<GetCompleted>(meter.Exchange(client, sap, client.Get(TestMeter.Attribute(1, name)))).Result.Error;
    }

    private static ServedDevice Opened(AssociationSettings settings, byte? user)
    {
        var served = new ServedDevice(settings);
        Open(served, user);
        return served;
    }

    private static void Open(ServedDevice served, byte? user)
    {
        var request = Headrace.Dlms.Acse.AssociationRequest.Parse(ServedDevice.OpenRequest()) with { CallingAeInvocationId = user };
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        request.WriteTo(output);
        served.Association.Handle(output.WrittenMemory);
        Assert.Equal(ServerAssociationState.Associated, served.Association.State);
    }

    private static GetDataResult Get(ServedDevice served, sbyte attribute, SelectiveAccess? selection = null) =>
        Assert.IsType<GetResponseNormal>(
            served.Ask(ServedDevice.Get(15, Current, attribute) with { Selection = selection })).Result;

    private static ActionResult Invoke(ServedDevice served, sbyte method, CosemData parameter) => Assert.IsType<ActionResponseNormal>(
        served.Ask(new ActionRequestNormal(ServedDevice.Id, new CosemMethodDescriptor(15, Current, method), parameter))).Outcome.Result;
}
