using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes;

public sealed class ClassTests
{
    private static readonly LogicalName Name = LogicalName.Parse("0-0:96.3.10.255");
    private static readonly LogicalName Clock = LogicalName.Parse("0-0:1.0.0.255");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    // Blue Book, disconnect control: which of remote disconnect from connected, remote disconnect from ready, remote reconnect, manual
    // reconnect, manual disconnect, local disconnect, local reconnect each mode has. c connected, r ready, d disconnected, - nothing.
    [Theory]
    [InlineData(0, "-------")]
    [InlineData(1, "ddrcrr-")]
    [InlineData(2, "ddccrr-")]
    [InlineData(3, "ddrc-r-")]
    [InlineData(4, "ddcc-r-")]
    [InlineData(5, "ddrcrrc")]
    [InlineData(6, "ddrc-rc")]
    public void The_switch_moves_as_its_mode_allows(int mode, string expected)
    {
        (DisconnectState From, DisconnectTrigger Trigger)[] moves =
        [
            (DisconnectState.Connected, DisconnectTrigger.RemoteDisconnect),
            (DisconnectState.ReadyForReconnection, DisconnectTrigger.RemoteDisconnect),
            (DisconnectState.Disconnected, DisconnectTrigger.RemoteReconnect),
            (DisconnectState.ReadyForReconnection, DisconnectTrigger.ManualReconnect),
            (DisconnectState.Connected, DisconnectTrigger.ManualDisconnect), (DisconnectState.Connected, DisconnectTrigger.LocalDisconnect),
            (DisconnectState.ReadyForReconnection, DisconnectTrigger.LocalReconnect),
        ];
        var found = string.Concat(moves.Select(m => DisconnectControlObject.Next((byte)mode, m.From, m.Trigger) switch
        {
            DisconnectState.Connected => 'c',
            DisconnectState.Disconnected => 'd',
            DisconnectState.ReadyForReconnection => 'r',
            _ => '-',
        }));
        Assert.Equal(expected, found);
        Assert.Null(DisconnectControlObject.Next((byte)mode, DisconnectState.Disconnected, DisconnectTrigger.ManualReconnect));
        Assert.Null(DisconnectControlObject.Next((byte)mode, DisconnectState.Disconnected, DisconnectTrigger.LocalReconnect));
    }

