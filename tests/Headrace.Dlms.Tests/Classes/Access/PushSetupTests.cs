using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Access;

public sealed class PushSetupTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:25.9.0.255");
    private static readonly CaptureObjectDefinition Clock = new(8, LogicalName.Parse("0-0:1.0.0.255"), 2, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<byte> Versions => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Definition_object_and_proxy_agree(byte version) =>
        await ClassCheck.AgreesAsync(Setup(version), (server, name) => new PushSetupProxy(server, name, version));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Broken_values_are_refused(byte version) => ClassCheck.StandsBrokenValues(Setup(version), version);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_a_client_writes_is_told(byte version)
    {
        PushSettings? told = null;
        var setup = Setup(version, settings => told = settings);
        await using var line = await ObjectLine.OpenAsync(setup);
        var proxy = new PushSetupProxy(line.Client, Name, version);
        var destination = new PushDestination(PushTransport.Udp, "[2001:db8::1]:4059");
        Assert.Equal(DataAccessResult.Success, await proxy.SendDestinationAndMethod.WriteAsync(destination, Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.RepetitionDelay.WriteAsync(new RepetitionDelay(30, 200, 90), Cancel));
        Assert.Equal(destination, told!.Destination);
        Assert.Equal(version < 2 ? new RepetitionDelay(30) : new RepetitionDelay(30, 200, 90), told.RepetitionDelay);
        Assert.Equal(ActionResult.Success, await proxy.Push.InvokeAsync(Cancel));
        Assert.Equal(version == 3, await proxy.Reset.InvokeAsync(Cancel) == ActionResult.Success);
        Assert.Equal(version >= 1, (await proxy.PushClientSap.ReadAsync(Cancel)).IsSuccess);
        Assert.Equal(version >= 2, (await proxy.LastConfirmationDateTime.ReadAsync(Cancel)).IsSuccess);
        if (version >= 1) Assert.Equal(DataAccessResult.OtherReason, await proxy.PortReference.WriteAsync(new byte[5], Cancel));
    }

    [Fact]
    public void Delays_grow_up_to_their_bound()
    {
        var delay = new RepetitionDelay(30, 200, 100);
        Assert.Equal([30, 60, 100, 100], Enumerable.Range(1, 4).Select(i => delay.Before(i).TotalSeconds));
        Assert.Equal(30, new RepetitionDelay(30).Before(1000).TotalSeconds);
        Assert.Equal(ushort.MaxValue, new RepetitionDelay(30, ushort.MaxValue).Before(1000).TotalSeconds);
    }

    [Fact]
    public void A_window_of_every_day_opens_and_closes()
    {
        CosemDateTime At(byte hour) => CosemDateTime.NotSpecified with { Time = new CosemTime(hour, 0, 0, 0) };
        var midnight = new DateTime(2026, 3, 2, 0, 0, 0, DateTimeKind.Unspecified);
        var night = new CommunicationWindow(At(22), At(4));
        Assert.Equal([true, true, false, false, true], new[] { 0, 4, 5, 21, 23 }.Select(h => night.IsOpenAt(midnight.AddHours(h))));
        var once = new CommunicationWindow(
            CosemDateTime.From(new(midnight, TimeSpan.Zero)), CosemDateTime.From(new(midnight.AddHours(1), TimeSpan.Zero)));
        Assert.Equal([false, true, false], new[] { -1, 0.5, 2 }.Select(h => once.IsOpenAt(midnight.AddHours(h))));
        Assert.True(new CommunicationWindow(CosemDateTime.NotSpecified, CosemDateTime.NotSpecified).IsOpenAt(midnight));
    }

    [Fact]
    public void Objects_carry_restriction_and_columns_where_they_have_them()
    {
        var plain = new RestrictedCaptureObject(Clock);
        var entries = CosemData.Structure(CosemData.LongUnsigned(1), CosemData.LongUnsigned(5));
        var restricted = plain with { Restriction = RestrictionType.ByEntry, RestrictionValue = entries };
        var whole = restricted with { Columns = [Clock] };
        Assert.Equal([4, 5, 6], new[] { plain, restricted, whole }.Select(o => o.ToData().Items.Count));
        Assert.All([plain, restricted, whole], o => Assert.Equal(o.ToData(), RestrictedCaptureObject.FromData(o.ToData()).ToData()));
    }

    [Fact]
    public async Task Logical_devices_are_listed_with_their_addresses()
    {
        var name = LogicalName.Parse("0-0:41.0.0.255");
        var list = new SapAssignmentObject(name, ((ushort)1, "HDR1030773044321"u8.ToArray()), ((ushort)16, "HDR2"u8.ToArray()));
        await using var line = await ObjectLine.OpenAsync(list);
        var proxy = new SapAssignmentProxy(line.Client, name);
        Assert.Equal([new SapAssignment(1, "HDR1030773044321"), new SapAssignment(16, "HDR2")],
            (await proxy.SapAssignmentList.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.ConnectLogicalDevice.InvokeAsync(new SapAssignment(3, "HDR2"), Cancel));
    }

    [Fact]
    public async Task A_logical_device_is_given_an_address_and_loses_it()
    {
        var name = LogicalName.Parse("0-0:41.0.0.255");
        SapAssignmentObject List() => new(name, [new SapAssignment(1, "ONE"), new SapAssignment(16, "TWO")], wanted => wanted.Sap < 99);
        await ClassCheck.AgreesAsync(List(), (server, n) => new SapAssignmentProxy(server, n));
        ClassCheck.StandsBrokenValues(List(), 17);
        await using var line = await ObjectLine.OpenAsync(List());
        var proxy = new SapAssignmentProxy(line.Client, name);
        Task<ActionResult> Connect(ushort sap, string device) =>
            proxy.ConnectLogicalDevice.InvokeAsync(new SapAssignment(sap, device), Cancel).AsTask();
        Assert.Equal(ActionResult.Success, await Connect(0, "TWO"));
        Assert.Equal(ActionResult.ObjectUnavailable, await Connect(1, "TWO"));
        Assert.Equal(ActionResult.Success, await Connect(17, "TWO"));
        Assert.Equal(ActionResult.ObjectUndefined, await Connect(18, "THREE"));
        Assert.Equal(ActionResult.OtherReason, await Connect(99, "ONE"));
        Assert.Equal(17, (await proxy.SapAssignmentList.ReadAsync(Cancel)).Value[1].Sap);
    }

    private static PushSetupObject Setup(byte version, Action<PushSettings>? changed = null) => new(
        Name, version, new PushSettings([new RestrictedCaptureObject(Clock)], new PushDestination(PushTransport.Tcp, "head-end:4059")),
        () => MethodAnswer.Done, changed: changed);
}
