using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Tests.Classes.Scheduling;

public sealed class SchedulingBehaviourTests
{
    private const byte Any = 0xFF;

    private static readonly LogicalName Name = LogicalName.Parse("0-0:13.0.0.255");
    private static readonly LogicalName Scripts = LogicalName.Parse("0-0:10.0.100.255");
    private static readonly LogicalName Value = LogicalName.Parse("1-0:1.7.0.255");
    private static readonly DateTime Monday = new(2026, 3, 2, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly LogicalDevice _device = new(1, new byte[8]);
    private readonly List<long> _run = [];
    private CosemData _value = CosemData.LongUnsigned(0);

    public SchedulingBehaviourTests()
    {
        _device.Add(new CosemObject(9, 0, Scripts).WithMethod(1, p => { _run.Add(p.AsInteger()); return MethodAnswer.Done; }));
        _device.Add(new DataObject(Value, () => _value));
    }

    [Theory]
    [InlineData("FFFFFFFFFF", "0C000000", "2026-03-02T12:00:00")]
    [InlineData("FFFFFFFFFF", "FF2D0000", "2026-03-02T12:45:00")]
    [InlineData("FFFFFFFFFF", "FFFF0000", "2026-03-02T13:10:00")]
    [InlineData("FFFFFFFFFF", "FFFFFFFF", "2026-03-02T13:10:20")]
    [InlineData("FFFFFFFFFF", "0E000000", "2026-03-01T14:00:00")]
    [InlineData("FFFFFFFEFF", "00000000", "2026-02-28T00:00:00")]
    [InlineData("FFFFFFFDFF", "00000000", "2026-02-27T00:00:00")]
    [InlineData("FFFFFFFF07", "00000000", "2026-03-01T00:00:00")]
    [InlineData("FFFF01FFFF", "173B3B00", "2026-01-31T23:59:59")]
    [InlineData("07EA0302FF", "0D0A1400", "2026-03-02T13:10:20")]
    [InlineData("07EA0303FF", "00000000", null)]
    [InlineData("FFFFFEFFFF", "00000000", null)]
    [InlineData("FFFFFF1EFF", "19000000", null)]
    public void The_last_moment_of_a_pattern_is_found(string date, string time, string? expected)
    {
        var found = Recurrence.TryFindLast(CosemDate.Parse(Convert.FromHexString(date)), CosemTime.Parse(Convert.FromHexString(time)),
            DateTime.MinValue, Monday.Add(new TimeSpan(13, 10, 20)), out var moment);
        Assert.Equal(expected, found ? moment.ToString("s", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    [Fact]
    public void A_moment_is_found_once_as_time_goes_on()
    {
        var schedule = new SingleActionScheduleObject(Name, new ScriptReference(Scripts, 7), SingleActionScheduleType.OneWithWildcards,
            [new ExecutionTime(new CosemTime(Any, 0, 0, 0), CosemDate.NotSpecified)]);
        Assert.Null(schedule.Tell(Monday, _device));
        for (var minute = 1; minute <= 180; minute++) schedule.Tell(Monday.AddMinutes(minute), _device);
        Assert.Equal([7, 7, 7], _run);
        Assert.Null(schedule.Tell(Monday, _device));
    }

    [Fact]
    public void A_schedule_makes_up_within_its_validity_window()
    {
        var schedule = new ScheduleObject(Name,
        [
            SchedulingClassTests.Entry(1, 6) with { ValidityWindow = 30 },
            SchedulingClassTests.Entry(2, 7),
            SchedulingClassTests.Entry(3, 6) with { Enabled = false },
            SchedulingClassTests.Entry(4, 6) with { BeginDate = new CosemDate(2027, 1, 1, Any) },
        ]);
        schedule.Tell(Monday.AddHours(5), _device);
        schedule.Tell(Monday.AddHours(8), _device);
        Assert.Equal([2], _run);
        schedule.Tell(Monday.AddDays(1).AddHours(5), _device);
        schedule.Tell(Monday.AddDays(1).AddHours(6).AddMinutes(10), _device);
        Assert.Equal([2, 1], _run);
        schedule.Tell(Monday.AddDays(5), _device);
        _run.Clear();
        schedule.Tell(Monday.AddDays(6).AddHours(23), _device);
        Assert.Empty(_run);
    }

    [Fact]
    public void A_special_day_counts_in_place_of_its_weekday()
    {
        var schedule = new ScheduleObject(Name, [SchedulingClassTests.Entry(1)]);
        var special = new SpecialDaysTableObject(Name, [new SpecialDay(1, CosemDate.From(DateOnly.FromDateTime(Monday)), 5)]);
        schedule.Tell(Monday, _device, special);
        schedule.Tell(Monday.AddHours(7), _device, special);
        Assert.Empty(_run);
        schedule.Tell(Monday.AddHours(31), _device, special);
        Assert.Equal([1], _run);
    }

    [Fact]
    public void A_calendar_switches_by_day_week_season_and_special_day()
    {
        CosemDateTime From(byte month) => CosemDateTime.NotSpecified with { Date = new CosemDate(CosemDate.AnyYear, month, 1, Any) };
        DayProfileAction At(byte hour, ushort script) => new(new CosemTime(hour, 0, 0, 0), new ScriptReference(Scripts, script));
        var passive = new Calendar("2026", [new("WINTER", From(10), "W"), new("SUMMER", From(4), "S")],
            [new("W", [1, 1, 1, 1, 1, 2, 2]), WeekProfile.Of("S", 2)], [new(1, [At(6, 1), At(22, 2)]), new(2, [At(0, 3)])]);
        var calendar = new ActivityCalendarObject(Name, Calendar.Empty, passive);
        Assert.Null(calendar.Tell(Monday, _device));
        Assert.Equal(DataAccessResult.Success, calendar.Set(10, CosemData.OctetString(CosemDateTime.From(Start.AddHours(5)))));
        calendar.Tell(Monday.AddHours(4), _device);
        Assert.Equal("", calendar.Active.Name);
        calendar.Tell(Monday.AddHours(5), _device);
        Assert.Equal("2026", calendar.Active.Name);
        calendar.Tell(Monday.AddHours(6), _device);
        calendar.Tell(Monday.AddHours(7), _device);
        calendar.Tell(Monday.AddHours(23), _device);
        calendar.Tell(Monday.AddDays(5).AddHours(8), _device);
        Assert.Equal([2, 1, 2, 3], _run);
        Assert.Equal("SUMMER", calendar.Active.SeasonOn(new DateOnly(2026, 9, 30))!.Name);
        Assert.Equal("WINTER", calendar.Active.SeasonOn(new DateOnly(2026, 1, 1))!.Name);
        Assert.Equal(3, calendar.Active.ScriptAt(Monday.AddHours(8), specialDayId: 2)!.Selector);
        Assert.Null(calendar.Active.ScriptAt(Monday, specialDayId: 9));
    }

    [Fact]
    public void A_monitor_runs_scripts_where_thresholds_are_crossed()
    {
        var monitor = new RegisterMonitorObject(Name, _device, [CosemData.LongUnsigned(10), CosemData.Float32(20.5f)],
            new ValueDefinition(1, Value, 2), [new(new(Scripts, 1), new(Scripts, 2)), new(new(Scripts, 3), ScriptReference.None)]);
        foreach (var value in new ushort[] { 5, 10, 11, 21, 12, 3 })
        {
            _value = CosemData.LongUnsigned(value);
            monitor.Look();
        }
        Assert.Equal([1, 3, 2], _run);
        _value = CosemData.OctetString("x"u8);
        Assert.Empty(monitor.Look());
        Assert.Equal(DataAccessResult.OtherReason, monitor.Set(2, CosemData.Array(CosemData.OctetString("x"u8))));
    }

    [Fact]
    public void A_parameter_monitor_notes_what_changed()
    {
        var noted = new List<ChangedParameter>();
        var parameter = new ValueDefinition(1, Value, 2);
        var monitor = new ParameterMonitorObject(Name, _device, [], noted.Add);
        Assert.Equal(ActionResult.Success, monitor.Invoke(1, parameter.ToData()).Result);
        Assert.Empty(monitor.Look(CosemDateTime.From(Start)));
        _value = CosemData.LongUnsigned(9);
        Assert.Single(monitor.Look(CosemDateTime.From(Start.AddHours(1))));
        Assert.Empty(monitor.Look(CosemDateTime.From(Start.AddHours(2))));
        Assert.Equal(new ChangedParameter(parameter, CosemData.LongUnsigned(9)), monitor.LastChange);
        Assert.Equal(CosemDateTime.From(Start.AddHours(1)), monitor.CaptureTime);
        Assert.Single(noted);
        Assert.Equal(ActionResult.Success, monitor.Invoke(2, parameter.ToData()).Result);
        Assert.Equal(ActionResult.ObjectUndefined, monitor.Invoke(2, parameter.ToData()).Result);
    }

    [Fact]
    public void A_limiter_acts_on_what_lasts()
    {
        var limiter = Limiter();
        void Look(int second, ushort value)
        {
            _value = CosemData.LongUnsigned(value);
            limiter.Look(Start.AddSeconds(second));
        }
        Look(0, 101);
        Look(20, 101);
        Look(25, 99);
        Look(26, 101);
        Look(55, 101);
        Assert.Empty(_run);
        Look(56, 101);
        Assert.True(limiter.IsExceeded);
        Look(60, 100);
        Look(69, 100);
        Assert.Equal([1], _run);
        Look(70, 100);
        Assert.Equal([1, 2], _run);
    }

    [Fact]
    public void An_emergency_lowers_the_threshold_for_its_time_and_group()
    {
        var limiter = Limiter();
        CosemData Profile(ushort id) => new EmergencyProfile(id, CosemDateTime.From(Start.AddMinutes(1)), 60).ToData();
        Assert.Equal(DataAccessResult.Success, limiter.Set(8, Profile(9)));
        limiter.Look(Start.AddMinutes(1));
        Assert.False(limiter.IsEmergency);
        Assert.Equal(DataAccessResult.Success, limiter.Set(8, Profile(4)));
        foreach (var (second, active) in new[] { (59, false), (60, true), (119, true), (120, false) })
        {
            limiter.Look(Start.AddSeconds(second));
            Assert.Equal(active, limiter.Get(10, null).Data.AsBoolean());
            Assert.Equal(active ? 40 : 100, limiter.Get(3, null).Data.AsInteger());
        }
    }

    private LimiterObject Limiter() => new(Name, _device, new LimiterSettings(
        new ValueDefinition(1, Value, 2), CosemData.LongUnsigned(100), CosemData.LongUnsigned(40), TimeSpan.FromSeconds(30),
        TimeSpan.FromSeconds(10), new ActionSet(new(Scripts, 1), new(Scripts, 2)))
    { EmergencyProfileGroupIds = [4] }, ProfileGenericObject.AsUtc);
}
