using System.Text;
using Headrace.Dlms.Apdu;
using Headrace.Dlms.Classes;
using Headrace.Dlms.Classes.Access;
using Headrace.Dlms.Classes.Measurement;
using Headrace.Dlms.Classes.Scheduling;
using Headrace.Dlms.Data;

namespace Headrace.Simulation.Models;

/// <summary>Builds the COSEM objects of an <see cref="E450"/>, by the object list of IDIS packages 2 and 3.</summary>
internal sealed class E450Objects(E450 meter, string pushDestination, byte pushService, Func<PushKind, MethodAnswer> push)
{
    private static readonly ScalerUnit WattHours = new(0, Unit.WattHour), Watts = new(0, Unit.Watt),
        Decivolts = new(-1, Unit.Volt), Centiamperes = new(-2, Unit.Ampere), Centihertz = new(-2, Unit.Hertz);

    /// <summary>The management logical device, SAP 1, with its clients.</summary>
    /// <param name="meter">The meter that the objects show.</param>
    /// <param name="pushDestination">Where its push setups point to, as <c>host:port</c>.</param>
    /// <param name="pushService">Transport of pushes: 0 TCP, 1 UDP.</param>
    /// <param name="push">Sends a push when a client asks for one.</param>
    internal static LogicalDevice Build(E450 meter, string pushDestination, byte pushService, Func<PushKind, MethodAnswer> push) =>
        new E450Objects(meter, pushDestination, pushService, push).Build();

    private LogicalDevice Build()
    {
        var device = new LogicalDevice(1, meter.Identity.SystemTitle);
        AddIdentity(device);
        AddClock(device);
        AddRegisters(device);
        AddProfiles(device);
        AddAlarms(device);
        device.Add(meter.Switch);
        AddTariffs(device);
        AddPushes(device);
        AddScripts(device);
        E450Clients.AddTo(device, meter);
        return device;
    }

    private void AddIdentity(LogicalDevice device)
    {
        var serial = CosemData.OctetString(Encoding.ASCII.GetBytes(meter.Identity.Serial));
        device.Add(new DataObject(ObisNames.LogicalDeviceName, CosemData.OctetString(meter.Identity.LogicalDeviceName.Span)));
        device.Add(new SapAssignmentObject(new(0, 0, 41, 0, 0, 255), ((ushort)1, meter.Identity.LogicalDeviceName)));
        device.Add(new DataObject(new(0, 0, 96, 1, 0, 255), serial));
        device.Add(new DataObject(new(0, 0, 96, 1, 1, 255), CosemData.OctetString("virtual E450"u8)));
        device.Add(new DataObject(new(1, 0, 0, 0, 0, 255), serial));
        device.Add(new DataObject(new(1, 0, 0, 2, 0, 255), CosemData.OctetString("HR.E450.001.00"u8)));
        device.Add(new DataObject(new(1, 1, 0, 2, 0, 255), CosemData.OctetString("HR.COMM.001.00"u8)));
    }

    private void AddClock(LogicalDevice device)
    {
        var zone = meter.Clock.Calendar.Zone;
        var rule = meter.Clock.Rule;
        var place = new ClockPlace((short)-zone.BaseUtcOffset.TotalMinutes,
            rule.Begin, rule.End, rule.Minutes, zone.SupportsDaylightSavingTime);
        // The clock is that of the machine and exact: it agrees to what is right within a minute, and refuses to be put wrong.
        device.Add(new ClockObject(
            ObisNames.Clock, () => meter.Clock.Now, given => Set(given), shift => shift.Duration() < TimeSpan.FromMinutes(1), place));
    }

    private bool Set(CosemDateTime given)
    {
        if ((meter.Clock.ToUtc(given) - meter.Clock.UtcNow).Duration() > TimeSpan.FromMinutes(1)) return false;
        meter.Log.Add(EventLog.ClockAdjustedFrom);
        meter.Log.Add(EventLog.ClockAdjustedTo);
        return true;
    }

