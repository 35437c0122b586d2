using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.G3Plc;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.G3Plc;

public sealed class G3PlcTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:29.1.0.255");
    private static readonly G3Neighbour Neighbour =
        new(7, true, [true, false, true, true, true, true], 2, -3, 1, [false, false, true, true], 80, 2, 3, 200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Classes =>
        new() { { 90, 1 }, { 91, 1 }, { 91, 2 }, { 91, 3 }, { 92, 1 }, { 92, 2 }, { 92, 3 } };

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId, int version) =>
        await ClassCheck.AgreesAsync(Object(classId, (byte)version), (server, name) => classId switch
        {
            90 => new G3MacCountersProxy(server, name),
            91 => new G3MacSetupProxy(server, name),
            _ => new G3AdaptationSetupProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId, int version) =>
        ClassCheck.StandsBrokenValues(Object(classId, (byte)version), classId);

    [Fact]
    public async Task A_neighbour_is_found_by_its_address()
    {
        await using var line = await ObjectLine.OpenAsync(Object(91, 3));
        var proxy = new G3MacSetupProxy(line.Client, Name);
        var found = (await proxy.GetNeighbour.InvokeAsync(7, Cancel)).Value;
        Assert.Equal(Neighbour.ToData(), Assert.Single(found).ToData());
        Assert.Empty((await proxy.GetNeighbour.InvokeAsync(8, Cancel)).Value);
    }

    [Fact]
    public async Task Group_keys_are_written_and_not_read()
    {
        var setup = (G3MacSetupObject)Object(91, 3);
        await using var line = await ObjectLine.OpenAsync(setup);
        var proxy = new G3MacSetupProxy(line.Client, Name);
        Assert.Equal(DataAccessResult.Success, await proxy.KeyTable.WriteAsync([new G3MacKey(1, new byte[16])], Cancel));
        Assert.Equal(16, Assert.Single(setup.State.KeyTable).Key.Length);
        Assert.Equal(DataAccessResult.ReadWriteDenied, (await proxy.KeyTable.ReadAsync(Cancel)).Result);
    }

    [Fact]
    public void Later_attributes_are_not_there_in_earlier_versions()
    {
        Assert.DoesNotContain((sbyte)23, Object(91, 1).Attributes);
        Assert.DoesNotContain((sbyte)26, Object(91, 2).Attributes);
        Assert.Equal(DataAccessResult.ObjectUndefined, Object(92, 2).Get(22, null).Result);
        Assert.Throws<ArgumentOutOfRangeException>(() => Object(92, 4));
    }

    [Fact]
    public void Counters_are_reset()
    {
        var counters = new G3MacCountersObject(Name, new G3MacCounters { BadChecksums = 9 });
        Assert.Equal(ActionResult.Success, counters.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Equal(0u, counters.State.BadChecksums);
    }

    private static CosemObject Object(int classId, byte version) => classId switch
    {
        90 => new G3MacCountersObject(Name, new G3MacCounters { TransmittedData = 1 }),
        91 => new G3MacSetupObject(Name, new G3MacSetup
        {
            Neighbours = [Neighbour],
            ToneMask = [true, true, false],
            PosTable = [new G3PosEntry(1, 2, 3)],
        }, version),
        _ => new G3AdaptationSetupObject(Name, new G3AdaptationSetup
        {
            RoutingConfiguration = [new G3RoutingConfiguration(20, 60, 0, 0, 0, 10, 4, 0, 0, 30, 10, true, false, 0)],
            RoutingTable = [new G3Route(1, 2, 3, 4, 5, 6)],
            ContextTable = [new G3Context([false, false, false, true], 64, new byte[8], true, 100)],
            BlacklistTable = [new G3BlacklistEntry(1, 2)],
            BroadcastLog = [new G3BroadcastEntry(1, 2, 3)],
            GroupTable = [1, 2],
            PrefixTable = [CosemData.OctetString(new byte[8])],
        }, version),
    };
}
