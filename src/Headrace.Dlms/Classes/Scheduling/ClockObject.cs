using Headrace.Dlms.Apdu;
using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Scheduling;

/// <summary>What drives a clock (IEC 62056-6-2, Clock, clock_base).</summary>
public enum ClockBase : byte
{
    /// <summary>Not said.</summary>
    NotDefined = 0,
    /// <summary>A crystal of its own.</summary>
    InternalCrystal = 1,
    /// <summary>Mains of 50 Hz.</summary>
    MainsFrequency50Hz = 2,
    /// <summary>Mains of 60 Hz.</summary>
    MainsFrequency60Hz = 3,
    /// <summary>Satellite navigation.</summary>
    GlobalPositioningSystem = 4,
    /// <summary>A radio time signal.</summary>
    RadioControlled = 5,
}

/// <summary>A time that a clock is to be put to, and from when to when it may be (IEC 62056-6-2, Clock,
/// preset_adjusting_time).</summary>
/// <param name="Time">The time to set.</param>
/// <param name="ValidityIntervalStart">Not before; unspecified for any time.</param>
/// <param name="ValidityIntervalEnd">Not after; unspecified for any time.</param>
public sealed record PresetTime(CosemDateTime Time, CosemDateTime ValidityIntervalStart, CosemDateTime ValidityIntervalEnd)
    : ICosemStructure<PresetTime>
{
    /// <inheritdoc/>
    public static PresetTime FromData(CosemData data)
    {
        var items = data.AsStructure(3);
        return new PresetTime(items[0].AsDateTime(), items[1].AsDateTime(), items[2].AsDateTime());
    }

    /// <inheritdoc/>
    public CosemData ToData() => CosemData.Structure(
        CosemData.OctetString(Time), CosemData.OctetString(ValidityIntervalStart), CosemData.OctetString(ValidityIntervalEnd));

    /// <summary>Whether the time may be set at a moment. A bound or moment that is not concrete restricts nothing.</summary>
    public bool HoldsAt(CosemDateTime now) =>
        !(TryCompare(now, ValidityIntervalStart, out var order) && order < 0)
        && !(TryCompare(now, ValidityIntervalEnd, out order) && order > 0);

    private static bool TryCompare(CosemDateTime left, CosemDateTime right, out int order)
    {
        order = 0;
        if (left.TryToUtc(out var a) && right.TryToUtc(out var b)) order = a.CompareTo(b);
        else if (left.TryToLocal(out var c) && right.TryToLocal(out var d)) order = c.CompareTo(d);
        else return false;
        return true;
    }
}

/// <summary>What a clock object knows of its place besides the time.</summary>
/// <param name="ZoneMinutes">Minutes from local standard time to UTC, attribute 3: -60 for Central Europe in the sense of this
/// class.</param>
/// <param name="DaylightBegin">Attribute 5, with wildcards.</param>
/// <param name="DaylightEnd">Attribute 6, with wildcards.</param>
/// <param name="DaylightMinutes">Attribute 7, as a rule 60; -120 to 120.</param>
/// <param name="DaylightEnabled">Attribute 8.</param>
/// <param name="ClockBase">Attribute 9.</param>
/// <param name="MeasuringPeriod">What method 2 adjusts to; null for a quarter of an hour.</param>
public sealed record ClockPlace(
    short ZoneMinutes, CosemDateTime DaylightBegin, CosemDateTime DaylightEnd, sbyte DaylightMinutes, bool DaylightEnabled,
    ClockBase ClockBase = ClockBase.InternalCrystal, TimeSpan? MeasuringPeriod = null);

/// <summary>Class 8, Clock (IEC 62056-6-2, Clock). It has no time of its own: it asks, and hands on what it is told.</summary>
public sealed class ClockObject : CosemObject
{
    private const short MaximumZone = 840;
    private const short MinimumZone = -720;
    private const sbyte MaximumDaylight = 120;
    private const short MaximumShift = 900;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly Func<CosemDateTime> _now;
    private readonly Func<CosemDateTime, bool> _set;
    private readonly Func<TimeSpan, bool> _shift;
    private PresetTime? _preset;