    private void AddRegisters(LogicalDevice device)
    {
        foreach (var direction in (byte[])[1, 2])
        {
            for (byte rate = 0; rate <= 2; rate++)
            {
                var (c, e) = (direction, rate);
                device.Add(new RegisterObject(ObisNames.Energy(c, e), () => Energy(c, e), WattHours));
            }
        }

        device.Add(new RegisterObject(ObisNames.Momentary(1), () => meter.ImportPower(meter.Clock.UtcNow), Watts));
        device.Add(new RegisterObject(ObisNames.Momentary(2), () => meter.ExportPower(meter.Clock.UtcNow), Watts));
        for (var phase = 1; phase <= 3; phase++)
        {
            var p = phase;
            device.Add(new RegisterObject(
                ObisNames.Momentary((byte)(12 + (20 * p))), () => meter.Voltage(p, meter.Clock.UtcNow), Decivolts));
            device.Add(new RegisterObject(
                ObisNames.Momentary((byte)(11 + (20 * p))), () => meter.Current(p, meter.Clock.UtcNow), Centiamperes));
        }

        device.Add(new RegisterObject(
            ObisNames.Momentary(14), () => CosemData.LongUnsigned((ushort)Metrology.Supply.Centihertz(meter.Clock.UtcNow)), Centihertz));
        device.Add(new DataObject(new(0, 0, 96, 14, 0, 255), () => CosemData.Unsigned((byte)meter.Point.RateAt(meter.Clock.UtcNow))));
    }

    private CosemData Energy(byte direction, byte rate)
    {
        var energy = meter.Point.EnergyAt(meter.Clock.UtcNow);
        return CosemData.DoubleLongUnsigned(QuarterHourProfile.Register((direction, rate) switch
        {
            (1, 0) => energy.Import,
            (1, 1) => energy.ImportRate1,
            (1, _) => energy.ImportRate2,
            (_, 0) => energy.Export,
            (_, 1) => energy.ExportRate1,
            _ => energy.ExportRate2,
        }));
    }

    private void AddProfiles(LogicalDevice device)
    {
        device.Add(new DataObject(
            ObisNames.ProfileStatus1, () => CosemData.Unsigned((byte)meter.LoadProfile1.StatusOf(meter.LoadProfile1.LastEnd))));
        device.Add(new DataObject(ObisNames.ProfileStatus2, () => meter.LoadProfile2.Row(meter.LoadProfile2.LastEnd)[1]));
        device.Add(new DataObject(
            ObisNames.EventCode, () => CosemData.Unsigned(meter.Log.Entries() is [.., var last] ? last.Code : (byte)0)));
        var clock = new CaptureObjectDefinition(8, ObisNames.Clock, 2, 0);
        device.Add(Profile(ObisNames.LoadProfile1, meter.LoadProfile1, QuarterHourProfile.Period, QuarterHourProfile.Capacity,
            clock, Value(1, ObisNames.ProfileStatus1), Value(3, ObisNames.Energy(1, 0)), Value(3, ObisNames.Energy(2, 0))));
        CaptureObjectDefinition[] rates =
            [.. ((byte[])[1, 2]).SelectMany(c => Enumerable.Range(0, 3).Select(e => Value(3, ObisNames.Energy(c, (byte)e))))];
        device.Add(Profile(ObisNames.LoadProfile2, meter.LoadProfile2, DailyProfile.Period, DailyProfile.Capacity,
            [clock, Value(1, ObisNames.ProfileStatus2), .. rates]));
        device.Add(Profile(ObisNames.StandardEventLog, meter.Log, TimeSpan.Zero, EventLog.Capacity, clock, Value(1, ObisNames.EventCode)));
    }

    private ProfileGenericObject Profile(
        LogicalName name, IProfileBuffer rows, TimeSpan period, int capacity, params CaptureObjectDefinition[] columns) => new(
        name,
        new ProfileSettings
        {
            CaptureObjects = columns,
            CapturePeriod = period,
            ProfileEntries = capacity,
            SortObject = columns[0],
            ToUtc = meter.Clock.ToUtc,
        },
        rows);

    private static CaptureObjectDefinition Value(ushort classId, LogicalName name) => new(classId, name, 2, 0);

