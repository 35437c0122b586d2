using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Sfsk;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Sfsk;

public sealed class SfskTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:26.0.0.255");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Classes => [50, 51, 52, 53, 55, 56];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId) =>
        await ClassCheck.AgreesAsync(Object(classId), (server, name) => classId switch
        {
            50 => new SfskPhyMacSetupProxy(server, name),
            51 => new SfskActiveInitiatorProxy(server, name),
            52 => new SfskTimeoutsProxy(server, name),
            53 => new SfskMacCountersProxy(server, name),
            55 => new SfskLlcSetupProxy(server, name),
            _ => new SfskReportingSystemsProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId) => ClassCheck.StandsBrokenValues(Object(classId), classId);

    [Fact]
    public async Task An_initiator_is_forgotten_on_command()
    {
        var initiator = new SfskActiveInitiatorObject(Name, new SfskActiveInitiator());
        initiator.Update(s => s with { Initiator = new InitiatorDescriptor(new byte[8], 0xC00, 1) });
        await using var line = await ObjectLine.OpenAsync(initiator);
        var proxy = new SfskActiveInitiatorProxy(line.Client, Name);
        Assert.Equal(0xC00, (await proxy.Initiator.ReadAsync(Cancel)).Value.MacAddress);
        Assert.Equal(ActionResult.Success, await proxy.ResetNewNotSynchronized.InvokeAsync(Cancel));
        Assert.Equal(InitiatorDescriptor.None, initiator.State.Initiator);
    }

    [Fact]
    public void Counters_are_reset_all_at_once()
    {
        var counters = (SfskMacCountersObject)Object(53);
        Assert.Equal(ActionResult.Success, counters.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Empty(counters.State.SynchronizationRegister);
        Assert.Equal(new DesynchronizationListing(0, 0, 0, 0, 0), counters.State.Desynchronizations);
    }

    [Fact]
    public void An_address_has_twelve_bits()
    {
        var setup = Object(50);
        Assert.Equal(DataAccessResult.Success, setup.Set(8, CosemData.LongUnsigned(0xFFE)));
        Assert.Equal(DataAccessResult.OtherReason, setup.Set(8, CosemData.LongUnsigned(0x1000)));
    }

    private static CosemObject Object(int classId) => classId switch
    {
        50 => new SfskPhyMacSetupObject(Name, new SfskPhyMacSetup { GroupAddresses = [0xFFF] }),
        51 => new SfskActiveInitiatorObject(Name, new SfskActiveInitiator()),
        52 => new SfskTimeoutsObject(Name, new SfskTimeouts { NotAddressed = 60 }),
        53 => new SfskMacCountersObject(Name, new SfskMacCounters
        {
            SynchronizationRegister = [new MacCounter(0xC00, 7)],
            Desynchronizations = new DesynchronizationListing(1, 2, 3, 4, 5),
        }),
        55 => new SfskLlcSetupObject(Name, new SfskLlcSetup { ReplyStatus = [new ReplyStatus(1, 50)] }),
        _ => new SfskReportingSystemsObject(Name, new SfskReportingSystems { SystemTitles = [new byte[8]] }),
    };
}
