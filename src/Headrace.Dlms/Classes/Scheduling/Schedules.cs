using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>Class 22, Single action schedule: which script runs when (IEC 62056-6-2, 4.5.7). It holds the plan; the device keeps the
/// time.</summary>
public sealed class SingleActionScheduleObject : CosemObject
{
    private CosemData _times;

    /// <summary>A schedule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="scriptTable">The script table, attribute 2.</param>
    /// <param name="selector">The script in it.</param>
    /// <param name="type">Attribute 3: 1 one date and time with wildcards, 2 to 5 several.</param>
    /// <param name="times">Attribute 4: times and dates, wildcards allowed.</param>
    /// <param name="changed">Told when a client wrote other times.</param>
    public SingleActionScheduleObject(
        LogicalName name, LogicalName scriptTable, ushort selector, byte type, IReadOnlyList<(CosemTime Time, CosemDate Date)> times,
            Action? changed = null)
        : base(22, 0, name)
    {
        _times = CosemData.Array([.. times.Select(t => CosemData.Structure(CosemData.OctetString(t.Time.ToArray()),
            CosemData.OctetString(t.Date.ToArray())))]);
        WithAttribute(2, CosemData.Structure(CosemData.OctetString(scriptTable), CosemData.LongUnsigned(selector)), writable: true);
        WithAttribute(3, CosemData.Enum(type), writable: true);
        WithAttribute(4, () => _times, given => Write(given, changed));
    }

    /// <summary>Attribute 4 as it stands: structures of time and date.</summary>
    public CosemData ExecutionTimes => _times;

    private DataAccessResult Write(CosemData given, Action? changed)
    {
        if (given.Tag != CosemTag.Array
            || given.Items.Any(i => i is not { Tag: CosemTag.Structure, Items.Count: 2 })) return DataAccessResult.TypeUnmatched;
        _times = given;
        changed?.Invoke();
        return DataAccessResult.Success;
    }
}

/// <summary>The four attributes of one calendar.</summary>
/// <param name="Name">Name of the calendar, octet-string.</param>
/// <param name="Seasons">Array of seasons.</param>
/// <param name="Weeks">Array of week profiles.</param>
/// <param name="Days">Array of day profiles.</param>
public sealed record Calendar(CosemData Name, CosemData Seasons, CosemData Weeks, CosemData Days)
{
    /// <summary>A calendar with nothing in it.</summary>
    public static Calendar Empty => new(CosemData.OctetString([]), CosemData.Array(), CosemData.Array(), CosemData.Array());
}

/// <summary>Class 20, Activity calendar: the tariff times that hold and those that will (IEC 62056-6-2, 4.5.5). It holds data; the device
/// acts on it.</summary>
public sealed class ActivityCalendarObject : CosemObject
{
    /// <summary>A calendar.</summary>
    /// <param name="name">Its name, as a rule 0-0:13.0.0.255.</param>
    /// <param name="active">Attributes 2 to 5.</param>
    /// <param name="passive">Attributes 6 to 9.</param>
    /// <param name="activated">Told when the passive calendar became the active one.</param>
    public ActivityCalendarObject(LogicalName name, Calendar active, Calendar passive, Action<Calendar>? activated = null)
        : base(20, 0, name)
    {
        (Active, Passive) = (active, passive);
        WithAttribute(2, () => Active.Name);
        WithAttribute(3, () => Active.Seasons);
        WithAttribute(4, () => Active.Weeks);
        WithAttribute(5, () => Active.Days);
        WithAttribute(6, () => Passive.Name, Setter(CosemTag.OctetString, v => Passive = Passive with { Name = v }));
        WithAttribute(7, () => Passive.Seasons, Setter(CosemTag.Array, v => Passive = Passive with { Seasons = v }));
        WithAttribute(8, () => Passive.Weeks, Setter(CosemTag.Array, v => Passive = Passive with { Weeks = v }));
        WithAttribute(9, () => Passive.Days, Setter(CosemTag.Array, v => Passive = Passive with { Days = v }));
        WithAttribute(10, CosemData.OctetString(CosemDateTime.NotSpecified), writable: true);
        WithMethod(1, _ => Activate(activated));
    }

    /// <summary>What holds.</summary>
    public Calendar Active { get; private set; }

    /// <summary>What is prepared.</summary>
    public Calendar Passive { get; private set; }

    private MethodAnswer Activate(Action<Calendar>? activated)
    {
        Active = Passive;
        activated?.Invoke(Active);
        return MethodAnswer.Done;
    }

    private static Func<CosemData, DataAccessResult> Setter(CosemTag tag, Action<CosemData> set) => given =>
    {
        if (given.Tag != tag) return DataAccessResult.TypeUnmatched;
        set(given);
        return DataAccessResult.Success;
    };
}