    [Fact]
    public void The_switch_is_moved_by_methods_and_by_scripts()
    {
        var changes = new List<DisconnectState>();
        var device = new LogicalDevice(1, new byte[8]);
        var found = device.Add(new DisconnectControlObject(Name, 1, changed: (state, _) => changes.Add(state)));
        ScriptAction Method(sbyte method) => new(true, 70, Name, method, CosemData.Integer(0));
        var table = device.Add(
            new ScriptTableObject(LogicalName.Parse("0-0:10.0.106.255"), device, new Script(1, [Method(1)]), new Script(2, [Method(2)])));
        Assert.Equal(ActionResult.Success, table.Invoke(1, CosemData.LongUnsigned(1)).Result);
        Assert.Equal(CosemData.Boolean(false), found.Get(2, null).Data);
        Assert.Equal(ActionResult.Success, found.Invoke(2, CosemData.Integer(0)).Result);
        Assert.Equal(CosemData.Enum(2), found.Get(3, null).Data);
        Assert.True(found.Trigger(DisconnectTrigger.ManualReconnect));
        Assert.Equal([DisconnectState.Disconnected, DisconnectState.ReadyForReconnection, DisconnectState.Connected], changes);
        Assert.Equal(ActionResult.ObjectUndefined, table.Invoke(1, CosemData.LongUnsigned(9)).Result);
        Assert.Equal(DataAccessResult.Success, found.Set(4, CosemData.Enum(0)));
        Assert.Equal(ActionResult.ReadWriteDenied, found.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Equal(DataAccessResult.OtherReason, found.Set(4, CosemData.Enum(9)));
    }

    [Fact]
    public void Repeated_values_and_the_running_clock_are_left_out_where_that_is_asked_for()
    {
        var buffer = new KeptProfileBuffer(10, ProfileGenericObject.AsUtc);
        void Add(int quarter, byte status, uint value) =>
            buffer.Add([CosemData.OctetString(CosemDateTime.From(Start.AddMinutes(15 * quarter))),
                CosemData.Unsigned(status), CosemData.DoubleLongUnsigned(value)]);
        Add(0, 0, 5);
        Add(1, 0, 5);
        Add(3, 8, 5);
        var profile = new ProfileGenericObject(LogicalName.Parse("1-0:99.1.0.255"), new ProfileSettings
        {
            CaptureObjects = [new(8, Clock, 2, 0), new(1, Name, 2, 0), new(3, Name, 2, 0)],
            CapturePeriod = TimeSpan.FromMinutes(15),
            CompressRepeats = true,
        }, buffer);
        var rows = profile.Get(2, null).Data.AsArray();
        Assert.DoesNotContain(rows[0].Items, i => i.IsNull);
        Assert.All(rows[1].Items, i => Assert.True(i.IsNull));
        Assert.Equal([false, false, true], rows[2].Items.Select(i => i.IsNull));
    }

    [Fact]
    public void A_profile_refuses_what_it_cannot_select()
    {
        var profile = new ProfileGenericObject(
            LogicalName.Parse("1-0:99.1.0.255"), new ProfileSettings { CaptureObjects = [new(8, Clock, 2, 0)] },
            new KeptProfileBuffer(1, ProfileGenericObject.AsUtc));
        Assert.Equal(DataAccessResult.TypeUnmatched, profile.Get(2, new SelectiveAccess(1, CosemData.Null)).Result);
        Assert.Equal(DataAccessResult.ScopeOfAccessViolated, profile.Get(2, new SelectiveAccess(9, CosemData.Null)).Result);
        Assert.Empty(profile.Get(2, new EntryDescriptor(0, 0).ToSelectiveAccess()).Data.AsArray());
        var foreign = new RangeDescriptor(new CaptureObjectDefinition(3, Name, 2, 0), CosemData.Unsigned(0), CosemData.Unsigned(1), []);
        Assert.Equal(DataAccessResult.OtherReason, profile.Get(2, foreign.ToSelectiveAccess()).Result);
        Assert.Empty(profile.Get(
            2, RangeDescriptor.ByClock(CosemDateTime.NotSpecified, CosemDateTime.NotSpecified).ToSelectiveAccess()).Data.AsArray());
    }

    [Fact]
    public void A_range_of_dates_without_times_takes_whole_days()
    {
        var buffer = new KeptProfileBuffer(10, ProfileGenericObject.AsUtc);
        foreach (var hour in new[] { 0, 24, 36, 47, 48 }) buffer.Add([CosemData.DateTime(CosemDateTime.From(Start.AddHours(hour)))]);
        var profile = new ProfileGenericObject(LogicalName.Parse("1-0:99.1.0.255"),
            new ProfileSettings { CaptureObjects = [new(8, Clock, 2, 0)] }, buffer);
        var day = CosemDateTime.From(Start.AddHours(30)) with { Time = CosemTime.NotSpecified };
        Assert.Equal(3, profile.Get(2, RangeDescriptor.ByClock(day, day).ToSelectiveAccess()).Data.AsArray().Count);
    }

    [Fact]
    public void The_oldest_rows_make_room()
    {
        var buffer = new KeptProfileBuffer(3, ProfileGenericObject.AsUtc);
        for (byte i = 0; i < 5; i++) buffer.Add([CosemData.Unsigned(i)]);
        Assert.Equal([2, 3, 4], buffer.Read(0, 3).Select(r => r[0].AsInteger()));
        Assert.Equal(3, buffer.Count);
    }

    [Theory]
    [InlineData(1, 10 * 60 + 7, 10 * 60)]
    [InlineData(1, 10 * 60 + 8, 10 * 60 + 15)]
    public void The_clock_is_adjusted_to_the_nearest_quarter(int method, int minute, int expected)
    {
        var shifted = TimeSpan.Zero;
        var clock = new ClockObject(
            Clock, () => CosemDateTime.From(Start.AddMinutes(minute)), _ => true, s => { shifted = s; return true; },
            new ClockPlace(-60, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 60, true));
        Assert.Equal(ActionResult.Success, clock.Invoke((sbyte)method, CosemData.Integer(0)).Result);
        Assert.Equal(expected - minute, shifted.TotalMinutes);
    }

    [Fact]
    public void The_clock_is_set_shifted_and_preset_within_its_bounds()
    {
        var set = new List<CosemDateTime>();
        var shifted = new List<TimeSpan>();
        var clock = new ClockObject(
            Clock, () => CosemDateTime.From(Start), t => { set.Add(t); return true; }, s => { shifted.Add(s); return true; },
            new ClockPlace(-60, CosemDateTime.NotSpecified, CosemDateTime.NotSpecified, 60, true));
        var time = CosemDateTime.From(Start);
        Assert.Equal(DataAccessResult.Success, clock.Set(2, CosemData.OctetString(time)));
        Assert.Equal(DataAccessResult.Success, clock.Set(2, CosemData.DateTime(time)));
        Assert.Equal(DataAccessResult.TypeUnmatched, clock.Set(2, CosemData.Unsigned(1)));
        Assert.Equal(ActionResult.Success, clock.Invoke(6, CosemData.Long(-30)).Result);
        Assert.Equal(ActionResult.TypeUnmatched, clock.Invoke(6, CosemData.Long(901)).Result);
        Assert.Equal(ActionResult.TemporaryFailure, clock.Invoke(4, CosemData.Integer(0)).Result);
        Assert.Equal(ActionResult.Success, clock.Invoke(
            5, CosemData.Structure(CosemData.OctetString(time), CosemData.OctetString(time), CosemData.OctetString(time))).Result);
        Assert.Equal(ActionResult.Success, clock.Invoke(4, CosemData.Integer(0)).Result);
        Assert.Equal([time, time, time], set);
        Assert.Equal([TimeSpan.FromSeconds(-30)], shifted);
    }

    [Fact]
    public void A_calendar_becomes_active_on_command()
    {
        var activated = 0;
        var calendar = new ActivityCalendarObject(LogicalName.Parse("0-0:13.0.0.255"), Calendar.Empty, Calendar.Empty, _ => activated++);
        Assert.Equal(DataAccessResult.Success, calendar.Set(6, CosemData.OctetString("SUMMER"u8)));
        Assert.Equal(DataAccessResult.TypeUnmatched, calendar.Set(7, CosemData.Unsigned(1)));
        Assert.Equal(DataAccessResult.ReadWriteDenied, calendar.Set(2, CosemData.OctetString("X"u8)));
        Assert.Equal(ActionResult.Success, calendar.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Equal(CosemData.OctetString("SUMMER"u8), calendar.Get(2, null).Data);
        Assert.Equal(1, activated);
    }

    [Fact]
    public void A_push_setup_and_its_schedule_take_what_has_their_shape()
    {
        var pushed = 0;
        var setup = new PushSetupObject(LogicalName.Parse("0-0:25.9.0.255"),
            [new(8, Clock, 2, 0)], "head-end:4059", () => { pushed++; return MethodAnswer.Done; });
        Assert.Equal("head-end:4059", setup.Destination);
        Assert.Equal(DataAccessResult.Success,
            setup.Set(3, CosemData.Structure(CosemData.Enum(0), CosemData.OctetString("other:1"u8), CosemData.Enum(0))));
        Assert.Equal("other:1", setup.Destination);
        Assert.Equal(DataAccessResult.TypeUnmatched, setup.Set(2, CosemData.Array(CosemData.Unsigned(1))));
        Assert.Equal(ActionResult.Success, setup.Invoke(1, CosemData.Integer(0)).Result);
        Assert.Equal(1, pushed);
        var changed = 0;
        var schedule = new SingleActionScheduleObject(LogicalName.Parse("0-0:15.0.4.255"),
            new ScriptReference(LogicalName.Parse("0-0:10.0.108.255"), 1), SingleActionScheduleType.OneWithWildcards, [], () => changed++);
        Assert.Equal(DataAccessResult.TypeUnmatched, schedule.Set(4, CosemData.Array(CosemData.Unsigned(1))));
        Assert.Equal(DataAccessResult.Success,
            schedule.Set(4, CosemData.Array(CosemData.Structure(CosemData.OctetString(new byte[4]), CosemData.OctetString(new byte[5])))));
        Assert.Equal(1, changed);
        Assert.Single(schedule.ExecutionTimes);
    }

    [Fact]
    public void A_kept_attribute_insists_on_its_type()
    {
        var kept = new DataObject(Name, CosemData.LongUnsigned(1), writable: true);
        Assert.Equal(DataAccessResult.TypeUnmatched, kept.Set(2, CosemData.Unsigned(1)));
        Assert.Equal(DataAccessResult.Success, kept.Set(2, CosemData.LongUnsigned(2)));
        Assert.Equal(2, kept.Get(2, null).Data.AsInteger());
        Assert.Equal(DataAccessResult.ReadWriteDenied, kept.Set(1, CosemData.Unsigned(1)));
        Assert.Equal(DataAccessResult.ObjectUndefined, kept.Set(7, CosemData.Unsigned(1)));
    }

    [Fact]
    public void The_object_list_shows_each_client_what_it_may_use()
    {
        var meter = new Session.TestMeter();
        CosemData List(ushort sap) =>
            new AssociationObject(AssociationObject.Current, meter.Device, meter.Device.Associations.Single(a => a.ClientSap == sap))
                .Get(2, null).Data;
        var open = List(16).AsArray();
        var full = List(1).AsArray();
        Assert.True(open.Count < full.Count);
        Assert.DoesNotContain(open, o => o.Items[0].AsInteger() == 70);
        var profile = full.Single(o => o.Items[0].AsInteger() == 7);
        Assert.Equal([1, 2], profile.Items[3].Items[0].Items[1].Items[2].Items.Select(i => i.AsInteger()));
        var control = full.Single(o => o.Items[0].AsInteger() == 70);
        Assert.Equal([1, 1], control.Items[3].Items[1].Items.Select(m => m.Items[1].AsInteger()));
        Assert.All(open, o => Assert.All(o.Items[3].Items[0].Items, a => Assert.InRange(a.Items[1].AsInteger(), 0, 1)));
    }
}
