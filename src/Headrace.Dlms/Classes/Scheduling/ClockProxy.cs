using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>Class 8, Clock, of a server (IEC 62056-6-2, Clock).</summary>
public sealed class ClockProxy(ICosemAccess server, LogicalName logicalName) : CosemProxy(server, 8, logicalName)
{
    /// <summary>Attribute 2: the time.</summary>
    public AttributeProxy<CosemDateTime> Time => Attribute(2, CosemTypes.DateTime);

    /// <summary>Attribute 3: minutes from local standard time to UTC; some meters send the sign reversed.</summary>
    public AttributeProxy<short> TimeZone => Attribute(3, CosemTypes.Long);

    /// <summary>Attribute 4: the clock status.</summary>
    public AttributeProxy<byte> Status => Attribute(4, CosemTypes.Unsigned);

    /// <summary>Attribute 5: when daylight saving begins, with wildcards.</summary>
    public AttributeProxy<CosemDateTime> DaylightSavingsBegin => Attribute(5, CosemTypes.DateTime);

    /// <summary>Attribute 6: when it ends, with wildcards.</summary>
    public AttributeProxy<CosemDateTime> DaylightSavingsEnd => Attribute(6, CosemTypes.DateTime);

    /// <summary>Attribute 7: minutes by which local time is ahead during it.</summary>
    public AttributeProxy<sbyte> DaylightSavingsDeviation => Attribute(7, CosemTypes.Integer);

    /// <summary>Attribute 8: whether there is daylight saving.</summary>
    public AttributeProxy<bool> DaylightSavingsEnabled => Attribute(8, CosemTypes.Boolean);

    /// <summary>Attribute 9: what drives the clock.</summary>
    public AttributeProxy<ClockBase> ClockBase => Attribute(9, CosemTypes.Enum<ClockBase>());

    /// <summary>Method 1: moves to the nearest quarter of an hour.</summary>
    public MethodProxy AdjustToQuarter => Command(1);

    /// <summary>Method 2: moves to the nearest start of a measuring period.</summary>
    public MethodProxy AdjustToMeasuringPeriod => Command(2);

    /// <summary>Method 3: moves to the nearest minute.</summary>
    public MethodProxy AdjustToMinute => Command(3);

    /// <summary>Method 4: sets the time prepared by method 5, where the clock is within its interval.</summary>
    public MethodProxy AdjustToPresetTime => Command(4);

    /// <summary>Method 5: prepares a time.</summary>
    public MethodProxy<PresetTime> PresetAdjustingTime => Method(5, CosemTypes.Structure<PresetTime>());

    /// <summary>Method 6: shifts by -900 to 900 seconds.</summary>
    public MethodProxy<short> ShiftTime => Method(6, CosemTypes.Long);
}
