using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Internet;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Access;

public sealed class ProtectionTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:44.2.0.255");
    private static readonly LogicalName Network = LogicalName.Parse("0-0:25.1.0.255");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Classes => [122, 123, 124];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId) =>
        await ClassCheck.AgreesAsync(Object(classId), (server, name) => classId switch
        {
            122 => new FunctionControlProxy(server, name),
            123 => new ArrayManagerProxy(server, name),
            _ => new CommunicationPortProtectionProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId) => ClassCheck.StandsBrokenValues(Object(classId), classId);

    // 3 allowed; then 60 s, times 2 each, 200 s at most.
    [Fact]
    public void Lockouts_grow_by_the_steepness_up_to_the_longest()
    {
        var port = (CommunicationPortProtectionObject)Object(124);
        var now = Start;
        int[] expected = [0, 0, 0, 60, 120, 200, 200];
        foreach (var seconds in expected)
        {
            Assert.True(port.Admits(now));
            Assert.Equal(seconds, port.NoteFailure(now).TotalSeconds);
            if (seconds == 0) continue;
            Assert.Equal(ProtectionStatus.TemporarilyLocked, port.State.Status);
            Assert.False(port.Admits(now.AddSeconds(seconds - 1)));
            Assert.Equal(TimeSpan.Zero, port.NoteFailure(now.AddSeconds(1)));
            now = now.AddSeconds(seconds);
        }
        Assert.Equal(7u, port.State.FailedAttempts);
        Assert.True(port.Admits(now));
        port.NoteSuccess();
        Assert.Equal((0u, 7u), (port.State.FailedAttempts, port.State.CumulativeFailedAttempts));
    }

    [Fact]
    public void The_steepest_lockout_of_the_most_failures_is_the_longest()
    {
        var state = new CommunicationPortProtection { InitialLockout = uint.MaxValue, Steepness = 255, FailedAttempts = uint.MaxValue };
        Assert.Equal(uint.MaxValue, CommunicationPortProtectionObject.LockoutOf(state).TotalSeconds);
    }

    [Fact]
    public async Task A_port_is_locked_by_its_mode_and_reset_by_method()
    {
        var port = (CommunicationPortProtectionObject)Object(124);
        await using var line = await ObjectLine.OpenAsync(port);
        var proxy = new CommunicationPortProtectionProxy(line.Client, Name);
        Assert.Equal(DataAccessResult.Success, await proxy.Mode.WriteAsync(ProtectionMode.Locked, Cancel));
        Assert.Equal(ProtectionStatus.Locked, (await proxy.Status.ReadAsync(Cancel)).Value);
        Assert.False(port.Admits(Start.AddYears(1)));
        await proxy.Mode.WriteAsync(ProtectionMode.LockedOnFailedAttempts, Cancel);
        for (var i = 0; i < 4; i++) port.NoteFailure(Start);
        Assert.False(port.Admits(Start));
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.True(port.Admits(Start));
        await proxy.Mode.WriteAsync(ProtectionMode.Unlocked, Cancel);
        for (var i = 0; i < 9; i++) Assert.Equal(TimeSpan.Zero, port.NoteFailure(Start));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.Steepness.WriteAsync(0, Cancel));
    }

    [Fact]
    public async Task Functions_are_added_switched_and_removed()
    {
        var switched = new List<string>();
        var control = new FunctionControlObject(Name, new FunctionControl(), (function, on) =>
        {
            switched.Add($"{function} {on}");
            return function != "stuck";
        });
        await using var line = await ObjectLine.OpenAsync(control);
        var proxy = new FunctionControlProxy(line.Client, Name);
        var gateway = new FunctionDefinition("gateway", [new FunctionObject(42, Network)]);
        Assert.Equal(ActionResult.Success, await proxy.AddFunction.InvokeAsync(gateway, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AddFunction.InvokeAsync(gateway with { Name = "stuck" }, Cancel));
        Assert.False(control.IsActive("gateway"));
        Assert.Equal(ActionResult.Success, await proxy.SetStatus.InvokeAsync([new FunctionStatus("gateway", true)], Cancel));
        Assert.Equal(ActionResult.Success, await proxy.SetStatus.InvokeAsync([new FunctionStatus("gateway", true)], Cancel));
        Assert.Equal([new FunctionStatus("gateway", true), new FunctionStatus("stuck", false)],
            (await proxy.ActivationStatus.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.SetStatus.InvokeAsync([new FunctionStatus("stuck", true)], Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.SetStatus.InvokeAsync([new FunctionStatus("other", true)], Cancel));
        Assert.Equal(["gateway True", "stuck True"], switched);
        Assert.Equal(ActionResult.Success, await proxy.RemoveFunction.InvokeAsync(gateway, Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.RemoveFunction.InvokeAsync(gateway, Cancel));
        Assert.Equal("stuck", Assert.Single(control.State.ActivationStatus).Name);
    }

    [Fact]
    public async Task Entries_of_an_array_are_counted_read_inserted_replaced_and_removed()
    {
        var device = new LogicalDevice(1, new byte[8]);
        var network = device.Add(new IPv6SetupObject(Network, new IPv6Setup()));
        var arrays = new ArrayManager
        {
            Arrays = [new ManagedArray(1, new ArrayTarget(48, Network, 4)), new ManagedArray(2, new ArrayTarget(48, Name, 4)),
                new ManagedArray(3, new ArrayTarget(48, Network, 9))],
        };
        await using var line = await ObjectLine.OpenAsync(new ArrayManagerObject(Name, arrays, device));
        var proxy = new ArrayManagerProxy(line.Client, Name);
        CosemData Address(byte last) => CosemData.OctetString([0x20, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
        Task<ActionResult> Insert(ushort index, CosemData entry) =>
            proxy.InsertEntry.InvokeAsync(new ArrayEntry(1, index, entry), Cancel).AsTask();
        Assert.Equal(ActionResult.Success, await Insert(0, Address(1)));
        Assert.Equal(ActionResult.Success, await Insert(1, Address(3)));
        Assert.Equal(ActionResult.Success, await Insert(1, Address(2)));
        Assert.Equal(ActionResult.OtherReason, await Insert(9, Address(2)));
        Assert.Equal(ActionResult.TypeUnmatched, await Insert(0, CosemData.Unsigned(1)));
        Assert.Equal(3, (await proxy.CountEntries.InvokeAsync(1, Cancel)).Value);
        Assert.Equal([Address(2), Address(3)], (await proxy.RetrieveEntries.InvokeAsync(new EntryRange(1, 2, 0), Cancel)).Value);
        Assert.Equal(DataAccessResult.OtherReason, (await proxy.RetrieveEntries.InvokeAsync(new EntryRange(1, 2, 4), Cancel)).Result);
        Assert.Equal(ActionResult.Success, await proxy.UpdateEntry.InvokeAsync(new ArrayEntry(1, 1, Address(9)), Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.UpdateEntry.InvokeAsync(new ArrayEntry(1, 0, Address(9)), Cancel));
        Assert.Equal(ActionResult.Success, await proxy.RemoveEntries.InvokeAsync(new EntryRange(1, 2, 3), Cancel));
        Assert.Equal("2001::9", Assert.Single(network.State.UnicastAddresses).ToString());
        foreach (byte unknown in (byte[])[2, 3, 4])
            Assert.Equal(DataAccessResult.ObjectUndefined, (await proxy.CountEntries.InvokeAsync(unknown, Cancel)).Result);
    }

    private static CosemObject Object(int classId) => classId switch
    {
        122 => new FunctionControlObject(Name, new FunctionControl
        {
            ActivationStatus = [new FunctionStatus("gateway", true)],
            Functions = [new FunctionDefinition("gateway", [new FunctionObject(42, Network)])],
        }),
        123 => new ArrayManagerObject(Name, new ArrayManager { Arrays = [new ManagedArray(1, new ArrayTarget(48, Network, 4))] },
            new LogicalDevice(1, new byte[8])),
        _ => new CommunicationPortProtectionObject(Name, new CommunicationPortProtection
        {
            AllowedFailedAttempts = 3,
            InitialLockout = 60,
            Steepness = 2,
            MaxLockout = 200,
        }),
    };
}