    /// <summary>A clock over the device's time.</summary>
    /// <param name="name">Its name, as a rule 0-0:1.0.0.255.</param>
    /// <param name="now">The device's time.</param>
    /// <param name="set">Sets it; false where it refuses.</param>
    /// <param name="shift">Shifts it by a span; false where it refuses.</param>
    /// <param name="place">Zone and daylight saving.</param>
    /// <param name="placeChanged">Told of a zone or daylight saving that a client wrote.</param>
    public ClockObject(LogicalName name, Func<CosemDateTime> now, Func<CosemDateTime, bool> set, Func<TimeSpan, bool> shift,
        ClockPlace place, Action<ClockPlace>? placeChanged = null) : base(8, 0, name)
    {
        (_now, _set, _shift, Place) = (now, set, shift, place);
        void Change(ClockPlace changed)
        {
            Place = changed;
            placeChanged?.Invoke(changed);
        }
        WithAttribute(2, () => CosemData.OctetString(now()), Set);
        WithAttribute(3, CosemTypes.Long, () => Place.ZoneMinutes, value => Change(Place with { ZoneMinutes = value }),
            value => value is >= MinimumZone and <= MaximumZone);
        WithAttribute(4, () => CosemData.Unsigned((byte)now().Status));
        WithAttribute(5, CosemTypes.DateTime, () => Place.DaylightBegin, value => Change(Place with { DaylightBegin = value }));
        WithAttribute(6, CosemTypes.DateTime, () => Place.DaylightEnd, value => Change(Place with { DaylightEnd = value }));
        WithAttribute(7, CosemTypes.Integer, () => Place.DaylightMinutes, value => Change(Place with { DaylightMinutes = value }),
            value => value is >= -MaximumDaylight and <= MaximumDaylight);
        WithAttribute(8, CosemTypes.Boolean, () => Place.DaylightEnabled, value => Change(Place with { DaylightEnabled = value }));
        WithAttribute(9, CosemTypes.Enum<ClockBase>(), () => Place.ClockBase);
        WithMethod(1, _ => AdjustTo(Quarter));
        WithMethod(2, _ => AdjustTo(Place.MeasuringPeriod ?? Quarter));
        WithMethod(3, _ => AdjustTo(TimeSpan.FromMinutes(1)));
        WithMethod(4, _ => AdjustToPreset());
        WithMethod(5, CosemTypes.Structure<PresetTime>(), Preset);
        WithMethod(6, CosemTypes.Long, Shift);
    }

    /// <summary>Zone and daylight saving.</summary>
    public ClockPlace Place { get; private set; }

    private DataAccessResult Set(CosemData given)
    {
        if (!given.TryGetDateTime(out var time)) return DataAccessResult.TypeUnmatched;
        return _set(time) ? DataAccessResult.Success : DataAccessResult.OtherReason;
    }

    /// <summary>Moves to the nearest multiple of a span since midnight.</summary>
    private MethodAnswer AdjustTo(TimeSpan unit)
    {
        if (!_now().TryToLocal(out var local)) return ActionResult.TemporaryFailure;
        var over = TimeSpan.FromTicks(local.TimeOfDay.Ticks % unit.Ticks);
        return Shifted(over * 2 < unit ? -over : unit - over);
    }

    private MethodAnswer Preset(PresetTime preset)
    {
        _preset = preset;
        return MethodAnswer.Done;
    }

    private MethodAnswer AdjustToPreset() => _preset is { } preset && preset.HoldsAt(_now()) && _set(preset.Time)
        ? MethodAnswer.Done
        : ActionResult.TemporaryFailure;

    private MethodAnswer Shift(short seconds) =>
        seconds is >= -MaximumShift and <= MaximumShift ? Shifted(TimeSpan.FromSeconds(seconds)) : ActionResult.TypeUnmatched;

    private MethodAnswer Shifted(TimeSpan span) => _shift(span) ? MethodAnswer.Done : ActionResult.TemporaryFailure;
}
