using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Scheduling;

/// <summary>What holds of every scheduling class; behaviour over time is in <see cref="SchedulingBehaviourTests"/>.</summary>
public sealed class SchedulingClassTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:13.0.0.255");
    private static readonly LogicalName Scripts = LogicalName.Parse("0-0:10.0.100.255");
    private static readonly CosemDateTime Noon = CosemDateTime.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> Classes => [8, 9, 10, 11, 20, 21, 22, 65, 68, 70, 71];

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Definition_object_and_proxy_agree(int classId) =>
        await ClassCheck.AgreesAsync(Object(classId), (server, name) => classId switch
        {
            8 => new ClockProxy(server, name),
            9 => new ScriptTableProxy(server, name),
            10 => new ScheduleProxy(server, name),
            11 => new SpecialDaysTableProxy(server, name),
            20 => new ActivityCalendarProxy(server, name),
            21 => new RegisterMonitorProxy(server, name),
            22 => new SingleActionScheduleProxy(server, name),
            65 => new ParameterMonitorProxy(server, name),
            68 => new ArbitratorProxy(server, name),
            70 => new DisconnectControlProxy(server, name),
            _ => new LimiterProxy(server, name),
        });

    [Theory]
    [MemberData(nameof(Classes))]
    public void Broken_values_are_refused(int classId) => ClassCheck.StandsBrokenValues(Object(classId), classId);

    [Fact]
    public async Task A_clock_is_set_adjusted_and_preset_by_its_proxy()
    {
        var (now, shifted) = (Noon, TimeSpan.Zero);
        var clock = new ClockObject(Name, () => now, t => { now = t; return true; }, s => { shifted = s; return true; },
            new ClockPlace(-60, Noon, Noon, 60, true, MeasuringPeriod: TimeSpan.FromHours(1)));
        await using var line = await ObjectLine.OpenAsync(clock);
        var proxy = new ClockProxy(line.Client, Name);
        var late = Noon with { Time = new CosemTime(12, 40, 0, 0) };
        Assert.Equal(DataAccessResult.Success, await proxy.Time.WriteAsync(late, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AdjustToMeasuringPeriod.InvokeAsync(Cancel));
        Assert.Equal(TimeSpan.FromMinutes(20), shifted);
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.AdjustToPresetTime.InvokeAsync(Cancel));
        var early = new PresetTime(Noon, Noon with { Time = new CosemTime(13, 0, 0, 0) }, CosemDateTime.NotSpecified);
        Assert.Equal(ActionResult.Success, await proxy.PresetAdjustingTime.InvokeAsync(early, Cancel));
        Assert.Equal(ActionResult.TemporaryFailure, await proxy.AdjustToPresetTime.InvokeAsync(Cancel));
        var open = early with { ValidityIntervalStart = Noon };
        Assert.Equal(ActionResult.Success, await proxy.PresetAdjustingTime.InvokeAsync(open, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.AdjustToPresetTime.InvokeAsync(Cancel));
        Assert.Equal(Noon, (await proxy.Time.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await proxy.ShiftTime.InvokeAsync(-900, Cancel));
        Assert.Equal(ActionResult.TypeUnmatched, await proxy.ShiftTime.InvokeAsync(901, Cancel));
        Assert.Equal(DataAccessResult.Success, await proxy.TimeZone.WriteAsync(-120, Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.TimeZone.WriteAsync(841, Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.DaylightSavingsDeviation.WriteAsync(121, Cancel));
        Assert.Equal(-120, clock.Place.ZoneMinutes);
    }

    [Fact]
    public async Task Special_days_are_inserted_replaced_and_deleted()
    {
        var table = new SpecialDaysTableObject(Name, [], capacity: 2);
        await using var line = await ObjectLine.OpenAsync(table);
        var proxy = new SpecialDaysTableProxy(line.Client, Name);
        var christmas = new SpecialDay(1, new CosemDate(CosemDate.AnyYear, 12, 25, CosemDate.Any), 3);
        Assert.Equal(ActionResult.Success, await proxy.Insert.InvokeAsync(christmas, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Insert.InvokeAsync(christmas with { DayId = 4 }, Cancel));
        Assert.Equal((byte)4, table.DayIdOn(new DateOnly(2030, 12, 25)));
        Assert.Null(table.DayIdOn(new DateOnly(2030, 12, 26)));
        Assert.Equal(ActionResult.Success, await proxy.Insert.InvokeAsync(christmas with { Index = 2 }, Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.Insert.InvokeAsync(christmas with { Index = 3 }, Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Delete.InvokeAsync(2, Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.Delete.InvokeAsync(2, Cancel));
        Assert.Equal(new SpecialDay(1, christmas.Date, 4), (await proxy.Entries.ReadAsync(Cancel)).Value.Single());
    }

    [Fact]
    public async Task Schedule_entries_are_switched_inserted_and_deleted()
    {
        var schedule = new ScheduleObject(Name, [Entry(1), Entry(2), Entry(3)]);
        await using var line = await ObjectLine.OpenAsync(schedule);
        var proxy = new ScheduleProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.EnableDisable.InvokeAsync(new ScheduleSwitching(1, 3, 2, 2), Cancel));
        Assert.Equal([false, true, false], schedule.Entries.Select(e => e.Enabled));
        Assert.Equal(ActionResult.Success, await proxy.Insert.InvokeAsync(Entry(4), Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Delete.InvokeAsync(new ScheduleRange(1, 2), Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.Delete.InvokeAsync(new ScheduleRange(1, 2), Cancel));
        Assert.Equal([3, 4], (await proxy.Entries.ReadAsync(Cancel)).Value.Select(e => (int)e.Index));
    }

    [Fact]
    public async Task An_arbitrator_runs_what_weighs_most()
    {
        var device = new LogicalDevice(1, new byte[8]);
        var run = new List<string>();
        device.Add(new CosemObject(9, 0, Scripts).WithMethod(1, p => { run.Add($"{p.AsInteger()}"); return MethodAnswer.Done; }));
        var arbitrator = device.Add(new ArbitratorObject(
            Name, device, [new ScriptReference(Scripts, 1), new ScriptReference(Scripts, 2)],
            [[true, true], [true, false]], [[1, 10], [5, 0]]));
        await using var line = await ObjectLine.OpenAsync(arbitrator);
        var proxy = new ArbitratorProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.RequestAction.InvokeAsync(new(2, [true, false]), Cancel));
        Assert.Equal(ActionResult.Success, await proxy.RequestAction.InvokeAsync(new(1, [false, true]), Cancel));
        Assert.Equal(2, (await proxy.LastOutcome.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.ReadWriteDenied, await proxy.RequestAction.InvokeAsync(new(2, [false, true]), Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.RequestAction.InvokeAsync(new(3, [false, true]), Cancel));
        Assert.Equal(ActionResult.OtherReason, await proxy.RequestAction.InvokeAsync(new(1, [true]), Cancel));
        Assert.Equal(["1", "2"], run);
        Assert.Equal(ActionResult.Success, await proxy.Reset.InvokeAsync(Cancel));
        Assert.All((await proxy.MostRecentRequestsTable.ReadAsync(Cancel)).Value, r => Assert.DoesNotContain(true, r));
    }

    [Fact]
    public async Task Scripts_are_written_and_run_and_never_run_themselves_for_ever()
    {
        var device = new LogicalDevice(1, new byte[8]);
        var table = device.Add(new ScriptTableObject(Scripts, device));
        device.Add(new DataObject(Name, CosemData.Unsigned(0), writable: true));
        await using var line = await ObjectLine.OpenAsync(table);
        var proxy = new ScriptTableProxy(line.Client, Scripts);
        var write = new ScriptAction(false, 1, Name, 2, CosemData.Unsigned(5));
        var again = new ScriptAction(true, 9, Scripts, 1, CosemData.LongUnsigned(2));
        Assert.Equal(DataAccessResult.Success, await proxy.Scripts.WriteAsync([new Script(1, [write]), new Script(2, [again])], Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.Scripts.WriteAsync([new Script(1, []), new Script(1, [])], Cancel));
        Assert.Equal(ActionResult.Success, await proxy.Execute.InvokeAsync(1, Cancel));
        Assert.Equal(5, device.Find(Name)!.Get(2, null).Data.AsInteger());
        Assert.Equal(ActionResult.OtherReason, await proxy.Execute.InvokeAsync(2, Cancel));
        Assert.Equal(ActionResult.ObjectUndefined, await proxy.Execute.InvokeAsync(3, Cancel));
        Assert.Equal(write, (await proxy.Scripts.ReadAsync(Cancel)).Value[0].Actions[0]);
    }

    [Fact]
    public async Task The_switch_is_moved_by_its_proxy()
    {
        var control = new DisconnectControlObject(Name, 4);
        await using var line = await ObjectLine.OpenAsync(control);
        var proxy = new DisconnectControlProxy(line.Client, Name);
        Assert.Equal(ActionResult.Success, await proxy.RemoteDisconnect.InvokeAsync(Cancel));
        Assert.False((await proxy.OutputState.ReadAsync(Cancel)).Value);
        Assert.Equal(DisconnectState.Disconnected, (await proxy.ControlState.ReadAsync(Cancel)).Value);
        Assert.Equal(ActionResult.Success, await proxy.RemoteReconnect.InvokeAsync(Cancel));
        Assert.Equal(DataAccessResult.OtherReason, await proxy.ControlMode.WriteAsync(9, Cancel));
    }

    internal static ScheduleEntry Entry(ushort index, byte hour = 6) => new(
        index, true, new ScriptReference(Scripts, index), new CosemTime(hour, 0, 0, 0), ScheduleEntry.AnyTime,
        [true, true, true, true, true, false, false], [false, true], CosemDate.NotSpecified, CosemDate.NotSpecified);

    private static CosemObject Object(int classId)
    {
        var device = new LogicalDevice(1, new byte[8]);
        var value = new ValueDefinition(1, Name, 2);
        var script = new ScriptReference(Scripts, 1);
        var calendar = new Calendar("C", [new SeasonProfile("S", Noon, "W")], [WeekProfile.Of("W", 1)],
            [new DayProfile(1, [new DayProfileAction(new CosemTime(6, 0, 0, 0), script)])]);
        return classId switch
        {
            8 => new ClockObject(Name, () => Noon, _ => true, _ => true, new ClockPlace(-60, Noon, Noon, 60, true)),
            9 => new ScriptTableObject(Name, device, new Script(1, [new ScriptAction(true, 70, Name, 1, CosemData.Integer(0))])),
            10 => new ScheduleObject(Name, [Entry(1)]),
            11 => new SpecialDaysTableObject(Name, [new SpecialDay(1, Noon.Date, 2)]),
            20 => new ActivityCalendarObject(Name, calendar, calendar),
            21 => new RegisterMonitorObject(
                Name, device, [CosemData.LongUnsigned(5)], value, [new ActionSet(script, ScriptReference.None)]),
            22 => new SingleActionScheduleObject(
                Name, script, SingleActionScheduleType.AnyTime, [new ExecutionTime(Noon.Time, Noon.Date)]),
            65 => new ParameterMonitorObject(Name, device, [value]),
            68 => new ArbitratorObject(Name, device, [script], [[true]], [[3]]),
            70 => new DisconnectControlObject(Name, 4),
            _ => new LimiterObject(Name, device, new LimiterSettings(
                value, CosemData.LongUnsigned(1), CosemData.LongUnsigned(2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2),
                new ActionSet(script, script))
            { EmergencyProfileGroupIds = [1] }, ProfileGenericObject.AsUtc),
        };
    }
}