    private void AddAlarms(LogicalDevice device)
    {
        for (byte index = 0; index < AlarmRegisters.Count; index++)
        {
            var i = index;
            device.Add(Alarm(i, () => meter.Alarms.Register(i), value => meter.Alarms.SetRegister(i, value)));
            device.Add(Alarm((byte)(10 + i), () => meter.Alarms.Filter(i), value => meter.Alarms.SetFilter(i, value)));
            device.Add(Alarm((byte)(20 + i), () => meter.Alarms.Descriptor(i), value => meter.Alarms.SetDescriptor(i, value)));
        }

        device.Add(new DataObject(new(0, 0, 97, 97, 0, 255), CosemData.DoubleLongUnsigned(0), writable: true));
        device.Add(new DataObject(new(0, 0, 97, 97, 10, 255), CosemData.DoubleLongUnsigned(uint.MaxValue), writable: true));
    }

    private static DataObject Alarm(byte e, Func<uint> get, Action<uint> set) => new(
        ObisNames.AlarmRegister with { E = e },
        () => CosemData.DoubleLongUnsigned(get()),
        given =>
        {
            if (given.Tag != CosemTag.DoubleLongUnsigned) return DataAccessResult.TypeUnmatched;
            set((uint)given.AsInteger());
            return DataAccessResult.Success;
        });

    private static void AddTariffs(LogicalDevice device)
    {
        device.Add(new ActivityCalendarObject(new(0, 0, 13, 0, 0, 255), TariffCalendar.DayAndNight(), Calendar.Empty));
        device.Add(new SpecialDaysTableObject(new(0, 0, 11, 0, 0, 255), []));
    }

    private void AddPushes(LogicalDevice device)
    {
        foreach (var kind in Enum.GetValues<PushKind>())
        {
            device.Add(new PushSetupObject(
                ObisNames.PushSetup(kind), E450.PushObjects(kind), pushDestination, () => push(kind), (PushTransport)pushService));
        }
    }

    private static void AddScripts(LogicalDevice device)
    {
        var disconnectScript = new LogicalName(0, 0, 10, 0, 106, 255);
        var pushScript = new LogicalName(0, 0, 10, 0, 108, 255);
        var none = CosemData.Integer(0);
        device.Add(new ScriptTableObject(new(0, 0, 10, 0, 100, 255), device));
        device.Add(new ScriptTableObject(disconnectScript, device,
            new Script(1, [new ScriptAction(true, 70, ObisNames.DisconnectControl, 1, none)]),
            new Script(2, [new ScriptAction(true, 70, ObisNames.DisconnectControl, 2, none)])));
        device.Add(new ScriptTableObject(pushScript, device, [.. Enum.GetValues<PushKind>().Select(kind =>
            new Script((ushort)((byte)kind + 1), [new ScriptAction(true, 40, ObisNames.PushSetup(kind), 1, none)]))]));
        device.Add(Schedule(new(0, 0, 15, 0, 1, 255), disconnectScript, 1, SingleActionScheduleType.OneWithWildcards));
        device.Add(Schedule(new(0, 0, 15, 0, 4, 255), pushScript, 1, SingleActionScheduleType.SameTimeWithWildcards,
            [.. ((byte[])[0, 15, 30, 45]).Select(minute => CosemTime.NotSpecified with { Minute = minute, Second = 0, Hundredths = 0 })]));
        device.Add(Schedule(new(0, 1, 15, 0, 4, 255), pushScript, 2, SingleActionScheduleType.OneWithWildcards,
            new CosemTime(0, 0, 0, 0)));
        device.Add(Schedule(new(0, 2, 15, 0, 4, 255), pushScript, 3, SingleActionScheduleType.OneWithWildcards,
            CosemTime.NotSpecified with { Second = 0, Hundredths = 0 }));
    }

    private static SingleActionScheduleObject Schedule(
        LogicalName name, LogicalName scripts, ushort selector, SingleActionScheduleType type, params IReadOnlyList<CosemTime> times) =>
        new(name, new ScriptReference(scripts, selector), type, [.. times.Select(t => new ExecutionTime(t, CosemDate.NotSpecified))]);
}
