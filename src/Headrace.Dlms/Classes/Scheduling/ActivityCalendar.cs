using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>Class 20, Activity calendar: the tariff times that hold and those that will (IEC 62056-6-2, Activity calendar). It has no time
/// of its own: it is told.</summary>
public sealed class ActivityCalendarObject : CosemObject
{
    private readonly Action<Calendar>? _activated;
    private readonly Lock _gate = new();
    private ScriptReference? _running;

    /// <summary>A calendar.</summary>
    /// <param name="name">Its name, as a rule 0-0:13.0.0.255.</param>
    /// <param name="active">Attributes 2 to 5.</param>
    /// <param name="passive">Attributes 6 to 9.</param>
    /// <param name="activated">Told when the passive calendar became the active one.</param>
    public ActivityCalendarObject(LogicalName name, Calendar active, Calendar passive, Action<Calendar>? activated = null)
        : base(20, 0, name)
    {
        (Active, Passive, _activated) = (active, passive, activated);
        WithAttribute(2, CosemTypes.Text, () => Active.Name);
        WithAttribute(3, CosemTypes.Array<SeasonProfile>(), () => Active.Seasons);
        WithAttribute(4, CosemTypes.Array<WeekProfile>(), () => Active.Weeks);
        WithAttribute(5, CosemTypes.Array<DayProfile>(), () => Active.Days);
        WithAttribute(6, CosemTypes.Text, () => Passive.Name, v => Passive = Passive with { Name = v });
        WithAttribute(7, CosemTypes.Array<SeasonProfile>(), () => Passive.Seasons, v => Passive = Passive with { Seasons = v });
        WithAttribute(8, CosemTypes.Array<WeekProfile>(), () => Passive.Weeks, v => Passive = Passive with { Weeks = v });
        WithAttribute(9, CosemTypes.Array<DayProfile>(), () => Passive.Days, v => Passive = Passive with { Days = v });
        WithAttribute(10, CosemTypes.DateTime, () => ActivationTime, v => ActivationTime = v);
        WithMethod(1, _ => Activate());
    }

    /// <summary>What holds.</summary>
    public Calendar Active { get; private set; }

    /// <summary>What is prepared.</summary>
    public Calendar Passive { get; private set; }

    /// <summary>When the passive calendar is to hold, attribute 10; unspecified for never.</summary>
    public CosemDateTime ActivationTime { get; private set; } = CosemDateTime.NotSpecified;

    /// <summary>Makes the passive calendar the active one.</summary>
    public MethodAnswer Activate()
    {
        lock (_gate) (Active, _running) = (Passive, null);
        _activated?.Invoke(Active);
        return MethodAnswer.Done;
    }

    /// <summary>Tells the local time: activates the passive calendar where its time has come, and runs the script of the calendar where
    /// another one holds than before.</summary>
    /// <param name="now">Local time.</param>
    /// <param name="device">Where scripts run.</param>
    /// <param name="specialDays">Days unlike their weekday; null for none.</param>
    /// <returns>What the script came to; null where none was to run.</returns>
    public MethodAnswer? Tell(DateTime now, LogicalDevice device, SpecialDaysTableObject? specialDays = null)
    {
        if (ActivationTime.TryToLocal(out var due) && due <= now)
        {
            ActivationTime = CosemDateTime.NotSpecified;
            Activate();
        }
        var script = Active.ScriptAt(now, specialDays?.DayIdOn(DateOnly.FromDateTime(now)));
        lock (_gate)
        {
            if (script is null || script == _running) return null;
            _running = script;
        }
        return script.RunOn(device);
    }
}

/// <summary>Class 20, Activity calendar, of a server (IEC 62056-6-2, Activity calendar).</summary>
public sealed class ActivityCalendarProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 20, logicalName)
{
    /// <summary>Attribute 2: name of the calendar that holds.</summary>
    public AttributeProxy<string> CalendarNameActive => Attribute(2, CosemTypes.Text);

    /// <summary>Attribute 3: its seasons.</summary>
    public AttributeProxy<IReadOnlyList<SeasonProfile>> SeasonProfileActive => Attribute(3, CosemTypes.Array<SeasonProfile>());

    /// <summary>Attribute 4: its weeks.</summary>
    public AttributeProxy<IReadOnlyList<WeekProfile>> WeekProfileTableActive => Attribute(4, CosemTypes.Array<WeekProfile>());

    /// <summary>Attribute 5: its days.</summary>
    public AttributeProxy<IReadOnlyList<DayProfile>> DayProfileTableActive => Attribute(5, CosemTypes.Array<DayProfile>());

    /// <summary>Attribute 6: name of the calendar that is prepared.</summary>
    public AttributeProxy<string> CalendarNamePassive => Attribute(6, CosemTypes.Text);

    /// <summary>Attribute 7: its seasons.</summary>
    public AttributeProxy<IReadOnlyList<SeasonProfile>> SeasonProfilePassive => Attribute(7, CosemTypes.Array<SeasonProfile>());

    /// <summary>Attribute 8: its weeks.</summary>
    public AttributeProxy<IReadOnlyList<WeekProfile>> WeekProfileTablePassive => Attribute(8, CosemTypes.Array<WeekProfile>());

    /// <summary>Attribute 9: its days.</summary>
    public AttributeProxy<IReadOnlyList<DayProfile>> DayProfileTablePassive => Attribute(9, CosemTypes.Array<DayProfile>());

    /// <summary>Attribute 10: when it is to hold; unspecified for never.</summary>
    public AttributeProxy<CosemDateTime> ActivatePassiveCalendarTime => Attribute(10, CosemTypes.DateTime);

    /// <summary>Method 1: makes it hold at once.</summary>
    public MethodProxy ActivatePassiveCalendar => Command(1);
}
